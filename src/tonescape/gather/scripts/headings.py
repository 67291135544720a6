"""The grammar of a scene heading, for all readers: `12A  INT. HOUSE - KITCHEN - NIGHT  12A *`, in eight languages.

Words: English INT/EXT/EST/I-E (WGA script format), French INTÉRIEUR/EXTÉRIEUR, German INNEN/AUSSEN, Spanish
INTERIOR/EXTERIOR, Portuguese and Swedish INT/EXT, Russian ИНТ/НАТ/ЭКСТ, Italian INTERNO/ESTERNO (and its abbreviation
EST., which English also has, for "establishing").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_IN = r"INT(?:ERIOR(?:ES)?|[ÉE]RIEUR|ERNO|ERNI)?|INNEN|INN|ИНТ(?:ЕРЬЕР)?"
_OUT = r"EXT(?:ERIOR(?:ES)?|[ÉE]RIEUR)?|EST(?:ERNO|ERNI)?|AU(?:SS|ẞ|ß)EN|НАТ(?:УРА)?|ЭКСТ(?:ЕРЬЕР)?"
_JOIN = r"\s{0,2}[./-]{1,3}\s{0,2}(?:AND |UND |ET |E |Y )?"
_PLACE = rf"(?:{_IN}|{_OUT})(?:{_JOIN}(?:{_IN}|{_OUT}))?|I\s?\.?\s?/\s?E|E\s?\.?\s?/\s?I|I\./A|A\./I"

MARKED: Final = re.compile(rf"(?:{_PLACE})(?:\.|:|\s|-|,|/|$)")
"""a line that opens with one of the words, upper case"""

_FOUNTAIN = re.compile(r"(?:INT\.?/EXT|I\.?/E|INT|EXT|EST)(?:\.|\s)(?=.*\w)", re.IGNORECASE)
"""fountain.io/syntax: one of these words, then a dot or a space, then a place"""

_DOTTED = re.compile(r"(?:int|ext|i/e|int\./ext|int/ext)\.\s")
"""how a heading in lower case begins"""

_NUMBER = r"(?:[A-Za-z]{0,3}\d{1,4}[A-Za-z]{0,3}(?:[./-][A-Za-z\d]{1,5})?(?:\s{1,2}pt\.?(?:\s\d)?)?\*?)"
_LEADING = re.compile(rf"^\*?\s*(?:(?:SC(?:ENE)?|SZENE|SC[ÈE]NE|ESCENA|SCENA)\.?\s*)?({_NUMBER})[.):]?\s+(?=\S)")
_BARE = re.compile(rf"^({_NUMBER})[.):]\s*(?=[A-ZÀ-Þ])")
_TRAILING = re.compile(rf"\s+{_NUMBER}[.)]?\s*\*?$")
_APART = re.compile(rf"\S(?:\s{{3,}}|\t\s*){_NUMBER}[.)]?\s*\*?\s*$")
_GLUED = re.compile(rf"^({_NUMBER}[.)]?)(?=(?:INT|EXT|I/E)\b)")
_TORN = re.compile(r"^(I ?N ?T|E ?X ?T) ?\.(?=\s)")
_SUFFIX = re.compile(r"^[A-ZÀ-Þ0-9].{2,90}?[ -](?:INTERIOR|EXTERIOR|INT|EXT)\b[\s.,-]*([A-Z ]{0,24})\.?$")
_CONTINUED = re.compile(r"\s*[(\[]?\b(?:CONT(?:INUED|'D|INUING|\.)|SUITE|FORTSETZUNG)[)\]:.]*\s*$", re.IGNORECASE)
_OMITTED_END = re.compile(r"(?:\s[-–—]+\s*|\s*[(\[])OMITTED[)\]]?$")
_OMITTED_WORDS = frozenset({"OMIT", "OMITTED", "SCENE", "SCENES", "THRU", "THROUGH", "TO", "AND", "MOVED"})
_OMITTED_NUMBER = re.compile(r"[A-Z]{0,3}\d{1,4}[A-Z]{0,3}")
_LEAD_IN = re.compile(
    r"^(?:FADE IN|CUT TO|DISSOLVE TO|SMASH CUT TO|BACK TO(?: THE)?(?: PRESENT)?|OVER BLACK|FLASH ?BACK|FLASH(?: AHEAD)?"
    r"|INTERCUT|SERIES OF SHOTS)\s*[:.,-]*\s+(?=(?:INT|EXT|I/E)\b)"
)

TIMES: Final = {
    "day": "DAY|JOUR|TAG|DÍA|DIA|GIORNO|DAYTIME|TAGS|DAG|ДЕНЬ",
    "night": "NIGHT|NUIT|NACHT|NOCHE|NOTTE|MIDNIGHT|NITE|NACHTS|NOITE|NATT|НОЧЬ",
    "dawn": "DAWN|SUNRISE|AUBE|MORGENGRAUEN|ALBA|AMANECER|DAYBREAK|FIRST LIGHT|PRE-DAWN|PREDAWN"
    "|AMANHECER|GRYNING|РАССВЕТ",
    "dusk": "DUSK|SUNSET|TWILIGHT|MAGIC HOUR|CRÉPUSCULE|CREPUSCULE|DÄMMERUNG|ABENDDÄMMERUNG|TRAMONTO|ATARDECER"
    "|ANOITECER|SKYMNING|СУМЕРКИ|ЗАКАТ",
    "morning": "MORNING|MATIN|MORGEN|MATTINA|MATTINO|MAÑANA|VORMITTAG|FRÜH|MANHÃ|MORGON|УТРО",
    "afternoon": "AFTERNOON|NOON|MIDDAY|APRÈS-MIDI|APRES-MIDI|NACHMITTAG|MITTAG|POMERIGGIO|TARDE|MIDI|MEDIODÍA",
    "evening": "EVENING|SOIR|ABEND|SERA|SOIRÉE|KVÄLL|ВЕЧЕР",
    "continuous": "CONTINUOUS|SAME TIME|SAME|SIMULTANEOUS|MOMENTS LATER|CONTINU|CONTINUO|FORTLAUFEND",
    "later": "LATER|PLUS TARD|SPÄTER|MÁS TARDE|PIÙ TARDI|MAIS TARDE|SENARE|ПОЗЖЕ",
}
_TIMES = tuple((name, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for name, words in TIMES.items())
_SPLIT = re.compile(r"\s+[-–—]+\s+|\s*--+\s*|\s*[–—]\s*|\.\s+|,\s+|\s{2,}")
_TIME_IN_BRACKETS = re.compile(r"\s+\(([^()]*)\)$")
_PARENTHESES = re.compile(r"\([^()]*\)")
_BESIDE_TIME = re.compile(
    r"(?:EARLY|LATER?|EARLIER|NEXT|THE|THAT|SAME|AN?|AND|OR|OF|BEFORE|AFTER|FEW|MOMENTS?|MINUTES?|HOURS?|DAYS|WEEKS?"
    r"|MONTHS?|YEARS?|TIME|JUST|PRE|POST|TO|INTO|MID|[AP]M|ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN"
    r"|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY|FIRST|LAST|PRESENT|FLASHBACK|DREAM|FRÜHER|SPÄT|FRÜH|FIN|DE|LA|LE|EL"
    r"|IL|DIE|DER|DAS|\d+)"
)
"""words that may stand beside a time of day in its part of a heading"""
_LAST_TIME = re.compile(rf"\s+({'|'.join(TIMES[name] for name in ('day', 'night', 'dawn', 'dusk', 'morning'))})\.?$")


_TRANSITION: Final = re.compile(
    r"^(?:FADE (?:IN|OUT|TO|UP)|CUT TO|SMASH CUT|MATCH CUT|QUICK CUT|JUMP CUT|TIME CUT|INTERCUT|DISSOLVE|"
    r"SLOW DISSOLVE|LAP DISSOLVE|WIPE|IRIS|BACK TO|CUT BACK|FLASH CUT|THE END|END CREDITS|FIN|ENDE|FINE)\b"
    r"|(?:TO|INTO|BLACK|OUT)[:.]$|^COUPE|^FONDU|^SCHNITT|^ÜBERBLENDUNG|^CORTE|^DISSOLVENZA|^STACCO"
)


def is_transition(text: str) -> bool:
    """Whether an upper-case line names a way from one shot to the next, as CUT TO: does."""
    return _TRANSITION.search(text) is not None


@dataclass(frozen=True, slots=True)
class SceneHeading:
    """number : of the scene, "" if none      text : without it      continued : whether CONTINUED stood behind it"""

    number: str = ""
    text: str = ""
    continued: bool = False


def split_heading(text: str) -> SceneHeading:
    """A heading's parts: margin numbers, revision stars and CONTINUED taken off, runs of space made one.

    A number at the end goes if it repeats the one in front or stands apart; a year stays.
    """
    if len(text) > MAX_HEADING:
        return SceneHeading(text=text)
    apart = _APART.search(text) is not None
    text = " ".join(text.split())
    found = _GLUED.match(text) or _LEADING.match(text) or _BARE.match(text)
    number = found.group(1).rstrip(".)*").lstrip("*") if found else ""
    text = text[found.end() :].strip("* ") if found else text
    if number and text.rstrip(".)*").endswith(number):
        text = text.rstrip(".)*")[: -len(number)].rstrip()
    elif apart:
        text = _TRAILING.sub("", text)
    text = text.rstrip("* ")
    bare = _CONTINUED.sub("", text)
    return SceneHeading(number, (bare.rstrip(" -–—") if bare != text else text).strip(), bare != text)


def unnumbered(text: str) -> str:
    """The text of a heading without its numbers and CONTINUED, as `split_heading` has it."""
    return split_heading(text).text


def goes_on(before: SceneHeading, heading: SceneHeading, *, page_head: bool = False) -> bool:
    """Whether a heading means that the scene before goes on.

    So it is if CONTINUED stands there with the number or the place of the scene before, or if the heading of a numbered
    scene is repeated at the head of a page.
    """
    if not before.text:
        return False
    same_number = bool(heading.number) and heading.number == before.number
    same_text = heading.text.casefold() == before.text.casefold()
    if not heading.continued:
        return page_head and same_number and same_text
    if heading.number and before.number:
        return same_number
    return same_text or before.text.casefold().startswith(f"{heading.text.casefold()} -")


def is_omitted(text: str) -> bool:
    """Whether a line stands for scenes that were cut: 12 OMITTED, SCENES 12-14 OMITTED, INT. HOUSE - DAY - OMITTED."""
    if "OMIT" not in text or len(text) > MAX_HEADING:
        return False
    words = [word for word in re.split(r"[^\w]+", text) if word]
    if any(word in ("OMIT", "OMITTED") for word in words) and all(
        word.upper() in _OMITTED_WORDS or _OMITTED_NUMBER.fullmatch(word) for word in words
    ):
        return True
    heading = unnumbered(text)
    return _OMITTED_END.search(heading) is not None and marked_heading(heading) is not None


def fountain_heading(line: str, *, empty_after: bool) -> str | None:
    """The heading that a line of Fountain is by its first word, or None. The caller looks at the line before.

    INT, EXT, EST, INT./EXT, INT/EXT, I/E count in any case. The words of other languages and the long ones (INTERIOR)
    begin sentences too: they need upper case, and a dot or a time of day. A number may stand in front.
    empty_after : whether the next line is empty; headings in upper case or with a time of day do without
    """
    if not 3 <= len(line) <= MAX_HEADING:
        return None
    short = unnumbered(line)
    text = short if _FOUNTAIN.match(short) or MARKED.match(short) else line
    if _FOUNTAIN.match(text):
        sure = empty_after or not any(c.islower() for c in text) or place_and_time(text)[1]
        return text if sure else None
    found = MARKED.match(text)
    if found is None or marked_heading(text) is None or not re.search(r"\w", text[found.end() :]):
        return None
    return text if found.group().endswith(".") or place_and_time(text)[1] else None


def marked_heading(text: str) -> str | None:
    """The heading that a line holds, cleaned, or None if it does not open with INT, EXT or their kin.

    The word must be upper case, and so must be most of what follows: "Ext. of the house" in a description is none. A
    line all in lower case needs the dot and a time of day.
    """
    line = text.strip()
    if not 3 <= len(line) <= MAX_HEADING:
        return None
    stripped = _LEAD_IN.sub("", unnumbered(line))
    stripped = _TORN.sub(lambda torn: torn.group(1).replace(" ", "") + ".", stripped)
    found = MARKED.match(stripped)
    if found is None and stripped == stripped.lower() and _DOTTED.match(stripped) and place_and_time(stripped)[1]:
        return stripped
    if found is None:
        return _other_heading(stripped, line)
    rest = stripped[found.end() :]
    letters = [c for c in rest if c.isalpha()]
    if not letters:
        return stripped if found.group().rstrip()[-1:] in ".:" else None
    upper = sum(c.isupper() for c in letters)
    dotted = found.group().rstrip()[-1:] in ".:/-,"
    return stripped if upper >= (0.25 if dotted else 0.6) * len(letters) else None


def _other_heading(text: str, line: str) -> str | None:
    """Upper-case headings that put the word last (HOUSE - INTERIOR NIGHT), or only number the scene and name a time."""
    if text != text.upper() or len(text) > 100:
        return None
    last = _SUFFIX.match(text)
    if last and (not last.group(1).strip() or time_of_day(last.group(1))):
        return text
    numbered = text != " ".join(line.split()) and _LEADING.match(line)
    return text if numbered and _LAST_TIME.search(text) else None


def timed_heading(text: str) -> str | None:
    """An upper-case line that ends in a dash and a time of day, OPS CENTER - NIGHT; None for any other.

    Only safe where the line stands by itself; the caller looks.
    """
    clean = unnumbered(text) if len(text) <= MAX_HEADING else ""
    if clean != clean.upper() or not 6 <= len(clean) <= 80 or clean[0] in "(\"'":
        return None
    place, dash, when = clean.rpartition("- ")
    bare = when.strip(" .")
    return clean if dash and len(place.strip(" -")) >= 3 and len(bare) <= 20 and time_of_day(bare) else None


MAX_HEADING = 200
"""characters; longer lines are prose"""


def place_and_time(heading: str) -> tuple[str, str]:
    """(place, time of day) of a heading: ("HOUSE - KITCHEN", "night"); either may be empty.

    The time is one of TIMES' English names. A part of the heading is a time if it holds nothing else (LATE NIGHT), or
    if it stands last and ends in one (ELECTION DAY); a place with a time's word in its name (DAY CARE) keeps it.
    """
    found = MARKED.match(_upper(heading))
    rest = heading[found.end() if found else 0 :].strip(" .-:,/")
    rest = _TIME_IN_BRACKETS.sub(lambda part: f" - {part[1]}" if _only_time(part[1]) else part[0], rest)
    parts = [part.strip(" .-") for part in _SPLIT.split(rest) if part.strip(" .-")]
    if len(parts) == 1 and time_of_day(parts[0]) and len(parts[0].split()) == 1:
        return "", time_of_day(parts[0])
    if len(parts) > 1:
        times = [index for index, part in enumerate(parts) if _only_time(part) and (index or part.upper() != "SAME")]
        if not times and _ends_in_time(parts[-1]):
            times = [len(parts) - 1]
        if times:
            named = [time_of_day(parts[index]) for index in times]
            clock = [name for name in named if name not in ("continuous", "later")]
            return " - ".join(part for i, part in enumerate(parts) if i not in times), (clock or named)[0]
    if parts:
        tail = _LAST_TIME.search(_upper(parts[-1]))
        if tail:
            parts[-1] = parts[-1][: tail.start()]
            return " - ".join(parts), time_of_day(tail.group(1))
    return " - ".join(parts), ""


def _upper(text: str) -> str:
    """Upper case letter by letter: "ß", whose capital is two letters, stays, so that places in the text do too."""
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


def _only_time(part: str) -> bool:
    """Whether a part of a heading names a time and nothing besides: NIGHT, LATE NIGHT (1985), THE NEXT DAY."""
    if len(part) > 60 or not time_of_day(part):
        return False
    rest = _PARENTHESES.sub(" ", part.upper())
    rest = re.sub(rf"(?<!\w)(?:{'|'.join(TIMES.values())})(?!\w)", " ", rest)
    return all(_BESIDE_TIME.fullmatch(word) for word in re.findall(r"[\w']+", rest))


def _ends_in_time(part: str) -> bool:
    """Whether a part ends in a time of day, whatever stands before it: ELECTION DAY does, DAY CARE does not."""
    bare = _PARENTHESES.sub(" ", part).strip(" .")
    return len(bare) <= 30 and _LAST_TIME.search(f" {bare.upper()}") is not None


def time_of_day(text: str) -> str:
    """The first time of day named in upper or lower case text, by its English name; "" if none."""
    upper = text.upper()
    return next((name for name, words in _TIMES if words.search(upper)), "")

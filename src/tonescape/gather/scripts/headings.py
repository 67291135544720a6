"""The grammar of a scene heading: `12A  INT. HOUSE - KITCHEN - NIGHT  12A *`, in five languages.

Words: English INT/EXT/EST/I-E (WGA script format), French INTÉRIEUR/EXTÉRIEUR, German INNEN/AUSSEN, Spanish
INTERIOR/EXTERIOR, Italian INTERNO/ESTERNO (and its abbreviation EST., which English also has, for "establishing").
"""

from __future__ import annotations

import re
from typing import Final

_IN = r"INT(?:ERIOR(?:ES)?|[ÉE]RIEUR|ERNO|ERNI)?|INNEN|INN"
_OUT = r"EXT(?:ERIOR(?:ES)?|[ÉE]RIEUR)?|EST(?:ERNO|ERNI)?|AU(?:SS|ẞ|ß)EN"
_JOIN = r"\s{0,2}[./-]{1,3}\s{0,2}(?:AND |UND |ET |E |Y )?"
_PLACE = rf"(?:{_IN}|{_OUT})(?:{_JOIN}(?:{_IN}|{_OUT}))?|I\s?\.?\s?/\s?E|E\s?\.?\s?/\s?I|I\./A|A\./I"

MARKED: Final = re.compile(rf"(?:{_PLACE})(?:\.|:|\s|-|,|/|$)")
"""a line that opens with one of the words, upper case"""

_NUMBER = r"(?:[A-Za-z]{0,3}\d{1,4}[A-Za-z]{0,3}(?:[./-][A-Za-z\d]{1,5})?(?:\s{1,2}pt\.?(?:\s\d)?)?\*?)"
_LEADING = re.compile(rf"^\*?\s*(?:(?:SC(?:ENE)?|SZENE|SC[ÈE]NE|ESCENA|SCENA)\.?\s*)?({_NUMBER})[.):]?\s+(?=\S)")
_BARE = re.compile(rf"^({_NUMBER})[.):]\s*(?=[A-ZÀ-Þ])")
_TRAILING = re.compile(rf"\s+{_NUMBER}[.)]?\s*\*?$")
_APART = re.compile(rf"\S(?:\s{{3,}}|\t\s*){_NUMBER}[.)]?\s*\*?\s*$")
_GLUED = re.compile(rf"^({_NUMBER}[.)]?)(?=(?:INT|EXT|I/E)\b)")
_TORN = re.compile(r"^(I ?N ?T|E ?X ?T) ?\.(?=\s)")
_SUFFIX = re.compile(r"^[A-ZÀ-Þ0-9].{2,90}?[ -](?:INTERIOR|EXTERIOR|INT|EXT)\b[\s.,-]*([A-Z ]{0,24})\.?$")
_CONTINUED = re.compile(r"\s*[(\[]?\b(?:CONT(?:INUED|'D|INUING|\.)|SUITE|FORTSETZUNG)[)\]:.]*\s*$", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"^(?:FADE IN|CUT TO|DISSOLVE TO|SMASH CUT TO|BACK TO(?: THE)?(?: PRESENT)?|OVER BLACK|FLASH ?BACK|FLASH(?: AHEAD)?"
    r"|INTERCUT|SERIES OF SHOTS)\s*[:.,-]*\s+(?=(?:INT|EXT|I/E)\b)"
)

TIMES: Final = {
    "day": "DAY|JOUR|TAG|DÍA|DIA|GIORNO|DAYTIME|TAGS",
    "night": "NIGHT|NUIT|NACHT|NOCHE|NOTTE|MIDNIGHT|NITE|NACHTS",
    "dawn": "DAWN|SUNRISE|AUBE|MORGENGRAUEN|ALBA|AMANECER|DAYBREAK|FIRST LIGHT|PRE-DAWN|PREDAWN",
    "dusk": "DUSK|SUNSET|TWILIGHT|MAGIC HOUR|CRÉPUSCULE|CREPUSCULE|DÄMMERUNG|ABENDDÄMMERUNG|TRAMONTO|ATARDECER",
    "morning": "MORNING|MATIN|MORGEN|MATTINA|MATTINO|MAÑANA|VORMITTAG|FRÜH",
    "afternoon": "AFTERNOON|NOON|MIDDAY|APRÈS-MIDI|APRES-MIDI|NACHMITTAG|MITTAG|POMERIGGIO|TARDE|MIDI|MEDIODÍA",
    "evening": "EVENING|SOIR|ABEND|SERA|SOIRÉE",
    "continuous": "CONTINUOUS|SAME TIME|SAME|SIMULTANEOUS|MOMENTS LATER|CONTINU|CONTINUO|FORTLAUFEND",
    "later": "LATER|PLUS TARD|SPÄTER|MÁS TARDE|PIÙ TARDI",
}
_TIMES = tuple((name, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for name, words in TIMES.items())
_SPLIT = re.compile(r"\s+[-–—]+\s+|\s*--+\s*|\s*[–—]\s*|\.\s+|,\s+|\s{2,}")
_LAST_TIME = re.compile(rf"\s+({'|'.join(TIMES[name] for name in ('day', 'night', 'dawn', 'dusk', 'morning'))})\.?$")


def unnumbered(text: str) -> str:
    """A heading without its margin numbers, revision stars and CONTINUED; runs of space become one.

    A number at the end goes if it repeats the one in front or stands apart; a year stays.
    """
    if len(text) > MAX_HEADING:
        return text
    apart = _APART.search(text) is not None
    text = " ".join(text.split())
    found = _GLUED.match(text) or _LEADING.match(text) or _BARE.match(text)
    number = found.group(1).rstrip(".)*").lstrip("*") if found else ""
    text = text[found.end() :].strip("* ") if found else text
    if number and text.rstrip(".)*").endswith(number):
        text = text.rstrip(".)*")[: -len(number)].rstrip()
    elif apart:
        text = _TRAILING.sub("", text)
    return _CONTINUED.sub("", text.rstrip("* ")).strip()


def marked_heading(text: str) -> str | None:
    """The heading that a line holds, cleaned, or None if it does not open with INT, EXT or their kin.

    The word must be upper case, and so must be most of what follows: "Ext. of the house" in a description is none.
    """
    line = text.strip()
    if not 3 <= len(line) <= MAX_HEADING:
        return None
    stripped = _LEAD_IN.sub("", unnumbered(line))
    stripped = _TORN.sub(lambda torn: torn.group(1).replace(" ", "") + ".", stripped)
    found = MARKED.match(stripped)
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

    The time is one of TIMES' English names.
    """
    upper = heading.upper()
    found = MARKED.match(upper)
    start = found.end() if found and len(upper) == len(heading) else 0
    rest = heading[start:].strip(" .-:,/")
    parts = [part.strip(" .-") for part in _SPLIT.split(rest) if part.strip(" .-")]
    when = ""
    kept: list[str] = []
    for part in parts:
        named = time_of_day(part)
        if named and len(part) <= 30 and (kept or len(parts) > 1):
            when = when or named
        else:
            kept.append(part)
    if not when and kept:
        tail = _LAST_TIME.search(kept[-1].upper())
        if tail and len(kept[-1].upper()) == len(kept[-1]):
            when = time_of_day(tail.group(1))
            kept[-1] = kept[-1][: tail.start()]
        elif len(kept) == 1 and time_of_day(kept[0]) and len(kept[0].split()) == 1:
            return "", time_of_day(kept[0])
    return " - ".join(kept), when


def time_of_day(text: str) -> str:
    """The first time of day named in upper or lower case text, by its English name; "" if none."""
    upper = text.upper()
    return next((name for name, words in _TIMES if words.search(upper)), "")

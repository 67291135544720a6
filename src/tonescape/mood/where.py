"""Filters such as "year>=1990 and tempo<120 and genre~jazz and not explicit" over songs with their moods.

    condition   = all-of { "or" all-of }
    all-of      = one { "and" one }
    one         = "not" one | "(" condition ")" | flag | comparison
    comparison  = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) number
                | field ( "=" | "!=" | "~" ) text        "~": holds it; letter case does not count
    flag        = "explicit" | "instrumental"

Text without spaces, brackets and operators needs no quotes. The fields are those of FIELDS.

A comparison with an unknown value does not hold, and neither does its opposite: such a song is left out and counted
(Kleene's three-valued logic). `explicit` is a mark that a song has or has not, so `not explicit` keeps unmarked songs.
"""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TypeAlias

from tonescape.core.errors import UsageError
from tonescape.core.records import AudioFeatures, Heard

MAX_LENGTH = 2000
"""characters of a filter"""

MAX_DEPTH = 40
"""brackets and "not" within each other"""

INSTRUMENTAL = 0.5
"""instrumentalness above which a song counts as instrumental, as Spotify's documentation of the feature has it"""

Value: TypeAlias = "float | str | bool | None"
Test: TypeAlias = "Callable[[Heard, set[str]], bool | None]"
"""Whether it holds for a song; None where a value is unknown, whose field is then added to the set."""


def _instrumental(heard: Heard) -> bool | None:
    value = heard.mood.audio.instrumentalness
    return None if value is None else value > INSTRUMENTAL


NUMBERS: dict[str, Callable[[Heard], float | None]] = {
    "year": lambda heard: heard.song.year,
    "duration": lambda heard: heard.song.duration_s,
    "valence": lambda heard: heard.mood.valence,
    "arousal": lambda heard: heard.mood.arousal,
    "sureness": lambda heard: heard.mood.sureness,
    **{
        ("audio_valence" if each.name == "valence" else each.name): (
            lambda heard, name=each.name: getattr(heard.mood.audio, name)  # type: ignore[misc]
        )
        for each in fields(AudioFeatures)
    },
}
"""duration in s; valence, arousal, sureness : of the mood, [0, 1]; the twelve audio features, of which `valence` is
called audio_valence here"""

TEXTS: dict[str, Callable[[Heard], str]] = {
    "title": lambda heard: heard.song.title,
    "artist": lambda heard: heard.song.artist,
    "album": lambda heard: heard.song.album,
    "genre": lambda heard: heard.song.genre,
    "file": lambda heard: str(heard.song.path or heard.song.uri or ""),
    "quadrant": lambda heard: heard.mood.quadrant,
}
"""an empty text is unknown"""

FLAGS: dict[str, Callable[[Heard], bool | None]] = {
    "explicit": lambda heard: heard.song.explicit is True,
    "instrumental": _instrumental,
}

FIELDS = (*NUMBERS, *TEXTS, *FLAGS)

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}

_TOKEN = re.compile(
    r"""\s*(?:(?P<bracket>[()])|(?P<operator><=|>=|!=|==|=|<|>|~)|"(?P<double>[^"]*)"|'(?P<single>[^']*)'"""
    r"""|(?P<word>[^\s()<>=!~"']+))"""
)


@dataclass(frozen=True, slots=True)
class Kept:
    """songs : those a filter keeps, in order
    unknown : (field, how many songs were left out because it is unknown), by field
    """

    songs: tuple[Heard, ...]
    unknown: tuple[tuple[str, int], ...] = ()

    def remark(self) -> str:
        """How many songs are left out because a value is unknown; "" if none is."""
        parts = [f"{count} whose {name} is unknown" for name, count in self.unknown]
        return f"the filter left out songs without a value: {', '.join(parts)}" if parts else ""


@dataclass(frozen=True, slots=True)
class Where:
    """A filter, read. Raises UsageError on reading what is none, with the place and the nearest field."""

    text: str
    test: Test

    def keep(self, songs: Sequence[Heard]) -> Kept:
        """The songs for which it holds."""
        kept: list[Heard] = []
        unknown: Counter[str] = Counter()
        for heard in songs:
            lacking: set[str] = set()
            holds = self.test(heard, lacking)
            if holds:
                kept.append(heard)
            elif holds is None:
                unknown.update(lacking)
        return Kept(tuple(kept), tuple(sorted(unknown.items())))


def where(text: str) -> Where:
    """The filter that a text asks for. Raises UsageError naming the place, counted in characters from 1."""
    if len(text) > MAX_LENGTH:
        raise UsageError(f"--where: the filter has {len(text):,} characters; {MAX_LENGTH:,} are read")
    reader = _Reader(_tokens(text), text)
    return Where(text, reader.whole())


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """bracket, operator, word, text or end"""
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            quote = text[place] in "\"'"
            raise _wrong(text, place, "this quote is not closed" if quote else f"{text[place]} means nothing here")
        kind = str(match.lastgroup)
        found.append(_Token("text" if kind in ("double", "single") else kind, match[kind], match.start(kind)))
        at = match.end()
    return [*found, _Token("end", "", len(text))]


def _wrong(text: str, at: int, problem: str) -> UsageError:
    return UsageError(f'--where "{text[:200]}", character {at + 1}: {problem}')


class _Reader:
    """Recursive descent over the grammar above."""

    def __init__(self, tokens: list[_Token], text: str) -> None:
        self._tokens, self._text, self._at = tokens, text, 0

    def whole(self) -> Test:
        test = self._any(0)
        if self._next.kind != "end":
            raise self._problem(f'"{self._next.text}" follows a complete condition; join the two with "and" or "or"')
        return test

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _is(self, word: str) -> bool:
        """Whether the next token is this word; it is taken then."""
        found = self._next.kind in ("word", "bracket") and self._next.text.lower() == word
        self._at += found
        return found

    def _problem(self, problem: str, token: _Token | None = None) -> UsageError:
        return _wrong(self._text, (token or self._next).at, problem)

    def _any(self, depth: int) -> Test:
        tests = [self._all(depth)]
        while self._is("or"):
            tests.append(self._all(depth))
        return _joined(tests, True)

    def _all(self, depth: int) -> Test:
        tests = [self._one(depth)]
        while self._is("and"):
            tests.append(self._one(depth))
        return _joined(tests, False)

    def _one(self, depth: int) -> Test:
        if depth > MAX_DEPTH:
            raise self._problem(f'more than {MAX_DEPTH} brackets and "not" within each other')
        if self._is("not"):
            test = self._one(depth + 1)
            return lambda heard, lacking: None if (held := test(heard, lacking)) is None else not held
        if self._is("("):
            test = self._any(depth + 1)
            if not self._is(")"):
                raise self._problem('here a ")" is missing')
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        token = self._take()
        if token.kind != "word":
            what = f'"{token.text}"' if token.kind != "end" else "the end"
            raise self._problem(f"a field must stand here, not {what}: {', '.join(FIELDS)}", token)
        name = token.text.lower()
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, 1, 0.5)
            hint = f"the nearest is {near[0]}" if near else f"there is {', '.join(FIELDS)}"
            raise self._problem(f'there is no field "{token.text}"; {hint}', token)
        if name in FLAGS:
            if self._next.kind == "operator":
                raise self._problem(f'{name} is a flag: write "{name}" or "not {name}"')
            return _flag(name)
        operator = self._take()
        if operator.kind != "operator":
            raise self._problem(f"{name} is compared with something: {name} {'>= 1' if name in NUMBERS else '~ word'}",
                                operator)  # fmt: skip
        return self._compared(name, operator, self._take())

    def _compared(self, name: str, operator: _Token, value: _Token) -> Test:
        sign = "=" if operator.text == "==" else operator.text
        if value.kind not in ("word", "text"):
            raise self._problem(f"after {name} {operator.text} a value is missing", value)
        if name in TEXTS:
            if sign not in ("=", "!=", "~"):
                raise self._problem(f"{name} is text: compare it with = or != or ~ (holds)", operator)
            return _text(name, sign, folded(value.text))
        if sign == "~":
            raise self._problem(f"{name} is a number: compare it with = != < <= > >=", operator)
        try:
            wanted = float(value.text)
        except ValueError:
            wanted = math.nan
        if not math.isfinite(wanted):
            raise self._problem(f'{name} is a number, and "{value.text}" is none', value)
        return _number(name, _COMPARE[sign], wanted)


def folded(text: str) -> str:
    """A text for comparing: letter case and the way of composing letters do not count."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _flag(name: str) -> Test:
    def test(heard: Heard, lacking: set[str]) -> bool | None:
        held = FLAGS[name](heard)
        if held is None:
            lacking.add("instrumentalness")
        return held

    return test


def _number(name: str, compare: Callable[[float, float], bool], wanted: float) -> Test:
    def test(heard: Heard, lacking: set[str]) -> bool | None:
        value = NUMBERS[name](heard)
        if value is None:
            lacking.add(name)
            return None
        return compare(value, wanted)

    return test


def _text(name: str, sign: str, wanted: str) -> Test:
    def test(heard: Heard, lacking: set[str]) -> bool | None:
        value = folded(TEXTS[name](heard))
        if not value:
            lacking.add(name)
            return None
        return wanted in value if sign == "~" else (value == wanted) == (sign == "=")

    return test


def _joined(tests: list[Test], decides: bool) -> Test:
    """Whether any holds (decides True), or all do (False); one that decides makes the unknown ones irrelevant."""
    if len(tests) == 1:
        return tests[0]

    def test(heard: Heard, lacking: set[str]) -> bool | None:
        wanting: set[str] = set()
        held = [each(heard, wanting) for each in tests]
        if decides in held:
            return decides
        if None in held:
            lacking |= wanting
            return None
        return not decides

    return test

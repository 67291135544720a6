"""A brief as JSON text and back: everything needed to paint a picture again, and nothing about where or when.

Floats are written in the shortest form that reads back as the same number, so the same picture comes out. Curves and
embedding stay out: they are found again by listening. Reading trusts nothing: each value's type is checked, and
every complaint is one line that names the place.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from math import isfinite
from typing import TYPE_CHECKING, TypeVar

from tonescape import __version__
from tonescape.core.errors import InputError
from tonescape.core.records import NO_LETTERS, AudioFeatures, Brief, Lettering, Mood, Reason, WordMood

if TYPE_CHECKING:
    from collections.abc import Callable

FORMAT = 1
"""the recipe's layout; raised when an older Tonescape could no longer read it right"""

MAX_RECIPE = 1_000_000
"""characters read at most"""

MAX_LIST = 10_000
"""entries a list may have"""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """A brief, the engine that painted it, the picture's side in pixels, and how its title is set."""

    brief: Brief
    engine: str
    size: int
    lettering: Lettering = NO_LETTERS


def write(brief: Brief, *, engine: str, size: int, lettering: Lettering = NO_LETTERS, weights: str = "") -> str:
    """The recipe's JSON text, keys always in one order, without line breaks. Place and font only where they are asked.

    weights : what tells the engine's weights from others, so that a picture by other weights is another picture; ""
        for an engine without, whose recipes do not mention any
    """
    audio = {name: None if value is None else float(value) for name, value in asdict(brief.mood.audio).items()}
    body = {f.name: getattr(brief, f.name) for f in fields(brief) if f.name not in ("curves", "embedding")}
    body["mood"] = asdict(brief.mood) | {"audio": audio}
    body["reasons"] = [asdict(reason) for reason in brief.reasons]
    whole = {
        "tonescape": __version__,
        "format": FORMAT,
        "engine": engine,
        **({"weights": weights} if weights else {}),
        "size": size,
        "layout": lettering.layout,
        **{key: value for key, value in (("at", lettering.at), ("font", lettering.font)) if value},
        "brief": body,
    }
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def read(text: str) -> Recipe:
    """The recipe that `write` wrote. InputError in one line for anything else."""
    if len(text) > MAX_RECIPE:
        raise InputError(f"recipe: {len(text)} characters; at most {MAX_RECIPE} are read")
    try:
        whole = _Node(json.loads(text, parse_constant=_refuse), "recipe")
    except (ValueError, RecursionError) as problem:
        raise InputError(f"recipe: not JSON that can be used ({str(problem) or 'nested too deep'})") from None
    written = whole.key("format").whole()
    if written > FORMAT:
        version = whole.key("tonescape").text()[:40]
        raise InputError(
            f"recipe: written by Tonescape {version!r} in format {written}, newer than this version reads "
            f"({FORMAT}); type: pip install --upgrade tonescape"
        )
    brief = _brief(whole.key("brief"))
    lettering = Lettering(*(whole.key(name).maybe(_Node.text) or "" for name in ("layout", "at", "font")))
    return Recipe(brief, whole.key("engine").text(), whole.key("size").whole(), lettering)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a number")


@dataclass(frozen=True, slots=True)
class _Node:
    """A JSON value and where it stands; each method returns one type or complains."""

    value: object
    place: str

    def _wrong(self, wanted: str) -> InputError:
        found = "nothing" if self.value is None else type(self.value).__name__
        return InputError(f"{self.place}: {wanted} expected, {found} found; the recipe was changed or is damaged")

    def key(self, name: str) -> _Node:
        if not isinstance(self.value, dict):
            raise self._wrong("an object")
        return _Node(self.value.get(name), f"{self.place}.{name}"[:120])

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self._wrong("text")
        return self.value

    def whole(self) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool) or abs(self.value) >= 2**53:
            raise self._wrong("a whole number")
        return self.value

    def number(self) -> float:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300 or not isfinite(value):
            raise self._wrong("a number")
        return float(value)

    def unit(self) -> float:
        value = self.number()
        if not 0.0 <= value <= 1.0:
            raise InputError(f"{self.place}: {value:g} is not in 0 .. 1; the recipe was changed or is damaged")
        return value

    def channel(self) -> int:
        value = self.whole()
        if not 0 <= value <= 255:
            raise InputError(f"{self.place}: {value} is not in 0 .. 255; the recipe was changed or is damaged")
        return value

    def maybe(self, kind: Callable[[_Node], Item]) -> Item | None:
        return None if self.value is None else kind(self)

    def every(self, kind: Callable[[_Node], Item], count: int | None = None) -> tuple[Item, ...]:
        if not isinstance(self.value, list) or len(self.value) > MAX_LIST:
            raise self._wrong("a list")
        if count is not None and len(self.value) != count:
            raise InputError(f"{self.place}: {count} entries expected, {len(self.value)} found")
        return tuple(kind(_Node(item, f"{self.place}[{i}]")) for i, item in enumerate(self.value))


def _triple(node: _Node, kind: Callable[[_Node], Item]) -> tuple[Item, Item, Item]:
    first, second, third = node.every(kind, 3)
    return first, second, third


def _oklch(node: _Node) -> tuple[float, float, float]:
    return _triple(node, _Node.number)


def _rgb(node: _Node) -> tuple[int, int, int]:
    return _triple(node, _Node.channel)


def _score(node: _Node) -> tuple[str, float]:
    if not isinstance(node.value, list) or len(node.value) != 2:
        raise InputError(f"{node.place}: a name and a number expected; the recipe was changed or is damaged")
    name, value = node.value
    return _Node(name, f"{node.place}[0]").text(), _Node(value, f"{node.place}[1]").number()


def _reason(node: _Node) -> Reason:
    return Reason(node.key("choice").text(), node.key("because").text())


def _words(node: _Node) -> WordMood:
    valence, arousal, dominance = (node.key(name).unit() for name in ("valence", "arousal", "dominance"))
    return WordMood(valence, arousal, dominance, node.key("emotions").every(_score))


def _mood(node: _Node) -> Mood:
    audio = node.key("audio")
    return Mood(
        valence=node.key("valence").unit(),
        arousal=node.key("arousal").unit(),
        sureness=node.key("sureness").unit(),
        quadrant=node.key("quadrant").text(),
        grid=node.key("grid").text(),
        russell=node.key("russell").text(),
        thayer=node.key("thayer").text(),
        audio=AudioFeatures(**{f.name: audio.key(f.name).maybe(_Node.number) for f in fields(AudioFeatures)}),
        given=node.key("given").every(_Node.text),
        classes=node.key("classes").every(_score),
        tags=node.key("tags").every(_score),
        gems=node.key("gems").maybe(lambda found: found.every(_score)) or (),
        words=node.key("words").maybe(_words),
    )


def _brief(node: _Node) -> Brief:
    palette = node.key("palette").every(_oklch)
    if not 5 <= len(palette) <= 7:
        raise InputError(f"{node.place}.palette: 5 to 7 colours expected, {len(palette)} found")
    return Brief(
        title=node.key("title").text(),
        artist=node.key("artist").text(),
        mood=_mood(node.key("mood")),
        palette=palette,
        main=_rgb(node.key("main")),
        mood_colour=_rgb(node.key("mood_colour")),
        main_name=node.key("main_name").text(),
        mood_name=node.key("mood_name").text(),
        motif=node.key("motif").text(),
        style=node.key("style").text(),
        prompt=node.key("prompt").text(),
        seed=node.key("seed").whole(),
        contour=node.key("contour").every(_Node.unit, 64),
        beat_bars=node.key("beat_bars").every(_Node.unit, 16),
        sections=node.key("sections").every(_Node.unit),
        reasons=node.key("reasons").every(_reason),
        genre=node.key("genre").maybe(_Node.text) or "",
        songs=node.key("songs").maybe(_Node.whole) or 1,
    )

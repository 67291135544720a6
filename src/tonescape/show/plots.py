"""A report's drawings as SVG: plain numbers in, no styles inside (report.css has them)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from tonescape.core.colour import hex_of
from tonescape.core.records import RGB, Curves, Mood
from tonescape.show.moodmap import corners
from tonescape.show.pages import escaped, num
from tonescape.show.phrases import QUADRANTS, duration, share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

LABELLED = 48
"""up to so many dots carry their number; more would cover one another"""

CURVE_POINTS, MARKS, SECTIONS = 300, 1200, 64
"""most points of a curve, beats and sections that are drawn"""

_SIDE, _PAD = 600.0, 46.0
_WIDE, _HIGH = 1000.0, 150.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A song on the plane. link : fragment it leads to, "" for none; label : its number, "" for none."""

    mood: Mood
    colour: RGB
    title: str
    link: str = ""
    label: str = ""


def mood_map(dots: Sequence[Dot], *, heading: str) -> Markup:
    """The valence-arousal plane with every song as a dot in its main colour; the surer, the larger."""
    shown = [_dot(dot, len(dots)) for dot in sorted(dots, key=lambda dot: -_unit(dot.mood.sureness))]
    half, low = num(_SIDE / 2), num(_SIDE + 30)
    ends = (
        f'<text class="axis" x="0" y="{low}">unpleasant</text>'
        f'<text class="axis" x="{half}" y="{low}" text-anchor="middle">valence</text>'
        f'<text class="axis" x="{num(_SIDE)}" y="{low}" text-anchor="end">pleasant</text>'
        f'<g transform="translate(-16 {num(_SIDE)}) rotate(-90)"><text class="axis">still</text>'
        f'<text class="axis" x="{half}" text-anchor="middle">arousal</text>'
        f'<text class="axis" x="{num(_SIDE)}" text-anchor="end">lively</text></g>'
    )
    box = f"-{num(_PAD)} -6 {num(_SIDE + _PAD + 8)} {num(_SIDE + _PAD)}"
    return Markup(
        f'<svg class="plane" viewBox="{box}" role="group" aria-label="{escaped(heading)}">'
        f"{_cross()}{ends}{''.join(shown)}{corners(_SIDE, 16)}</svg>"
    )


def small_plane(dot: Dot) -> Markup:
    """The same plane for one song, small: a picture with a title and no words."""
    mood = dot.mood
    where = f"valence {share(mood.valence)}, arousal {share(mood.arousal)}, {QUADRANTS.get(mood.quadrant, '')}"
    x, y = _place(mood)
    lines = f'<path class="reach" d="M{num(x)} {num(_SIDE)}V{num(y)}M0 {num(y)}H{num(x)}"/>'
    circle = f'<circle class="dot" cx="{num(x)}" cy="{num(y)}" r="34" fill="{hex_of(dot.colour)}"/>'
    return Markup(
        f'<svg class="small plane" viewBox="-40 -40 {num(_SIDE + 80)} {num(_SIDE + 80)}" role="img">'
        f"<title>{escaped(where)}</title>{_cross()}{lines}{circle}</svg>"
    )


def bar(part: float | None) -> Markup:
    """A bar filled to `part` in [0, 1]; "" for None. Decoration: the number stands beside it."""
    if part is None:
        return Markup()
    filled = num(100 * _unit(part))
    return Markup(
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="rail" width="100" height="6"/><rect class="fill" width="{filled}" height="6"/></svg>'
    )


def chip(colour: RGB) -> Markup:
    """A patch of colour."""
    return Markup(
        '<svg class="chip" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="1" height="1" fill="{hex_of(colour)}"/></svg>'
    )


def strip(colours: Sequence[RGB]) -> Markup:
    """Colours side by side."""
    fields = "".join(
        f'<rect x="{n}" width="1.01" height="1" fill="{hex_of(colour)}"/>' for n, colour in enumerate(colours)
    )
    return Markup(
        f'<svg class="strip" viewBox="0 0 {max(1, len(colours))} 1" preserveAspectRatio="none" aria-hidden="true">'
        f"{fields}</svg>"
    )


def energy_curve(curves: Curves, seconds: float) -> Markup:
    """Energy over the song with its sections as letters and its beats as ticks (downbeats longer)."""
    seconds = max(seconds, float(curves.times[-1]) if curves.times.size else 0.0, 1e-3)
    letters = " ".join(section.label for section in curves.sections[:SECTIONS])
    words = f"Energy over {duration(seconds)}" + (f"; sections {letters}" if letters else "")
    marks = _ticks(curves.beats, seconds, 5) + _ticks(curves.downbeats, seconds, 11)
    bands = "".join(
        f'<path class="section" d="M{num(_across(part.start, seconds))} 0V{num(_HIGH)}"/>'
        f'<text class="letter" x="{num(_across(part.start, seconds) + 6)}" y="15">{escaped(part.label, 8)}</text>'
        for part in curves.sections[:SECTIONS]
    )
    return _curve(words, bands + _area(curves.energy) + marks)


def contour_curve(contour: Sequence[float]) -> Markup:
    """The same from a brief's contour, where the song itself was not listened to in this run."""
    return _curve("Energy over the song's length", _area(contour))


def _curve(words: str, inside: str) -> Markup:
    return Markup(
        f'<svg class="curve" viewBox="0 0 {num(_WIDE)} {num(_HIGH + 14)}" role="img"><title>{escaped(words)}</title>'
        f'{inside}<path class="ground" d="M0 {num(_HIGH)}H{num(_WIDE)}"/></svg>'
    )


def _area(values: ArrayLike) -> str:
    """A filled curve of at most CURVE_POINTS points: means of equal stretches."""
    energy = np.nan_to_num(np.asarray(values, np.float64), nan=0.0, posinf=1.0, neginf=0.0)
    if not energy.size:
        return ""
    count = min(CURVE_POINTS, energy.size)
    edges = np.linspace(0, energy.size, count + 1).astype(int)
    means = np.add.reduceat(energy, edges[:-1]) / np.diff(edges)
    heights = _HIGH - np.clip(means, 0, 1) * (_HIGH - 28)
    across = np.linspace(0, _WIDE, count) if count > 1 else np.array([0.0])
    line = "L".join(f"{num(x)} {num(y)}" for x, y in zip(across, heights, strict=True))
    end = f"L{num(_WIDE)} {num(float(heights[-1]))}" if count == 1 else ""
    return f'<path class="area" d="M0 {num(_HIGH)}L{line}{end}V{num(_HIGH)}Z"/><path class="line" d="M{line}{end}"/>'


def _ticks(times: ArrayLike, seconds: float, length: int) -> str:
    at = np.asarray(times, np.float64)
    at = at[np.isfinite(at) & (at >= 0) & (at <= seconds)]
    if not at.size:
        return ""
    at = at[:: -(-at.size // MARKS)]
    marks = "".join(f"M{num(_across(float(time), seconds))} {num(_HIGH)}v{length}" for time in at)
    return f'<path class="beat" d="{marks}"/>'


def _across(time: float, seconds: float) -> float:
    return _WIDE * _unit(time / seconds)


def _cross() -> str:
    half, side = num(_SIDE / 2), num(_SIDE)
    return (
        f'<rect class="frame" width="{side}" height="{side}"/>'
        f'<path class="cross" d="M0 {half}H{side}M{half} 0V{side}"/>'
    )


def _dot(dot: Dot, count: int) -> str:
    x, y = _place(dot.mood)
    small = 0.55 if count > 150 else 0.75 if count > LABELLED else 1.0
    radius = small * (6 + 11 * _unit(dot.mood.sureness))
    mood = dot.mood
    words = (
        f"{mood.grid}, valence {share(mood.valence)}, arousal {share(mood.arousal)}, sureness {share(mood.sureness)}"
    )
    circle = (
        f'<circle class="dot" cx="{num(x)}" cy="{num(y)}" r="{num(radius)}" fill="{hex_of(dot.colour)}">'
        f"<title>{escaped(dot.title)}: {escaped(words)}</title></circle>"
    )
    # A label on the right runs out of the frame at its edge.
    left = x > _SIDE - 40
    away, anchor = (-radius - 4, "end") if left else (radius + 4, "start")
    number = escaped(dot.label, 6)
    label = (
        f'<text class="label" x="{num(x + away)}" y="{num(y + 4)}" text-anchor="{anchor}">{number}</text>'
        if dot.label and count <= LABELLED
        else ""
    )
    inside = circle + label
    return (
        f'<a href="#{escaped(dot.link)}" aria-label="{escaped(dot.title)}: {escaped(words)}">{inside}</a>'
        if dot.link
        else inside
    )


def _place(mood: Mood) -> tuple[float, float]:
    return _unit(mood.valence) * _SIDE, (1 - _unit(mood.arousal)) * _SIDE


def _unit(value: float) -> float:
    """Clipped to [0, 1]; .5 for what is not a number."""
    return min(1.0, max(0.0, value)) if value == value else 0.5

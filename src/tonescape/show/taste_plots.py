"""The drawings of a taste report: SVG with tooltips and text alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from markupsafe import Markup

from tonescape.core.records import Heard
from tonescape.show.cue_words import title_of
from tonescape.show.moodmap import corners, tint
from tonescape.show.pages import escaped, num
from tonescape.show.taste_facts import Cell

SIDE = 520
"""user units of the mood map"""

CELLS = 26
"""density cells a side"""

SPREAD = 0.06
"""of the density's Gaussian, in valence and arousal"""

MAX_DOTS = 1500
"""songs drawn as dots; the density is of all of them"""


def mood_map(songs: Sequence[tuple[Heard, int]]) -> Markup:
    """All songs by valence (right) and arousal (up), with the density of what is played."""
    total = sum(weight for _, weight in songs)
    density = _density(songs)
    top = max(density.values(), default=1.0) or 1.0
    step = SIDE / CELLS
    cells = []
    for (column, row), value in density.items():
        if value / top < 0.03:
            continue
        fill = tint((column + 0.5) / CELLS, (row + 0.5) / CELLS)
        x, y = column * step, SIDE - (row + 1) * step
        size = num(step)
        box = f'<rect x="{num(x)}" y="{num(y)}" width="{size}" height="{size}"'
        cells.append(f'{box} fill="{fill}" opacity="{0.85 * value / top:.2f}"/>')
    dots = []
    for heard, weight in songs[:MAX_DOTS]:
        x, y = SIDE * heard.mood.valence, SIDE * (1 - heard.mood.arousal)
        radius = min(9.0, 2.2 + 1.5 * (weight / max(1.0, total / len(songs))) ** 0.5)
        label = f"{_name(heard)}: valence {heard.mood.valence:.2f}, arousal {heard.mood.arousal:.2f}"
        dots.append(f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(radius)}"><title>{escaped(label)}</title></circle>')
    title = f"{len(songs)} songs on the plane of valence and arousal"
    middle = SIDE / 2
    return Markup(
        f'<svg class="map" viewBox="0 0 {SIDE} {SIDE}" role="img" aria-label="{title}">{"".join(cells)}'
        f'<path class="axes" d="M{middle} 0V{SIDE}M0 {middle}H{SIDE}"/><g class="dots">{"".join(dots)}</g>'
        f"{corners(SIDE, 12)}</svg>"
    )


def _density(songs: Sequence[tuple[Heard, int]]) -> dict[tuple[int, int], float]:
    """Gaussian density at the middles of the cells, weighted by plays; separable, so two passes."""
    counts: dict[tuple[int, int], float] = {}
    for heard, weight in songs:
        place = tuple(min(CELLS - 1, max(0, int(v * CELLS))) for v in (heard.mood.valence, heard.mood.arousal))
        counts[place[0], place[1]] = counts.get((place[0], place[1]), 0.0) + weight
    kernel = {d: exp(-0.5 * (d / CELLS / SPREAD) ** 2) for d in range(-4, 5)}
    for axis in (0, 1):
        spread: dict[tuple[int, int], float] = {}
        for cell, value in counts.items():
            for d, k in kernel.items():
                moved = (cell[0] + d, cell[1]) if axis == 0 else (cell[0], cell[1] + d)
                if 0 <= moved[axis] < CELLS:
                    spread[moved] = spread.get(moved, 0.0) + k * value
        counts = spread
    return counts


def moods_of(names: Sequence[str], cells: Sequence[Cell | None], title: str, *, every: int = 1) -> Markup:
    """A bar for each name: as high as it is played, in the colour of its mood. A dot marks its valence and a ring its
    arousal, 0 at the foot and 1 at the top of the plot: means differ less than colours show."""
    width, height = 900, 150
    most = max((cell.plays for cell in cells if cell), default=1)
    step = width / max(1, len(cells))
    parts = []
    for index, (label, cell) in enumerate(zip(names, cells, strict=True)):
        x = index * step
        if cell:
            high = max(2.0, height * cell.plays / most)
            text = f"{label}: {cell.plays} plays, valence {cell.valence:.2f}, arousal {cell.arousal:.2f}"
            wide = num(max(1.0, step - 2))
            box = f'<rect x="{num(x + 1)}" y="{num(height - high)}" width="{wide}" height="{num(high)}"'
            marks = "".join(
                f'<circle class="{kind}" cx="{num(x + step / 2)}" cy="{num(height * (1 - value))}" r="4.5"/>'
                for kind, value in (("valence", cell.valence), ("arousal", cell.arousal))
            )
            parts.append(
                f'<g><title>{escaped(text)}</title>{box} fill="{tint(cell.valence, cell.arousal)}"/>{marks}</g>'
            )
        if index % every == 0:
            parts.append(
                f'<text x="{num(x + step / 2)}" y="{height + 16}" text-anchor="middle">{escaped(label)}</text>'
            )
    opening = f'<svg class="bars" viewBox="0 0 {width} {height + 22}" role="img"'
    return Markup(f'{opening} aria-label="{escaped(_summary(names, cells, title))}">{"".join(parts)}</svg>')


def _summary(names: Sequence[str], cells: Sequence[Cell | None], title: str) -> str:
    known = [(name, cell) for name, cell in zip(names, cells, strict=True) if cell]
    if not known:
        return f"{title}: nothing known"
    bright, dark = max(known, key=lambda pair: pair[1].valence), min(known, key=lambda pair: pair[1].valence)
    lively = max(known, key=lambda pair: pair[1].arousal)
    return f"{title}: brightest {bright[0]}, darkest {dark[0]}, liveliest {lively[0]}"


def _name(heard: Heard) -> str:
    song = heard.song
    return f"{title_of(song)} by {song.artist}" if song.artist else title_of(song)


def strip(names: Sequence[str], cells: Sequence[Cell]) -> Markup:
    """The colours of the months, a block each."""
    width = 900 / max(1, len(cells))
    blocks = "".join(
        f"<g><title>{escaped(name)}: {cell.plays} plays, valence {cell.valence:.2f}, arousal {cell.arousal:.2f}</title>"
        f'<rect x="{num(index * width)}" y="0" width="{num(width + 0.4)}" height="64" '
        f'fill="{tint(_stretched(cell.valence, cells, "valence"), _stretched(cell.arousal, cells, "arousal"))}"/></g>'
        for index, (name, cell) in enumerate(zip(names, cells, strict=True))
    )
    title = f"Colours of {len(cells)} months, from {names[0]} to {names[-1]}" if names else "No months"
    opening = '<svg class="strip" viewBox="0 0 900 64" preserveAspectRatio="none" role="img"'
    return Markup(f'{opening} aria-label="{escaped(title)}">{blocks}</svg>')


def _stretched(value: float, cells: Sequence[Cell], axis: str) -> float:
    """Months differ little from one another; their own range is drawn over .15 to .85."""
    values = [float(getattr(cell, axis)) for cell in cells]
    low, high = min(values), max(values)
    return 0.15 + 0.7 * (value - low) / (high - low) if high - low > 1e-6 else value

"""The film at a glance: mood over time, scenes, and the music under them, as one SVG."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import exp

from markupsafe import Markup

from tonescape.core.records import Cue, FilmScore
from tonescape.show.cue_words import clock, sounding, title_of
from tonescape.show.moodmap import tint
from tonescape.show.pages import escaped, num

WIDTH, TOP, ARC, LANE = 1200, 18, 112, 26
"""user units: width, space for the clock, height of the arc, height of a lane"""

STEPS_S = (10, 15, 30, 60, 120, 300, 600, 900, 1800)
"""seconds between clock marks; the first that gives at most twelve"""


def arc(film: FilmScore) -> Markup:
    """The SVG. Scenes are links to their rows; the music blocks have ids, so that the page's script can move them."""
    total = max(1.0, sum(cue.scene.seconds for cue in film.cues))
    scale = WIDTH / total
    height = TOP + ARC + 3 * LANE
    parts = [
        f'<svg class="arc" viewBox="0 0 {WIDTH} {height}" role="group" aria-labelledby="arc-t arc-d">',
        f'<title id="arc-t">Mood of the film over {clock(total)}</title>',
        f'<desc id="arc-d">{escaped(_told(film.cues), 2000)}</desc>',
        _grid(total, scale),
        _curve(film.cues, scale, "arousal"),
        _curve(film.cues, scale, "valence"),
        *_scenes(film, scale),
        *_music(film, scale),
        f'<line id="head" class="head" x1="0" x2="0" y1="{TOP}" y2="{height}" visibility="hidden"/>',
        "</svg>",
    ]
    return Markup("".join(parts))


def _told(cues: Sequence[Cue]) -> str:
    """The plot in words, for those who do not see it."""
    bright, dark = max(cues, key=lambda c: c.mood.valence), min(cues, key=lambda c: c.mood.valence)
    wild = max(cues, key=lambda c: c.mood.arousal)
    return (
        f"{len(cues)} scenes. Brightest: scene {bright.scene.number}, {bright.scene.heading}. "
        f"Darkest: scene {dark.scene.number}, {dark.scene.heading}. "
        f"Most agitated: scene {wild.scene.number}, {wild.scene.heading}."
    )


def _grid(total: float, scale: float) -> str:
    step = next((step for step in STEPS_S if total / step <= 12), STEPS_S[-1])
    marks = []
    for index in range(int(total // step) + 1):
        x = index * step * scale
        side = ' text-anchor="end"' if x > WIDTH - 40 else ""
        line = f'<line x1="{num(x)}" x2="{num(x)}" y1="{TOP}" y2="{TOP + ARC}"/>'
        marks.append(f'{line}<text x="{num(min(x, WIDTH))}" y="12"{side}>{clock(index * step)}</text>')
    middle = TOP + ARC / 2
    return f'<g class="grid">{"".join(marks)}<line class="mid" x1="0" x2="{WIDTH}" y1="{middle}" y2="{middle}"/></g>'


def _curve(cues: Sequence[Cue], scale: float, axis: str) -> str:
    """The mood over time: a Gaussian mean over the scenes, a fortieth of the film wide, which a short film's scenes
    outlast and a long film's flicker disappears in. Every scene's own value is a dot."""
    lengths = [cue.scene.seconds for cue in cues]
    middles = [end - length / 2 for end, length in zip(accumulate(lengths), lengths, strict=True)]
    values = [float(getattr(cue.mood, axis)) for cue in cues]
    total = sum(lengths)
    width = total / 40
    points = []
    for step in range(STEPS + 1):
        at = total * step / STEPS
        weights = [
            length * exp(-0.5 * min(40.0, _outside(at, m, length) / width) ** 2)
            for m, length in zip(middles, lengths, strict=True)
        ]
        mean = sum(w * v for w, v in zip(weights, values, strict=True)) / (sum(weights) or 1.0)
        points.append(f"{num(at * scale)} {num(TOP + ARC * (1.0 - mean))}")
    dots = "".join(
        f'<circle cx="{num(m * scale)}" cy="{num(TOP + ARC * (1.0 - v))}" r="2"/>'
        for m, v in zip(middles, values, strict=True)
    )
    return f'<g class="dots {axis}">{dots}</g><path class="{axis}" d="M{"L".join(points)}"/>'


def _outside(at: float, middle: float, length: float) -> float:
    """Seconds from a time to the nearer end of a scene; 0 within its middle half."""
    return max(0.0, abs(at - middle) - length / 4)


STEPS = 240
"""straight pieces of a curve"""


def _scenes(film: FilmScore, scale: float) -> list[str]:
    out = []
    y = TOP + ARC + 4
    for cue, entry in zip(film.cues, film.plan, strict=True):
        x, width = entry.start * scale, max(1.0, cue.scene.seconds * scale - 1.5)
        mood = cue.mood
        label = f"{cue.scene.number}. {cue.scene.heading}: valence {mood.valence:.2f}, arousal {mood.arousal:.2f}"
        number = f'<text x="{num(x + 4)}" y="{y + 15}">{cue.scene.number}</text>' if width > 18 else ""
        out.append(
            f'<a href="#scene-{cue.scene.number}" class="scene"><title>{escaped(label)}</title>'
            f'<rect x="{num(x)}" y="{y}" width="{num(width)}" height="{LANE - 4}" '
            f'fill="{tint(mood.valence, mood.arousal)}"/>{number}</a>'
        )
    return out


def _music(film: FilmScore, scale: float) -> list[str]:
    out = [f'<rect class="lane" x="0" y="{TOP + ARC + LANE + 4}" width="{WIDTH}" height="{2 * LANE - 8}"/>']
    y = TOP + ARC + LANE + 4
    for entry, seconds in sounding(film.plan):
        assert entry.match is not None
        x, width = entry.start * scale, max(2.0, seconds * scale - 1.5)
        own = entry.match.mood
        colour = tint(own.valence, own.arousal) if own else "#888"
        title = title_of(entry.match.song)
        kept = title[: max(0, int(width / 7.5) - 1)]
        mark = "◆ " if entry.role == "leitmotif" and width > 30 else ""
        out.append(
            f'<a href="#scene-{entry.scene}" class="music {entry.role}" id="music-{entry.scene}">'
            f"<title>{escaped(title)}, {clock(seconds)}</title>"
            f'<rect x="{num(x)}" y="{y}" width="{num(width)}" height="{2 * LANE - 8}" fill="{colour}"/>'
            f'<text x="{num(x + 5)}" y="{y + 27}" data-fit="{int(width / 7.5) - 1}">{mark}{escaped(kept)}</text></a>'
        )
    return out

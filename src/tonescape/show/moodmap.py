"""The plane of valence and arousal as all pages draw it: its colours, the words in its corners, and a small dial."""

from __future__ import annotations

from markupsafe import Markup

from tonescape.core.colour import hex_of, oklch_to_srgb8
from tonescape.show.pages import num
from tonescape.show.phrases import QUADRANTS, share


def tint(valence: float, arousal: float) -> str:
    """A colour for a mood: hue from blue (unpleasant) over green to amber (pleasant), chroma and light from arousal."""
    hue = 262.0 - 195.0 * valence
    return hex_of(oklch_to_srgb8((0.5 + 0.2 * arousal, 0.045 + 0.1 * arousal, hue % 360)))


def corners(side: float, inset: float) -> Markup:
    """The quadrants' words in the corners of a plane of `side` user units, `inset` from its edges."""
    places = {
        "Q1": (side - inset, 2 * inset, "end"),
        "Q2": (inset, 2 * inset, "start"),
        "Q3": (inset, side - inset - 2, "start"),
        "Q4": (side - inset, side - inset - 2, "end"),
    }
    return Markup("").join(
        Markup(
            f'<text class="corner" x="{num(x)}" y="{num(y)}" text-anchor="{anchor}">'
            f"{QUADRANTS[quadrant].capitalize()}</text>"
        )
        for quadrant, (x, y, anchor) in places.items()
    )


def dial(valence: float, arousal: float) -> Markup:
    """A small map of valence and arousal with its numbers."""
    x, y = 2 + 18 * valence, 20 - 18 * arousal
    return Markup(
        '<svg class="dial" viewBox="0 0 22 22" aria-hidden="true"><path d="M11 1V21M1 11H21"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="{tint(valence, arousal)}"/></svg>'
        f'<span class="va">{share(valence)}<i>/</i>{share(arousal)}</span>'
    )

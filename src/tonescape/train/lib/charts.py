"""Charts of a measurement as SVG files: a learning curve, a confusion matrix, a reliability diagram."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

SIDE, PAD = 400, 64
INKS = ("#1b4965", "#b5502f", "#4f772d", "#7b2d5e")
STYLE = "text{font:13px sans-serif;fill:#222}.t{font-size:15px;font-weight:bold}.g{stroke:#ccc;fill:none}"


def lines(
    title: str,
    series: Mapping[str, Sequence[tuple[float, float]]],
    *,
    across: str,
    up: str,
    span: tuple[float, float] = (0.0, 1.0),
    diagonal: bool = False,
) -> str:
    """Points joined by lines, a colour and a legend line for each series; y runs over `span`."""
    xs = [x for points in series.values() for x, _ in points]
    left, right = (0.0, 1.0) if diagonal else (min(xs), max(xs))
    low, high = span

    def place(x: float, y: float) -> tuple[float, float]:
        return PAD + SIDE * (x - left) / max(right - left, 1e-9), PAD + SIDE * (1.0 - (y - low) / (high - low))

    parts = []
    for tick in np.linspace(low, high, 6):
        _, y = place(left, float(tick))
        parts.append(f'<path class="g" d="M{PAD} {y:.1f}H{PAD + SIDE}"/>{_text(PAD - 8, y + 4, f"{tick:.2f}", "end")}')
    for tick in np.linspace(left, right, 5):
        x, _ = place(float(tick), low)
        parts.append(_text(x, PAD + SIDE + 18, f"{tick:.2f}" if right <= 1.0 else f"{tick:.0f}", "middle"))
    if diagonal:
        (x0, y0), (x1, y1) = place(0.0, 0.0), place(1.0, 1.0)
        parts.append(f'<path class="g" stroke-dasharray="5 4" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"/>')
    for number, (name, points) in enumerate(series.items()):
        ink, spots = INKS[number % len(INKS)], [place(x, y) for x, y in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{ink}"/>' for x, y in spots)
        parts.append(f'<path d="M{path}" stroke="{ink}" stroke-width="2" fill="none"/>{dots}')
        parts.append(f'<circle cx="{PAD + SIDE + 18}" cy="{PAD + 20 * number}" r="5" fill="{ink}"/>')
        parts.append(_text(PAD + SIDE + 30, PAD + 20 * number + 4, name))
    parts.append(_text(PAD + SIDE / 2, PAD + SIDE + 42, across, "middle"))
    parts.append(f'<g transform="translate(18 {PAD + SIDE / 2}) rotate(-90)">{_text(0, 0, up, "middle")}</g>')
    return _page(title, parts)


def matrix(title: str, counts: NDArray[Any], names: Sequence[str]) -> str:
    """Confusion matrix [k, k]: rows what it is, columns what was said; shaded and numbered by share of the row."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    cell, parts = SIDE / len(names), []
    for row, name in enumerate(names):
        parts.append(_text(PAD + SIDE + 12, PAD + cell * (row + 0.5) + 4, f"{name} (true, {int(counts[row].sum())})"))
        parts.append(_text(PAD + cell * (row + 0.5), PAD + SIDE + 18, f"{name}", "middle"))
        for column in range(len(names)):
            share = float(shares[row, column])
            ink = "#fff" if share > 0.5 else "#222"
            x, y = PAD + cell * column, PAD + cell * row
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{cell:.1f}" height="{cell:.1f}" fill="{INKS[0]}" '
                f'fill-opacity="{share:.3f}" stroke="#ccc"/><text x="{x + cell / 2:.1f}" y="{y + cell / 2 + 5:.1f}" '
                f'text-anchor="middle" style="fill:{ink}">{share:.2f}</text>'
            )
    parts.append(_text(PAD + SIDE / 2, PAD + SIDE + 42, "said", "middle"))
    return _page(title, parts)


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _page(title: str, parts: Sequence[str]) -> str:
    wide, high = SIDE + 2 * PAD + 170, SIDE + 2 * PAD
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img"><title>{escape(title)}</title>'
        f'<style>{STYLE}</style><rect width="100%" height="100%" fill="#fff"/>'
        f'<text class="t" x="{PAD}" y="34">{escape(title)}</text>{"".join(parts)}</svg>\n'
    )

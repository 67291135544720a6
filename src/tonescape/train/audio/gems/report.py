"""The section on GEMS emotions in docs/ACCURACY.md, and the line that the reports print."""

from __future__ import annotations

from typing import Any

import numpy as np

from tonescape.train.audio.features_cache import HEARD_ALL
from tonescape.train.corpora import emotify

BASELINE, AIM = 0.51, 0.58
"""mean r of an SVR on 122 statistics of the spectrum (same data, ten folds by clip), and what was to be reached"""

COMMAND = "tonescape evaluate gems --data FOLDER --write"


def page(found: dict[str, Any]) -> str:
    """The section of docs/ACCURACY.md."""
    whole = found["mean r"]
    lines = [
        "## GEMS emotions from sound",
        "",
        f"Emotify, {found['clips']} clips, share of listeners ({found['listeners a clip']}) who felt each; ten folds "
        "by clip (the set names no artists, so this may flatter), 95 % bootstrap intervals over clips. The ceiling is "
        f"the highest r a perfect model could reach against so few listeners' votes. Shuffled labels: "
        f"{found['mean r, shuffled']:.2f}. Mean change by a codec: {found['codec, mean change']:.3f}. "
        f"Note: {HEARD_ALL}.",
        "",
        "| emotion | r | ceiling |",
        "|---|---|---|",
        *(f"| {name.replace('_', ' ')} | {_text(found[name])} | {found[name]['ceiling']:.2f} |"
          for name in emotify.EMOTIONS),
        f"| mean (baseline {BASELINE:.2f}, aim {AIM:.2f}) | {_text(whole)} | "
        f"{np.mean([found[name]['ceiling'] for name in emotify.EMOTIONS]):.2f} |",
        "",
        f"`{COMMAND}`",
    ]  # fmt: skip
    return "\n".join(lines)


def _text(row: dict[str, Any]) -> str:
    return f"{row['r']:.2f} [{row['interval'][0]:.2f}, {row['interval'][1]:.2f}]"


def lines_of(found: dict[str, Any]) -> dict[str, str]:
    """What the reports print."""
    whole = found["mean r"]
    low, high = whole["interval"]
    return {"gems": f"r = {whole['r']:.2f} ({low:.2f} to {high:.2f}) on average with listeners, {found['clips']} clips"}

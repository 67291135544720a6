"""The section on mood words in docs/ACCURACY.md, and the line that the reports print."""

from __future__ import annotations

from typing import Any

import numpy as np

from tonescape.train.audio.features_cache import HEARD_ALL
from tonescape.train.corpora import mer_4q

COMMAND = "tonescape evaluate tags --data FOLDER --write"


def page(found: dict[str, Any]) -> str:
    """The section of docs/ACCURACY.md."""
    kept = {name: row for name, row in found["auc"].items() if row["kept"]}
    dropped = [f"{name} {row['auc']:.2f}" for name, row in found["auc"].items() if not row["kept"]]
    whole = found["mean AUC of all words"]
    lines = [
        "## Mood words from sound",
        "",
        f"AllMusic's mood words on {found['clips']} clips of 4Q; AUC of the {found['words']} words with at least "
        f"{mer_4q.WORD_CLIPS} clips, five folds grouped by artist, 95 % bootstrap intervals over artists. Guessing is "
        f".50; shuffled labels {found['mean AUC, shuffled']:.2f}. Mean of all words {whole['auc']:.3f} "
        f"[{whole['interval'][0]:.3f}, {whole['interval'][1]:.3f}]. A word is {found['rule']}: {len(kept)} words. A "
        f"codec moves a song's place among the others by {found['codec, mean change of the share']:.3f} on average. "
        f"Note: {HEARD_ALL}.",
        "",
        "| word | clips | AUC |",
        "|---|---|---|",
        *(f"| {name} | {row['clips']} | {row['auc']:.2f} [{row['interval'][0]:.2f}, {row['interval'][1]:.2f}] |"
          for name, row in kept.items()),
        "",
        f"Dropped: {', '.join(dropped) or 'none'}.",
        "",
        f"`{COMMAND}`",
    ]  # fmt: skip
    return "\n".join(lines)


def lines_of(found: dict[str, Any]) -> dict[str, str]:
    """What the reports print."""
    rows = [row["auc"] for row in found["auc"].values() if row["kept"]]
    return {"tags": f"AUC {np.mean(rows):.2f} on average over the {len(rows)} words kept by it, {found['clips']} clips"}

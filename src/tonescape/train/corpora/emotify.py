"""Emotify: clips of four genres with the share of listeners who felt each of nine GEMS emotions.

A. Aljanaki, F. Wiering, R. C. Veltkamp, "Studying emotion induced by music through a crowdsourcing game",
Information Processing & Management 52(1), 2016. The corpus names no artists, so every clip is its own group.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tonescape.train.corpora.songs import Recordings, music, read_csv

TERMS = "Emotify (Aljanaki et al. 2016): CC BY-NC-SA"

EMOTIONS = (
    "amazement",
    "solemnity",
    "tenderness",
    "nostalgia",
    "calmness",
    "power",
    "joyful_activation",
    "tension",
    "sadness",
)
"""the nine factors of the Geneva Emotional Music Scale (Zentner, Grandjean & Scherer 2008)"""


def load(data: Path | None = None) -> Recordings:
    """targets: emotions [n, 9] in [0, 1], listeners [n] how many people heard the clip, genre [n, 4] of 0 and 1"""
    folder = music(data)
    rows = sorted(read_csv(folder / "emotify.csv", ("clip", "listeners", "genre", *EMOTIONS)), key=lambda r: r["clip"])
    genres = tuple(sorted({row["genre"] for row in rows}))
    return Recordings(
        name="emotify",
        terms=TERMS,
        ids=tuple(row["clip"] for row in rows),
        paths=tuple(folder / "emotify" / f"{row['clip']}.opus" for row in rows),
        groups=np.arange(len(rows), dtype=np.int64),
        targets={
            "emotions": np.array([[float(row[name]) for name in EMOTIONS] for row in rows]),
            "listeners": np.array([float(row["listeners"]) for row in rows]),
            "genre": np.array([[float(row["genre"] == name) for name in genres] for row in rows]),
        },
        columns={"emotions": EMOTIONS, "genre": genres},
    )

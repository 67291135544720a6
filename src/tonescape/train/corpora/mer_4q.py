"""The 4Q audio emotion dataset: 30 s previews with a quadrant of Russell's plane and AllMusic's mood words.

R. Panda, R. Malheiro, R. P. Paiva, "Novel audio features for music emotion recognition", IEEE Transactions on
Affective Computing 11(4), 2020.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tonescape.train.corpora.songs import Recordings, group_numbers, indicators, music, read_csv

TERMS = "4Q (Panda et al. 2020): 30 s commercial previews, research only"

QUADRANTS = ("Q1", "Q2", "Q3", "Q4")
"""happy, tense, sad, calm"""

AROUSAL_HIGH = np.array([1.0, 1.0, 0.0, 0.0])
VALENCE_HIGH = np.array([1.0, 0.0, 0.0, 1.0])
"""whether a quadrant lies in the high half, in the order of QUADRANTS"""

WORD_CLIPS = 20
"""a mood word needs this many clips to be learnt"""

GENRE_CLIPS = 15


def load(data: Path | None = None, *, original: bool = False) -> Recordings:
    """The clips, by name; with `original` only those kept as the original MP3, for measuring what a codec does.

    targets: quadrant [n] 0..3, share [n] of the mood words that fall in the quadrant, arousal [n] and valence [n]
    0 or 1, words [n, k] and genres [n, k] of 0 and 1
    """
    folder = music(data)
    rows = sorted(
        read_csv(folder / "mer_4q.csv", ("Song", "Artist", "Quadrant", "PQuad", "MoodsStr", "GenresStr")),
        key=lambda row: row["Song"],
    )
    groups = group_numbers([row["Artist"] for row in rows])
    words, word_names = indicators([row["MoodsStr"] for row in rows], at_least=WORD_CLIPS)
    genres, genre_names = indicators([row["GenresStr"] for row in rows], at_least=GENRE_CLIPS)
    quadrant = np.array([QUADRANTS.index(row["Quadrant"]) for row in rows])
    where = ("mer_4q_mp3", ".mp3") if original else ("mer_4q", ".opus")
    paths = [folder / where[0] / (row["Song"] + where[1]) for row in rows]
    kept = np.array([not original or path.is_file() for path in paths])
    targets = {
        "quadrant": quadrant.astype(np.float64),
        "share": np.array([float(row["PQuad"]) for row in rows]),
        "arousal": AROUSAL_HIGH[quadrant],
        "valence": VALENCE_HIGH[quadrant],
        "words": words,
        "genres": genres,
    }
    return Recordings(
        name="mer_4q",
        terms=TERMS,
        ids=tuple(row["Song"] for row, keep in zip(rows, kept, strict=True) if keep),
        paths=tuple(path for path, keep in zip(paths, kept, strict=True) if keep),
        groups=groups[kept],
        targets={name: values[kept] for name, values in targets.items()},
        columns={"words": word_names, "genres": genre_names},
    )

"""VibeNet (GPL-3.0, never imported by the package) on the clips Spotify's features are measured with, as a reference.

    pip install vibenet          in an environment of its own that also sees tonescape
    TONESCAPE_DATA=... python bench/reference_features.py

Prints r of its answers with the means of the artists' other songs, as `tonescape evaluate features` does for ours.
"""

from __future__ import annotations

import sys

import numpy as np

from tonescape.mood.spotify import FEATURES
from tonescape.train.audio.spotify import weak_labels
from tonescape.train.audio.spotify.evaluate import SONGS
from tonescape.train.corpora import mer_4q
from tonescape.train.corpora.songs import music, read_csv
from tonescape.train.lib.metrics import bootstrap, correlation


def main() -> int:
    try:
        from vibenet import load_model
    except ImportError:
        print("vibenet is not installed; type: pip install vibenet", file=sys.stderr)
        return 1
    corpus = mer_4q.load()
    artist = {row["Song"]: row["Artist"] for row in read_csv(music() / "mer_4q.csv", ("Song", "Artist"))}
    means, songs = weak_labels.artists().means([artist[name] for name in corpus.ids])
    known = np.flatnonzero(songs >= SONGS)
    model = load_model()
    rows = [model.predict(str(corpus.paths[i]))[0].to_dict() for i in known]
    said = np.array([[row[name] for name in FEATURES] for row in rows])
    truth, groups = means[known], corpus.groups[known]

    def r(rows: np.ndarray, j: int) -> float:
        return correlation(truth[rows, j], said[rows, j])

    for j, name in enumerate(FEATURES):
        print(f"{name:18s} {bootstrap(lambda rows, j=j: r(rows, j), groups)}")
    print(f"{'mean':18s} {bootstrap(lambda rows: float(np.mean([r(rows, j) for j in range(len(FEATURES))])), groups)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

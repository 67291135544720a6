"""Makes the training set of what ships: nature photographs, each with the mood that judge "a" sees in it.

    tonescape train generator-data --out DIR [--data DIR]

`train.parquet` and `held.parquet` hold the pictures with `valence` and `arousal` in [0, 1]: the share of the training
pictures that judge "a" gives less. Ranks, because a judge's own values of landscapes span a fifth of the scale, and
asking for .9 should mean "as pleasant as the most pleasant tenth". No picture of `held` has a near double in `train`.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core.store import make_folder, write_atomically
from tonescape.train.corpora.pictures import TERMS, pictures, resized
from tonescape.train.lib import arguments as options
from tonescape.train.pictures.generators.data import SOURCES
from tonescape.train.pictures.generators.label import graded, ranks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tonescape.core.records import Pixels

    Reals = NDArray[np.float64]

SETS = {"nature": ("",), "desert": ("desert", "sky")}
"""which pictures: every key of nature, of SUN those whose key names a desert or a sky (bamboo is no landscape)"""

ALIKE = 0.97
"""correlation of two 16 x 16 grey pictures above which they count as the same place"""

HELD = 0.16
"""share of the places that is held out for measuring"""

DATA = [TERMS["nature"], TERMS["desert"], "moods: judge_a, ranked among the training pictures"]
DATA_TERMS = "pictures for research; a network learnt from them holds no picture"
"""what the files say of themselves, and a network trained on them in its card"""


def doubles(images: Sequence[Pixels]) -> NDArray[np.int64]:
    """[n] number of each picture's place: pictures joined by a chain of correlations above ALIKE share one."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    small = np.stack([resized(image, 16) for image in images]).astype(np.float32).mean(axis=3).reshape(len(images), -1)
    small -= small.mean(axis=1, keepdims=True)
    small /= np.maximum(np.linalg.norm(small, axis=1, keepdims=True), 1e-6)
    near = csr_matrix(small @ small.T > ALIKE)
    found: NDArray[np.int64] = connected_components(near, directed=False)[1].astype(np.int64)
    return found


def make(out: Path, data: Path | None = None) -> dict[str, int]:
    """Write both files; {"train": pictures, "held": pictures}."""
    import pyarrow as pa
    from pyarrow import parquet

    keys: list[str] = []
    blobs: list[bytes] = []
    images: list[Pixels] = []
    for name, wanted in SETS.items():
        stored = pictures(name, data)
        rows = [row for row, key in enumerate(stored.keys) if any(word in key for word in wanted)]
        keys += [f"{name}:{stored.keys[row]}" for row in rows]
        blobs += [stored.blobs[row] for row in rows]
        images += stored.images(96, rows)
    place = doubles(images)
    first = np.unique(place, return_index=True)[1]
    held = np.array([_share(keys[first[number]]) < HELD for number in place])
    judged = graded(images)
    mood = ranks(judged, judged[~held])
    make_folder(out)
    about = {SOURCES: json.dumps({"data": DATA, "data_terms": DATA_TERMS})}
    for name, rows_of in (("train", np.flatnonzero(~held)), ("held", np.flatnonzero(held))):
        columns: dict[str, Any] = {
            "key": [keys[i] for i in rows_of],
            "image": [blobs[i] for i in rows_of],
            "place": place[rows_of],
            "valence": mood[rows_of, 0],
            "arousal": mood[rows_of, 1],
            "valence_judged": judged[rows_of, 0],
            "arousal_judged": judged[rows_of, 1],
        }
        buffer = io.BytesIO()
        parquet.write_table(pa.table(columns).replace_schema_metadata(about), buffer)
        write_atomically(out / f"{name}.parquet", buffer.getvalue())
    return {"train": int((~held).sum()), "held": int(held.sum())}


def _share(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Nature photographs with judged moods, split into train and held.")
    options.add_data(parser)
    parser.add_argument("--out", type=Path, required=True, help="folder for train.parquet and held.parquet")
    given = parser.parse_args(arguments)
    print(make(given.out, given.data))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""What is heard in a corpus, kept in a folder, so that a recording is decoded once however often a model is trained."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tonescape.core.records import Floats


def descriptors(paths: Sequence[Path], cache: Path | None = None) -> tuple[tuple[str, ...], Floats]:
    """(names, [n, k]) of all recordings. The cache is one file for this list of paths and version of `hear`.

    SongError for a recording that cannot be heard: a corpus is complete or it is not used.
    """
    from tonescape import hear

    listed = "\n".join(path.name for path in paths)
    kept = None
    if cache is not None:
        digest = hashlib.sha256(listed.encode()).hexdigest()[:12]
        kept = cache / f"heard_v{hear.VERSION}_{len(paths)}_{digest}.npz"
        if kept.is_file():
            with np.load(kept, allow_pickle=False) as stored:
                return tuple(map(str, stored["names"])), stored["vectors"]
    if not paths:
        raise InputError("no recordings are in the list; is this the right folder of data?")
    heard = [hear.listen(path) for path in paths]
    names, vectors = heard[0].names, np.stack([features.vector for features in heard])
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(kept, names=np.array(names), vectors=vectors)
    return names, vectors


def columns(names: Sequence[str], vectors: Floats, wanted: Sequence[str]) -> Floats:
    """[n, len(wanted)]: the columns called `wanted`, in their order."""
    place = {name: i for i, name in enumerate(names)}
    return np.ascontiguousarray(vectors[:, [place[name] for name in wanted]])

"""Arrays that take long to work out, kept in a folder under the checksum of all that they depend on."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tonescape.core.store import write_atomically

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays: TypeAlias = dict[str, NDArray[Any]]


def arrays(cache: Path | None, name: str, inputs: Iterable[str | bytes], work_out: Callable[[], Arrays]) -> Arrays:
    """What `work_out` gives, read from `cache` where the same inputs were worked out before; None keeps nothing.

    name : of the file, for people      inputs : everything that the result follows from, also the version of a model
    A file that is damaged is worked out anew. OutputError where the folder cannot be written to.
    """
    if cache is None:
        return work_out()
    file = cache / f"{name}-{checksum(inputs)}.npz"
    try:
        with np.load(file, allow_pickle=False) as found:
            return {key: found[key] for key in found.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        result = work_out()
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **result)
    write_atomically(file, buffer.getvalue())
    return result


def checksum(inputs: Iterable[str | bytes]) -> str:
    """12 hexadecimal digits of SHA-256 over texts and bytes, each with its length before it."""
    found = hashlib.sha256()
    for each in inputs:
        data = each.encode("utf-8", "surrogatepass") if isinstance(each, str) else each
        found.update(f"{len(data)} ".encode())
        found.update(data)
    return found.hexdigest()[:12]

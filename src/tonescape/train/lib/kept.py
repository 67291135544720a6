"""Arrays that take long to work out, kept in a folder under the checksum of all that they depend on."""

from __future__ import annotations

import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tonescape.core.errors import InputError
from tonescape.core.store import write_atomically

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays: TypeAlias = dict[str, NDArray[Any]]


DAMAGED = (ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
"""what numpy and `zipfile` raise for damaged files; RuntimeError for an unknown way of packing or a password"""


def arrays(cache: Path | None, name: str, inputs: Iterable[str | bytes], work_out: Callable[[], Arrays]) -> Arrays:
    """What `work_out` gives, read from `cache` where the same inputs were worked out before; None keeps nothing.

    name : of the file, for people      inputs : everything that the result follows from, also the version of a model
    A file that is damaged is worked out anew. InputError where the file is there and cannot be read, OutputError where
    the folder cannot be written to, TypeError where `work_out` gives an array of Python objects.
    """
    if cache is None:
        return work_out()
    file = cache / f"{name}-{checksum(inputs)}.npz"
    try:
        found = _unpacked(file.read_bytes())
    except FileNotFoundError:
        found = None
    except OSError as problem:
        raise InputError(f"cannot read {file}: {problem.strerror or problem}. Choose another folder.") from problem
    if found is not None:
        return found
    result = work_out()
    for key, array in result.items():
        if array.dtype.hasobject:  # np.savez would pickle them, which is not read back
            raise TypeError(f"{name}: {key} holds Python objects; give numbers or text")
    buffer = io.BytesIO()
    named: dict[str, Any] = dict(result)
    np.savez(buffer, **named)
    write_atomically(file, buffer.getvalue())
    return result


def _unpacked(data: bytes) -> Arrays | None:
    """What an .npz file's bytes hold; None where they are damaged."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            return {key: found[key] for key in found.files}
    except DAMAGED:
        return None


def checksum(inputs: Iterable[str | bytes]) -> str:
    """12 hexadecimal digits of SHA-256 over texts and bytes, each with its length before it."""
    found = hashlib.sha256()
    for each in inputs:
        data = each.encode("utf-8", "surrogatepass") if isinstance(each, str) else each
        found.update(f"{len(data)} ".encode())
        found.update(data)
    return found.hexdigest()[:12]

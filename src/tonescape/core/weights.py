"""The table of model files: what each is, where it comes from, its terms; checked before use.

Every model that ships lies in `tonescape/weights` as NAME.npz or NAME.onnx beside its card, NAME.json: what it does,
what made it, on which data and under which terms, its measures, and the file's length and SHA-256.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core.errors import WeightsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Card:
    """What stands beside a model.

    bytes : of the file      inputs : names of its inputs in their order, () where they have none
    data, data_terms : what it learnt from, and what those data may be used for
    text : the whole card, JSON, with the measures
    """

    name: str
    file: str
    sha256: str
    bytes: int
    what: str
    licence: str
    data: tuple[str, ...]
    data_terms: str
    made_by: str
    inputs: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The arrays of an .npz model: `weights["name"]`, or `weights.shaped("name", 3, 4)`."""

    card: Card
    arrays: Mapping[str, NDArray[Any]]

    def __getitem__(self, name: str) -> NDArray[Any]:
        """An array; half precision as float32. WeightsError where there is none of that name."""
        try:
            return self.arrays[name]
        except KeyError:
            raise WeightsError(f"weights/{self.card.file} holds no {name!r}; reinstall tonescape") from None

    def shaped(self, name: str, *shape: int) -> NDArray[Any]:
        """An array of this shape, -1 for any length; WeightsError where it has another."""
        array = self[name]
        if len(array.shape) != len(shape) or any(w not in (-1, n) for w, n in zip(shape, array.shape, strict=True)):
            raise WeightsError(f"weights/{self.card.file}: {name!r} has shape {array.shape}, not {shape}")
        return array


def shipped() -> tuple[str, ...]:
    """Names of all models in the package, sorted."""
    return tuple(sorted(path.stem for path in _folder().glob("*.json")))


def card(name: str) -> Card:
    """The card of a model; WeightsError where there is none, or it does not say what a card must."""
    file = _folder() / f"{name}.json"
    try:
        text = file.read_text(encoding="utf-8")
        row = json.loads(text)
        return Card(name, row["file"], row["sha256"], row["bytes"], row["what"], row["licence"], tuple(row["data"]),
                    row["data_terms"], row["made_by"], tuple(row.get("inputs", ())), text)  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise WeightsError(f"weights/{file.name} cannot be used ({problem!r}); reinstall tonescape") from problem


def read(name: str) -> bytes:
    """The model's file. WeightsError where it is missing or not the one its card names."""
    known = card(name)
    try:
        data = (_folder() / known.file).read_bytes()
    except OSError as problem:
        raise WeightsError(f"weights/{known.file} cannot be read ({problem}); reinstall tonescape") from problem
    if len(data) != known.bytes or hashlib.sha256(data).hexdigest() != known.sha256:
        raise WeightsError(f"weights/{known.file} is not the file its card describes; reinstall tonescape")
    return data


@cache
def load(name: str) -> Weights:
    """The arrays of an .npz model, checked; half precision comes as float32. WeightsError as in `read`."""
    import numpy as np

    data = read(name)
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except (ValueError, OSError) as problem:
        raise WeightsError(f"weights/{name}.npz cannot be unpacked ({problem}); reinstall tonescape") from problem
    half = np.dtype(np.float16)
    return Weights(card(name), {k: a.astype(np.float32) if a.dtype == half else a for k, a in arrays.items()})


def order(name: str, inputs: Sequence[str]) -> NDArray[Any]:
    """int [k] : where each input of the model stands among `inputs`. WeightsError naming one that is not there."""
    import numpy as np

    places = {given: place for place, given in enumerate(inputs)}
    missing = [wanted for wanted in card(name).inputs if wanted not in places]
    if missing:
        raise WeightsError(f"weights/{name} wants {missing[0]!r}, which is not heard here; reinstall tonescape")
    return np.array([places[wanted] for wanted in card(name).inputs], dtype=np.intp)


def write(name: str, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any], folder: Path | None = None) -> Path:
    """Pack arrays as NAME.npz with its card and return the file.

    about : what the card says besides file, sha256 and bytes; see `Card`, and "measures"
    folder : by default the package's own
    """
    import numpy as np

    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return write_file(f"{name}.npz", buffer.getvalue(), about, folder)


def write_file(file: str, data: bytes, about: Mapping[str, Any], folder: Path | None = None) -> Path:
    """Write a model's file and its card beside it."""
    from tonescape.core.store import write_atomically

    path = (folder or _folder()) / file
    row = {"file": file, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), **about}
    write_atomically(path, data)
    write_atomically(path.with_suffix(".json"), (json.dumps(row, indent=1, ensure_ascii=False) + "\n").encode())
    load.cache_clear()
    return path


def _folder() -> Path:
    return Path(str(resources.files("tonescape"))) / "weights"

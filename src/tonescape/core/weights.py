"""The table of model files: what each is, where it comes from, its terms; checked before use.

Every model that ships lies in `tonescape/weights` as NAME.npz or NAME.onnx beside its card, NAME.json: what it does,
what made it, on which data and under which terms, its measures, and the file's length and SHA-256.

Models too large to ship, or not ours to, are the rows of DOWNLOADS: `folder_of(name)` finds one and checks it. Nothing
is read but safetensors and JSON: neither can hold code.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core.errors import MissingError, WeightsError
from tonescape.core.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
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


SOURCE_ONLY = ("judge_a", "judge_b")
"""models that lie in the source and not in the wheel, which they would make 2.3 MB larger: only `tonescape train` and
`tonescape evaluate` use them"""


def card(name: str, folder: Path | None = None) -> Card:
    """The card of a model; WeightsError where there is none, or it does not say what a card must.

    folder : by default the package's own
    MissingError for a model of SOURCE_ONLY where the package was installed from a wheel.
    """
    file = (folder or _folder()) / f"{name}.json"
    if folder is None and name in SOURCE_ONLY and not file.exists():
        raise MissingError(f"the model {name} is not in the installed package, only in its source; in a folder with "
                           "the source type: pip install -e '.[torch]'")  # fmt: skip
    try:
        text = file.read_text(encoding="utf-8")
        row = json.loads(text)
        data, inputs = tuple(row["data"]), tuple(row.get("inputs", ()))
        return Card(name, str(row["file"]), row["sha256"], row["bytes"], row["what"], row["licence"], data,
                    row["data_terms"], row["made_by"], inputs, text)  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise WeightsError(f"{_said(file, folder)} cannot be used ({problem!r}); {_mend(folder)}") from problem


def read(name: str, folder: Path | None = None) -> bytes:
    """The model's file. WeightsError where it is missing or not the one its card names. folder : as in `card`"""
    known = card(name, folder)
    file = (folder or _folder()) / known.file
    try:
        data = file.read_bytes()
    except OSError as problem:
        raise WeightsError(f"{_said(file, folder)} cannot be read ({problem}); {_mend(folder)}") from problem
    if len(data) != known.bytes or hashlib.sha256(data).hexdigest() != known.sha256:
        raise WeightsError(f"{_said(file, folder)} is not the file its card describes; {_mend(folder)}")
    return data


def _said(file: Path, folder: Path | None) -> str:
    return f"weights/{file.name}" if folder is None else str(file)


def _mend(folder: Path | None) -> str:
    return "reinstall tonescape" if folder is None else f"type: tonescape train generator-pack RUN --out {folder}"


@cache
def load(name: str) -> Weights:
    """The arrays of an .npz model, checked; half precision comes as float32. WeightsError as in `read`."""
    import numpy as np

    data = read(name)
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except (ValueError, OSError, zipfile.BadZipFile) as problem:
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


@dataclass(frozen=True, slots=True)
class File:
    """A file of a download. bytes, sha256 : 0 and "" where none is known; it is pinned when first seen"""

    name: str
    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """A model that is fetched or brought along.

    hub, revision : address on the model hub and the commit      inside : its folder there, "" for all of it
    files : what is needed, the first says what the model is      megabytes : of all of them, about
    """

    name: str
    what: str
    hub: str
    revision: str
    inside: str
    files: tuple[File, ...]
    megabytes: int
    licence: str
    source: str


_STABLE = tuple(map(File, ("model_index.json", "scheduler/scheduler_config.json", "text_encoder/config.json",
                           "tokenizer/merges.txt", "tokenizer/special_tokens_map.json",
                           "tokenizer/tokenizer_config.json", "tokenizer/vocab.json", "unet/config.json",
                           "vae/config.json")))  # fmt: skip
"""the small files of every Stable Diffusion pipeline"""

_CLIP = tuple(map(File, ("config.json", "merges.txt", "preprocessor_config.json", "special_tokens_map.json",
                         "tokenizer.json", "tokenizer_config.json", "vocab.json")))  # fmt: skip

_TURBO = (
    File("text_encoder/model.fp16.safetensors", 680_820_392,
         "bc1827c465450322616f06dea41596eac7d493f4e95904dcb51f0fc745c4e13f"),
    File("unet/diffusion_pytorch_model.fp16.safetensors", 1_731_904_736,
         "40ec400881e27d1376c7c95c5bd495f407b33756e80eb6365e301c33a07af6e5"),
    File("vae/diffusion_pytorch_model.fp16.safetensors", 167_335_342,
         "3e4c08995484ee61270175e9e7a072b66a6e4eeb5f0c266667fe1f45b90daf9a"),
)  # fmt: skip

HUB = "https://huggingface.co"
HUB_HOSTS = frozenset({"huggingface.co", ".huggingface.co", ".hf.co"})
"""the hub, and where it sends those who ask for large files"""

DOWNLOADS: dict[str, Download] = {row.name: row for row in (
    Download("sd-turbo", "Stable Diffusion 2.1, distilled to 1-4 steps", "stabilityai/sd-turbo",
             "b261bac6fd2cf515557d5d0707481eafa0485ec2", "", _STABLE + _TURBO, 2582, "Stability AI Community License",
             "Sauer et al., Adversarial Diffusion Distillation (2023)"),
    Download("minisd", "Stable Diffusion 1.4 at 256 px, for training", "lambda/miniSD-diffusers",
             "bb17f50b88ae45623313769b086d3e91e4cda5ec", "",
             (*_STABLE,
              File("text_encoder/model.safetensors", 0,
                   "71c10601ece1342fede0300fb88db71c09ece8be491b71875d18b9799a5e6c15"),
              File("unet/diffusion_pytorch_model.safetensors", 0,
                   "b4f69d42f33b64745ae44eaf76544aed3de6fcad7df3d8ccbcd3c2f5ca2aa908"),
              File("vae/diffusion_pytorch_model.safetensors")), 4270, "CreativeML Open RAIL-M",
             "Rombach et al., Latent Diffusion (2022), fine-tuned"),
    Download("taesd", "tiny autoencoder of Stable Diffusion 1 and 2", "madebyollin/taesd",
             "614f76814bbe30edbe2e627ace1c2234c81a2c0e", "",
             (File("config.json"), File("diffusion_pytorch_model.safetensors", 9_793_292,
              "db169d69145ec4ff064e49d99c95fa05d3eb04ee453de35824a6d0f325513549")), 10, "MIT",
             "O. Boer Bohan, TAESD (2023)"),
    Download("clip", "CLIP ViT-B/32: how well a picture fits words", "laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
             "1a25a446712ba5ee05982a381eed697ef9b435cf", "",
             (*_CLIP, File("model.safetensors", 605_157_884,
              "74813fbcdc750f235c9784c367ca1394d2a5c25eb0aac92761752ac239db7cff")), 609, "MIT",
             "Radford et al. (2021); weights by Cherti et al., OpenCLIP (2022)"),
    Download("vqgan", "VQGAN with 8192 codes, one for 16 x 16 px", "amused/amused-256",
             "09b6259bf96dbe6d70a852b70812420fe02df55e", "vqvae",
             (File("config.json"), File("diffusion_pytorch_model.safetensors", 0,
              "1241a5c88b635af4f8cfb268e388ccaa70f55a458a473d68943e5c28d7b7f762")), 585, "Open RAIL++-M",
             "Patil et al., aMUSEd (2024), after Esser et al. (2021)"),
)}  # fmt: skip
"""Revisions and checksums are those of public manifests; where a file has none, the lock (`_pin`) keeps what was seen
first, and a later change is refused. No file was ever fetched here.

Compared with the hub's pages as others had stored them: the sizes and licence of minisd, vqgan and sd-turbo's network,
the checksums of minisd (its autoencoder's was not found) and vqgan. minisd's revision is the hub's own conversion
(pull request 9), since the main branch was seen to hold pickles only. sd-turbo's licence is what its card links to at
this revision; before, it was the Non-Commercial Research Community License. Not found again, and so unconfirmed: size,
checksum and revision of clip and taesd, and sd-turbo's two smaller checksums.
"""


def folder_of(name: str) -> Path:
    """The folder of a downloaded model, its safetensors checked against the table or the lock.

    name : of a row of DOWNLOADS, looked for in TONESCAPE_MODELS/NAME, then in models/NAME of the cache; or the path of
        any folder with a model of one's own, taken as it is
    MissingError in one line with address, size, licence and the ways to get it; WeightsError for a changed file, and
    for a folder that holds pickles only.
    """
    row = DOWNLOADS.get(name)
    if row is None:
        folder = Path(name).expanduser()
        if not folder.is_dir():
            raise MissingError(f"no model or folder is called {name!r}; there is {', '.join(sorted(DOWNLOADS))}")
        _tensors(folder)
        return folder
    for folder in places(name):
        if (folder / row.files[0].name).is_file():
            _check(row, folder)
            return folder
    raise MissingError(how_to_get(row))


def places(name: str) -> tuple[Path, ...]:
    """Where a downloaded model is looked for, in this order."""
    named = os.environ.get("TONESCAPE_MODELS")
    cached = settings().cache / "models" / name
    return (Path(named).expanduser() / name, cached) if named else (cached,)


def how_to_get(row: Download) -> str:
    """One line: what is missing, its size and licence, and the two ways to get it."""
    return (
        f"{row.name} ({row.what}) is not here: {row.hub} at {row.revision}, {row.megabytes} MB, {row.licence}. "
        f"Type: tonescape fetch {row.name}, or set TONESCAPE_MODELS to a folder that has its files, "
        f"{row.name}/{row.files[0].name} and the rest"
    )


def fetch(name: str, on_bytes: Callable[[str, int, int], None], client: Any = None) -> Path:
    """Bring a model's files into the cache, where `folder_of` finds them, and return the folder.

    on_bytes : called with (file, bytes on disk so far, bytes expected or 0)
    client : of `net`, by default the hub's
    UsageError for a name that is no row, MissingError without httpx2; errors as `net.Client.download`, `folder_of`.
    """
    from tonescape.core.errors import UsageError
    from tonescape.core.net import Client

    if name not in DOWNLOADS:
        raise UsageError(f"no model is called {name!r}; there is {', '.join(sorted(DOWNLOADS))}")
    row, folder = DOWNLOADS[name], settings().cache / "models" / name
    client = client or Client(HUB_HOSTS).ready()
    for file in (*row.files[1:], row.files[0]):  # the first says that the folder is whole, so it comes last
        path = folder / file.name
        if not path.is_file() or (file.bytes and path.stat().st_size != file.bytes):
            inside = f"{row.inside}/{file.name}" if row.inside else file.name
            address = f"{HUB}/{row.hub}/resolve/{row.revision}/{inside}"
            client.download(
                address, path, length=file.bytes, on_bytes=lambda have, file=file: on_bytes(file.name, have, file.bytes)
            )
    _check(row, folder)
    return folder


def _tensors(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*.safetensors"))
    if not found:
        raise WeightsError(f"{folder} holds no .safetensors; pickled weights (.bin, .ckpt) are not read")
    return found


def _check(row: Download, folder: Path) -> None:
    """Each tensor file is the table's, or the one first seen. A file whose time and length are known is not read."""
    lock = settings().cache / "models" / f"{row.name}.lock.json"
    known: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        known = dict(json.loads(lock.read_text(encoding="utf-8")))
    table = {file.name: file for file in row.files}
    seen: dict[str, Any] = {}
    for path in _tensors(folder):
        name, stat = path.relative_to(folder).as_posix(), path.stat()
        mark, old = [str(path), stat.st_size, stat.st_mtime_ns], known.get(name, {})
        wanted = table[name].sha256 if name in table else ""
        if old.get("mark") == mark and wanted in ("", old.get("sha256")):
            seen[name] = old
            continue
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != (wanted or old.get("sha256", found)):
            raise WeightsError(f"{path} is not the file of {row.hub} at {row.revision[:12]}; get it again")
        seen[name] = {"sha256": found, "mark": mark}
    if seen != {name: known.get(name) for name in seen}:
        _pin(lock, known | seen)


def _pin(lock: Path, seen: Mapping[str, Any]) -> None:
    """Keep what was seen. A cache that cannot be written costs a second look next time, no more."""
    from tonescape.core.errors import OutputError
    from tonescape.core.store import write_atomically

    with suppress(OutputError):
        write_atomically(lock, (json.dumps(seen, indent=1) + "\n").encode())

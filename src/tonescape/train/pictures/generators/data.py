"""Pictures to learn from: a folder or a Parquet file, with conditions from columns or from a CSV beside it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tonescape.core.errors import InputError, MissingError
from tonescape.train.corpora.pictures import MOST_PIXELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    Rows = dict[str, list[Any]]

ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
FORMATS = ("PNG", "JPEG", "WEBP")
MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr")
"""of 8 bits or fewer a channel; others (16 bits, floating point) hold no picture as people see it until scaled"""

FEWEST = 2
SOURCES = "tonescape"
"""key of a Parquet file's own record of where its pictures are from"""

UNKNOWN = "unknown"
"""what a card says where nobody recorded it"""

KEY = ("key", "file", "path")
"""names a CSV may give the column that says which picture a row belongs to"""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """All pictures in memory.

    pictures : uint8 [n, 3, side, side]      conditions : float32 [n, k], standardised by `centre` and `scale` [k]
    names (k,) : of the conditions, () without      keys (n,)
    sources, terms : what a card says of them: where they are from, and what they may be used for
    """

    pictures: Tensor
    conditions: Tensor
    names: tuple[str, ...]
    centre: NDArray[np.float32]
    scale: NDArray[np.float32]
    keys: tuple[str, ...]
    sources: tuple[str, ...] = (UNKNOWN,)
    terms: str = UNKNOWN

    def __len__(self) -> int:
        return len(self.keys)

    def order(self, epoch: int, seed: int) -> Tensor:
        """[n] the rows of an epoch in random order, the same for the same epoch and seed."""
        return torch.randperm(len(self), generator=torch.Generator().manual_seed((seed << 20) + epoch))

    def batch(self, rows: Tensor, device: str) -> tuple[Tensor, Tensor]:
        """Pictures in [-1, 1], every second one mirrored at random, and their conditions."""
        images = self.pictures[rows].to(device).float() / 127.5 - 1.0
        mirrored = torch.rand(len(rows)) < 0.5
        images[mirrored] = images[mirrored].flip(3)
        return images.contiguous(memory_format=torch.channels_last), self.conditions[rows].to(device)


def read(
    source: Path,
    side: int,
    *,
    table: Path | None = None,
    columns: Sequence[str] = (),
    group: str = "",
    standard: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None,
) -> Pool:
    """The pictures of a folder (and those below it) or of a Parquet file, cut to a square in the middle.

    table : CSV with a column `key` (or `file`, `path`) and the conditions; without it they are columns of the Parquet
    columns : the conditions' names      group : a column, such as the album; conditions become its means
    standard : centre and scale to use, by default mean and standard deviation found here
    InputError for an empty folder, a picture or cell that cannot be used; MissingError without pyarrow.
    """
    keys, blobs, rows = _parquet(source) if source.suffix == ".parquet" else _folder(source)
    if len(keys) < FEWEST:
        raise InputError(f"{source} holds {len(keys)} pictures ({', '.join(ENDINGS)}); training needs {FEWEST} or more")
    if table is not None:
        rows = _joined(keys, table)
    values = _values(source if table is None else table, rows, keys, columns, group)
    centre, scale = standard or (values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6))
    pictures = np.stack([picture(blob, key, side) for key, blob in zip(keys, blobs, strict=True)])
    return Pool(
        torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous(),
        torch.from_numpy(((values - centre) / scale).astype(np.float32)),
        tuple(columns),
        centre.astype(np.float32),
        scale.astype(np.float32),
        tuple(keys),
        *_record(source, len(keys), table, columns),
    )


def _record(source: Path, count: int, table: Path | None, columns: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """(sources, terms) of a pool: the file's own record, or what can be seen of a user's pictures."""
    own = _own_record(source) if source.suffix == ".parquet" else None
    kind = "file" if source.suffix == ".parquet" else "folder"
    seen = f"{count} pictures of the {kind} {source.resolve().name}, origin {UNKNOWN}"
    sources, terms = own or ((seen,), UNKNOWN)
    if table is not None and columns:
        sources = (*sources, f"{', '.join(columns)}: from {table.name}")
    return sources, terms


def _own_record(file: Path) -> tuple[tuple[str, ...], str] | None:
    """What `tonescape train generator-data` wrote into a Parquet file of where its pictures are from."""
    from pyarrow import parquet

    found = (parquet.read_schema(file).metadata or {}).get(SOURCES.encode())
    try:
        row = json.loads(found) if found else None
        return (tuple(map(str, row["data"])), str(row["data_terms"])) if row else None
    except (ValueError, KeyError, TypeError):
        return None


def picture_files(folder: Path) -> list[Path]:
    """The pictures of a folder and those below it, sorted. InputError where it is no folder."""
    if not folder.is_dir():
        raise InputError(f"{folder} is neither a folder nor a .parquet file")
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())


def _folder(folder: Path) -> tuple[list[str], Iterator[bytes], Rows]:
    files = picture_files(folder)
    return [path.relative_to(folder).as_posix() for path in files], (path.read_bytes() for path in files), {}


def _parquet(file: Path) -> tuple[list[str], Iterator[bytes], Rows]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise MissingError("reading .parquet needs pyarrow; type: pip install 'tonescape[parquet]'") from None
    try:
        rows: Rows = parquet.read_table(file).to_pydict()
    except (OSError, ArrowException) as problem:
        raise InputError(f"{file} cannot be read: {str(problem).splitlines()[0]}") from None
    if "image" not in rows:
        raise InputError(f"{file} has no column 'image' with the pictures' bytes; it has {', '.join(rows)}")
    keys = [str(key) for key in rows.get("key", range(len(rows["image"])))]
    images = rows.pop("image")
    return keys, (image["bytes"] if isinstance(image, dict) else image for image in images), rows


def _joined(keys: Sequence[str], table: Path) -> Rows:
    """The CSV's columns in the order of the pictures."""
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            lines = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise InputError(f"{table} cannot be read: {problem}") from None
    known = next((name for name in KEY if lines and name in lines[0]), None)
    if known is None:
        raise InputError(f"{table} has no column called {', '.join(KEY)} that names the picture of a row")
    by_key = {line[known]: line for line in lines}
    absent = [key for key in keys if key not in by_key and Path(key).stem not in by_key]
    if absent:
        raise InputError(f"{table}: {len(absent)} of {len(keys)} pictures have no row, the first {absent[0]!r}")
    found = [by_key.get(key) or by_key[Path(key).stem] for key in keys]
    return {name: [line[name] for line in found] for name in lines[0]}


def _values(source: Path, rows: Rows, keys: Sequence[str], columns: Sequence[str], group: str) -> NDArray[np.float64]:
    out = np.zeros((len(keys), len(columns)))
    for place, name in enumerate((*columns, *([group] if group else []))):
        if name not in rows:
            raise InputError(f"{source} has no column {name!r}; it has {', '.join(rows) or 'no columns'}")
        if place == len(columns):
            return means(out, rows[group])
        for row, cell in enumerate(rows[name]):
            try:
                out[row, place] = float(cell)
            except (TypeError, ValueError):
                out[row, place] = np.nan
            if not np.isfinite(out[row, place]):
                raise InputError(f"{source}: {name} of {keys[row]!r} is {cell!r}, not a number")
    return out


def means(values: NDArray[np.float64], groups: Sequence[Any]) -> NDArray[np.float64]:
    """[n, k]: each row the mean of its group, such as an album's tracks."""
    member = np.unique(np.array([str(group) for group in groups]), return_inverse=True)[1]
    sums = np.zeros((member.max() + 1, values.shape[1]))
    np.add.at(sums, member, values)
    found: NDArray[np.float64] = (sums / np.bincount(member)[:, None])[member]
    return found


def picture(blob: bytes, key: str, side: int) -> NDArray[np.uint8]:
    """uint8 [side, side, 3]; see-through parts become white."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(blob), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise InputError(f"{key} has {image.width} x {image.height} pixels, more than {MOST_PIXELS}")
            if image.mode not in MODES:
                raise InputError(f"{key} is of mode {image.mode}; save it with 8 bits a channel, as RGB or grey")
            clear = image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info
            whole = image.convert("RGBA") if clear else image.convert("RGB")
            if clear:
                whole = Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole).convert("RGB")
            return np.array(ImageOps.fit(whole, (side, side), Image.Resampling.BICUBIC))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise InputError(f"{key} is no picture that can be read ({problem})") from None

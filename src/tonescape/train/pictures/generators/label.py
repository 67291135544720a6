"""Labels a folder of pictures with the mood that judge "a" sees: `tonescape train label FOLDER --out CSV`.

The table is what `tonescape train generator --conditions CSV --columns valence,arousal` reads. `valence` and `arousal`
are ranks in [0, 1], the share of the pictures that the judge gives less: its own values of pictures of one kind span a
small part of the scale, and asking for .9 should mean "as pleasant as the most pleasant tenth". The judge's own values
stand beside them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import time
import warnings
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.errors import InputError, Remark
from tonescape.core.store import write_atomically
from tonescape.train.lib import arguments as options
from tonescape.train.lib.progress import Progress
from tonescape.train.pictures.judges import judge
from tonescape.train.pictures.judges.backbone import SIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from tonescape.core.records import Pixels

    Reals = NDArray[np.float64]
    Grade = Callable[[Sequence[Pixels]], Reals]
    Known = dict[str, tuple[str, float, float]]
    """file : SHA-256, judged valence and arousal"""

HEADER = ("file", "valence", "arousal", "valence_judged", "arousal_judged", "sha256")

AT_ONCE = 32
"""pictures that are judged together"""

MOST_PICTURES = 100_000
"""of a folder"""

WRITE_S = 15.0
"""s between two writes of the table"""


def ranks(values: Reals, among: Reals) -> Reals:
    """[n, k] in [0, 1]: the share of `among` [m, k] that lies below each value, ties counting half."""
    out = np.empty_like(values, dtype=np.float64)
    for axis in range(values.shape[1]):
        known = np.sort(among[:, axis])
        low, high = (np.searchsorted(known, values[:, axis], side) for side in ("left", "right"))
        out[:, axis] = (low + high) / (2.0 * len(known))
    return out


def graded(images: Sequence[Pixels], name: str = "a", *, fast: bool = True) -> Reals:
    """[n, 2] valence and arousal as a judge sees them. fast : bfloat16 arithmetic, .999 alike and much quicker"""
    import torch

    with torch.autocast("cpu", torch.bfloat16) if fast else nullcontext():
        return judge(name)(images)


def label(folder: Path, table: Path, grade: Grade = graded) -> tuple[int, int]:
    """Judge every picture below `folder` and write the table; (pictures labelled, files that are no picture).

    The table is written every WRITE_S seconds, whole or not at all. Pictures that stand in it with the same
    SHA-256 are not judged again; rows of files that are gone are dropped. A file that is no picture gives a Remark.
    InputError for a folder without pictures, with more than MOST_PICTURES, or for a table that is another one.
    """
    from tonescape.train.pictures.generators.data import picture, picture_files

    files = picture_files(folder)
    if not files or len(files) > MOST_PICTURES:
        raise InputError(f"{folder} holds {len(files)} pictures; between 1 and {MOST_PICTURES} can be labelled")
    before, known = read_table(table), {}
    waiting: dict[str, tuple[str, Pixels]] = {}
    refused, written = 0, time.monotonic()

    def judge_waiting() -> None:
        if waiting:
            moods = grade([image for _, image in waiting.values()])
            for (name, (digest, _)), mood in zip(waiting.items(), moods.tolist(), strict=True):
                known[name] = (digest, mood[0], mood[1])
            waiting.clear()

    progress = Progress("label", len(files), "pictures")
    for path in files:
        name = path.relative_to(folder).as_posix()
        try:
            blob = path.read_bytes()
            digest = hashlib.sha256(blob).hexdigest()
            if name in before and before[name][0] == digest:
                known[name] = before[name]
            else:
                waiting[name] = digest, picture(blob, str(path), SIDE)
        except (InputError, OSError) as problem:
            warnings.warn(f"not labelled: {problem}", Remark, 2)
            refused += 1
        if len(waiting) == AT_ONCE:
            judge_waiting()
            if time.monotonic() - written >= WRITE_S:
                write_atomically(table, packed({**before, **known}))
                written = time.monotonic()
        progress.advance()
    judge_waiting()
    progress.close()
    if not known:
        raise InputError(f"{folder}: none of its {len(files)} files is a picture that can be read")
    write_atomically(table, packed(known))
    return len(known), refused


def packed(known: Known) -> bytes:
    """The table as CSV, by file name."""
    names = sorted(known)
    judged = np.array([known[name][1:] for name in names], np.float64)
    rows: Iterable[list[float]] = np.hstack([ranks(judged, judged), judged]).round(5).tolist()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows([name, *row, known[name][0]] for name, row in zip(names, rows, strict=True))
    return text.getvalue().encode("utf-8")


def read_table(table: Path) -> Known:
    """What an earlier run wrote; empty where there is no file. InputError for any other table."""
    if not table.exists():
        return {}
    try:
        with table.open(newline="", encoding="utf-8") as lines:
            reader = csv.DictReader(lines)
            if tuple(reader.fieldnames or ()) != HEADER:
                raise ValueError("its columns are others")
            return {
                row["file"]: (row["sha256"], float(row["valence_judged"]), float(row["arousal_judged"]))
                for row in reader
            }
    except (OSError, ValueError, TypeError, csv.Error) as problem:
        raise InputError(f"{table} is no table of `tonescape train label` ({problem}); choose another --out") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns 0, or 1 where a file could not be read as a picture."""
    parser = options.parser("Label your own pictures with valence and arousal, for `tonescape train generator`.")
    parser.add_argument("folder", type=Path, help="folder of pictures (png, jpg, webp), searched with all below it")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="CSV",
        help="the table; its column `file` is a picture's path below FOLDER. An earlier one is gone on with",
    )
    given = parser.parse_args(arguments)
    labelled, refused = label(given.folder, given.out)
    print(f"{given.out}: {labelled} pictures labelled" + (f", {refused} files refused" if refused else ""))
    return 1 if refused else 0

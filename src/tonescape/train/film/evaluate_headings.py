"""Measures how well scene headings are found: against labels made by eye, and against another program's reading.

    tonescape evaluate scripts --labels tests/gather [--write docs/ACCURACY.md]

The labels are line numbers with the checksum of the text they belong to; the texts stay where they are.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tonescape.core.errors import ScriptError
from tonescape.gather.scripts import parse_text, read_script
from tonescape.gather.scripts.headings import marked_heading, unnumbered
from tonescape.gather.scripts.text import text_of
from tonescape.train.corpora import text as corpora
from tonescape.train.lib import arguments as options
from tonescape.train.lib.report import publish


@dataclass(frozen=True, slots=True)
class Counts:
    """hits : headings that are and were found      said : found      true : there are"""

    hits: int = 0
    predicted: int = 0
    true: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hits + other.hits, self.predicted + other.predicted, self.true + other.true)

    def cells(self) -> str:
        """Precision and recall for a table."""
        return f"{_share(self.hits, self.predicted)} | {_share(self.hits, self.true)}"


def _share(part: int, whole: int) -> str:
    """A share with its 95 % interval by Wilson's score (JASA 22, 1927)."""
    if not whole:
        return "none found"
    p, z = part / whole, 1.96
    middle, below = p + z * z / (2 * whole), 1 + z * z / whole
    wide = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole))
    low, high = max(0.0, (middle - wide) / below), min(1.0, (middle + wide) / below)
    return f"{p:.3f} [{low:.3f}, {high:.3f}] ({part}/{whole})"


def heading_lines(text: str) -> set[int]:
    """Line numbers, from 1, where the parser's headings stand in a text, found one after the other."""
    rows = text.replace("\f", "\n\n").split("\n")
    found: set[int] = set()
    at = 0
    for scene in parse_text(text).scenes:
        wanted = _letters(scene.heading)
        for index in range(at, len(rows) if wanted else 0):
            row = _letters(rows[index])
            start = _letters(unnumbered(rows[index]))
            wrapped = len(row) > 8 and wanted.startswith(start) and marked_heading(rows[index])
            if row and (wanted in row or wrapped):
                found.add(index + 1)
                at = index + 1
                break
    return found


def _letters(line: str) -> str:
    return re.sub(r"[^A-Z0-9À-Þ]", "", line.upper())


def against_labels(path: Path, data: Path | None) -> tuple[Counts, Counts]:
    """Of scripts with marked headings, and of those without. A label may say which lines it covers (first, last)."""
    texts = dict(corpora.screenplays(data))
    marked, unmarked = Counts(), Counts()
    for name, label in json.loads(path.read_text(encoding="utf-8")).items():
        raw = texts[name].encode()
        if hashlib.sha256(raw).hexdigest() != label["sha256"]:
            raise ScriptError(f"{name}: the text is not the one that was labelled")
        first, last = label.get("first", 1), label.get("last", 1 << 30)
        found = {line for line in heading_lines(text_of(raw, name)) if first <= line <= last}
        wanted = set(label["headings"])
        own = Counts(len(found & wanted), len(found), len(wanted))
        if label.get("marked", True):
            marked += own
        else:
            unmarked += own
    return marked, unmarked


def against_other_program(data: Path | None) -> tuple[Counts, int]:
    """Headings of Fountain and FDX samples, those that screenplay-tools finds taken for true; and how many files."""
    from screenplay_tools.fdx.parser import Parser as Fdx
    from screenplay_tools.fountain.parser import Parser as Fountain

    total, files = Counts(), 0
    folder = corpora.folder(data) / "text" / "fountain_fdx_samples"
    for path in sorted([*folder.rglob("*.fountain"), *folder.rglob("*.fdx")]):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".fdx":
            elements = Fdx().parse(text).elements
        else:
            parser = Fountain()
            parser.add_text(text)
            elements = parser.script.elements
        theirs = Counter(_letters(each.text_raw) for each in elements if each.type.name == "HEADING")
        ours = Counter(map(_letters, _headings(path)))
        total += Counts(sum((theirs & ours).values()), sum(ours.values()), sum(theirs.values()))
        files += 1
    return total, files


def _headings(path: Path) -> list[str]:
    try:
        return [scene.heading for scene in read_script(path).scenes if scene.heading]
    except ScriptError:
        return []


def section(labels: Path, data: Path | None) -> Iterator[str]:
    """The part of docs/ACCURACY.md."""
    whole, bare = against_labels(labels / "script_labels.json", data)
    windows, silent = against_labels(labels / "script_windows.json", data)
    other, files = against_other_program(data)
    yield "## Screenplays: scene headings found\n"
    yield "`tonescape evaluate scripts --labels tests/gather --write docs/ACCURACY.md`\n"
    yield "Wilson's 95 % intervals. Headings of one script resemble each other, so read them as too narrow. The rules"
    yield "were written looking at the ten whole scripts, and the parser proposed the lines that were labelled there.\n"
    yield "| data | labels | precision | recall |"
    yield "|---|---|---|---|"
    yield f"| ten whole scripts, plain text | by eye, lines proposed by the parser | {whole.cells()} |"
    yield f"| 56 lines of each of 42 other scripts | by eye, before the parser was asked | {windows.cells()} |"
    yield f"| a whole script without INT and EXT | by eye, lines proposed by the parser | {bare.cells()} |"
    yield f"| 56 lines of each of two scripts that mark no scene | by eye, before the parser | {silent.cells()} |"
    yield f"| {files} Fountain and FDX samples, one a whole film | what screenplay-tools reads | {other.cells()} |"
    yield "\nNo published figure on headings of plain scripts is known."


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Measure how well scene headings are found.")
    options.add_data(parser)
    parser.add_argument(
        "--labels", type=Path, default=Path("tests/gather"), metavar="FOLDER", help="the lines labelled by eye"
    )
    options.add_write(parser)
    given = parser.parse_args(arguments)
    publish("scripts", "\n".join(section(given.labels, given.data)), given.write)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

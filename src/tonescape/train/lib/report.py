"""Sections of docs/ACCURACY.md: each command that measures something writes its own and leaves the others alone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from tonescape.core.store import write_atomically

TITLE = """# Accuracy

Every number Tonescape prints, and how good it is. Each section is written by the command it names.
"""


def write_section(path: Path, name: str, text: str) -> None:
    """Put `text` between `<!-- NAME:begin -->` and `<!-- NAME:end -->`; a new section goes to the end.

    name : lower-case letters and hyphens. OutputError where the file cannot be written.
    """
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    section = f"{begin}\n{text.strip()}\n{end}"
    old = path.read_text(encoding="utf-8") if path.exists() else TITLE
    found = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    new = found.sub(lambda _: section, old, count=1) if found.search(old) else f"{old.rstrip()}\n\n{section}\n"
    write_atomically(path, new.encode("utf-8"))


def publish(name: str, text: str, page: Path | None) -> None:
    """Print a section, and put it into `page` where one is given; see `write_section`."""
    print(text)
    if page:
        write_section(page, name, text)


def write_lines(path: Path, lines: Mapping[str, str]) -> None:
    """Put one line a name into show/accuracy.json, which the reports print; other names keep theirs.

    OutputError where the file cannot be written.
    """
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    text = json.dumps({**known, **lines}, ensure_ascii=False, indent=1, sort_keys=True)
    write_atomically(path, (text + "\n").encode("utf-8"))

"""Writes the reference pages from the code: python docs/generate.py. `tests/test_docs.py` holds them to it."""

from __future__ import annotations

import ast
import inspect
import json
import re
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
SOURCE = DOCS.parent / "src"
WRITTEN = "<!-- written by `make reference`; do not edit -->\n\n"

CAP = re.compile(r"(MAX|MOST|LONGEST|LARGEST)(_[A-Z_]+)?|[A-Z_]+_CAP")
CAPPED_ROOMS = ("core", "gather", "hear", "mood", "plan", "render", "score", "show")
"""rooms that meet files and options from outside; the painter's own constants are no caps"""


def command_page() -> str:
    """Every command with its arguments and options, from the typer app."""
    import typer

    from tonescape.cli import app
    from tonescape.train import listed

    parts = [
        "# Commands\n\nResults go to standard output, progress and warnings to standard error. Exit codes: 0 all done, "
        "1 something could not be used, 2 asked for something that cannot be, 130 stopped with Ctrl-C.\n"
    ]
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        parts.append(f"## tonescape {name}\n\n{inspect.cleandoc(command.help or '')}\n")
        rows = [row for parameter in command.params if (row := _option(parameter))]
        if rows:
            parts.append("\n".join(["| | default | |", "|---|---|---|", *rows]) + "\n")
        if name in ("train", "evaluate"):
            kinds = (line.split(maxsplit=1) for line in listed(name).splitlines())
            parts.append(
                "\n".join(["| NAME | |", "|---|---|", *(f"| `{kind}` | {what} |" for kind, what in kinds)]) + "\n"
            )
    return "\n".join(parts)


def _option(parameter: Any) -> str:
    metavar = parameter.metavar or ""
    if parameter.param_type_name == "argument":
        shown, default = f"`{metavar or parameter.name.upper()}`", "required" if parameter.required else ""
    else:
        shown = f"`{' '.join([', '.join(parameter.opts), *([] if parameter.is_flag else [metavar or 'VALUE'])])}`"
        default = "" if parameter.is_flag or parameter.default in (None, [], ()) else f"`{parameter.default}`"
    return f"| {_cell(shown)} | {_cell(default)} | {_cell(parameter.help or '')} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def api_page() -> str:
    """The public functions and records, from their signatures and docstrings."""
    import tonescape
    from tonescape import api

    functions = [getattr(api, name) for name in tonescape.__all__ if inspect.isfunction(getattr(api, name))]
    records = {name: found for name in tonescape.__all__ if is_dataclass(found := getattr(api, name))}
    parts = [f"# Python API\n\n```python\n{_example(tonescape.__doc__ or '')}\n```\n"]
    for function in functions:
        signature = re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(function)))
        parts.append(f"## tonescape.{function.__name__}\n\n```python\n{function.__name__}{signature}\n```\n")
        parts.append(_sections(inspect.getdoc(function) or ""))
    parts.append("## Records\n\nFrozen dataclasses; arrays are read-only; None is unknown.\n")
    for name, record in records.items():
        parts.append(f"### {name}\n\n```text\n{inspect.getdoc(record)}\n```\n")
        rows = [f"| `{each.name}` | `{_cell(str(each.type))}` |" for each in fields(record)]
        parts.append("\n".join(["| field | type |", "|---|---|", *rows]) + "\n")
    tree = (import_module("tonescape.core.errors").__doc__ or "").strip()
    parts.append(f"## Errors\n\n```\n{tree}\n```\n")
    return "\n".join(parts)


def _example(doc: str) -> str:
    return "\n".join(line[4:] for line in doc.splitlines() if line.startswith("    "))


def _sections(doc: str) -> str:
    """A docstring in numpy's form as Markdown: its headings bold, its entries a list, its examples code."""
    blocks = re.split(r"\n([A-Z][a-z]+)\n-+\n", doc)
    out = [blocks[0] + "\n"]
    for heading, body in zip(blocks[1::2], blocks[2::2], strict=True):
        out.append(f"**{heading}**\n")
        if heading == "Examples":
            out.append(f"```python\n{body.strip()}\n```\n")
            continue
        entries, _, rest = body.partition("\n\n") if not re.search(r"\n\n {4}", body) else (body, "", "")
        items = re.findall(r"^(\S.*)\n((?: {4}.*\n?)*)", entries + "\n", re.M)
        out.append("\n".join(f"- `{name}`: {_cell(text)}" if text else f"- `{name}`" for name, text in items) + "\n")
        if rest.strip():
            out.append(rest.strip() + "\n")
    return "\n".join(out)


COLUMNS = {
    "path": "the file, as it was found; empty for a song of a table",
    "uri": "address in the table, such as spotify:track:...; empty for a file",
    "title": "of the tags, else of the file's name",
    "artist": "of the tags; several are joined by commas",
    "album": "of the tags",
    "genre": "of the tags; several are joined by commas",
    "year": "of the tags",
    "duration_s": "seconds that decode, whatever the header says; of a song without a file, what the table says",
    "danceability": "[0, 1], estimated from sound",
    "energy": "[0, 1], estimated from sound",
    "key": "0 C, 1 C sharp ... 11 B, measured; unknown where no key stands out",
    "loudness": "dB relative to full scale, measured",
    "mode": "0 minor, 1 major, measured; unknown where no key stands out",
    "speechiness": "[0, 1], estimated from sound",
    "acousticness": "[0, 1], estimated from sound",
    "instrumentalness": "[0, 1], estimated from sound",
    "liveness": "[0, 1], a guess",
    "valence": "[0, 1], Spotify's feature of that name, estimated; the mood's own is mood_valence",
    "tempo": "BPM, measured; unknown where there is no steady beat",
    "time_signature": "beats a bar, measured",
    "given": "names of the twelve that came with a table instead of being heard, by spaces",
    "mood_valence": "[0, 1], unpleasant to pleasant; the calibrated chance of the positive half",
    "mood_arousal": "[0, 1], calm to lively; the calibrated chance of the energetic half",
    "sureness": "[0, 1], how far the point can be trusted",
    "quadrant": "Q1 happy, Q2 tense, Q3 sad, Q4 calm",
    "grid": "one of 25 words for the point, by energy and valence",
    "russell": "one of 17 words of Russell's circumplex",
    "thayer": "one of Thayer's four words",
    "main_colour": "#rrggbb, the song's main colour",
    "mood_colour": "#rrggbb, the mood's colour",
    "palette": "5 to 7 colours #rrggbb, darkest first, by spaces",
}
FAMILIES = {
    "class_": "share of the mood class, [0, 1]; the five add up to 1",
    "tag_": "mood word of AllMusic: the share of songs that have less of it, [0, 1]",
    "gems_": "emotion of the Geneva Emotional Music Scale: the share of listeners who would feel it, [0, 1]",
}


def column_page() -> str:
    """Every column of `hear --csv` and `--parquet`, from the schema. KeyError for a column without a line here."""
    from tonescape.show.table import columns_of_tables

    kinds = {str: "text", int: "int64", float: "float64"}
    columns = columns_of_tables()
    plain = [(name, kind) for name, kind in columns if not name.startswith(tuple(FAMILIES))]
    if left := set(COLUMNS) - {name for name, _ in plain}:
        raise KeyError(f"no table has the columns {sorted(left)}")
    rows = [f"| `{name}` | {kinds[kind]} | {COLUMNS[name]} |" for name, kind in plain]
    parts = [
        f"# Columns of a table\n\n`tonescape hear SONG... --csv FILE` and `--parquet FILE` write the same "
        f"{len(columns)} columns for any songs, one row a song. Unknown is empty in CSV, null in Parquet. In Parquet "
        "the file's metadata hold the version (`tonescape`) and the SHA-256 of each model (`weights.NAME`). How far "
        "each number can be trusted: [Accuracy](../ACCURACY.md).\n",
        "\n".join(["| column | type | |", "|---|---|---|", *rows]) + "\n",
    ]
    for start, what in FAMILIES.items():
        names = [name for name, _ in columns if name.startswith(start)]
        parts.append(
            f"## {start}...\n\n{len(names)} columns, float64: {what}.\n\n{', '.join(f'`{name}`' for name in names)}\n"
        )
    return "\n".join(parts)


def limit_page() -> str:
    """Every cap on what comes in or is asked for: constants called MAX_, MOST_, LONGEST_ or _CAP, with their notes."""
    rows = []
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE / "tonescape").with_suffix("").parts
        if parts[0] in CAPPED_ROOMS and "painter" not in parts:
            module = ".".join(("tonescape", *parts)).removesuffix(".__init__")
            body = ast.parse(path.read_text(encoding="utf-8")).body
            for node, after in zip(body, [*body[1:], None], strict=True):
                rows += _caps(module, node, after)
    return (
        "# Limits\n\nWhatever comes from outside has a cap, so that a hostile or broken file costs bounded time and "
        "memory. What lies beyond is refused in one line, or left out and counted.\n\n"
        + "\n".join(["| limit | | constant |", "|---|---|---|", *rows])
        + "\n"
    )


def _caps(module: str, node: ast.stmt, after: ast.stmt | None) -> list[str]:
    if isinstance(node, ast.Assign):
        targets = [name for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        targets = [node.target]
    else:
        return []
    note = ""
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
        note = after.value.value.split("\n\n")[0]
    found = []
    for name in targets:
        value = getattr(import_module(module), name.id, None) if CAP.fullmatch(name.id) else None
        if isinstance(value, int | float):
            shown = f"{value:,}" if isinstance(value, int) or value != int(value) else f"{int(value):,}"
            found.append(f"| {shown} | {_cell(note)} | `{module.removeprefix('tonescape.')}.{name.id}` |")
    return found


def card_pages() -> dict[str, str]:
    """A page for each model card, and their list."""
    from tonescape.core import weights

    cards = [weights.card(name) for name in weights.shipped()]
    rows = [
        f"| [{card.name}]({card.name}.md) | {_cell(card.what)} | {card.bytes / 1e6:.1f} MB | {_cell(card.data_terms)} |"
        for card in cards
    ]
    pages = {
        "models/index.md": "# Models\n\nEvery model that ships, from the card beside it in `src/tonescape/weights`. "
        "`tonescape doctor` checks the files. The judges are in the source only, not in the wheel.\n\n"
        + "\n".join(["| | | size | terms of the data |", "|---|---|---|---|", *rows])
        + "\n"
    }
    for card in cards:
        measures = json.loads(card.text).get("measures", {})
        facts = {
            "File": f"`{card.file}`, {card.bytes:,} bytes",
            "SHA-256": f"`{card.sha256}`",
            "Licence": card.licence,
            "Made by": f"`{card.made_by}`" if card.made_by.startswith("tonescape") else card.made_by,
            "Terms of the data": card.data_terms,
            "Inputs": f"{len(card.inputs)} named numbers" if card.inputs else "see the module that reads it",
        }
        text = f"# {card.name}\n\n{_cell(card.what)}.\n\n" + "\n".join(
            ["| | |", "|---|---|", *(f"| {name} | {_cell(value)} |" for name, value in facts.items())]
        )
        text += "\n\n## Data\n\n" + "\n".join(f"- {each}" for each in card.data) + "\n\n## Measures\n\n"
        text += (
            "\n".join(
                ["| | |", "|---|---|", *(f"| {_cell(name)} | {_cell(value)} |" for name, value in _flat(measures))]
            )
            + "\n"
        )
        pages[f"models/{card.name}.md"] = text
    return pages


def _flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Nested measures as rows: "emobank / valence" and its value; lists in one cell."""
    if isinstance(value, dict):
        return [row for key, each in value.items() for row in _flat(each, f"{name} / {key}" if name else str(key))]
    return [(name, json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value)]


def pages() -> dict[str, str]:
    """Every generated page: its path below docs and its text."""
    found = {
        "reference/cli.md": command_page(),
        "reference/api.md": api_page(),
        "reference/columns.md": column_page(),
        "reference/limits.md": limit_page(),
        **card_pages(),
    }
    return {path: WRITTEN + text for path, text in found.items()}


if __name__ == "__main__":
    for path, text in pages().items():
        (DOCS / path).parent.mkdir(exist_ok=True)
        (DOCS / path).write_text(text, encoding="utf-8")

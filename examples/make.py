"""Makes the FDX and PDF of each Fountain script in this folder: python examples/make.py

The PDF is written by hand, in Courier at the columns of a printed screenplay, because Courier is one of the fourteen
fonts that every PDF reader brings (ISO 32000-1, 9.6.2.2) and so needs no library and no font file.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tonescape.gather.scripts.fountain import read
from tonescape.gather.scripts.lines import Element

COLUMNS = {"heading": 15, "action": 15, "dialogue": 25, "parenthetical": 31, "character": 37, "transition": 55}
WIDTHS = {"heading": 60, "action": 60, "dialogue": 35, "parenthetical": 25, "character": 35, "transition": 20}
FDX_NAMES = {"heading": "Scene Heading", "break": "General"}
LINES = 54


def fdx_of(title: str, elements: list[Element]) -> str:
    """Final Draft's XML of a script."""
    rows = [
        f"<Paragraph Type={quoteattr(FDX_NAMES.get(e.kind, e.kind.title()))}><Text>{escape(e.text)}</Text></Paragraph>"
        for e in elements
    ]
    page = f"<TitlePage><Content><Paragraph><Text>{escape(title)}</Text></Paragraph></Content></TitlePage>"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n'
        '<FinalDraft DocumentType="Script" Template="No" Version="4">\n<Content>\n'
        + "\n".join(rows)
        + f"\n</Content>\n{page}\n</FinalDraft>\n"
    )


def rows_of(elements: list[Element]) -> list[tuple[int, str]]:
    """(column, text) of each printed line; an empty text is a blank line."""
    rows: list[tuple[int, str]] = []
    for element in elements:
        kind = element.kind if element.kind in COLUMNS else "action"
        if rows and kind not in ("dialogue", "parenthetical"):
            rows += [(0, "")] * (2 if kind == "heading" else 1)
        text = element.text.upper() if kind in ("heading", "character") else element.text
        for part in text.split("\n"):
            rows += [(COLUMNS[kind], row) for row in textwrap.wrap(part, WIDTHS[kind]) or [""]]
    return rows


def pdf_of(elements: list[Element]) -> bytes:
    """A PDF of a script on US letter, 54 lines a page, numbered from the second page on."""
    rows = rows_of(elements)
    pages = [rows[i : i + LINES] for i in range(0, len(rows), LINES)]
    bodies = []
    for number, page in enumerate(pages, start=1):
        marks = [] if number == 1 else [(72, -2, f"{number}.")]
        marks += [(column, index, text) for index, (column, text) in enumerate(page) if text]
        bodies.append("\n".join(_shown(column, index, text) for column, index, text in marks))
    return _file(bodies)


def _shown(column: int, index: int, text: str) -> str:
    safe = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /F 12 Tf 1 0 0 1 {column * 7.2:.1f} {714 - 12 * index} Tm ({safe}) Tj ET"


def _file(bodies: list[str]) -> bytes:
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(bodies)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(bodies)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for i, body in enumerate(bodies):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Resources << /Font << /F 3 0 R >> >> /Contents {5 + 2 * i} 0 R >>"
        )
        objects.append(f"<< /Length {len(body.encode('cp1252', 'replace'))} >>\nstream\n{body}\nendstream")
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252", "replace")
    start = len(out)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def main(folder: Path) -> None:
    for path in sorted(folder.glob("*.fountain")):
        reading = read(path.read_text(encoding="utf-8"))
        path.with_suffix(".fdx").write_text(fdx_of(reading.title, reading.elements), encoding="utf-8")
        path.with_suffix(".pdf").write_bytes(pdf_of(reading.elements))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

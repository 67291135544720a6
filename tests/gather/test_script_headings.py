"""Scene headings found in real scripts, against labels made by eye, and against files that say what each line is."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from script_examples import headings, maker

from tonescape.gather.scripts import fountain, read_script
from tonescape.train.film.evaluate_headings import against_labels, heading_lines

SAMPLES = Path(os.environ.get("TONESCAPE_DATA", "-")) / "text"
LABELS = Path(__file__).with_name("script_labels.json")
WINDOWS = Path(__file__).with_name("script_windows.json")


def _real_scripts() -> dict[str, str]:
    path = SAMPLES / "screenplays_imsdb.parquet"
    if not path.exists():
        pytest.skip("TONESCAPE_DATA names no folder of data with screenplays")
    parquet = pytest.importorskip("pyarrow.parquet")
    return {row["name"]: row["text"] for row in parquet.read_table(path).to_pylist()}


def test_scene_headings_of_labelled_scripts() -> None:
    """Ten scripts with marked headings, and one without; labels are line numbers read by eye."""
    from tonescape.gather.scripts.text import text_of

    texts = _real_scripts()
    hits = said = true = 0
    for name, label in json.loads(LABELS.read_text()).items():
        raw = texts[name]
        assert hashlib.sha256(raw.encode()).hexdigest() == label["sha256"]
        found, wanted = heading_lines(text_of(raw.encode(), name)), set(label["headings"])
        if not label.get("marked", True):
            assert len(found & wanted) / len(found) > 0.6 and len(found & wanted) / len(wanted) > 0.85
            continue
        hits, said, true = hits + len(found & wanted), said + len(found), true + len(wanted)
    assert hits / said >= 0.99 and hits / true >= 0.985
    print(f"precision {hits / said:.3f}, recall {hits / true:.3f}, {true} headings")


def test_scene_headings_of_windows_read_before_the_parser_was_asked() -> None:
    """Lines of 44 other scripts, labelled by eye from the bare text; two of the scripts mark no headings at all."""
    _real_scripts()
    marked, _ = against_labels(WINDOWS, None)
    assert marked.true == 69 and marked.hits / marked.said >= 0.97 and marked.hits / marked.true >= 0.97
    assert marked.cells().startswith("1.000 [0.9")


def test_a_feature_film_as_pdf(tmp_path: Path) -> None:
    path = SAMPLES / "fountain_fdx_samples" / "nyousefi" / "Big Fish.fountain"
    if not path.exists():
        pytest.skip("TONESCAPE_DATA names no folder of data with Fountain samples")
    examples = maker()
    elements = fountain.read(path.read_text(encoding="utf-8")).elements
    pdf = tmp_path / "film.pdf"
    pdf.write_bytes(examples.pdf_of(elements))
    script = read_script(pdf)
    wanted = [e.text.upper() for e in elements if e.kind == "heading"]
    found = [heading for heading in headings(script) if heading]
    assert found == wanted
    direct = read_script(path)
    assert sum(len(s.dialogue) for s in script.scenes) == pytest.approx(
        sum(len(s.dialogue) for s in direct.scenes), rel=0.02
    )


def test_final_draft_samples() -> None:
    folder = SAMPLES / "fountain_fdx_samples" / "wildwinter"
    if not folder.exists():
        pytest.skip("TONESCAPE_DATA names no folder of data with FDX samples")
    for name in ("TestFDX-FI.fdx", "TestFDX-FD.fdx", "TestFDX-FD-Write-py.fdx"):
        script = read_script(folder / name)
        assert headings(script) == ["INT. RADIO STUDIO", "EXT. OUTSIDE THE FOOD STORE"]
        assert {"DJ", "DAVE", "JIM"} <= set(script.scenes[0].characters)

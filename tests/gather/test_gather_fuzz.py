"""Whatever bytes a playlist or a table is made of: songs and failures of one line, or one PlaylistError. Never more."""

import csv
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from growth import growth
from tonescape.core.errors import PlaylistError
from tonescape.core.records import Failure, Song
from tonescape.gather import gather
from tonescape.gather.columns import RANGES
from tonescape.gather.exportify import read_export
from tonescape.gather.lines import _raw_lines
from tonescape.gather.m3u import M3uEntry, parse_extinf, read_m3u
from tonescape.gather.names import MAX_TEXT, clean, mended, western
from tonescape.gather.table import DELIMITERS, cells, records
from tonescape.gather.values import number

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

PIECES = [
    *(
        "#EXTM3U",
        "#EXTINF:",
        "#EXTINF:1,A - B",
        "C:\\",
        "\\\\nas\\",
        "file://",
        "http://",
        "../",
        ".",
        "%2e%00",
        "x.m3u",
    ),
    *("Track URI", "Track Name", "Spotify ID", "Valence", "Tempo", "spotify:track:abc", "0.5", "-7,5", "=1+1", "sep=;"),
    *(
        ",",
        ";",
        "\t",
        "|",
        '"',
        '""',
        "\n",
        "\r",
        "\r\n",
        "\0",
        "\ufeff",
        "\u202e",
        "é",
        "🎵",
        " ",
        "1e999",
        "2006-01-01",
    ),
]
PUZZLE = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=60).map("".join)
ENCODED = st.builds(
    lambda text, encoding: text.encode(encoding, "replace"), PUZZLE, st.sampled_from(["utf-8", "latin-1", "utf-16"])
)
CONTENT = ENCODED | st.binary(max_size=400) | st.builds(bytes.__add__, ENCODED, st.binary(max_size=50))


def check(item: object) -> None:
    assert isinstance(item, Song | Failure)
    if isinstance(item, Failure):
        assert item.error and "\n" not in item.error and len(item.error) < 3_000
        return
    for text in (item.title, item.artist, item.album, item.genre):
        assert len(text) <= MAX_TEXT and text == clean(text)
    for name in item.given.known() if item.given else ():
        low, high = RANGES[name]
        assert low <= getattr(item.given, name) <= high


@FUZZ
@given(CONTENT)
@example(b"#EXTM3U\n1e999")  # an infinite number, which is no whole one
def test_any_table(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(content)
        try:
            found = list(read_export(path))
        except PlaylistError as problem:
            assert str(problem) and "\n" not in str(problem)
            return
        assert len(found) <= len(content) + 1
        for item in found:
            check(item)
            assert not isinstance(item, Song) or (item.title and item.path is None)


@FUZZ
@given(CONTENT)
def test_any_playlist(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.m3u"
        path.write_bytes(content)
        try:
            found = list(read_m3u(path))
        except PlaylistError as problem:
            assert "\n" not in str(problem)
            return
        assert len(found) <= len(content) + 1
        for item in found:
            if isinstance(item, M3uEntry):
                assert item.path.exists()
            else:
                check(item)


@FUZZ
@given(
    st.lists(st.sampled_from(["a.m3u", "b.m3u", "./a.m3u", "c.csv", "d.mp3", "sub", "gone.mp3"]), max_size=12), CONTENT
)
def test_any_tangle_of_lists(names, content):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "sub").mkdir()
        (root / "a.m3u").write_text("\n".join(names))
        (root / "b.m3u").write_text("\n".join(reversed(names)))
        (root / "c.csv").write_bytes(content)
        (root / "d.mp3").write_bytes(content)
        for item in gather([root / "a.m3u", root]):
            check(item)


@FUZZ
@given(
    st.lists(
        st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8), min_size=2)
    )
)
def test_what_csv_writes_is_read_back(rows):
    """Cells come out as they went in, but for spaces around them (no spaces within line breaks: those end records)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        with path.open("w", newline="", encoding="utf-8") as handle:
            csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
        text = path.read_text(encoding="utf-8")
    found = [cells(record, ",") for _, record in records(text.split("\n")) if record]
    assert found == [[cell.strip() for cell in row] for row in rows]


@FUZZ
@given(st.text(max_size=200), st.sampled_from(DELIMITERS))
def test_any_record_has_cells(text, delimiter):
    assert all(isinstance(cell, str) for cell in cells(text, delimiter))
    assert all(isinstance(cell, str) for cell in cells('"' + text * 2000, delimiter))


@FUZZ
@given(st.lists(st.text(alphabet='a",\n', max_size=6), max_size=30))
def test_records_lose_no_line(lines):
    whole = "\n".join(text for _, text in records(lines))
    assert whole == "\n".join(lines)


@FUZZ
@given(st.lists(st.sampled_from([b"a", b"bc", b"\r", b"\n", b"\r\n"]), max_size=20), st.integers(1, 4))
def test_lines_are_split_as_python_splits_bytes(parts, limit):
    whole = b"".join(parts)
    assert list(_raw_lines(iter(parts), limit)) == [line[:limit] for line in whole.splitlines()]


@FUZZ
@given(st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
def test_any_text_is_cleaned(text):
    once = clean(mended(text))
    assert once == clean(once) and "\n" not in once
    once.encode("utf-8")
    parse_extinf("#EXTINF:" + text)
    assert (value := number(text)) is None or isinstance(value, float)


@FUZZ
@given(st.binary())
def test_any_bytes_are_text(raw):
    assert isinstance(western(raw), str)


def test_quotes_by_the_thousand_cost_no_more_than_their_length(tmp_path):
    """A stray quote looks ahead; many of them must not look ahead again and again."""
    path = tmp_path / "torn.csv"

    def read(count):
        path.write_text("Track Name,Valence\n" + '"torn,0.5\nx,0.5\n' * count)
        return list(read_export(path))

    assert growth(read, 2_000) < 1.7

"""Exportify tables: both dialects, other languages, spreadsheets' habits, and damage."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest

from growth import growth
from tonescape.core.errors import PlaylistError
from tonescape.core.records import AudioFeatures, Failure, Song
from tonescape.gather.columns import ORDER
from tonescape.gather.exportify import read_export
from tonescape.gather.table import MAX_RECORD_LINES

FEATURES = [
    "Danceability",
    "Energy",
    "Key",
    "Loudness",
    "Mode",
    "Speechiness",
    "Acousticness",
    "Instrumentalness",
    "Liveness",
    "Valence",
    "Tempo",
    "Time Signature",
]
APP = [
    *("Track URI", "Track Name", "Artist URI(s)", "Artist Name(s)", "Album URI", "Album Name", "Album Artist URI(s)"),
    *("Album Artist Name(s)", "Album Release Date", "Album Image URL", "Disc Number", "Track Number"),
    *("Track Duration (ms)", "Track Preview URL", "Explicit", "Popularity", "ISRC", "Added By", "Added At"),
    *("Artist Genres", *FEATURES, "Album Genres", "Label", "Copyrights"),
]
NET = [
    *("Spotify ID", "Artist IDs", "Track Name", "Album Name", "Artist Name(s)", "Release Date", "Duration (ms)"),
    *("Popularity", "Added By", "Added At", "Genres", *FEATURES),
]
GERMAN = [
    *("Track-URI", "Track-Name", "Künstler-URI(s)", "Künstlername(n)", "Album-URI", "Album-Name"),
    *("Album-Künstler-URI(s)", "Album-Künstlername(n)", "Veröffentlichungsdatum des Albums", "Album-Bild-URL"),
    *("Disc-Nummer", "Track-Nummer", "Track-Dauer (ms)", "Track-Vorschau-URL", "Explizit", "Beliebtheit", "ISRC"),
    *("Hinzugefügt von", "Hinzugefügt am", "Künstler-Genres", "Tanzbarkeit", "Energie", "Tonart", "Lautstärke"),
    *("Modus", "Sprachanteil", "Akustik", "Instrumentalität", "Lebendigkeit", "Valenz", "Tempo", "Taktart"),
    *("Album-Genres", "Label", "Urheberrechte"),
]
FRENCH = [
    {"Mode": "Mode", "Valence": "Valence", "Tempo": "Tempo", "Label": "Label"}.get(name, "é" + name) for name in APP
]
JAPANESE = [f"列{number}" for number in range(len(APP))]
VALUES = ["0.52", "0.9", "9", "-5.25", "1", "0.046", "0.0017", "0.12", "0.33", "0.61", "127.98", "4"]
GIVEN = AudioFeatures(**dict(zip(ORDER, map(float, VALUES), strict=True)))


def ident(number: int) -> str:
    return f"{number:022d}".replace("0", "k")


def app_row(n: int, values: list[str] = VALUES) -> list[str]:
    return [
        *(f"spotify:track:{ident(n)}", f"Song {n}", f"spotify:artist:{ident(n)}", f"Band {n % 3}"),
        *(f"spotify:album:{ident(n)}", f"Record {n}", f"spotify:artist:{ident(n)}", f"Band {n % 3}", "2006-11-24"),
        *("https://images.example/1", "1", str(n), str(200_000 + n), "", "false", "55", "GBAYE0000001"),
        *("spotify:user:me", "2018-12-23T10:12:16Z", "indie rock,pop", *values, "", "A Label", "(C) 2006"),
    ]


def net_row(n: int, values: list[str] = VALUES) -> list[str]:
    return [
        *(ident(n), f"{ident(n)},{ident(n + 1)}", f"Song {n}", f"Record {n}", f"Band {n % 3}", "2006"),
        *(str(200_000 + n), "55", "me", "2018-12-23T10:12:16Z", "indie rock,pop", *values),
    ]


def write(path: Path, *rows: list[str], delimiter: str = ",", encoding: str = "utf-8", **options) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, **options).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def songs(path: Path) -> list[Song]:
    found = list(read_export(path))
    assert all(isinstance(each, Song) for each in found), found
    return found


def the_song(n: int, *, year: int = 2006) -> Song:
    return Song(
        uri=f"spotify:track:{ident(n)}",
        title=f"Song {n}",
        artist=f"Band {n % 3}",
        album=f"Record {n}",
        genre="indie rock,pop",
        year=year,
        duration_s=(200_000 + n) / 1000,
        given=GIVEN,
    )


@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
@pytest.mark.parametrize(
    ("header", "row"),
    [(APP, app_row), (NET, net_row), (GERMAN, app_row), (FRENCH, app_row), (JAPANESE, app_row), (None, app_row)],
)
def test_both_dialects_and_any_language(tmp_path, header, row, quoting):
    rows = [row(n) for n in range(1, 6)]
    path = write(tmp_path / "x.csv", *([header] if header else []), *rows, quoting=quoting)
    assert songs(path) == [the_song(n) for n in range(1, 6)]


def test_one_row_is_enough_to_recognise_a_translated_table(tmp_path):
    assert songs(write(tmp_path / "x.csv", GERMAN, app_row(1))) == [the_song(1)]


def test_a_translated_table_without_genres_and_extras(tmp_path):
    cut = [*range(19), *range(20, 32)]
    rows = [[app_row(n)[i] for i in cut] for n in (1, 2)]
    first, _ = songs(write(tmp_path / "x.csv", [GERMAN[i] for i in cut], *rows))
    assert first.given == GIVEN and first.title == "Song 1" and first.artist == "Band 1" and first.genre == ""


def test_short_translated_table_tells_artist_from_album_by_repetition(tmp_path):
    rows = [[f"spotify:track:{ident(n)}", f"Song {n}", f"Record {n}", f"Band {n % 2}", *VALUES] for n in range(1, 7)]
    first, *_ = songs(write(tmp_path / "x.csv", [f"列{i}" for i in range(16)], *rows))
    assert (first.title, first.artist, first.album, first.given) == ("Song 1", "Band 1", "Record 1", GIVEN)


def test_a_translated_table_with_a_feature_missing_guesses_nothing(tmp_path):
    """Without energy the others cannot be told apart; loudness and tempo can."""
    gap = GERMAN.index("Energie")
    header = ["x" + cell for cell in GERMAN]
    rows = [[cell for i, cell in enumerate(app_row(n)) if i != gap] for n in (1, 2, 3)]
    first, *_ = songs(write(tmp_path / "x.csv", [c for i, c in enumerate(header) if i != gap], *rows))
    assert first.given == AudioFeatures(loudness=-5.25, tempo=127.98)


def test_an_english_table_with_features_missing_takes_the_others_by_name(tmp_path):
    header = ["Track Name", "Valence", "Energy", "Popularity"]
    (song,) = songs(write(tmp_path / "x.csv", header, ["A", "0.25", "0.75", "0.5"]))
    assert song == Song(title="A", given=AudioFeatures(valence=0.25, energy=0.75))


def test_a_table_without_features(tmp_path):
    (song,) = songs(write(tmp_path / "x.csv", APP[:19], app_row(1)[:19]))
    assert song.given is None and song.title == "Song 1" and song.duration_s == 200.001
    (song,) = songs(write(tmp_path / "x.csv", ["x" + cell for cell in APP[:19]], app_row(1)[:19]))
    assert song.given is None and song.title == "Song 1" and song.artist == "Band 1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("header", [APP, GERMAN])
def test_delimiters_and_decimal_commas(tmp_path, delimiter, header):
    commas = [value.replace(".", ",") for value in VALUES]
    rows = [app_row(n, commas) for n in (1, 2)]
    assert songs(write(tmp_path / "x.csv", header, *rows, delimiter=delimiter)) == [the_song(1), the_song(2)]


def test_excel_says_which_delimiter(tmp_path):
    path = write(tmp_path / "x.csv", APP, app_row(1), delimiter=";")
    path.write_bytes(b"sep=;\r\n" + path.read_bytes())
    assert songs(path) == [the_song(1)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path, encoding):
    row = app_row(1)
    row[1] = "Für Élise ¿"
    (song,) = songs(write(tmp_path / "x.csv", GERMAN, row, encoding=encoding))
    assert song.title == "Für Élise ¿" and song.given == GIVEN


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_blank_rows_and_repeated_headers(tmp_path, ending):
    rows = [APP, [], app_row(1), [""] * 5, [], APP, app_row(2), NET, net_row(3)]
    path = write(tmp_path / "x.csv", *rows, lineterminator=ending)
    path.write_bytes(b"\n\n" + path.read_bytes() + b"\n \n,,,,\n")
    assert songs(path) == [the_song(1), the_song(2), the_song(3)]


def test_what_is_out_of_range_is_unknown_and_the_row_stays(tmp_path):
    bad = ["1.5", "-0.1", "12", "99", "2", "nan", "inf", "1e999", "abc", "", "4000", "3.5"]
    song, other = songs(write(tmp_path / "x.csv", NET, net_row(1, bad), net_row(2)))
    assert song.title == "Song 1" and song.given is None and other.given == GIVEN
    edges = ["0", "1", "-1", "-60", "0", "0.0", "1.0", "1e-5", ".5", "0,5", "0", "0"]
    (song,) = songs(write(tmp_path / "x.csv", NET, net_row(1, edges)))
    assert song.given == AudioFeatures(0.0, 1.0, -1.0, -60.0, 0.0, 0.0, 1.0, 1e-5, 0.5, 0.5, 0.0, 0.0)


@pytest.mark.parametrize("number", ["1_000", "٣", "0x10", "1 2", "=1+1", "--1", "1,2,3", "1.2.3", "9" * 400])
def test_only_plain_numbers_are_numbers(tmp_path, number):
    (song,) = songs(write(tmp_path / "x.csv", ["Track Name", "Tempo", "Duration (ms)"], ["A", number, number]))
    assert song.given is None and song.duration_s is None


def test_formulas_are_text(tmp_path):
    rows = [["=cmd|'/c calc'!A1"], ["'=HYPERLINK(1)"], ["@x"], ["+1"], ["'39"], ["-"], ["{=1}"]]
    titles = [song.title for song in songs(write(tmp_path / "x.csv", ["Track Name"], *rows))]
    assert titles == ["=cmd|'/c calc'!A1", "=HYPERLINK(1)", "@x", "+1", "'39", "-", "{=1}"]


def test_artists_with_escaped_commas_and_semicolons(tmp_path):
    rows = [["A", "Emerson\\, Lake & Palmer"], ["B", "One;Two"], ["C", "One, Two"]]
    found = [song.artist for song in songs(write(tmp_path / "x.csv", ["Track Name", "Artist Name(s)"], *rows))]
    assert found == ["Emerson, Lake & Palmer", "One, Two", "One, Two"]


@pytest.mark.parametrize(
    ("cell", "uri"),
    [
        ("spotify:track:" + ident(1), "spotify:track:" + ident(1)),
        ("https://open.spotify.com/track/" + ident(1) + "?si=x", "spotify:track:" + ident(1)),
        ("https://open.spotify.com/intl-de/track/" + ident(1), "spotify:track:" + ident(1)),
        (ident(1), "spotify:track:" + ident(1)),
        ("spotify:local:A:B:C:100", "spotify:local:A:B:C:100"),
        ("https://evil.example/track/x", None),
        ("javascript:alert(1)", None),
    ],
)
def test_uris(tmp_path, cell, uri):
    (song,) = songs(write(tmp_path / "x.csv", ["Track URI", "Track Name"], [cell, "A"]))
    assert song.uri == uri


def test_a_uri_without_a_name_is_a_song(tmp_path):
    (song,) = songs(write(tmp_path / "x.csv", ["Spotify ID", *FEATURES], [ident(1), *VALUES]))
    assert song.title == song.uri == f"spotify:track:{ident(1)}" and song.given == GIVEN


def test_a_row_that_names_no_song_is_a_failure(tmp_path):
    row = [""] * len(NET)
    row[-2] = "120.5"
    first, second, third = read_export(write(tmp_path / "x.csv", NET, net_row(1), row, net_row(2)))
    assert isinstance(first, Song) and isinstance(third, Song)
    assert isinstance(second, Failure) and "line 3" in second.error and "x.csv" in second.error


def test_short_and_long_rows(tmp_path):
    rows = [net_row(1)[:3], [*net_row(2), "more", "and more"], net_row(3)[:13]]
    one, two, three = songs(write(tmp_path / "x.csv", NET, *rows))
    assert one.title == "Song 1" and one.given is None and two == the_song(2)
    assert three.given == AudioFeatures(danceability=0.52, energy=0.9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n \n",
        "Name of item,Price\nApples,3\nPears,4\n",
        "hello",
        "Track Name:Artist Name(s):Valence\nA:B:.5\n",
        "\0" * 5000,
        "PK\3\4" + "\x01\x02\x80" * 3000,
        ";;;;\n;;;;\n",
        "Date,Weight\n2001-01-01,80.5\n2001-01-02,80.4\n",
    ],
)
def test_what_is_no_export_says_what_was_found_and_what_is_expected(tmp_path, text):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(PlaylistError) as problem:
        list(read_export(tmp_path / "x.csv"))
    message = str(problem.value)
    assert "x.csv" in message and "Track Name" in message and message.isprintable() and len(message) < 900
    if "Price" in text:
        assert "Price" in message


def test_a_cell_of_a_megabyte_costs_itself_only(tmp_path):
    big = app_row(1)
    big[19] = "g" * 1_000_000
    quoted = app_row(2)
    quoted[1] = 'Song "2" ' + "x" * 1_000_000
    path = write(tmp_path / "x.csv", APP, big, quoted, app_row(3))
    one, two, three = songs(path)
    assert one.given == two.given == GIVEN and three == the_song(3)
    assert len(one.genre) <= 512 and len(two.title) <= 512 and two.title.startswith('Song "2" xxx')


def test_a_cell_of_100_megabytes_costs_no_memory(tmp_path):
    path = write(tmp_path / "x.csv", APP, app_row(1))
    with path.open("ab") as handle:
        for _ in range(100):
            handle.write(b"x" * 1_000_000)
        handle.write(b"\r\n")
    with path.open("a", newline="") as handle:
        csv.writer(handle).writerow(app_row(2))
    tracemalloc.start()
    found = list(read_export(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found[0] == the_song(1) and found[-1] == the_song(2) and peak < 30_000_000


@pytest.mark.parametrize("count", [3, 3 * MAX_RECORD_LINES])
def test_a_quote_that_never_closes_costs_its_own_row(tmp_path, count):
    path = write(tmp_path / "x.csv", ["Track Name", "Valence"], *([f"S{n}", "0.5"] for n in range(count)))
    lines = path.read_text().splitlines()
    lines.insert(2, '"torn,0.5')
    path.write_text("\n".join(lines))
    found = list(read_export(path))
    titles = [song.title for song in found if isinstance(song, Song)]
    assert [title for title in titles if "torn" not in title] == [f"S{n}" for n in range(count)]


def test_quoted_line_breaks_stay_in_their_cell(tmp_path):
    row = app_row(1)
    row[-1] = "(C) one\n(P) two, three\r\nfour"
    row[1] = "Two\nlines"
    one, two = songs(write(tmp_path / "x.csv", APP, row, app_row(2)))
    assert one.title == "Two lines" and one.given == GIVEN and two == the_song(2)


@pytest.mark.parametrize("title", ["🎵 emoji 👩‍👩‍👧", "../../etc/passwd", "عربي עברית", "t" * 300, "a\u202eb"])
def test_titles_of_every_kind(tmp_path, title):
    (song,) = songs(write(tmp_path / "x.csv", ["Track Name", "Tempo"], [title, "120"]))
    assert song.title == title.replace("\u202e", "")


def test_names_of_other_data_sets(tmp_path):
    header = ["track_id", "artists", "album_name", "track_name", "duration_ms", "time_signature", "track_genre"]
    (song,) = songs(write(tmp_path / "x.csv", header, [ident(1), "One;Two", "R", "A", "200000", "3", "acoustic"]))
    assert (song.title, song.artist, song.duration_s, song.genre) == ("A", "One, Two", 200.0, "acoustic")
    assert song.given == AudioFeatures(time_signature=3.0)


def test_a_file_that_is_not_there(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(PlaylistError):
            list(read_export(path))


def test_ten_thousand_rows_stream_in_bounded_memory(tmp_path):
    path = write(tmp_path / "x.csv", APP, *(app_row(n) for n in range(10_000)), quoting=csv.QUOTE_ALL)
    tracemalloc.start()
    assert sum(isinstance(song, Song) for song in read_export(path)) == 10_000
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


def test_rows_cost_their_number_and_the_first_costs_nothing_of_the_others(tmp_path):
    def made(rows):
        return write(tmp_path / f"{rows}.csv", APP, *map(app_row, range(rows)), quoting=csv.QUOTE_ALL)

    tables = {rows: made(rows) for rows in (1_000, 4_000)}
    assert growth(lambda rows: list(read_export(tables[rows])), 1_000) < 1.5
    assert growth(lambda rows: [next(iter(read_export(tables[rows]))) for _ in range(10)], 1_000) < 0.5
    assert next(iter(read_export(tables[4_000]))) == the_song(0)


@pytest.mark.parametrize(("cell", "explicit"), [("true", True), ("FALSE", None), ("1", True), ("", None), ("?", None)])
def test_a_song_marked_explicit_by_its_table(tmp_path, cell, explicit):
    row = app_row(1)
    row[APP.index("Explicit")] = cell
    (song,) = songs(write(tmp_path / "list.csv", APP, row))
    assert song.explicit is explicit

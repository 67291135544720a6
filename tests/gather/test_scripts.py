"""Screenplays in four formats: meaning first, then measured headings, then broken and hostile files."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from pathlib import Path

import pytest
from script_examples import EXAMPLES, headings, maker

from growth import growth
from tonescape.core.errors import ScriptError
from tonescape.gather.scripts import MAX_BYTES, fountain, parse_text, plain, read_script
from tonescape.gather.scripts.headings import (
    SceneHeading,
    goes_on,
    is_omitted,
    marked_heading,
    place_and_time,
    split_heading,
    timed_heading,
    unnumbered,
)
from tonescape.gather.scripts.lines import Element, printed_lines

FOUNTAIN = """Title: A **Bold** Test
Author: Nobody

INT. HOUSE - NIGHT #1A#

ADA (40) counts coins. [[a note]] /* cut
out */ She stops.

@McADA
(low)
Who is there?

BORIS (V.O.)
Only me.

CUT TO:

.THE MOON

> THE END <

EXT. GARDEN - DAY

!INT. is a word here.

BORIS ^
Again!
"""

PLAIN = """
          1    INT. HOUSE - KITCHEN - NIGHT                    1

          Ada counts coins. Rain on the window.

                              ADA
                         (low)
                    Who is there? Speak up,
                    whoever you are.

                              BORIS (CONT'D)
                    Only me.

                                                       CUT TO:

          2    EXT. GARDEN -- DAY                              2

          Wind. Boris runs.
"""


def test_fountain_elements_mean_what_the_syntax_says() -> None:
    reading = fountain.read(FOUNTAIN)
    title, elements = reading.title, reading.elements
    assert title == "A Bold Test"
    assert [e.text for e in elements if e.kind == "heading"] == ["INT. HOUSE - NIGHT", "THE MOON", "EXT. GARDEN - DAY"]
    assert [e.text for e in elements if e.kind == "character"] == ["McADA", "BORIS (V.O.)", "BORIS"]
    assert "a note" not in " ".join(e.text for e in elements if e.kind == "action")
    assert any(e.kind == "action" and e.text == "INT. is a word here." for e in elements)
    assert any(e.kind == "transition" and e.text == "CUT TO:" for e in elements)


def test_fade_in_is_no_scene_and_no_title_page() -> None:
    script = parse_text("FADE IN:\n\nINT. ROOM - DAY\n\nA chair.\n", fountain=True)
    assert headings(script) == ["INT. ROOM - DAY"]


def test_plain_text_is_read_by_its_columns() -> None:
    script = parse_text(PLAIN)
    first, second = script.scenes
    assert (first.heading, first.place, first.time_of_day) == (
        "INT. HOUSE - KITCHEN - NIGHT",
        "HOUSE - KITCHEN",
        "night",
    )
    assert first.characters == ("ADA", "BORIS")
    assert first.dialogue == "Who is there? Speak up, whoever you are.\nOnly me."
    assert "Rain" in first.action and "low" not in first.dialogue
    assert second.time_of_day == "day" and second.dialogue == ""


def test_flat_text_without_columns() -> None:
    flat = "\n".join(line.strip() for line in PLAIN.splitlines())
    script = parse_text(flat)
    assert headings(script) == ["INT. HOUSE - KITCHEN - NIGHT", "EXT. GARDEN -- DAY"]
    assert script.scenes[0].characters == ("ADA", "BORIS")
    assert "Only me." in script.scenes[0].dialogue


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("INT. HOUSE - NIGHT", "INT. HOUSE - NIGHT"),
        ("12A  EXT./INT. CAR (MOVING) -- DAY   12A *", "EXT./INT. CAR (MOVING) -- DAY"),
        ("4a*.\tEXT.    DESERT.    DAWN.", "EXT. DESERT. DAWN."),
        ("5EXT. HOUSE - 2005 - MORNING 5", "EXT. HOUSE - 2005 - MORNING"),
        ("I/E CAR - DAY", "I/E CAR - DAY"),
        ("INTERIOR KITCHEN.", "INTERIOR KITCHEN."),
        ("INTÉRIEUR JOUR - CUISINE", "INTÉRIEUR JOUR - CUISINE"),
        ("INNEN. KÜCHE - NACHT", "INNEN. KÜCHE - NACHT"),
        ("AUSSEN/INNEN. AUTO - TAG", "AUSSEN/INNEN. AUTO - TAG"),
        ("ESTERNO. PIAZZA - GIORNO", "ESTERNO. PIAZZA - GIORNO"),
        ("3. INT. COCINA - NOCHE", "INT. COCINA - NOCHE"),
        ("LARRY'S LANDING - HALLWAY - INTERIOR NIGHT", "LARRY'S LANDING - HALLWAY - INTERIOR NIGHT"),
        ("CUT TO: INT. HOUSE - DAY", "INT. HOUSE - DAY"),
        ("Ext. of the house we see nothing", None),
        ("INTO THE NIGHT", None),
        ("EXTRA CHEESE", None),
        ("INTERMISSION", None),
        ("ESTHER", None),
        ("INT", None),
        ("the exterior of the house", None),
        ("EXTERIOR " + "x" * 300, None),
    ],
)
def test_heading_words(line: str, heading: str | None) -> None:
    assert marked_heading(line) == heading


@pytest.mark.parametrize(
    ("heading", "place", "when"),
    [
        ("INT. HOUSE - KITCHEN - NIGHT", "HOUSE - KITCHEN", "night"),
        ("EXT. DESERT. DAWN.", "DESERT", "dawn"),
        ("INT. KÜCHE - NACHT", "KÜCHE", "night"),
        ("INTÉRIEUR JOUR - CUISINE", "CUISINE", "day"),
        ("EXT. BEACH -- MOMENTS LATER", "BEACH", "continuous"),
        ("EXTERIOR FOREST NIGHT", "FOREST", "night"),
        ("INT. DAY ROOM", "DAY ROOM", ""),
        ("EXT. SPACE", "SPACE", ""),
        ("INT. PIAZZA - GIORNO", "PIAZZA", "day"),
        ("INT. DAY CARE", "DAY CARE", ""),
        ("INT. DAY CARE - NIGHT", "DAY CARE", "night"),
        ("INT. NIGHT CLUB - DAY", "NIGHT CLUB", "day"),
        ("INT. NIGHT CLUB DAY", "NIGHT CLUB", "day"),
        ("EXT. SUNSET BOULEVARD - DAWN", "SUNSET BOULEVARD", "dawn"),
        ("INT. HOTEL - NIGHT CLUB", "HOTEL - NIGHT CLUB", ""),
        ("INT. HOTEL - NIGHT CLUB - LATE NIGHT", "HOTEL - NIGHT CLUB", "night"),
        ("INT. SCHOOL, DAY ROOM - MORNING", "SCHOOL - DAY ROOM", "morning"),
        ("EXT. TOWN HALL - ELECTION DAY", "TOWN HALL", "day"),
        ("EXT. ROAD - NIGHT (1985)", "ROAD", "night"),
        ("EXT. ROAD - THE NEXT MORNING", "ROAD", "morning"),
        ("EXT. ROAD - NIGHT - CONTINUOUS", "ROAD", "night"),
        ("EXT. ROAD - CONTINUOUS - NIGHT", "ROAD", "night"),
        ("INT. SAME - NIGHT", "SAME", "night"),
        ("INT. NIGHT", "", "night"),
        ("INT. HOUSE (NIGHT)", "HOUSE", "night"),
        ("INT. HOUSE (1985)", "HOUSE (1985)", ""),
        ("INT. HOUSE (DAY CARE)", "HOUSE (DAY CARE)", ""),
        ("AUßEN WALD NACHT", "WALD", "night"),
        ("ИНТ. ДОМ - ДЕНЬ", "ДОМ", "day"),
        ("НАТ. УЛИЦА - НОЧЬ", "УЛИЦА", "night"),
        ("INT. HUS - KVÄLL", "HUS", "evening"),
        ("EXT. RUA - NOITE", "RUA", "night"),
    ],
)
def test_place_and_time(heading: str, place: str, when: str) -> None:
    assert place_and_time(heading) == (place, when)


@pytest.mark.parametrize(
    ("line", "number", "text", "continued"),
    [
        ("13    EXT. BEACH - DAY (CONTINUED)         13", "13", "EXT. BEACH - DAY", True),
        ("EXT. BEACH - DAY - CONTINUED", "", "EXT. BEACH - DAY", True),
        ("13A EXT. BEACH (CONT'D)", "13A", "EXT. BEACH", True),
        ("EXT. BEACH - CONTINUOUS", "", "EXT. BEACH - CONTINUOUS", False),
    ],
)
def test_parts_of_a_heading(line: str, number: str, text: str, continued: bool) -> None:
    assert split_heading(line) == SceneHeading(number, text, continued)


@pytest.mark.parametrize(
    ("before", "line", "same"),
    [
        ("13 EXT. BEACH - DAY", "13 EXT. BEACH - DAY (CONTINUED)", True),
        ("13 EXT. BEACH - DAY", "13 EXT. BEACH (CONTINUED)", True),
        ("13 EXT. BEACH - DAY", "13 EXT. BEACH - DAY", None),
        ("EXT. BEACH - DAY", "EXT. BEACH (CONTINUED)", True),
        ("13 EXT. BEACH - DAY", "EXT. BEACH - DAY (CONTINUED)", True),
        ("EXT. BEACH - DAY", "EXT. BEACH - DAY", False),
        ("13 EXT. BEACH - DAY", "14 EXT. BEACH - DAY", False),
        ("13 EXT. BEACH - DAY", "14 EXT. BEACH - DAY (CONTINUED)", False),
        ("EXT. ROAD - DAY", "EXT. BEACH - DAY (CONTINUED)", False),
        ("EXT. BEACHES - DAY", "EXT. BEACH (CONTINUED)", False),
    ],
)
def test_which_heading_means_that_the_scene_goes_on(before: str, line: str, same: bool | None) -> None:
    """same : None where only the head of a page makes it so"""
    first, second = split_heading(before), split_heading(line)
    assert goes_on(first, second) is bool(same)
    assert goes_on(first, second, page_head=True) is (same is not False)
    assert not goes_on(SceneHeading(), second, page_head=True)


@pytest.mark.parametrize(
    ("line", "omitted"),
    [
        ("OMITTED", True),
        ("12 OMITTED", True),
        ("12    OMITTED    12", True),
        ("12A-14 OMITTED", True),
        ("SCENES 12 THRU 14 OMITTED", True),
        ("OMIT 12", True),
        ("64.  through  75B. OMITTED", True),
        ("45     OMITTED (MOVED TO SCENE 44)                                    45", True),
        ("the scene omitted", False),
        ("12 INT. HOUSE - DAY - OMITTED", True),
        ("INT. HOUSE - DAY (OMITTED)", True),
        ("omitted", False),
        ("THE OMITTED CHAPTER", False),
        ("INT. OMITTED ROOM - DAY", False),
        ("THE TRUTH - OMITTED", False),
        ("VOMIT 12", False),
    ],
)
def test_scenes_that_were_cut(line: str, omitted: bool) -> None:
    assert is_omitted(line) is omitted


def test_numbers_in_the_margin_go_and_years_stay() -> None:
    assert unnumbered("A12B.  EXT. ROAD - 1944  A12B") == "EXT. ROAD - 1944"
    assert timed_heading("OPS CENTER - NIGHT") == "OPS CENTER - NIGHT"
    assert timed_heading("HE WAITS - ALL DAY LONG AND THEN MORE") is None


def test_an_english_word_inside_a_longer_one_is_no_marker() -> None:
    assert [marked_heading(word) for word in ("EXTREME CLOSE UP", "INTENSE HEAT", "INNER CITY", "ESTABLISHING")] == [
        None
    ] * 4


@pytest.mark.parametrize("name", ["last_ferry", "table_for_nine", "signal_lost"])
def test_three_formats_of_one_script_agree(name: str) -> None:
    one, two, three = (read_script(EXAMPLES / f"{name}{suffix}") for suffix in (".fountain", ".fdx", ".pdf"))
    assert one.title == two.title != ""
    assert one.scenes == two.scenes
    assert headings(one) == headings(three)
    for left, right in zip(one.scenes, three.scenes, strict=True):
        assert left.characters == right.characters
        assert left.dialogue.split() == right.dialogue.split()
        assert left.action.split()[:20] == right.action.split()[:20]
        assert abs(left.seconds - right.seconds) < 12
    assert 60 < sum(scene.seconds for scene in one.scenes) < 180


def test_a_page_is_a_minute() -> None:
    page = "INT. ROOM - DAY\n\n" + "\n\n".join(["word " * 60] * 30)
    script = parse_text(page, fountain=True)
    lines = sum(printed_lines(e) for e in fountain.read(page).elements)
    assert script.scenes[0].seconds == pytest.approx(60 * lines / 55, abs=1)
    assert printed_lines(Element("dialogue", "x" * 36)) == 2


def test_without_headings_a_script_is_cut_by_its_transitions_and_length() -> None:
    speech = "Anna: Where were you all this time, and why did you not write?\n\nBen: At sea.\n\n"
    text = "\n".join(f"[Cut to the harbour {i}]\n\n{speech * 30}" for i in range(3))
    script = parse_text(text)
    assert 3 <= len(script.scenes) <= 9
    assert {"ANNA", "BEN"} <= set(script.scenes[0].characters)
    assert sum(len(scene.dialogue) for scene in script.scenes) > 3000


# ---- bad input -------------------------------------------------------------------------------------------------


def refused(path: Path) -> str:
    with pytest.raises(ScriptError) as problem:
        read_script(path)
    text = str(problem.value)
    assert "\n" not in text and str(path) in text
    return text


@pytest.mark.parametrize("suffix", [".fountain", ".fdx", ".pdf", ".txt"])
def test_empty_binary_and_missing_files(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"script{suffix}"
    assert "no such file" in refused(path)
    path.write_bytes(b"")
    assert "empty" in refused(path)
    path.write_bytes(bytes(range(256)) * 40)
    assert refused(path)
    path.write_bytes(b"   \n\n \t")
    assert "empty" in refused(path)


def test_a_folder_is_no_script(tmp_path: Path) -> None:
    assert "folder" in refused(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.fountain")
    assert "regular file" in refused(tmp_path / "pipe.fountain")


def test_a_novel_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "novel.txt"
    path.write_text(
        "CHAPTER ONE\n\n" + ("It was late when she came to the village, and snow lay deep. " * 12 + "\n\n") * 40
    )
    assert "prose" in refused(path)


def test_a_scanned_pdf(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(maker()._file(["q 400 0 0 600 0 0 cm Q"] * 3))
    assert "scan" in refused(path)


def test_a_broken_pdf(tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes((EXAMPLES / "last_ferry.pdf").read_bytes()[:700])
    assert refused(path)
    path.write_bytes(b"%PDF-1.4\nnothing")
    assert "not a readable PDF" in refused(path)


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def test_a_locked_pdf(tmp_path: Path) -> None:
    """Standard security handler, revision 2 (ISO 32000-1, 7.6.3, algorithms 2-4); the user password is "secret"."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    user = (b"secret" + pad)[:32]
    owner = _rc4(hashlib.md5(user).digest()[:5], user)
    key = hashlib.md5(user + owner + (-4 & 0xFFFFFFFF).to_bytes(4, "little") + b"id").digest()[:5]
    hashes = f"/O <{owner.hex()}> /U <{_rc4(key, pad).hex()}> /P -4"
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 {hashes} >> /ID [<6964> <6964>]"
    path = tmp_path / "locked.pdf"
    plain_pdf = (EXAMPLES / "last_ferry.pdf").read_bytes()
    path.write_bytes(plain_pdf.replace(b"/Root 1 0 R", b"/Root 1 0 R " + lock.encode()))
    assert "locked" in refused(path)


ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><FinalDraft><Content>'
    '<Paragraph Type="Action"><Text>&x;</Text></Paragraph></Content></FinalDraft>'
)
LAUGHS = '<!DOCTYPE f [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><FinalDraft><Content>&b;</Content></FinalDraft>'


@pytest.mark.parametrize("text", [ENTITY, LAUGHS])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_fdx_with_entities_is_refused(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "evil.fdx"
    path.write_bytes(text.encode(encoding))
    assert "refused" in refused(path)


def test_broken_deep_and_foreign_fdx(tmp_path: Path) -> None:
    path = tmp_path / "script.fdx"
    whole = (EXAMPLES / "last_ferry.fdx").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "broken in line" in refused(path)
    path.write_text("<FinalDraft>" + "<a>" * 5000 + "</a>" * 5000 + "</FinalDraft>")
    assert "deep" in refused(path)
    path.write_text("<html><body/></html>")
    assert "not a Final Draft script" in refused(path)
    path.write_text("<FinalDraft><Content/></FinalDraft>")
    assert "no scene" in refused(path)


def test_runs_of_style_in_one_fdx_paragraph_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "runs.fdx"
    path.write_text(
        '<FinalDraft><Content><Paragraph Type="Scene Heading"><Text>INT. </Text><Text Style="Bold">ROOM</Text>'
        '</Paragraph><Paragraph Type="Action"><Text>One </Text><Text>two.</Text></Paragraph></Content></FinalDraft>'
    )
    scene = read_script(path).scenes[0]
    assert (scene.heading, scene.action) == ("INT. ROOM", "One two.")


def test_what_final_draft_keeps_inside_a_heading_is_not_the_film(tmp_path: Path) -> None:
    beat = '<SceneArcBeats><CharacterArcBeat Name="ADA"><Paragraph/></CharacterArcBeat></SceneArcBeats>'
    note = "<ScriptNote><Paragraph><Text>cut this?</Text></Paragraph></ScriptNote>"
    two = '<DualDialogue><Paragraph Type="Character"><Text>ADA</Text></Paragraph></DualDialogue>'
    path = tmp_path / "beats.fdx"
    path.write_text(
        f'<FinalDraft><Content><Paragraph Type="Scene Heading"><SceneProperties>{beat}</SceneProperties>'
        f'<Text>INT. ROOM</Text></Paragraph><Paragraph Type="Action">{note}<Text>One.</Text></Paragraph>'
        f"<Paragraph>{two}</Paragraph></Content></FinalDraft>"
    )
    (scene,) = read_script(path).scenes
    assert (scene.heading, scene.action, scene.characters) == ("INT. ROOM", "One.", ("ADA",))


def test_fifty_megabytes_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.write(b"INT. ROOM - DAY\n\n")
        file.truncate(50 << 20)
    tracemalloc.start()
    try:
        assert "MB" in refused(path)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20  # without reading it
    finally:
        tracemalloc.stop()
    assert MAX_BYTES < 50 << 20


def test_a_megabyte_is_read_up_to_the_cap_in_linear_time() -> None:
    script = parse_text(PLAIN * (1_000_000 // len(PLAIN)))
    assert len(script.scenes) == 2000  # the cap
    assert growth(lambda n: parse_text(PLAIN * (n // len(PLAIN))), 100_000) < 1.5


@pytest.mark.parametrize("nasty", ["(", "A", "[[", "/*", "*", "A\n", "INT. ", "\n\n"])
@pytest.mark.parametrize("markup", [True, False])
def test_hostile_text_takes_linear_time(nasty: str, markup: bool) -> None:
    assert growth(lambda n: parse_text("INT. A\n" + nasty * n, fountain=markup), 25_000) < 1.7


def test_a_scene_of_one_word() -> None:
    script = parse_text("INT. ROOM - DAY\n\nRun.\n\nEXT. ROAD - DAY\n\nGone.\n", fountain=True)
    assert [scene.action for scene in script.scenes] == ["Run.", "Gone."]
    assert all(scene.seconds >= 1 for scene in script.scenes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "script.fountain"
    path.write_bytes("INT. CAFÉ - NUIT\n\nÉmile boit.\n\nÉMILE\nÇa va…\n".encode(encoding))
    scene = read_script(path).scenes[0]
    assert (scene.place, scene.time_of_day, scene.characters) == ("CAFÉ", "night", ("ÉMILE",))


def test_mixed_languages() -> None:
    script = parse_text(
        "INNEN. KÜCHE - NACHT\n\nLicht.\n\nINT. KITCHEN - DAY\n\nLight.\n\nESTERNO. PIAZZA - GIORNO\n\nLuce.\n"
    )
    assert [scene.time_of_day for scene in script.scenes] == ["night", "day", "day"]


def test_any_text_is_read_without_a_crash() -> None:
    from hypothesis import given, settings
    from hypothesis import strategies as st

    pieces = st.sampled_from(
        ["INT. A - DAY", "ANNA", "(low)", "Hello.", "", "          ", "CUT TO:", "\t\tBEN", "12", "#", "="]
    )

    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.one_of(pieces, st.text(max_size=40)), max_size=40), st.booleans())
    def run(rows: list[str], markup: bool) -> None:
        script = parse_text("\n".join(rows), fountain=markup)
        assert all(scene.seconds > 0 and scene.page >= 1 for scene in script.scenes)

    run()
    assert plain.to_lines("")[0].text == ""


@pytest.mark.parametrize("fountain", [True, False])
@pytest.mark.parametrize(
    "first, second",
    [
        ("int. house - day", "ext. road - night"),
        ("ИНТ. ДОМ - ДЕНЬ", "ЭКСТ. ЛЕС - УТРО"),
        ("INNEN HAUS TAG", "AUßEN WALD NACHT"),
    ],
)
def test_headings_in_lower_case_and_in_other_languages(fountain: bool, first: str, second: str) -> None:
    script = parse_text(f"{first}\n\nHe goes.\n\n{second}\n\nint. is short for interior.\n", fountain=fountain)
    assert [scene.heading for scene in script.scenes[:2]] == [first, second]
    assert script.scenes[0].action == "He goes."

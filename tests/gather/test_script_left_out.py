"""What stands in a script's file and is no film: it is kept apart and counted, in FDX, PDF and plain text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from script_examples import headings

from tonescape.gather.scripts import fdx, parse_text, plain, read_script
from tonescape.gather.scripts.lines import left_out_remark

LEFT_OUT = "not read as part of the film: "


def paragraph(kind: str, *texts: str, inside: str = "") -> str:
    runs = "".join(f"<Text>{text}</Text>" for text in texts)
    return f'<Paragraph Type="{kind}">{inside}{runs}</Paragraph>'


def fdx_of(*paragraphs: str, after: str = "") -> bytes:
    return f"<FinalDraft><Content>{''.join(paragraphs)}</Content>{after}</FinalDraft>".encode()


MORGUE = paragraph("Scene Heading", "INT. MORGUE - NIGHT") + paragraph("Action", "A cold room.")
ROAD = paragraph("Scene Heading", "EXT. ROAD - DAY") + paragraph("Action", "A car.")
PARTY = paragraph("Scene Heading", "INT. PARTY - DAY") + paragraph("Action", "Everybody cheers.")


def read(data: bytes) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """(kind, text) of each element, and the remarks."""
    reading = fdx.read(data, "script.fdx")
    return [(element.kind, element.text) for element in reading.elements], reading.remarks


FILM = [
    ("heading", "INT. MORGUE - NIGHT"),
    ("action", "A cold room."),
    ("heading", "EXT. ROAD - DAY"),
    ("action", "A car."),
]


@pytest.mark.parametrize("text_first", [True, False])
@pytest.mark.parametrize("scenes", [1, 2])
def test_omitted_scenes_of_final_draft_are_cut(text_first: bool, scenes: int) -> None:
    cut = f"<OmittedScene>{PARTY * scenes}</OmittedScene>"
    text = "<Text>OMITTED</Text>"
    heading = f'<Paragraph Type="Scene Heading">{text + cut if text_first else cut + text}</Paragraph>'
    assert read(fdx_of(MORGUE, heading, ROAD)) == (FILM, (f"{LEFT_OUT}omitted scenes ({scenes})",))


def test_every_omitted_scene_counts_also_without_a_heading() -> None:
    cut = [f"<Paragraph><OmittedScene>{inside}</OmittedScene></Paragraph>" for inside in (PARTY * 2, PARTY, "")]
    assert read(fdx_of(MORGUE, *cut, ROAD)) == (FILM, (f"{LEFT_OUT}omitted scenes (4)",))


def test_a_heading_that_says_omitted_is_no_scene() -> None:
    found = read(fdx_of(MORGUE, paragraph("Scene Heading", "12 OMITTED"), ROAD))
    assert found == (FILM, (f"{LEFT_OUT}omitted scenes (1)",))


def test_types_that_are_no_film_are_kept_apart() -> None:
    outline = paragraph("Outline 1", "ACT TWO") + paragraph("Outline Body", "They dance.") * 2
    elements, remarks = read(fdx_of(MORGUE, outline, paragraph("Outline 2", " "), ROAD))
    assert elements == FILM
    assert remarks == (f"{LEFT_OUT}paragraphs of type Outline Body (2), paragraphs of type Outline 1 (1)",)


def test_final_drafts_own_types_are_film() -> None:
    types = ["General", "Shot", "Singing", "Lyrics", "Cast List", "New Act", "Character", "Parenthetical", "Transition"]
    elements, remarks = read(fdx_of(*(paragraph(kind, "x") for kind in types), "<Paragraph><Text>x</Text></Paragraph>"))
    assert [kind for kind, _ in elements] == [
        *("action", "action", "dialogue", "dialogue", "action", "break", "character", "parenthetical", "transition"),
        "action",
    ]
    assert remarks == ()


def test_notes_properties_and_unknown_elements_are_kept_apart() -> None:
    inside = (
        f"<ScriptNote>{paragraph('Action', 'cut this?')}</ScriptNote>"
        f"<SceneProperties Page='3'><Summary>{paragraph('Action', 'They meet.')}</Summary></SceneProperties>"
        f"<Alternative>{paragraph('Dialogue', 'Or this.')}</Alternative>"
    )
    heading = paragraph("Scene Heading", "INT. ", "MORGUE - NIGHT", inside=inside)
    elements, remarks = read(fdx_of(heading, paragraph("Action", "A cold room."), ROAD))
    assert elements == FILM
    assert remarks == (f"{LEFT_OUT}notes (1), <Alternative> (1)",)


def test_speeches_side_by_side_are_both_read() -> None:
    pair = "".join(paragraph("Character", name) + paragraph("Dialogue", f"I am {name}.") for name in ("ANN", "BOB"))
    elements, _ = read(fdx_of(f"<Paragraph><Text>Now.</Text><DualDialogue>{pair}</DualDialogue></Paragraph>"))
    assert elements == [
        ("action", "Now."),
        ("character", "ANN"),
        ("dialogue", "I am ANN."),
        ("character", "BOB"),
        ("dialogue", "I am BOB."),
    ]


def test_struck_out_words_are_left_out_and_revised_ones_are_not() -> None:
    runs = '<Text Style="Bold+Strikeout">Never </Text><Text RevisionID="1" Style="Italic">Always.</Text>'
    elements, remarks = read(fdx_of(f'<Paragraph Type="Action">{runs}</Paragraph>'))
    assert elements == [("action", "Always.")]
    assert remarks == (f"{LEFT_OUT}struck-out passages (1)",)


def test_the_title_page_and_headers_of_final_draft() -> None:
    page = "".join(paragraph("", *texts) for texts in ((" ",), ("My", " Film"), ("by me",), ("2026",)))
    after = (
        f"<TitlePage><HeaderAndFooter><Header>{paragraph('', '')}</Header></HeaderAndFooter>"
        f"<Content>{page}</Content></TitlePage>"
        f"<HeaderAndFooter><Header>{paragraph('Action', 'MY FILM')}</Header></HeaderAndFooter>"
    )
    reading = fdx.read(fdx_of(MORGUE, ROAD, after=after), "script.fdx")
    assert reading.title == "My Film"
    assert [(element.kind, element.text) for element in reading.elements] == FILM
    assert reading.remarks == ()


def test_a_remark_stays_short() -> None:
    assert left_out_remark(Counter()) == left_out_remark(Counter(notes=0)) == ""
    many = Counter({f"paragraphs of type {'x' * 500}{i}\n": 2 for i in range(100)})
    many["notes"] = 9
    remark = left_out_remark(many)
    assert remark.startswith(f"{LEFT_OUT}notes (9), ") and "\n" not in remark and len(remark) < 1000
    assert remark.endswith(", and 178 more")


# ---- printed pages ---------------------------------------------------------------------------------------------


def test_a_scene_that_goes_on_over_a_page_of_a_pdf_is_one() -> None:
    script = read_script(Path(__file__).with_name("script_goes_on.pdf"))
    assert headings(script) == [
        "INT. HOUSE - KITCHEN - NIGHT",
        "EXT. BEACH - DAY",
        "I/E. CAR - MOVING - DUSK",
        "INT. BAR - LATER",
    ]
    beach = script.scenes[1]
    assert beach.action.endswith("They all splash.\nMore splashing in the sea.") and beach.place == "BEACH"
    everything = " ".join(scene.action + scene.dialogue for scene in script.scenes)
    assert not any(word in everything for word in ("CONTINUED", "MORE", "OMITTED", "Rev.", "3."))
    assert script.remarks == (
        f"{LEFT_OUT}CONTINUED and (MORE) (2), page numbers (2), dates of revision (1), omitted scenes (1), "
        "headings of a scene that goes on (1)",
    )


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("(MORE)", "CONTINUED and (MORE)"),
        ("(CONTINUED)", "CONTINUED and (MORE)"),
        ("CONTINUED:", "CONTINUED and (MORE)"),
        ("CONTINUED: (2)", "CONTINUED and (MORE)"),
        ("13   CONTINUED:   13", "CONTINUED and (MORE)"),
        ("13A CONTINUED: (3) 13A *", "CONTINUED and (MORE)"),
        ("(CONT'D)", "CONTINUED and (MORE)"),
        ("12.", "page numbers"),
        ("12A.", "page numbers"),
        ("- 12 -", "page numbers"),
        ("PAGE 12 OF 90", "page numbers"),
        ("Blue Rev. 3/4/2019", "dates of revision"),
        ("REVISED PINK - 03.04.19", "dates of revision"),
        ("14 OMITTED 14", "omitted scenes"),
        ("14-16 OMITTED", "omitted scenes"),
    ],
)
def test_marks_of_the_page_are_no_text(mark: str, name: str) -> None:
    indent = " " * 10
    text = f"{indent}INT. HOUSE - DAY\n\n{indent}She waits.\n\n{indent}{mark}\n\n{indent}She goes.\n\n"
    script = parse_text(text + f"{indent}EXT. ROAD - DAY\n\n{indent}Rain.\n")
    assert [scene.action for scene in script.scenes] == ["She waits.\nShe goes.", "Rain."]
    assert script.remarks == (f"{LEFT_OUT}{name} (1)",)


@pytest.mark.parametrize("answer", ["42.", "7", "PAGE 3"])
def test_a_number_that_is_said_is_no_page_number(answer: str) -> None:
    text = f"INT. HOUSE - DAY\n\n          She waits.\n\n               ANN\n     {answer}\n\nShe goes.\n"
    assert answer in parse_text(text).scenes[0].dialogue + parse_text(text).scenes[0].action
    assert parse_text(text).remarks == ()


@pytest.mark.parametrize(
    "line", ["MORE WINE", "CONTINUED EXPOSURE", "CONTINENTAL", "He revised it on 3/4/2019, at home, and liked it"]
)
def test_words_that_only_look_like_marks_stay(line: str) -> None:
    text = f"INT. HOUSE - DAY\n\nShe waits for\n{line}\nand goes.\n"
    assert line in parse_text(text).scenes[0].action


def printed(pages: list[list[str]]) -> str:
    return "\f".join("\n".join(page) for page in pages)


def test_running_heads_between_form_feeds() -> None:
    pages = [["INT. HOUSE - DAY", "", "She waits."]]
    words = {2: "Word 7 of hers.", 3: "Word 3 of hers.", 4: "Nothing."}
    pages += [[f"MY FILM     {number}.", "", words[number], "", "x"] for number in words]
    script = parse_text(printed(pages))
    assert "MY FILM" not in script.scenes[0].action and "Word 3 of hers." in script.scenes[0].action
    assert script.remarks == (f"{LEFT_OUT}running heads (3)",)


def test_a_numbered_scene_repeated_at_the_head_of_a_page_goes_on() -> None:
    heading = "4  INT. HOUSE - DAY  4"
    pages = [
        [heading, "", "She waits."],
        ["2.", "", heading, "", "She goes.", "", heading, "", "She returns.", "", "x"],
    ]
    assert [scene.action for scene in parse_text(printed(pages)).scenes] == ["She waits.\nShe goes.", "She returns.\nx"]


def test_a_running_head_without_a_number_needs_many_pages() -> None:
    pages = [
        ["MY FILM, FIRST DRAFT.", "", f"Word {letter}.", "", f"Now {letter}.", "", f"End {letter}."]
        for letter in "abcdefgh"
    ]
    script = parse_text(printed([["INT. HOUSE - DAY", "", "She waits."], *pages]))
    assert "FIRST DRAFT" not in script.scenes[0].action and "Word d." in script.scenes[0].action
    assert f"{LEFT_OUT}running heads (8)" in script.remarks


def test_a_heading_or_a_line_at_the_head_of_two_pages_is_no_running_head() -> None:
    pages = [["INT. HOUSE - DAY", "", f"Word {number}."] for number in range(8)]
    assert len(parse_text(printed(pages)).scenes) == 8
    pages = [["INT. HOUSE - DAY", "", "x"], ["She waits.", "", "y"], ["She waits.", "", "z"]]
    assert parse_text(printed(pages)).scenes[0].action.count("She waits.") == 2


def test_a_title_page_of_plain_text_is_counted() -> None:
    script = parse_text("MY FILM\n\nby me\n\nFADE IN:\n\nINT. HOUSE - DAY\n\nShe waits.\n")
    assert headings(script) == ["INT. HOUSE - DAY"]
    assert script.remarks == ("paragraphs before the first scene heading, read as a title page: 2",)


def test_scenes_over_the_cap_are_counted() -> None:
    script = parse_text("INT. A - DAY\n\nx\n\n" * 2003, fountain=True)
    assert len(script.scenes) == 2000
    assert script.remarks == ("scenes after the first 2,000, which were not read: 3",)
    assert parse_text("INT. A - DAY\n\nx\n\n" * 2000, fountain=True).remarks == ()


def test_lines_know_their_page_only_where_form_feeds_say_it() -> None:
    assert [line.sheet for line in plain.to_lines("a\nb")] == [0, 0]
    lines = plain.to_lines("a\n\nb\nc\nd\ne\ff")
    assert [(line.text, line.sheet, line.edge) for line in lines if line.text] == [
        ("a", 1, True),
        ("b", 1, True),
        ("c", 1, True),
        ("d", 1, False),
        ("e", 1, True),
        ("f", 2, True),
    ]

"""Fountain 1.1 rule by rule (fountain.io/syntax): what each line of a text becomes."""

from __future__ import annotations

import pytest

from growth import growth
from tonescape.gather.scripts import fountain, parse_text
from tonescape.gather.scripts.markup import plain


def kinds(text: str) -> list[tuple[str, str]]:
    """(first letter of the kind, text) of each element: Heading, Action, Character, Parenthetical, Dialogue, ..."""
    return [(element.kind[0].upper(), element.text) for element in fountain.read(text).elements]


def spoken(*lines: str) -> list[tuple[str, str]]:
    """What a name and these lines of one speech become."""
    return [("C", "BOB"), ("D", "\n".join(lines))]


# ---- scene headings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "INT. HOUSE - DAY",
        "EXT. HOUSE - DAY",
        "EST. HOUSE - DAY",
        "INT./EXT. HOUSE - DAY",
        "INT./EXT HOUSE - DAY",
        "INT/EXT. HOUSE - DAY",
        "INT/EXT HOUSE - DAY",
        "I/E. HOUSE - DAY",
        "I/E HOUSE - DAY",
        "INT HOUSE - DAY",
        "EXT HOUSE - DAY",
        "INT - HOUSE - DAY",
        "int. house - day",
        "Ext. Olympia circus - night",
        "INNEN. KÜCHE - NACHT",
        "INTÉRIEUR JOUR - CUISINE",
        "INTERIOR. COCINA - NOCHE",
    ],
)
def test_words_that_open_a_scene(line: str) -> None:
    assert kinds(f"{line}\n\nA chair.") == [("H", line), ("A", "A chair.")]
    assert kinds(f"Before.\n\n{line}\n\nA chair.")[1] == ("H", line)
    assert ("H", line) not in kinds(f"Before.\n{line}\n\nA chair.")  # an empty line must stand before it


@pytest.mark.parametrize(
    "line",
    [
        "Interior lights flicker and die.",
        "INTERIOR LIGHTS FLICKER AND DIE.",
        "Exterior noise: an owl.",
        "Extra cheese, please.",
        "Into the night.",
        "Internal memo.",
        "Internet is down.",
        "Estimates vary.",
        "ESTABLISHING",
        "EXTREME CLOSE UP.",
        "Integers. All of them.",
        "INT.",
        "EXT -",
        "I/Everything",
        "Innen war es dunkel.",
        "Intérieur calme.",
    ],
)
def test_words_that_open_no_scene(line: str) -> None:
    assert kinds(f"INT. HOUSE - NIGHT\n\nAnn.\n\n{line}\n\nShe waits.") == [
        ("H", "INT. HOUSE - NIGHT"),
        ("A", "Ann."),
        ("A", line),
        ("A", "She waits."),
    ]


def test_text_right_under_a_heading_belongs_to_the_scene() -> None:
    assert kinds("INT. HOUSE - DAY\nA chair.") == [("H", "INT. HOUSE - DAY"), ("A", "A chair.")]
    assert kinds("int. house - day\nA chair.") == [("H", "int. house - day"), ("A", "A chair.")]
    assert kinds("Ext. is short for exterior,\nhe says.") == [("A", "Ext. is short for exterior,\nhe says.")]


def test_a_forced_heading_has_one_dot_a_letter_or_digit_and_an_empty_line_before_it() -> None:
    assert kinds(".THE MOON\n\nDust.") == [("H", "THE MOON"), ("A", "Dust.")]
    assert kinds(".12 years later") == [("H", "12 years later")]
    assert kinds("...and so on.") == [("A", "...and so on.")]
    assert kinds("..THE MOON") == [("A", "..THE MOON")]
    assert kinds(". THE MOON") == [("A", ". THE MOON")]
    assert kinds("Bob points at a\n.357 in the case.") == [("A", "Bob points at a\n.357 in the case.")]
    assert kinds("BOB\nShow me that.\n.44, right?\nNice.") == spoken("Show me that.", ".44, right?", "Nice.")
    assert kinds("BOB\n...what?") == spoken("...what?")


@pytest.mark.parametrize("number", ["1", "1A", "1a", "A1", "I-1-A", "I.1.A.", "110A"])
def test_scene_numbers_are_no_part_of_the_heading(number: str) -> None:
    assert kinds(f"INT. HOUSE - DAY #{number}#\n\n.MOON #{number}-2#") == [("H", "INT. HOUSE - DAY"), ("H", "MOON")]
    assert kinds("INT. HOUSE - DAY # 1") == [("H", "INT. HOUSE - DAY # 1")]


def test_a_heading_without_its_empty_line_is_reported() -> None:
    reading = fountain.read("CUT TO:\nINT. HOUSE - DAY\n\nBOB\nGo!\nEXT. ROAD - DAY\n\n")
    assert not any(element.kind == "heading" for element in reading.elements)
    (remark,) = reading.remarks
    assert "'INT. HOUSE - DAY'" in remark and remark.endswith(": 2")


def test_a_heading_that_repeats_its_scene_starts_none() -> None:
    text = "INT. HOUSE - DAY #4#\n\nOne.\n\nINT. HOUSE - DAY (CONTINUED)\n\nTwo.\n\nINT. HOUSE - DAY\n\nThree."
    scenes = parse_text(text, fountain=True).scenes
    assert [scene.action for scene in scenes] == ["One.\nTwo.", "Three."]


def test_omitted_scenes_are_counted_and_are_none() -> None:
    script = parse_text("INT. A - DAY\n\nOne.\n\n.OMITTED #2#\n\nOMITTED\n\nEXT. B - DAY\n\nTwo.", fountain=True)
    assert [scene.action for scene in script.scenes] == ["One.", "Two."]
    assert script.remarks == ("not read as part of the film: omitted scenes (2)",)


# ---- action, names, speeches -----------------------------------------------------------------------------------


def test_lines_of_a_paragraph_stay_lines() -> None:
    assert kinds("One.\nTwo.\n\nThree.") == [("A", "One.\nTwo."), ("A", "Three.")]
    assert kinds("\tIndented\tby tabs.") == [("A", "Indented    by tabs.")]


def test_forced_action() -> None:
    assert kinds("!INT. is a word.\n\n!BOB\nNo speech.") == [("A", "INT. is a word."), ("A", "BOB\nNo speech.")]
    assert kinds("BOB\nHello.\n!He goes.\nQuiet.") == [*spoken("Hello."), ("A", "He goes.\nQuiet.")]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("BOB", "BOB"),
        ("    BOB", "BOB"),
        ("R2D2", "R2D2"),
        ("BOB (O.S.)", "BOB (O.S.)"),
        ("BOB (on the radio)", "BOB (on the radio)"),
        ("BOB (on the radio) (CONT'D)", "BOB (on the radio) (CONT'D)"),
        ("ÉMILE", "ÉMILE"),
        ("GROßMUTTER", "GROßMUTTER"),
        ("@McADA", "McADA"),
        ("@小明", "小明"),
        ("BOB ^", "BOB"),
        ("BOB^", "BOB"),
        ("**BOB**", "BOB"),
    ],
)
def test_names_above_speeches(line: str, name: str) -> None:
    assert kinds(f"{line}\nHello.") == [("C", name), ("D", "Hello.")]
    assert kinds(f"Action.\n\n{line}\nHello.")[1:] == [("C", name), ("D", "Hello.")]
    assert ("C", name) not in kinds(f"Action.\n{line}\nHello.")


@pytest.mark.parametrize("line", ["23", "McBob", "Bob", "BOB, he", "(BOB)", "CUT TO:", "FADE IN:", "---"])
def test_lines_that_are_no_names(line: str) -> None:
    assert kinds(f"{line}\nHello.") == [("A", f"{line}\nHello.")]


def test_a_name_without_a_speech_is_action() -> None:
    assert kinds("BOB\n\nHello.") == [("A", "BOB"), ("A", "Hello.")]
    assert kinds("BOB\n  \nHello.") == [("A", "BOB"), ("A", "Hello.")]
    assert kinds("BOB") == [("A", "BOB")]


def test_parentheticals_stand_in_speeches_only() -> None:
    assert kinds("BOB\n(low)\nHi.\n(a beat)\nHo.") == [
        ("C", "BOB"),
        ("P", "(low)"),
        ("D", "Hi."),
        ("P", "(a beat)"),
        ("D", "Ho."),
    ]
    assert kinds("(low)") == [("A", "(low)")]
    assert kinds("BOB\n(low) Hi.") == spoken("(low) Hi.")


def test_a_line_of_two_spaces_goes_on_with_the_speech() -> None:
    assert kinds("BOB\nTen.\n  \nHit, sir?\n\nHe waits.") == [*spoken("Ten.", "Hit, sir?"), ("A", "He waits.")]
    assert kinds("BOB\nTen.\n \nHit, sir?")[2] == ("A", "Hit, sir?")
    assert kinds("BOB\nTen.\n\t\nHit, sir?")[2] == ("A", "Hit, sir?")
    assert kinds("BOB\nTen.\n\nOne.\n  \nTwo.")[2:] == [("A", "One."), ("A", "Two.")]


def test_no_scene_is_lost_after_a_line_of_two_spaces() -> None:
    assert kinds("BOB\nTen.\n  \nINT. HOUSE - DAY\n\nA chair.")[2:] == [("H", "INT. HOUSE - DAY"), ("A", "A chair.")]


def test_two_who_speak_at_once() -> None:
    text = "BRICK\nScrew retirement.\n\nSTEEL ^\nScrew retirement.\n"
    assert parse_text("INT. A - DAY\n\n" + text, fountain=True).scenes[0].characters == ("BRICK", "STEEL")


def test_lyrics_are_spoken_words() -> None:
    assert kinds("~Willy Wonka!\n~The amazing one.") == [("D", "Willy Wonka!\nThe amazing one.")]
    assert kinds("BOB\n~La la\nHa.") == spoken("La la", "Ha.")


# ---- transitions, centred text, marks --------------------------------------------------------------------------


def test_transitions() -> None:
    assert kinds("One.\n\nCUT TO:\n\nTwo.")[1] == ("T", "CUT TO:")
    assert kinds("    SMASH CUT TO:\n\n") == [("T", "SMASH CUT TO:")]
    assert kinds("Cut to:\n\n") == [("A", "Cut to:")]
    assert kinds("FADE IN:\n\n") == [("A", "FADE IN:")]
    assert kinds("One.\nCUT TO:\n\n") == [("A", "One.\nCUT TO:")]
    assert kinds("> Burn to white.") == [("T", "Burn to white.")]
    assert kinds("BOB\nGo.\n>Burn to white.")[2:] == [("T", "Burn to white.")]


def test_centred_text_is_action() -> None:
    assert kinds("> THE END <") == [("A", "THE END")]
    assert kinds(">One<\n>Two<") == [("A", "One\nTwo")]


def test_page_breaks_say_nothing() -> None:
    assert kinds("One.\n\n===\n\nTwo.") == [("A", "One."), ("A", "Two.")]
    assert kinds("One.\n=====\nINT. A - DAY") == [("A", "One."), ("H", "INT. A - DAY")]
    assert kinds("== Two.") == [("A", "== Two.")]
    assert kinds("=== Two.") == [("A", "=== Two.")]


def test_sections_and_synopses_are_no_film() -> None:
    text = "# Act\n\n= They meet.\n\nINT. A - DAY\n=He waits.\n\nOne.\n\n## Scene\nEXT. B - DAY\n\nTwo.\n= An end."
    assert [pair for pair in kinds(text) if pair[0] != "B"] == [
        ("H", "INT. A - DAY"),
        ("A", "One."),
        ("H", "EXT. B - DAY"),
        ("A", "Two."),
    ]
    assert [pair for pair in kinds(text) if pair[0] == "B"] == [("B", "Act"), ("B", "Scene")]
    assert fountain.read(text).remarks == ("not read as part of the film: synopses (3)",)


def test_marks_inside_a_paragraph_need_a_space() -> None:
    assert kinds("BOB\nYou are my\n#1 fan!\n=5, I think.") == spoken("You are my", "#1 fan!", "=5, I think.")
    assert kinds("He holds a\n#1 sign.") == [("A", "He holds a\n#1 sign.")]
    assert kinds("One.\n# Two\nThree.") == [("A", "One."), ("B", "Two"), ("A", "Three.")]


# ---- notes, boneyard, emphasis ---------------------------------------------------------------------------------


def test_notes() -> None:
    assert kinds("One [[two]]three.") == [("A", "One three.")]
    assert kinds("One.[[two\nthree]] Four.") == [("A", "One. Four.")]
    assert kinds("One.[[two\n  \nthree]] Four.") == [("A", "One. Four.")]
    assert kinds("One.[[two\n\nthree]] Four.") == [("A", "One.[[two"), ("A", "three]] Four.")]
    assert kinds("[[One\n\nTwo [[note]] three.") == [("A", "[[One"), ("A", "Two  three.")]
    assert kinds("[[never closed") == [("A", "[[never closed")]
    assert fountain.read("One [[two]] [[three]].").remarks == ("not read as part of the film: notes (2)",)


def test_a_line_of_notes_alone_is_no_empty_line() -> None:
    assert kinds("BOB\n[[how?]]\nHello.\n[[more]]\nBye.") == spoken("Hello.", "Bye.")
    assert kinds("[[Draft 2]]\nINT. A - DAY") == [("H", "INT. A - DAY")]


def test_the_boneyard_is_cut() -> None:
    assert kinds("One /* two */three.") == [("A", "One three.")]
    assert kinds("One.\n\n/*\nINT. B - DAY\n\nTwo.\n*/\n\nThree.") == [("A", "One."), ("A", "Three.")]
    assert kinds("CUT TO:\n/*\nINT. B - DAY\n\nTwo.\n*/\nEXT. C - DAY") == [("T", "CUT TO:"), ("H", "EXT. C - DAY")]
    assert kinds("BOB\n/*\nHi.\n*/\nHello.") == spoken("Hello.")
    assert kinds("One /* two") == [("A", "One /* two")]
    assert kinds("One */ two") == [("A", "One */ two")]
    assert fountain.read("A /* b */ c.").remarks == ("not read as part of the film: boneyard passages (1)",)


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("*italic* **bold** ***both*** _underlined_", "italic bold both underlined"),
        ("**bold *and italic***", "bold and italic"),
        ("***italic* and bold**", "italic and bold"),
        ("_**BRICK & STEEL**_", "BRICK & STEEL"),
        ("He dialed *69 and then *23, and then hung up.", "He dialed *69 and then *23, and then hung up."),
        (r"He dialed *69 and then 23\*, and hung up.", "He dialed *69 and then 23*, and hung up."),
        (r"\*not italic\* \_nor this\_", "*not italic* _nor this_"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("*over\nlines*", "*over\nlines*"),
        ("* alone", "* alone"),
        ("(_low_)", "(low)"),
    ],
)
def test_emphasis(marked: str, text: str) -> None:
    assert plain(marked) == text
    assert kinds(f"A {marked}") == [("A", f"A {text}")]


def test_a_heading_in_bold_is_one() -> None:
    assert kinds("**INT. HOUSE - DAY**\n\nA chair.")[0] == ("H", "INT. HOUSE - DAY")


# ---- title page ------------------------------------------------------------------------------------------------


def test_a_title_over_lines_without_its_emphasis() -> None:
    script = parse_text("Title:\n\t_**BRICK WALL**_\n    _**RETIRED**_\n\nINT. A - DAY\n\nx\n", fountain=True)
    assert script.title == "BRICK WALL RETIRED"
    assert [scene.action for scene in script.scenes] == ["x"]


def test_entries_of_the_title_page_are_no_film_and_unknown_ones_are_counted() -> None:
    text = "Title: A\nCredit: by\nMy Own Key: INT. X - DAY\nContact:\n    Street\n    Town\n\nINT. A - DAY\n\nx"
    script = parse_text(text, fountain=True)
    assert script.title == "A" and [scene.heading for scene in script.scenes] == ["INT. A - DAY"]
    assert script.remarks == ("not read as part of the film: unknown entries of the title page (1)",)


def test_a_title_page_ends_at_an_empty_line_or_at_text() -> None:
    assert kinds("Title: A\n\nAuthor: is action.") == [("A", "Author: is action.")]
    assert kinds("Title: A\nSome action.") == [("A", "Some action.")]
    assert kinds("\n\nTitle: A") == []
    assert kinds("Title: A\n    B") == []


def test_a_line_with_a_colon_is_no_title_page() -> None:
    assert kinds("FADE IN:\n\nOne.") == [("A", "FADE IN:"), ("A", "One.")]
    assert kinds("Remember: he is dead.\n\nOne.")[0] == ("A", "Remember: he is dead.")
    assert kinds("Episode: 3\nLanguage: en\n\nOne.") == [("A", "One.")]


# ---- hostile input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    ["[[", "[[a]]", "[[\n\n]]", "/*", "/*a*/", "*a ", "**a* ", "_", "\\*", "(a", "BOB (", "a:\n", "= \n", "#", "A\n\n"],
)
def test_time_grows_with_length_only(piece: str) -> None:
    assert growth(lambda n: fountain.read(piece * n), 5_000) < 1.7

"""The prompt grammar, both ways, and Pixtape's song prompt."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tonescape.core.errors import PromptError
from tonescape.core.records import AudioFeatures, Mood
from tonescape.plan.prompt import MAX_PARTS, MAX_PROMPT, Part, format_prompt, parse, song_prompt

texts = st.text(min_size=1, max_size=60).map(str.strip).filter(bool)
nasty = st.lists(st.sampled_from(["\\", "|", ":", " ", "2", "-1.5", "e9", "a", "ß", "\n"]), max_size=12)
nasty_texts = nasty.map("".join).map(str.strip).filter(bool)
weights = st.floats(-1000, 1000, allow_nan=False)
parts = st.lists(st.builds(Part, texts | nasty_texts, weights), min_size=1, max_size=8)


@given(parts)
@example([Part("a: 2", 1.0), Part("\\", -0.5), Part("|", 1e-300), Part("a\\|b: 3", 5e-324)])
def test_round_trip(wanted: list[Part]) -> None:
    assert list(parse(format_prompt(wanted))) == wanted


@given(st.text(max_size=200) | nasty.map("".join))
def test_any_text_is_read_or_refused_with_a_position(text: str) -> None:
    try:
        found = parse(text)
    except PromptError as problem:
        assert 0 <= problem.position <= len(text)
        assert "\n" not in str(problem)
    else:
        assert parse(format_prompt(found)) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sunset", [("sunset", 1)]),
        ("sunset: 2 | rain: -0.5", [("sunset", 2), ("rain", -0.5)]),
        ("Vol. 6: Sun: 1.5", [("Vol. 6: Sun", 1.5)]),
        ("Re: Stacks", [("Re: Stacks", 1)]),
        ("time 12:30", [("time 12", 30)]),
        ("a:.5|b:+1e-1|c:3.", [("a", 0.5), ("b", 0.1), ("c", 3)]),
        (r"this \| that: 2", [("this | that", 2)]),
        (r"back\slash \\| x", [("back\\slash \\", 1), ("x", 1)]),
        ("sun : -1 ", [("sun", -1)]),
        ("a: nan | b: inf", [("a: nan", 1), ("b: inf", 1)]),
        ("٣: ٣", [("٣: ٣", 1)]),
    ],
)
def test_known_prompts(text: str, expected: list[tuple[str, float]]) -> None:
    assert [(part.text, part.weight) for part in parse(text)] == expected


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("a | | b", 4),
        ("a|", 2),
        (": 2", 0),
        ("a: 1 | b: 1e9", 10),
        ("a: 1e400", 3),
        ("x" * (MAX_PROMPT + 1), MAX_PROMPT),
    ],
)
def test_errors_carry_the_position(text: str, position: int) -> None:
    with pytest.raises(PromptError) as caught:
        parse(text)
    assert caught.value.position == position
    assert str(position) in str(caught.value) and len(str(caught.value)) < 200


def test_caps() -> None:
    parse("|".join("a" * MAX_PARTS))
    with pytest.raises(PromptError, match="more than"):
        parse("|".join("a" * (MAX_PARTS + 1)))
    assert parse("\\|" * (MAX_PROMPT // 2))  # linear time


@pytest.mark.parametrize("part", [Part(""), Part(" a"), Part("a", float("nan")), Part("a", 1e9)])
def test_what_cannot_be_written_is_refused(part: Part) -> None:
    with pytest.raises(PromptError):
        format_prompt([part])
    with pytest.raises(PromptError):
        format_prompt([])


def mood(**audio: float) -> Mood:
    return Mood(0.8, 0.7, 0.5, "Q1", "Lively", "excited", "exuberance", AudioFeatures(**audio))


def test_pixtapes_format() -> None:
    made = song_prompt(
        "Kiwi", mood(liveness=0.7, danceability=0.9), "red", "maroon", style="fauvism painting", lighting="neon light"
    )
    assert made == (
        "abstract fauvism painting of Kiwi: 2 | red maroon: 0.9 | happy: 1.8 | excited: 0.8 | neon light: 0.9"
        " | concert poster: 0.9 | psychedelic: 0.9"
    )


def test_rules_are_strict_and_colours_are_named_once() -> None:
    made = song_prompt(
        "Kiwi", mood(liveness=0.6, danceability=0.8), "red", "red", style="s", lighting="l", abstract=False
    )
    assert made == "s of Kiwi: 2 | red: 0.9 | happy: 1.8 | excited: 0.8 | l: 0.9"


def test_classes_and_tags_take_their_places() -> None:
    tagged = Mood(
        0.8, 0.7, 0.5, "Q1", "Lively", "excited", "exuberance", AudioFeatures(),
        classes=(("Focused", 0.9),), tags=(("excited crowd", 0.6),),
    )  # fmt: skip
    made = song_prompt("K", tagged, "red", "navy", style="s", lighting="l")
    assert made == "abstract s of K: 2 | red navy: 0.9 | focused: 1.8 | excited crowd: 0.8 | l: 0.9"


@given(st.text(max_size=400))
def test_any_title_makes_a_prompt_that_reads_back(title: str) -> None:
    found = parse(song_prompt(title, mood(), "red", "navy", style="s", lighting="l"))
    assert len(found) == 5 and found[0].weight == 2
    assert found[0].text.startswith("abstract s of ") and len(found[0].text) <= 214

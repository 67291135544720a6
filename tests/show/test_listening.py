"""What a history says by itself: known answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tonescape.core.records import Play
from tonescape.show.listening import bars, length, sections, summary
from tonescape.show.listening_facts import MAX_MONTHS, listening
from tonescape.show.taste import page
from tonescape.show.taste_facts import taste


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


PLAYS = [
    Play(at("2023-01-02 10:03"), 180.0, "Anna", "One"),  # Monday
    Play(at("2023-01-02 10:07"), 180.0, "anna", "One - Remastered 2011"),
    Play(at("2023-01-02 10:08"), 10.0, "Berta", "Short"),
    Play(at("2023-01-02 23:00"), 240.0, "Berta", "Two"),
    Play(at("2023-03-05 10:00"), 60.0, "Carl", "Three"),  # Sunday
    Play(at("2023-02-01 10:00"), 60.0, "Anna", "Four"),
    Play(at("2023-03-05 10:10"), 60.0, "Anna", "Four"),
]


def test_counts_of_a_history() -> None:
    facts = listening(PLAYS)
    assert facts is not None
    assert (facts.plays, facts.short, facts.seconds) == (6, 1, 790.0)
    assert (facts.first, facts.last) == ("2023-01-02", "2023-03-05")
    assert [(a.artist, a.plays, a.seconds) for a in facts.artists] == [
        ("Anna", 4, 480.0), ("Berta", 1, 250.0), ("Carl", 1, 60.0),
    ]  # fmt: skip
    assert [(s.title, s.plays) for s in facts.songs[:2]] == [("One", 2), ("Four", 2)] and len(facts.songs) == 5
    assert [(m.name, m.plays, m.new) for m in facts.months] == [("2023-01", 3, 2), ("2023-02", 1, 0), ("2023-03", 2, 1)]
    assert (facts.hours[10], facts.hours[23], facts.days[0], facts.days[6]) == (550.0, 240.0, 610.0, 120.0)
    assert (facts.kept, facts.once, facts.favourites) == (1, 2, 1.0)
    assert facts.breadth == pytest.approx(1.5 ** (2 / 3) * 6 ** (1 / 3))  # exp of the entropy of 4, 1 and 1 sixths


def test_sessions_are_parted_by_half_an_hour_without_music() -> None:
    facts = listening(PLAYS)
    assert facts is not None
    found = facts.sessions
    assert (found.number, found.longest_s, found.longest_day) == (4, 660.0, "2023-03-05")
    assert found.median_s == (240.0 + 480.0) / 2


def test_a_session_counts_from_the_start_of_its_first_play() -> None:
    gap = [Play(0.0, 60.0, "A", "x"), Play(1860.0, 60.0, "A", "x"), Play(3721.0, 60.0, "A", "x")]
    facts = listening(gap)
    assert facts is not None and facts.sessions.number == 2


def test_a_month_without_plays_is_on_the_time_line() -> None:
    facts = listening([Play(at("2022-12-01 00:00"), 60.0, "A", "x"), Play(at("2023-02-01 00:00"), 60.0, "A", "x")])
    assert facts is not None and [m.name for m in facts.months] == ["2022-12", "2023-01", "2023-02"]


def test_a_history_of_impossible_years_costs_bounded_work() -> None:
    plays = [Play(at(f"{year:04d}-01-01 00:00"), 60.0, "A", "x") for year in (1, 2020, 9998)]
    facts = listening(plays)
    assert facts is not None and len(facts.months) == 3 <= MAX_MONTHS


def test_two_plays_of_one_minute() -> None:
    facts = listening([Play(0.0, 215.0, "Art", "X"), Play(0.0, 1.5, "Art", "X")])
    assert facts is not None and summary(facts).startswith("1 play of 30 s and more, 216.5 s in all, 1 artist, 1 song,")


@pytest.mark.parametrize(
    ("seconds", "text"), [(1.5, "1.5 s"), (60, "60 s"), (3000, "50 min"), (44_280, "12.3 h"), (4_428_000, "1,230 h")]
)
def test_lengths(seconds: float, text: str) -> None:
    assert length(seconds) == text


def test_a_page_of_a_history_alone() -> None:
    text = page(taste([], PLAYS), "Mine")
    for heading in ("Artists", "Songs", "By month", "Discovery", "Sessions", "Time of day", "Weekday", "Moods"):
        assert f"<h2>{heading}</h2>" in text
    for part in ("6 plays of 30 s and more", "0.5 a month", "tonescape taste HISTORY ~/Music", "Anna"):
        assert part in text
    assert "variety" not in text and "Most played by mood" not in text


def test_a_history_of_short_plays_and_of_hostile_names() -> None:
    facts = listening([Play(0.0, 1.0, "<script>", "<b>x</b>"), Play(1.0, 1.0, "", "")])
    assert facts is not None and facts.plays == 0 and facts.breadth == 0.0
    assert sections(facts)[0].note == "No play was of 30 seconds and more."
    text = page(replace(taste([], []), listening=facts), "Mine")
    assert "<script" not in text and "<b>" not in text and "No play was of 30 seconds" in text


def test_bars_are_as_high_as_their_values() -> None:
    text = bars(["a", "b"], [1.0, 2.0], "Told", "h")
    assert 'height="55"' in text and 'height="110"' in text and "Told: most in b" in text
    assert "NaN" not in bars(["a"], [0.0], "Told", "h") and "svg" in bars([], [], "Told", "h")

"""Sections: songs put together from parts, so the seams are known."""

from __future__ import annotations

import warnings
from itertools import pairwise

import hear_sounds as sounds
import numpy as np
import pytest

from tonescape.core.records import RATE, Section
from tonescape.hear.harmony import analyse_harmony
from tonescape.hear.rhythm import analyse_rhythm
from tonescape.hear.sections import _letter, find_sections, novelty
from tonescape.hear.spectrum import frames


def sections_of(sound) -> tuple[Section, ...]:
    heard = frames(np.asarray(sound, dtype=np.float32))
    beats = analyse_rhythm(heard).pulse
    chroma = analyse_harmony(heard, beats).chroma
    return find_sections(heard, chroma, beats, len(sound) / RATE)


def part(kind: str, seconds: int) -> np.ndarray:
    order = ([0, 3, 4, 5, 0, 1, 4, 0] * 20)[:seconds]
    if kind == "A":
        return sounds.progression(0, 1, order, 1.0)
    if kind == "B":
        return 1.5 * sounds.progression(0, 1, order, 1.0, drums=True, harmonics=12, decay=0.9)
    if kind == "C":
        return sounds.progression(6, 0, order, 1.0, harmonics=2, decay=0.3)
    return sounds.progression(6, 1, order, 1.0)  # D: like A, in another key


FORMS = (
    ("ABA", (20, 20, 20), "ABA"),
    ("ABA", (30, 15, 25), "ABA"),
    ("ABAB", (18,) * 4, "ABAB"),
    ("ABCA", (16,) * 4, "ABCA"),
    ("ADA", (24,) * 3, "ABA"),
    ("AA", (30, 30), "A"),
    ("AB", (10, 10), "AB"),
    ("C", (70,), "A"),
)


@pytest.mark.parametrize("form,seconds,labels", FORMS)
def test_seams_are_found_within_a_second(form: str, seconds: tuple[int, ...], labels: str) -> None:
    found = sections_of(np.concatenate([part(*each) for each in zip(form, seconds, strict=True)]))
    assert "".join(each.label for each in found) == labels
    if len(labels) == len(form):
        np.testing.assert_allclose([each.end for each in found], np.cumsum(seconds), atol=1.0)


@pytest.mark.parametrize("name", sounds.hostile())
def test_sections_always_cover_the_whole(name: str) -> None:
    sound = sounds.hostile()[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = sections_of(sound)
    if not len(sound):
        assert found == ()
        return
    assert found[0].start == 0.0 and found[-1].end == len(sound) / RATE
    assert all(a.end == b.start and a.label != b.label for a, b in pairwise(found))
    assert all(each.end > each.start for each in found)


def test_a_file_longer_than_what_was_read_is_still_covered() -> None:
    sound = np.concatenate([part("A", 20), part("B", 20)])
    heard = frames(sound)
    found = find_sections(heard, np.zeros((len(heard), 12), dtype=np.float32), np.zeros(0, dtype=np.float32), 100.0)
    assert found[-1].end == 100.0


def test_level_changes_nothing() -> None:
    sound = np.concatenate([part("A", 15), part("B", 15), part("A", 15)])
    first = sections_of(sound)
    for gain in (0.25, 4.0):
        assert sections_of(sound * gain) == first


def test_novelty_is_footes() -> None:
    """The filter against the checkerboard slid along the matrix of minus half the squared distances."""
    features = np.random.default_rng(0).standard_normal((60, 5)).astype(np.float32)
    reach = 8
    padded = np.pad(features, ((reach, reach), (0, 0)), mode="edge").astype(float)
    similar = -0.5 * np.square(padded[:, None] - padded[None]).sum(axis=2)
    offsets = np.arange(-reach, reach) + 0.5
    vector = np.sign(offsets) * np.exp(-0.5 * (offsets / (0.5 * reach)) ** 2)
    vector /= vector[reach:].sum()
    board = np.outer(vector, vector)
    foote = [np.sum(board * similar[i : i + 2 * reach, i : i + 2 * reach]) for i in range(60)]
    np.testing.assert_allclose(novelty(features, reach), foote, atol=1e-4)


def test_letters_go_on_after_z() -> None:
    assert [_letter(i) for i in (0, 25, 26, 27, 52, 702)] == ["A", "Z", "AA", "AB", "BA", "AAA"]

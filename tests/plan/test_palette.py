"""Palettes: readable and continuous everywhere, as the colour studies say, and Pixtape's two colours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonescape.core.colour import contrast_ratio, oklab_to_srgb, oklch_to_oklab, oklch_to_srgb8
from tonescape.core.records import OKLCH, AudioFeatures
from tonescape.plan import palette as plan

unit = st.floats(0, 1)
maybe = st.none() | unit
audios = st.builds(
    AudioFeatures,
    key=st.none() | st.sampled_from([float(k) for k in range(-1, 12)]),
    mode=maybe,
    acousticness=maybe,
    danceability=maybe,
)


def lab_of(colours: tuple[OKLCH, ...]) -> np.ndarray:
    return oklch_to_oklab(np.array(colours))


@given(unit, unit, audios)
def test_ladder_contrast_and_gamut_everywhere(valence: float, arousal: float, audio: AudioFeatures) -> None:
    colours = plan.palette(valence, arousal, audio)
    assert len(colours) == len(plan.ROLES) == 6
    lightness = np.array([colour[0] for colour in colours])
    assert np.diff(lightness).min() >= plan.MIN_STEP
    assert contrast_ratio(oklch_to_srgb8(colours[0]), oklch_to_srgb8(colours[-1])) >= plan.MIN_CONTRAST
    srgb = oklab_to_srgb(lab_of(colours))
    assert srgb.min() > -1e-3 and srgb.max() < 1.001
    assert all(isinstance(value, float) and 0 <= colour[2] < 360 for colour in colours for value in colour)


@given(unit, unit, st.floats(-1, 1), st.floats(-1, 1), audios)
def test_no_jumps(valence: float, arousal: float, dv: float, da: float, audio: AudioFeatures) -> None:
    step = 0.002
    near = (min(1, max(0, valence + step * dv)), min(1, max(0, arousal + step * da)))
    moved = np.abs(lab_of(plan.palette(valence, arousal, audio)) - lab_of(plan.palette(*near, audio)))
    assert moved.max() < 0.006


def hue_at(role: str, valence: float, arousal: float) -> float:
    return plan.palette(valence, arousal)[plan.ROLES.index(role)][2]


def test_moods_have_the_colours_the_surveys_found() -> None:
    assert 70 < hue_at("light", 0.9, 0.9) < 110  # happy: yellow
    assert 0 < hue_at("body", 0.1, 0.9) < 40  # angry: red
    assert 240 < hue_at("body", 0.1, 0.1) < 280  # sad: blue
    assert 150 < hue_at("body", 0.9, 0.1) < 220  # calm: cyan and green


def mean(valence: float, arousal: float, column: int) -> float:
    return float(np.mean([colour[column] for colour in plan.palette(valence, arousal)]))


@pytest.mark.parametrize("other", np.linspace(0, 1, 9))
def test_light_grows_with_valence_and_chroma_with_arousal(other: float) -> None:
    steps = np.linspace(0, 1, 11)
    assert np.all(np.diff([mean(v, other, 0) for v in steps]) >= -1e-9)
    chroma = [mean(other, a, 1) for a in steps]
    assert chroma[-1] > chroma[5] > chroma[0]
    assert mean(1, other, 1) > mean(0, other, 1) or other > 0.6  # red at the tense end is as strong as any


def test_yellower_and_warmer_light_for_happy_than_for_sad() -> None:
    happy, sad = lab_of(plan.palette(0.85, 0.8)), lab_of(plan.palette(0.15, 0.2))
    assert happy[4:, 2].mean() > sad[4:, 2].mean() + 0.08


def test_songs_of_one_mood_differ() -> None:
    keys = [plan.palette(0.6, 0.6, AudioFeatures(key=float(k))) for k in range(12)]
    assert len(set(keys)) == 12
    assert plan.palette(0.6, 0.6, AudioFeatures(key=-1.0)) == plan.palette(0.6, 0.6)
    plain, earthy = plan.palette(0.6, 0.6, AudioFeatures()), plan.palette(0.6, 0.6, AudioFeatures(acousticness=1.0))
    assert sum(c[1] for c in earthy) < sum(c[1] for c in plain)
    accent = plan.ROLES.index("accent")
    low, high = (plan.palette(0.6, 0.3, AudioFeatures(danceability=d))[accent][1] for d in (0.0, 1.0))
    assert high > 1.3 * low
    major, minor = (lab_of(plan.palette(0.5, 0.5, AudioFeatures(mode=m))) for m in (1.0, 0.0))
    assert major[5, 2] > minor[5, 2] and minor[0, 2] < major[0, 2]


def test_fifths_turn_neighbouring_keys_alike() -> None:
    c, g, f, f_sharp = (plan.key_turn(float(k)) for k in (0, 7, 5, 6))
    assert (c, g, f) == (0, plan.KEY_TURN, -plan.KEY_TURN)
    assert f_sharp == 6 * plan.KEY_TURN
    assert plan.key_turn(None) == 0


def test_main_colour_is_energy_valence_acousticness() -> None:
    assert plan.main_colour(AudioFeatures(energy=1.0, valence=0.0, acousticness=0.2)) == (255, 0, 51)
    assert plan.main_colour(AudioFeatures()) == (128, 128, 128)
    assert plan.main_colour(AudioFeatures(energy=7.0, valence=-1.0)) == (255, 0, 128)


def test_mood_colour_by_the_text_and_by_the_code() -> None:
    red = {"energy": 1.0, "valence": 0.0, "acousticness": 0.0, "danceability": 1.0}
    major, minor = AudioFeatures(mode=1.0, **red), AudioFeatures(mode=0.0, **red)
    assert plan.mood_colour(major) == (242, 0, 0)
    assert plan.mood_colour(minor) == (115, 0, 0)
    assert plan.MOOD_COLOURS["pixtape-2022"](major) == (0, 0, 0)
    assert plan.MOOD_COLOURS["pixtape-2022"](minor) == (255, 0, 0)


@given(st.builds(AudioFeatures, energy=unit, valence=unit, acousticness=unit, danceability=unit))
def test_mood_colour_is_brighter_in_major_and_greyer_without_dance(audio: AudioFeatures) -> None:
    from dataclasses import replace

    major, minor = (plan.mood_colour(replace(audio, mode=m)) for m in (1.0, 0.0))
    assert max(major) > max(minor)
    still = plan.mood_colour(replace(audio, danceability=0.0))
    assert max(still) == min(still)

"""The painter: sizes, sameness, mood that can be measured, and briefs at the edge of what there can be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from songs import brief, thumbnail

from tonescape import render
from tonescape.core.colour import oklab_to_oklch, srgb_to_oklab
from tonescape.core.errors import UsageError
from tonescape.core.records import Brief, Picture
from tonescape.core.settings import plugins
from tonescape.render import engine, engines

MOTIFS, STYLES = tuple(plugins("motifs")), tuple(plugins("styles"))


def lightness_and_chroma(image: np.ndarray) -> tuple[float, float]:
    lch = oklab_to_oklch(srgb_to_oklab(thumbnail(image) / 255))
    return float(lch[..., 0].mean()), float(lch[..., 1].mean())


def paint(song: Brief, **options: object) -> Picture:
    return render.paint("painter", song, **options)


def test_the_painter_is_an_engine_with_motifs_and_styles() -> None:
    assert "painter" in engines()
    assert not engine("painter").exclusive and engine("painter").uses == {"motif", "style", "palette"}
    assert {"mountain-lake", "sea", "desert"} <= set(MOTIFS)
    assert {"oil", "fauvism", "watercolour"} <= set(STYLES)


PAIRS = tuple(
    (MOTIFS[number % len(MOTIFS)], STYLES[number % len(STYLES)]) for number in range(max(len(MOTIFS), len(STYLES)))
)
"""every motif once and every style once; which meet changes with what is installed"""


def odd(number: int) -> Brief:
    """Briefs that a paint box must survive, in turn: the corners of the plane, no sound, few and many colours."""
    plain = brief()
    corner = replace(plain.mood, valence=float(number % 2), arousal=float(number // 2 % 2))
    changes: tuple[dict[str, object], ...] = (
        {"contour": (0.5,) * 64, "beat_bars": (0.0,) * 16, "seed": 2**32 - 1},
        {"contour": (0.0,) * 64, "beat_bars": (0.0,) * 16, "sections": (), "seed": 0},
        {"palette": plain.palette[:5], "sections": (0.0, 1.0), "seed": number},
        {"palette": (*plain.palette, *plain.palette)[:7], "sections": tuple(np.linspace(0, 1, 40)), "seed": number},
    )
    return replace(plain, mood=corner, **changes[number % len(changes)])


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(("motif", "style"), PAIRS)
def test_every_motif_and_every_style_with_odd_songs(motif: str, style: str) -> None:
    song = replace(odd(PAIRS.index((motif, style))), motif=motif, style=style)
    told: list[float] = []
    picture = paint(song, size=96, on_step=told.append)
    assert len(told) >= 3 and told == sorted(told) and 0 < told[0] < 1 and told[-1] == 1.0
    assert picture.image.shape == (96, 96, 3)
    assert picture.image.dtype == np.uint8
    assert not picture.image.flags.writeable
    assert picture.engine == "painter"
    assert picture.seconds > 0
    assert picture.image.std() > 3  # something is there


@pytest.mark.parametrize("size", [64, 65, 333, 1025])
def test_any_size(size: int) -> None:
    assert paint(brief(), size=size).image.shape == (size, size, 3)


@pytest.mark.parametrize("size", [0, -1, 63, 8193, 10**9])
def test_a_size_out_of_range_is_refused_before_any_work(size: int) -> None:
    with pytest.raises(UsageError, match="64 to 8192"):
        paint(brief(), size=size)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(UsageError, match="seed"):
        paint(brief(), size=64, seed=seed)


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="mountain-lake"):
        paint(replace(brief(), motif="mountain-lkae"), size=64)
    with pytest.raises(UsageError, match="oil"):
        paint(replace(brief(), style="oli"), size=64)
    with pytest.raises(UsageError, match="painter"):
        engine("paintr")


@pytest.mark.parametrize(("motif", "style"), PAIRS[::4])
def test_the_same_brief_gives_the_same_bytes(motif: str, style: str) -> None:
    """Each style for itself: tests/render/test_styles.py."""
    first, second = (paint(brief(motif=motif, style=style), size=96) for _ in range(2))
    assert first.image.tobytes() == second.image.tobytes()
    assert first.recipe == second.recipe


def test_another_seed_gives_another_picture_and_the_recipe_says_which() -> None:
    own, other = paint(brief(seed=3), size=128), paint(brief(seed=3), size=128, seed=4)
    assert np.abs(thumbnail(own.image) - thumbnail(other.image)).mean() > 4
    assert own.recipe != other.recipe
    assert paint(brief(seed=3), size=128, seed=3).image.tobytes() == own.image.tobytes()


@pytest.mark.parametrize(("motif", "style"), [("mountain-lake", "oil"), ("sea", "fauvism"), ("desert", "watercolour")])
def test_the_composition_is_the_same_at_every_size(motif: str, style: str) -> None:
    pictures = [thumbnail(paint(brief(motif=motif, style=style), size=size).image) for size in (96, 700)]
    assert np.corrcoef(pictures[0].ravel(), pictures[1].ravel())[0, 1] > 0.93


def test_light_follows_valence_and_colour_follows_arousal() -> None:
    """Means over motifs and seeds, as moods must be told apart in a thumbnail (Valdez & Mehrabian 1994)."""
    corners = {}
    for valence in (0.12, 0.88):
        for arousal in (0.12, 0.88):
            seen = [
                lightness_and_chroma(paint(brief(valence, arousal, seed, motif), size=64).image)
                for seed, motif in enumerate(("mountain-lake", "sea"))
            ]
            corners[valence, arousal] = np.mean(seen, axis=0)
    for arousal in (0.12, 0.88):
        assert corners[0.88, arousal][0] > corners[0.12, arousal][0] + 0.12
    for valence in (0.12, 0.88):
        assert corners[valence, 0.88][1] > corners[valence, 0.12][1] + 0.02


def test_briefs_at_the_edge() -> None:
    """Silence, noise, no audio, no title, one colour, impossible colours, the plane's corners: no fault, no NaN."""
    plain = brief()
    nothing = replace(plain.mood, valence=0.5, arousal=0.0)
    edge = [
        replace(plain, contour=(0.0,) * 64, beat_bars=(0.0,) * 16, mood=nothing, title=""),
        replace(plain, contour=(1.0,) * 64, beat_bars=(1.0,) * 16, title="x"),
        replace(plain, contour=(), beat_bars=(), palette=()),
        replace(plain, contour=(0.0, 1.0) * 32, title="y" * 500),
        replace(plain, palette=plain.palette[:1]),
        replace(plain, palette=((0.0, 0.0, 0.0), (1.0, 0.4, 359.9)) * 3, title="\U0001f3b5"),
        *(replace(plain, mood=replace(plain.mood, valence=v, arousal=a)) for v in (0.0, 1.0) for a in (0.0, 1.0)),
    ]
    for number, each in enumerate(edge):
        with np.errstate(invalid="raise", divide="raise"):
            each = replace(
                each, seed=number, motif=MOTIFS[number % len(MOTIFS)], style=STYLES[number // 3 % len(STYLES)]
            )
            assert paint(each, size=64).image.std() > 1, number

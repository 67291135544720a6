"""Styles that cut, print and lead: few inks, a calm zone, leads and frames that are there, one cut at every size."""

from __future__ import annotations

from functools import cache
from math import erf

import numpy as np
import pytest
from songs import brief, thumbnail

from tonescape.core.colour import linear_to_srgb, oklab_to_srgb, srgb_to_linear, srgb_to_oklab
from tonescape.render.painter.composition.model import Composition
from tonescape.render.painter.motifs import mountain_lake, sea
from tonescape.render.painter.styles import (
    art_deco,
    holographic,
    minimal,
    poster,
    psychedelic,
    risograph,
    stained_glass,
    woodblock,
)
from tonescape.render.painter.styles.print import regions, shader

PRINTED = (art_deco, holographic, minimal, poster, psychedelic, risograph, stained_glass, woodblock)


def rng(seed: int = 2) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


@cache
def scene(valence: float = 0.8, arousal: float = 0.3, seed: int = 3) -> Composition:
    return mountain_lake.compose(brief(valence, arousal, seed), rng(seed))


@cache
def picture(style: str, size: int, valence: float = 0.8, arousal: float = 0.3) -> np.ndarray:
    module = next(each for each in PRINTED if each.__name__.endswith(style))
    return module.render(scene(valence, arousal), size, rng(), lambda share: None)


@pytest.mark.parametrize("module", PRINTED, ids=lambda module: module.__name__.rsplit(".", 1)[1])
def test_the_cut_is_the_same_at_every_size(module: object) -> None:
    name = module.__name__.rsplit(".", 1)[1]  # type: ignore[attr-defined]
    small, large = (thumbnail(picture(name, size), 24) for size in (72, 520))
    assert np.corrcoef(small.ravel(), large.ravel())[0, 1] > 0.95
    assert np.abs(small - large).mean() < 12


def test_a_region_is_traced_alike_at_any_size() -> None:
    """A disc cut at two sizes: same area, a sharp edge at both, and no wider in pixels at the larger."""
    y, x = np.mgrid[:320, :320] / 320
    labels = (np.hypot(x - 0.5, y - 0.5) < 0.3).astype(int)
    body = (
        "float3 region_0(float2 u, float4 k) { return float3(0.0); } float3 region_1(float2 u, float4 k)"
        " { return float3(1.0); }" + shader.choose(2) + "float3 paint(float2 u) { float3 a; float3 b; float g;"
        " choose(u, float4(0.0), a, b, g); return mix(0.5 * (a + b), a, 2.0 * cover(distance_of(g)) - 1.0); }"
    )
    edges = []
    for size in (500, 1500):
        pixels = shader.sheet(size)
        shader.run_program(pixels, body, regions.covers(labels, 2, 1.5), sigma=1.5)
        share = pixels[..., 0] / 255
        assert share.mean() == pytest.approx(np.pi * 0.09, rel=0.01)
        edges.append(int(((share[size // 2] > 0.05) & (share[size // 2] < 0.95)).sum()))
    assert max(edges) <= 6  # two crossings


def test_distance_from_a_border_is_in_cells() -> None:
    labels = np.zeros((320, 320), int)
    labels[:, 160:] = 1
    body = (
        "float3 region_0(float2 u, float4 k) { return float3(0.0); } float3 region_1(float2 u, float4 k)"
        " { return float3(0.0); }" + shader.choose(2) + "float3 paint(float2 u) { float3 a; float3 b; float g;"
        " choose(u, float4(0.0), a, b, g); return float3(distance_of(g) / 4.0); }"
    )
    pixels = shader.sheet(640)
    shader.run_program(pixels, body, regions.covers(labels, 2, 2.0), sigma=2.0)
    row = pixels[300, :, 0] / 255 * 4
    for cells in (1, 2, 3):
        assert row[320 + 2 * cells] == pytest.approx(cells + 0.25, abs=0.3)


def test_a_poster_has_four_inks() -> None:
    image = picture("poster", 600)
    colours, counts = np.unique(image.reshape(-1, 3), axis=0, return_counts=True)
    solid = colours[counts > 0.01 * counts.sum()]
    assert 3 <= len(solid) <= poster.INKS
    # every other pixel is an edge: a mixture of two of the inks
    inks, rest = solid.astype(float), colours.astype(float)
    nearest = np.full(len(rest), np.inf)
    for i in range(len(inks)):
        for j in range(i, len(inks)):
            span = inks[j] - inks[i]
            t = np.clip(((rest - inks[i]) @ span) / max(span @ span, 1e-9), 0, 1)
            nearest = np.minimum(nearest, np.linalg.norm(rest - (inks[i] + t[:, None] * span), axis=1))
    assert np.average(nearest < 40, weights=counts) > 0.98


def test_a_poster_keeps_a_quiet_place_for_type() -> None:
    image = picture("poster", 600).astype(float)
    place = slice(int(0.05 * 600), int(0.145 * 600))
    inner = slice(int(0.05 * 600), int(0.95 * 600))
    rows = image[place] if poster.zone(scene()) == "top" else image[::-1][place]
    busy = [np.abs(np.diff(part.mean(-1), axis=1)).mean() for part in (rows[:, inner], image[inner, inner])]
    assert busy[0] < 0.35 * busy[1]


def test_a_risograph_is_made_of_three_drums() -> None:
    image = picture("risograph", 600)
    names = risograph.drums(risograph.vivid(scene()))
    assert len(set(names)) == 3
    assert sum(name in risograph.DARK for name in names) == 1
    solids = [np.array([int(risograph.DRUMS[name][i : i + 2], 16) / 255 for i in (1, 3, 5)]) for name in names]
    ab = srgb_to_oklab(image[40:-40:3, 40:-40:3] / 255.0).reshape(-1, 3)
    mixes = []
    for bits in range(8):
        paint = np.array(risograph.PAPER)
        for number, solid in enumerate(solids):
            paint = paint * (solid if bits >> number & 1 else 1.0)
        mixes.append(paint)
    # what is seen lies within the overprints' own gamut, averaged in linear light, give or take paper and unevenness
    weights = rng(0).dirichlet(np.full(8, 0.3), 4000)
    reach = srgb_to_oklab(linear_to_srgb(weights @ srgb_to_linear(np.array(mixes))))
    gap = np.sqrt(((ab[::20, None] - reach[None]) ** 2).sum(-1).min(1))
    assert np.quantile(gap, 0.95) < 0.08


def test_separation_gives_back_the_colours_it_can() -> None:
    inks = np.array([[0.2, 0.33, 0.64], [1.0, 0.91, 0.0], [1.0, 0.28, 0.69]], np.float32)
    shares, mixed = risograph._mixtures(inks)
    wanted = mixed[::37].reshape(1, -1, 3).astype(np.float32)
    again = risograph.separated(wanted, inks)
    at = np.argmin(((again.reshape(-1, 1, 3) - shares[None]) ** 2).sum(-1), 1)
    assert np.abs(mixed[at] - wanted[0]).mean() < 0.03


def test_glass_is_held_by_lead_along_the_masses() -> None:
    image = picture("stained_glass", 640)
    dark = image.max(-1) < 70
    inside = dark[60:-60, 60:-60]
    assert 0.08 < inside.mean() < 0.45
    labels = regions.groups(scene(), 6, regions.figure_alpha(scene()))
    border = np.zeros((320, 320), bool)
    border[:-1] |= labels[:-1] != labels[1:]
    border[:30], border[-30:], border[:, :30], border[:, -30:] = False, False, False, False
    row, column = np.nonzero(border)
    near = [dark[2 * r - 4 : 2 * r + 6, 2 * c - 4 : 2 * c + 6].any() for r, c in zip(row, column, strict=True)]
    assert np.mean(near) > 0.87  # the cutter's wheel rounds corners


def test_deco_keeps_the_outlines_of_layers_and_has_its_frame() -> None:
    """Gold lies along the borders of the layers and not between them as often; the frame is darker than the picture."""
    image = picture("art_deco", 512).astype(float)
    assert image[8:18].mean() < image[60:-60, 60:-60].mean()
    labels = regions.groups(scene(), art_deco.PLANES, regions.figure_alpha(scene()))
    border = np.zeros(labels.shape, bool)
    border[1:] = labels[1:] != labels[:-1]
    step = np.abs(np.diff(image.sum(-1), axis=0, prepend=0)).reshape(512, 512)
    rows, columns = np.nonzero(border[40:-40, 40:-40])
    at = [(int((r + 40) * 1.6), int((c + 40) * 1.6)) for r, c in zip(rows, columns, strict=True)]
    on = [step[r - 4 : r + 5, c].max() for r, c in at]
    off = [step[r - 4 + 30 : r + 5 + 30, c].max() for r, c in at]
    assert np.median(on) > 1.5 * np.median(off), (np.median(on), np.median(off))


def test_small_pieces_join_their_neighbours_and_colours_are_cut_into_levels() -> None:
    labels = np.zeros((320, 320), int)
    labels[100:104, 100:104] = 1  # 16 cells
    labels[200:220, 200:220] = 2  # 400
    found = art_deco._without_scraps(labels)
    assert set(np.unique(found)) == {0, 2} and (found == 2).sum() == 400
    values = np.r_[np.zeros(50), np.full(30, 0.5), np.ones(20)]
    assert np.bincount(art_deco._levels(values, 3)).tolist() == [50, 30, 20]


def test_a_cut_has_a_piece_a_neighbour_and_a_gap_that_is_erf_of_the_distance() -> None:
    pieces = np.zeros((320, 320), int)
    pieces[:, 160:] = 1
    labels, beside, gap = regions.cut(pieces, 1.5)
    assert (labels[:, :320] == 0).all() and (labels[:, 320:] == 1).all()
    assert (beside[100, 314:320] == 1).all() and (beside[100, 320:326] == 0).all()
    for column in (321, 323, 325):
        away = (column + 0.5) / 2 - 160
        assert gap[100, column] == pytest.approx(erf(away / (1.5 * 2**0.5)), abs=0.06)


def test_planes_explain_a_picture_that_they_were_cut_from() -> None:
    labels = np.zeros((320, 320), int)
    labels[160:] = 1
    lab = np.zeros((320, 320, 3), np.float32)
    lab[160:, :, 0] = 0.5
    assert regions.variance_explained(lab, labels) == pytest.approx(1)
    assert regions.variance_explained(lab, labels.T) == pytest.approx(0, abs=1e-6)
    assert regions.variance_explained(np.zeros_like(lab), labels) == 1


def test_woodblock_lies_on_paper_with_a_seal() -> None:
    image = picture("woodblock", 512) / 255.0
    margin = image[3:10].mean((0, 1))  # washi, a little greyed by the mood
    assert 0.8 < margin.mean() / np.mean(woodblock.PAPER) < 1.02
    assert np.abs(margin / margin.mean() - np.array(woodblock.PAPER) / np.mean(woodblock.PAPER)).max() < 0.03
    low = image[430:500]
    vermilion = (low[..., 0] > 0.55) & (low[..., 1] < 0.28) & (low[..., 2] < 0.25)
    assert 300 < vermilion.sum() < 1500


def test_minimal_is_made_of_few_flat_shapes() -> None:
    lab = srgb_to_oklab(picture("minimal", 512) / 255.0)
    cells = lab[: 512 // 8 * 8, : 512 // 8 * 8].reshape(64, 8, 64, 8, 3)
    assert np.median(cells.std((1, 3)).sum(-1)) < 0.03  # most of it is flat
    assert np.median(np.abs(np.diff(cells.mean((1, 3)), axis=0)).sum(-1)) < 0.01  # and passes slowly


def test_the_sun_is_found_where_it_is_and_not_where_it_is_not() -> None:
    found = [sea.compose(brief(0.8, 0.2, seed), rng(seed)) for seed in (8, 9)]
    seen = [regions.disc(each) for each in found]
    assert any(seen)
    for each, disc in zip(found, seen, strict=True):
        if disc is not None:
            assert disc[:2] == pytest.approx(each.light)
    blank = found[0].lab * 0 + np.float32(0.5)
    dull = Composition(
        blank, found[0].masks, found[0].flow, found[0].detail, (0.5, 0.5), (0.5, 0.5), 0.5, found[0].setting
    )
    assert regions.disc(dull) is None


@pytest.mark.parametrize("style", ["woodblock", "poster", "minimal", "holographic"])
def test_dark_songs_stay_darker_and_loud_ones_richer(style: str) -> None:
    def seen(valence: float, arousal: float) -> np.ndarray:
        lab = srgb_to_oklab(thumbnail(picture(style, 96, valence, arousal)) / 255)
        return np.array([lab[..., 0].mean(), np.hypot(lab[..., 1], lab[..., 2]).mean()])

    assert seen(0.85, 0.2)[0] > seen(0.15, 0.2)[0] + 0.08
    assert seen(0.15, 0.85)[1] > seen(0.15, 0.2)[1] + 0.01


def test_what_stands_for_two_hues_is_not_their_grey() -> None:
    blue, yellow = np.array([0.7, -0.05, -0.12]), np.array([0.8, 0.02, 0.15])
    both = np.concatenate([np.tile(blue, (60, 1)), np.tile(yellow, (40, 1))]).astype(np.float32)
    found = regions.representative_colour(both)
    assert np.hypot(*found[1:]) > 0.1
    assert found[2] < 0  # the greater half
    assert np.isfinite(oklab_to_srgb(found)).all()

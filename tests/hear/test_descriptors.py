"""The descriptors that mood models read: known answers, level, codecs, and sounds with nothing in them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hear_sounds import chord, clicks, triad

from tonescape.core.errors import WeightsError
from tonescape.core.records import RATE, Sound
from tonescape.hear import analyse, learned
from tonescape.hear.bands import DEPTH_DB, N_BANDS, bands, grouped
from tonescape.hear.cepstrum import cepstrum_values
from tonescape.hear.fluctuation import N_REGIONS, RATES_HZ, fluctuation_values
from tonescape.hear.harmony import analyse_harmony
from tonescape.hear.periodicity import TEMPI, periodicity_values
from tonescape.hear.spectral import spectral_values
from tonescape.hear.spectrum import Frames, frames
from tonescape.hear.tonal import tonal_values

NEW = ("tonal", "fluctuation", "cepstrum", "periodicity", "spectral", "learned")


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    return 0.2 * np.random.default_rng(seed).standard_normal(round(seconds * RATE))


def pulsing(hz: float, seconds: float = 20.0) -> np.ndarray:
    """Noise whose level swells and fades `hz` times a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    return noise(seconds) * (1.05 + np.sin(2 * np.pi * hz * time))


def tonal(sound: np.ndarray) -> dict[str, float]:
    heard = frames(sound.astype(np.float32))
    return dict(tonal_values(heard, analyse_harmony(heard, np.zeros(0, np.float32))))


def everything(sound: np.ndarray) -> dict[str, float]:
    features = analyse(Sound(sound.astype(np.float32), RATE, len(sound) / RATE, RATE, 1, False, -14.0))
    return {n: v for n, v in zip(features.names, features.vector.tolist(), strict=True) if n.split(".")[0] in NEW}


def heard(sound: np.ndarray) -> tuple[Frames, np.ndarray]:
    whole = frames(sound.astype(np.float32))
    return whole, bands(whole)


def test_bands_lie_between_the_floor_and_the_loud_passages() -> None:
    _, low = heard(np.concatenate([pulsing(2.0, 5.0), np.zeros(RATE)]))
    assert low.shape[1] == N_BANDS and low.min() == -DEPTH_DB and 0 <= low.max() < 15
    assert np.percentile(low.max(axis=1), 95) == pytest.approx(0, abs=0.5)


def test_grouped_bands_are_means() -> None:
    table = np.arange(12.0, dtype=np.float32).reshape(2, 6)
    assert np.allclose(grouped(table, 3), [[0.5, 2.5, 4.5], [6.5, 8.5, 10.5]])


@pytest.mark.parametrize("hz", [0.5, 1.5, 4.0, 9.0])
def test_fluctuation_is_strongest_at_the_rate_of_the_swell(hz: float) -> None:
    values = dict(fluctuation_values(heard(pulsing(hz))[1]))
    rates = [np.mean([values[f"fluctuation.region{b}_rate{r:02d}"] for b in range(N_REGIONS)]) for r in range(12)]
    assert RATES_HZ[int(np.argmax(rates))] <= hz < RATES_HZ[int(np.argmax(rates)) + 1]


def test_fluctuation_of_one_region_stays_there() -> None:
    time = np.arange(20 * RATE) / RATE
    high = np.sin(2 * np.pi * 5000 * time) * (1.05 + np.sin(2 * np.pi * 2 * time))
    values = dict(fluctuation_values(heard(high + 0.3 * np.sin(2 * np.pi * 200 * time))[1]))
    rate = next(r for r in range(12) if RATES_HZ[r] <= 2 < RATES_HZ[r + 1])
    by_region = [values[f"fluctuation.region{b}_rate{rate:02d}"] for b in range(N_REGIONS)]
    assert int(np.argmax(by_region)) >= 7


def test_periodicity_finds_the_tempo_and_counts_the_onsets() -> None:
    whole, low = heard(clicks(120.0, 20.0, kind="noise", noise=0.001)[0])
    values = dict(periodicity_values(whole, low))
    tempi = [values[f"periodicity.tempo{i:02d}"] for i in range(15)]
    at = next(i for i in range(15) if TEMPI[i] <= 120 < TEMPI[i + 1])
    assert tempi[at] > 0.5 and tempi[at] > 2 * np.median(tempi)
    assert values["periodicity.onsets"] == pytest.approx(2.0, abs=0.2)
    still = dict(periodicity_values(*heard(noise(20.0))))
    assert values["periodicity.peak"] > 3 * still["periodicity.peak"]


def test_tonal_numbers_of_a_triad() -> None:
    major, minor = tonal(triad(2, 1)), tonal(triad(2, 0))
    assert major["tonal.mode"] > 0.1 > -0.1 > minor["tonal.mode"]
    assert major["tonal.triad_major"] > major["tonal.triad_minor"] + 1
    assert minor["tonal.triad_minor"] > minor["tonal.triad_major"] + 1
    degrees = [major[f"tonal.degree{i}"] for i in range(12)]
    assert set(np.argsort(degrees)[-3:]) == {0, 4, 7} and sum(degrees) == pytest.approx(1, abs=1e-5)
    assert major["tonal.tuned"] > 0.9 and major["tonal.between"] < 0.05


@pytest.mark.parametrize(("steps", "coefficient"), [((0, 4, 8), 3), ((0, 3, 6, 9), 4), ((0, 2, 4, 6, 8, 10), 6)])
def test_fourier_coefficients_know_the_even_divisions(steps: tuple[int, ...], coefficient: int) -> None:
    values = tonal(np.tile(chord([60 + s for s in steps], 1.0, harmonics=1), 3))
    lengths = [values[f"tonal.fourier{k}"] for k in range(1, 7)]
    assert int(np.argmax(lengths)) + 1 == coefficient and lengths[coefficient - 1] > 0.8


def test_transposing_changes_no_tonal_number_much() -> None:
    low, high = tonal(triad(0, 1, harmonics=1)), tonal(triad(5, 1, harmonics=1))
    faint = {f"tonal.triad_{kind}" for kind in ("minor", "diminished", "augmented", "suspended")}  # logs of next to 0
    for name in set(low) - faint:
        assert low[name] == pytest.approx(high[name], abs=0.12, rel=0.1), name


def test_spectral_numbers_follow_the_sound() -> None:
    time = np.arange(4 * RATE) / RATE
    dark, bright = (dict(spectral_values(*heard(np.sin(2 * np.pi * hz * time)))) for hz in (150, 6000))
    white = dict(spectral_values(*heard(noise(4.0))))
    assert bright["spectral.centroid_p50"] > dark["spectral.centroid_p50"] + 20
    assert bright["spectral.bass_p50"] < dark["spectral.bass_p50"]
    assert white["spectral.flatness_p50"] > -6 > dark["spectral.flatness_p50"]
    assert white["spectral.spread_mean"] > 1.5 * dark["spectral.spread_mean"]


def test_cepstrum_moves_when_the_sound_does() -> None:
    names = [name for name, _ in cepstrum_values(heard(noise(5.0))[1])]
    assert len(names) == len(set(names)) == 59 and "cepstrum.mean0" not in names
    still, moving = (dict(cepstrum_values(heard(s)[1])) for s in (noise(10.0), pulsing(6.0, 10.0)))
    assert moving["cepstrum.motion0"] > still["cepstrum.motion0"] + 0.5
    assert moving["cepstrum.spread0"] > still["cepstrum.spread0"] + 0.5


@pytest.mark.parametrize("gain_db", [-12.0, 12.0])
def test_level_changes_nothing(gain_db: float) -> None:
    song = pulsing(2.0, 12.0) + np.tile(triad(0, 1), 4)[: 12 * RATE]
    quiet, loud = everything(0.05 * song), everything(0.05 * song * 10 ** (gain_db / 20))
    for name, value in quiet.items():
        assert loud[name] == pytest.approx(value, abs=2e-3, rel=2e-3), name


SCRAPS = {
    "nothing": np.zeros(0),
    "one sample": np.ones(1),
    "a tenth": noise(0.1),
    "one patch short": noise(2.9),
    "silence": np.zeros(5 * RATE),
    "dc": np.full(5 * RATE, 0.7),
    "click": np.eye(1, 5 * RATE, RATE)[0],
    "nan": np.where(np.arange(5 * RATE) % 1000 == 0, np.nan, noise(5.0)),
    "late": np.concatenate([np.zeros(30 * RATE), noise(0.5)]),
}


@pytest.mark.parametrize("name", SCRAPS)
def test_next_to_nothing_is_finite(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = everything(SCRAPS[name])
    assert len(values) == 76 + 120 + 59 + 31 + 42 + 192
    assert np.isfinite(list(values.values())).all() and np.abs(list(values.values())).max() < 1e4


def test_patches_are_spread_over_a_song_and_a_scrap_is_repeated() -> None:
    song = np.repeat(np.arange(60.0, dtype=np.float32), learned.PATCH)[:, None] * np.ones((1, N_BANDS), np.float32)
    cut = (learned.patches(song) - 1) * learned.SCALE_DB
    assert cut.shape == (learned.MOST_PATCHES, learned.PATCH, N_BANDS)
    assert cut[0].max() == 0 and cut[-1].min() == pytest.approx(59, abs=1e-4)
    assert np.all(np.diff(cut[:, 0, 0]) > 1.9)
    assert learned.patches(song[:7]).shape == (1, learned.PATCH, N_BANDS)


def test_the_network_is_torchs() -> None:
    """The same arrays, worked out by torch's own convolutions."""
    torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
    rng = np.random.default_rng(0)
    widths = (1, 3, 4, 5, 6, 7)
    arrays = {"matrix": rng.normal(size=(14, learned.LENGTH)), "bias": rng.normal(size=learned.LENGTH)}
    for i in range(5):
        arrays[f"kernel{i}"] = rng.normal(size=(9 * widths[i], widths[i + 1])) * 0.3
        arrays[f"shift{i}"] = rng.normal(size=widths[i + 1])
    arrays = {name: array.astype(np.float32) for name, array in arrays.items()}
    batch = rng.normal(size=(3, learned.PATCH, N_BANDS)).astype(np.float32)
    ours = learned.embed(batch, learned.unpack(lambda name, *_: arrays[name]))
    x = torch.from_numpy(batch)[:, None]
    for i in range(5):
        kernel = torch.from_numpy(arrays[f"kernel{i}"].reshape(3, 3, widths[i], -1)).permute(3, 2, 0, 1)
        x = torch.relu(torch.nn.functional.conv2d(x, kernel, torch.from_numpy(arrays[f"shift{i}"]), 2, 1))
    pooled = torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1).numpy()
    wanted = np.maximum(pooled @ arrays["matrix"] + arrays["bias"], 0)
    assert np.allclose(ours, wanted, rtol=1e-3, atol=1e-3)


def test_a_network_of_another_shape_is_refused() -> None:
    from tonescape.core.weights import Weights, card

    wrong = Weights(card(learned.MODEL), {"kernel0": np.zeros((8, 16), np.float32)})
    with pytest.raises(WeightsError, match="kernel0"):
        learned.unpack(wrong.shaped)

"""What is measured of a generator's pictures: distances to photographs never learnt from, mood, variety, memory.

All pictures pass through 64 px, those of a smaller generator and the photographs they are compared with through its
side, before any network looks at them: resolution alone costs more than content. Networks are EfficientNet-Lite0 for
distances and judge "b" (Lite2) for moods.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.train.lib import kept
from tonescape.train.pictures import distances as alike
from tonescape.train.pictures import judged as moods

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tonescape.core.records import Floats, Pixels
    from tonescape.train.lib.metrics import Estimate

    Reals = NDArray[np.float64]
    Drawer = Callable[[Reals, Sequence[int]], Sequence[Pixels]]
    """moods [n, 2] and seeds to pictures"""

SIDE = 64
HALVES = 100
"""draws of half the pictures, for intervals"""

Z = 1.96
CLOSE = 0.01
"""quantile of the distances of held-out photographs below which a picture counts as copied"""


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """Photographs. held, known : their features [n, 1280], of those held out and those learnt from
    held_images, known_images : [n] at SIDE      asked : moods [n, 2] of those held out"""

    held: Floats
    known: Floats
    held_images: tuple[Pixels, ...]
    known_images: tuple[Pixels, ...]
    asked: Reals


@dataclass(frozen=True, slots=True, eq=False)
class GeneratorRow:
    """One line of the table; None where it makes no sense or was not measured."""

    name: str
    pictures: int
    kid: Estimate
    frechet: float
    variety: float
    agreement: tuple[Estimate, Estimate] | None = None
    chance: tuple[Estimate, Estimate] | None = None
    nearest: float | None = None
    copied: float | None = None
    seconds: float | None = None
    features: Floats | None = None


def seen(images: Sequence[Pixels], side: int = SIDE) -> Floats:
    """Features [n, 1280] of pictures brought to `side` px; bfloat16 arithmetic, four times as fast."""
    import torch

    with torch.autocast("cpu", torch.bfloat16):
        return alike.embed(images, through=side)


def real(folder: Path, count: int, cache: Path | None = None) -> Real:
    """held.parquet and train.parquet of `tonescape train generator-data`; at most `count` held-out pictures."""
    from tonescape.train.pictures.generators import data
    from tonescape.train.pictures.generators.loop import to_pixels

    held, known = (data.read(folder / f"{name}.parquet", SIDE, columns=moods.AXES) for name in ("held", "train"))
    rows = np.linspace(0, len(held) - 1, min(count, len(held))).astype(int)
    images = [tuple(to_pixels(pool.pictures.float() / 127.5 - 1.0)) for pool in (held, known)]
    chosen = tuple(images[0][row] for row in rows)
    inputs = (alike.NETWORK, str(SIDE), *(image.tobytes() for image in images[1]))
    features = kept.arrays(cache, "generator-known", inputs, lambda: {"known": seen(images[1])})["known"]
    asked = held.conditions.numpy()[rows].astype(np.float64) * held.scale + held.centre
    return Real(seen(chosen), features, chosen, images[1], asked)


def kid(a: Floats, b: Floats, *, seed: int = 0) -> Estimate:
    """KID with a 95 % interval from `halves`."""
    return _halves(lambda i, j: alike.kid(a[i], b[j]), len(a), len(b), seed)


def kid_difference(a: Floats, b: Floats, reference: Floats, *, seed: int = 0) -> Estimate:
    """KID of a less KID of b against the same reference, a and b of one length and order."""

    def gap(i: NDArray[Any], j: NDArray[Any]) -> float:
        return alike.kid(a[i], reference[j]) - alike.kid(b[i], reference[j])

    return _halves(gap, len(a), len(reference), seed)


def _halves(measure: Callable[[NDArray[Any], NDArray[Any]], float], n: int, m: int, seed: int) -> Estimate:
    """Value of all rows, and its normal interval from the spread over random halves.

    The delete-half jackknife (Shao & Wu, Ann. Statist. 17, 1989, section 3): drawn without replacement, because a
    picture drawn twice would look like a perfect match to an estimator that compares pairs.
    """
    from tonescape.train.lib.metrics import Estimate

    rng = np.random.default_rng(seed)
    whole = measure(np.arange(n), np.arange(m))
    drawn = [measure(rng.permutation(n)[: n // 2], rng.permutation(m)[: m // 2]) for _ in range(HALVES)]
    spread = float(np.sqrt(np.mean((np.array(drawn) - whole) ** 2)))
    return Estimate(whole, whole - Z * spread, whole + Z * spread)


def row(name: str, images: Sequence[Pixels], reference: Real, *, seconds: float | None = None) -> GeneratorRow:
    """Everything but moods. Of pictures below SIDE nothing is said of training pictures, whose features are at SIDE."""
    side = min(SIDE, len(images[0]))
    features = seen(images, side)
    if side < SIDE:
        held = seen(reference.held_images, side)
        apart, variety = alike.frechet(features, held), alike.diversity(features)
        return GeneratorRow(name, len(images), kid(features, held), apart, variety, seconds=seconds, features=features)
    far = nearest(features, reference.known)[1]
    limit = float(np.quantile(nearest(reference.held, reference.known)[1], CLOSE))
    return GeneratorRow(
        name,
        len(images),
        kid(features, reference.held),
        alike.frechet(features, reference.held),
        alike.diversity(features),
        nearest=float(np.median(far)),
        copied=float(np.mean(far < limit)),
        seconds=seconds,
        features=features,
    )


def nearest(features: Floats, known: Floats) -> tuple[NDArray[np.int64], Floats]:
    """(rows of `known`, cosine distances) of the nearest known picture to each [n, k]."""
    unit, others = (part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12) for part in (features, known))
    close = unit @ others.T
    at = close.argmax(axis=1)
    return at.astype(np.int64), np.asarray(1.0 - close[np.arange(len(at)), at], np.float32)


def noise(images: Sequence[Pixels], *, seed: int = 0) -> list[Pixels]:
    """Pictures of independent pixels with the colours, mean and covariance, of each of the given ones."""
    rng = np.random.default_rng(seed)
    out = []
    for image in images:
        flat = image.reshape(-1, 3).astype(np.float64)
        drawn = rng.multivariate_normal(flat.mean(0), np.cov(flat.T), len(flat), method="eigh")
        out.append(np.clip(np.rint(drawn), 0, 255).astype(np.uint8).reshape(image.shape))
    return out


def agreement(draw: Drawer, grade: Callable[[Sequence[Pixels]], Reals], count: int) -> tuple[Any, Any, Reals, Reals]:
    """(Spearman of asked and judged, the same with moods shuffled, asked, judged) over the whole plane."""
    asked = moods.plane(count)
    judged = grade(list(draw(asked, range(10_000, 10_000 + count))))
    return moods.agreement(asked, judged), moods.chance(asked, judged), asked, judged


def drawn(draw: Drawer, asked: Reals, seeds: Sequence[int], *, batch: int = 16) -> tuple[list[Pixels], float]:
    """(pictures, median seconds each), a batch at a time."""
    images: list[Pixels] = []
    spent = []
    for start in range(0, len(asked), batch):
        part = slice(start, start + batch)
        began = time.perf_counter()
        images += list(draw(asked[part], seeds[part]))
        spent.append((time.perf_counter() - began) / len(asked[part]))
    return images, float(np.median(spent))


def peak_memory(engine: str, size: int = 64) -> float:
    """MB resident at most, of a fresh process that paints one picture (Linux); nan where that fails."""
    code = (
        "import sys; from tonescape.train.pictures.judged import brief_at; from tonescape.render import paint;"
        "paint(sys.argv[1], brief_at(.5, .5, 1, 'sea', 'oil'), size=int(sys.argv[2]));"
        "print(next(int(x.split()[1]) / 1024 for x in open('/proc/self/status') if x.startswith('VmHWM')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, engine, str(size)], capture_output=True, text=True, env=os.environ
    )
    return float(done.stdout) if done.returncode == 0 else float("nan")

"""The engine `gan`: a small network draws a landscape from a mood and a seed; a style paints over it in large pictures.

The network is weights/gan.onnx (see its card: what it learnt from, how good it is), or one of your own in the folder
that TONESCAPE_GAN names, as `tonescape train generator-pack RUN --out FOLDER` writes it. Valence and arousal are asked
as ranks among the photographs it learnt from, and of the shipped network farther from the middle (EMPHASIS).
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tonescape.core import weights
from tonescape.core.errors import UsageError
from tonescape.core.records import Description, Reason
from tonescape.core.settings import cores, package, plugin, require
from tonescape.plan.reasons import number
from tonescape.render import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tonescape.core.records import Brief, Floats, Pixels
    from tonescape.render.painter import Style

MODEL = "gan"

NEEDS = ("the engine gan", "onnx")
"""what onnxruntime is wanted for, and the extra that installs it"""

PLAIN = 128
"""px a side up to which the network's picture is shown as it is; larger ones are painted in the brief's style"""

EMPHASIS = {"valence": 1.3, "arousal": 1.6}
"""how much farther from the middle the shipped network is asked than the mood lies: it follows in part only. Asked so,
judge a reads arousal better, and the distance to photographs falls too (docs/LOG.md)"""

TRUE_OF_IT = ("style", "seed")
"""first words of those of a brief's reasons that hold for this engine: it knows no motif, colours, light or weather"""

DRAWN = 0.1
"""share of the work that is done when the small picture stands, for progress"""


def paint(brief: Brief, *, size: int, on_step: Callable[[float], None]) -> Pixels:
    """uint8 [size, size, 3] sRGB, a picture of a song's valence and arousal.

    size : above PLAIN the brief's style paints over the network's picture      on_step : called with the share done
    MissingError without onnxruntime; UsageError and WeightsError as the painter's.
    """
    small = draw([brief.mood.valence], [brief.mood.arousal], [brief.seed])[0]
    on_step(DRAWN)
    image = _plain(small, size) if size <= PLAIN else _over(small, brief, size, on_step)
    on_step(1.0)
    return image


def ready() -> None:
    """MissingError without onnxruntime."""
    require(["onnxruntime"], *NEEDS)


def identity() -> str:
    """The network's checksum, short. WeightsError where TONESCAPE_GAN names no packed network."""
    return weights.card(MODEL, _own()).sha256[:16]


def describe(brief: Brief, size: int) -> Description:
    """A learned landscape, painted over in the brief's style where it is large enough for that."""
    asked = f"valence {number(brief.mood.valence)} and arousal {number(brief.mood.arousal)}"
    subject = "a learned picture" if _own() else "a learned landscape"
    learnt = "a network of your own" if _own() else "a network that learnt from photographs"
    first = Reason(subject, f"{learnt} drew it, asked for {asked}")
    painted = size > PLAIN
    held = TRUE_OF_IT if painted else TRUE_OF_IT[1:]
    reasons = tuple(each for each in brief.reasons if each.choice.split(" ")[0] in held)
    return Description(subject, brief.style if painted else "its own hand", (first, *reasons))


def draw(valence: Sequence[float], arousal: Sequence[float], seeds: Sequence[int]) -> Pixels:
    """uint8 [n, 64, 64, 3] sRGB: what the network draws, a picture for each mood and seed. All in [0, 1].

    UsageError for a network of one's own that wants other conditions.
    """
    session, card = _session(_own())
    if strange := set(card["inputs"]) - {"valence", "arousal"}:
        raise UsageError(f"{_own()}: the network wants {min(strange)}; the engine gan gives valence and arousal")
    latents = np.stack([latent(seed, card["latent"]) for seed in seeds])
    asked = {"valence": valence, "arousal": arousal}
    farther = EMPHASIS if _own() is None else dict.fromkeys(EMPHASIS, 1.0)
    wanted = [0.5 + farther[name] * (np.clip(asked[name], 0.0, 1.0) - 0.5) for name in card["inputs"]]
    conditions = np.array(wanted, np.float32).T.reshape(len(seeds), -1)
    given = {"latents": latents, "conditions": conditions}
    made: Pixels = session.run(None, {node.name: given[node.name] for node in session.get_inputs()})[0]
    return made


def latent(seed: int, length: int) -> Floats:
    """float32 [length], normal: the numbers that decide everything but the mood."""
    drawn: Floats = np.random.Generator(np.random.PCG64([seed, 3])).standard_normal(length, dtype=np.float32)
    return drawn


def _own() -> Path | None:
    named = os.environ.get("TONESCAPE_GAN")
    return Path(named).expanduser() if named else None


@cache
def _session(folder: Path | None = None) -> tuple[Any, dict[str, Any]]:
    onnxruntime = package("onnxruntime", *NEEDS)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(2, cores())
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(weights.read(MODEL, folder), options, providers=["CPUExecutionProvider"])
    return session, json.loads(weights.card(MODEL, folder).text)


def _plain(small: Pixels, size: int) -> Pixels:
    from PIL import Image

    return np.array(Image.fromarray(small).resize((size, size), Image.Resampling.BICUBIC))


def _over(small: Pixels, brief: Brief, size: int, on_step: Callable[[float], None]) -> Pixels:
    """The brief's style over the small picture, RGB [size, size, 3]."""
    from tonescape.render.painter.composition.from_picture import traced

    style = cast("Style", plugin("styles", brief.style))
    scene = traced(small, brief, np.random.Generator(np.random.PCG64([brief.seed, 1])))
    strokes = np.random.Generator(np.random.PCG64([brief.seed, 2]))
    return style(scene, size, strokes, lambda share: on_step(DRAWN + (1 - DRAWN) * 0.99 * min(1.0, share)))


ENGINE = Engine(paint, uses=frozenset({"style"}), describe=describe, identity=identity, ready=ready)

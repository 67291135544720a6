"""Trains the heads of the word models and writes `weights/words.npz` with its card.

    TONESCAPE_DATA=... tonescape train words --cache DIR [--out src/tonescape/weights]

About six minutes on one core, most of it encoding; --cache keeps the encoded sentences. Needs torch and scikit-learn's
splitter only here. Measures come from `train/words/evaluate.py`, on data the heads have not seen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core import weights
from tonescape.mood.words import encoder, heads, windows
from tonescape.train.corpora import text as corpora
from tonescape.train.lib import arguments as options
from tonescape.train.words.encode import Encoded, encoded, whole
from tonescape.train.words.lyrics import lyric_inputs, lyric_targets, train_lyrics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.train.words.encode import Arrays, Floats

SEED = 20
HIDDEN = 256
EPOCHS = 24
"""of the emotion head; the development score is flat from 18 on"""

AXIS_RIDGE = 150.0


# ---- emotions --------------------------------------------------------------------------------------------------


def train_emotions(vectors: Floats, labels: Floats, dev: Floats, dev_labels: Floats) -> Arrays:
    """Two layers, binary cross-entropy, AdamW; the epoch with the best macro F1 on the development split is kept."""
    import torch
    from torch import nn

    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    first, second = nn.Linear(encoder.WIDTH, HIDDEN), nn.Linear(HIDDEN, labels.shape[1])
    net = nn.Sequential(nn.Dropout(0.1), first, nn.GELU(approximate="tanh"), nn.Dropout(0.4), second)
    optimiser = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0.02)
    x, y, held = torch.tensor(vectors), torch.tensor(labels), torch.tensor(dev)
    best, kept = -1.0, {}
    for _ in range(EPOCHS):
        net.train()
        for batch in torch.split(torch.randperm(len(x)), 256):
            loss = nn.functional.binary_cross_entropy_with_logits(net(x[batch]), y[batch])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
        net.eval()
        with torch.no_grad():
            chances = torch.sigmoid(net(held)).numpy()
        score = float(f1(chances > thresholds(chances, dev_labels), dev_labels).mean())
        if score > best:
            best = score
            weights = {"w1": first.weight.T, "b1": first.bias, "w2": second.weight.T, "b2": second.bias}
            kept = {f"emotion_{name}": value.detach().numpy().copy() for name, value in weights.items()}
            kept["emotion_threshold"] = thresholds(chances, dev_labels).astype(np.float32)
    return kept


def f1(predicted: NDArray[Any], labels: Floats) -> NDArray[Any]:
    """F1 of each column."""
    both = (predicted * labels).sum(axis=0)
    out: NDArray[Any] = 2 * both / np.maximum(1, predicted.sum(axis=0) + labels.sum(axis=0))
    return out


def thresholds(chances: Floats, labels: Floats) -> NDArray[Any]:
    """For each column the threshold with the best F1."""
    grid = np.linspace(0.03, 0.7, 40)
    scores = np.stack([f1(chances > level, labels) for level in grid])
    best: NDArray[Any] = grid[scores.argmax(axis=0)]
    return best


# ---- valence, arousal, dominance -------------------------------------------------------------------------------


def train_axes(data: Encoded, values: NDArray[np.float64], model: heads.Heads) -> Arrays:
    """Ridge on the encoder's vector, the emotion head's hidden layer and two marks."""
    _, hidden = model.emotions(data.vectors)
    inputs = np.concatenate([data.vectors, hidden, data.marks], axis=1).astype(np.float64)
    mean = inputs.mean(axis=0)
    centred = inputs - mean
    gram = centred.T @ centred + AXIS_RIDGE * np.eye(inputs.shape[1])
    weights = np.linalg.solve(gram, centred.T @ (values - values.mean(axis=0)))
    return {"axis_w": weights, "axis_b": values.mean(axis=0) - mean @ weights}


# ---- what is usual ---------------------------------------------------------------------------------------------


def usual(kind: str, data: Encoded, model: heads.Heads) -> Arrays:
    """Mean of the axes over texts of a kind, their variance between texts and within them, and emotions' logits."""
    logits, hidden = model.emotions(data.vectors)
    axes = model.axes(data.vectors, hidden, data.marks).astype(np.float64)
    sizes = np.diff(data.offsets)
    full = np.flatnonzero(sizes > 0)
    starts = data.offsets[:-1][full]
    n = sizes[full][:, None]
    means = np.add.reduceat(axes, starts) / n
    inside = np.add.reduceat(axes**2, starts) / n - means**2
    enough = n[:, 0] > 3
    noise = (inside * n / np.maximum(1, n - 1))[enough].mean(axis=0) if enough.any() else np.zeros(3)
    between = np.maximum(means.var(axis=0) - (noise / n).mean(axis=0), 0.15 * means.var(axis=0))
    chances = 1 / (1 + np.exp(-logits.astype(np.float64)))
    mean_chance = np.log(np.add.reduceat(chances, starts) / n + heads.FLOOR)
    return {
        f"{kind}_axis_mean": means.mean(axis=0),
        f"{kind}_axis_var": between,
        f"{kind}_axis_noise": noise,
        f"{kind}_emotion_mean": mean_chance.mean(axis=0),
        f"{kind}_emotion_sd": mean_chance.std(axis=0) + 1e-3,
    }


def scene_texts(data: Path | None, films: slice = slice(0, 135, 2)) -> list[str]:
    """The words of scenes of every second film; the others are kept to measure with."""
    from tonescape.gather.scripts import parse_text
    from tonescape.gather.scripts.text import text_of

    scripts = [parse_text(text_of(text.encode(), name)) for name, text in corpora.screenplays(data)[films]]
    scenes = [f"{scene.action}\n{scene.dialogue}" for script in scripts for scene in script.scenes]
    return [scene for scene in scenes if len(scene.split()) >= 20]


# ---- the file --------------------------------------------------------------------------------------------------


def train(data: Path | None, cache: Path | None) -> Arrays:
    """All arrays of `weights/words.npz`."""
    comments, labels = corpora.goemotions("train", data)
    dev, dev_labels = corpora.goemotions("dev", data)
    made = train_emotions(
        encoded("goemotions_train", comments, whole, cache).vectors,
        labels,
        encoded("goemotions_dev", dev, whole, cache).vectors,
        dev_labels,
    )
    sentences, split, values = corpora.emobank(data)
    bank = encoded("emobank", sentences, whole, cache)
    seen = np.flatnonzero(split == "train")
    part = Encoded(bank.vectors[seen], np.arange(len(seen) + 1), bank.marks[seen])
    made |= train_axes(part, values[seen], heads.Heads(made))
    model = heads.Heads({name: np.asarray(value, np.float32) for name, value in made.items()})
    songs = corpora.lyrics(data)
    words = encoded("lyrics", songs.texts, windows.lyric, cache)
    made |= train_lyrics(lyric_inputs(songs.texts, words), lyric_targets(songs.values), np.arange(len(songs.texts)))
    made |= usual("sentence", part, model)
    made |= usual("lyric", words, model)
    made |= usual("scene", encoded("scenes", scene_texts(data), windows.prose, cache), model)
    return made


HALF = (
    "emotion_w1", "emotion_w2", "axis_w", "word_table", "word_idf", "letter_table", "letter_idf", "lyric_alpha",
    "pool_basis", "pool_songs", "style_songs",
)  # fmt: skip
"""arrays kept as float16; measured with them"""


def write(made: Arrays, out: Path) -> None:
    """`words.npz` and its card, which keeps its measures until `evaluate` fills them anew."""
    old = out / "words.json"
    weights.write(
        "words",
        {k: np.asarray(v, np.float16 if k in HALF else np.float32) for k, v in sorted(made.items())},
        {
            "encoder": encoder.VERSION,
            "what": "heads for valence, arousal, dominance, 27 emotions, and lyrics to five of Spotify's features",
            "made_by": "tonescape train words",
            "licence": "Apache-2.0",
            "data": [corpora.TERMS[name] for name in ("emobank", "goemotions", "lyrics_spotify", "screenplays")],
            "data_terms": "trained in part on third parties' copyrighted words, for research; no text is in the file",
            "measures": json.loads(old.read_text(encoding="utf-8")).get("measures", {}) if old.exists() else {},
        },
        out,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Train the heads of the word models.")
    options.add_data(parser)
    options.add_cache(parser)
    options.add_weights(parser)
    given = parser.parse_args(arguments)
    write(train(given.data, given.cache), given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

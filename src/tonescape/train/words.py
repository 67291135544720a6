"""Trains the heads of the word models and writes `weights/words.npz` with its card.

    TONESCAPE_DATA=... tonescape train words --cache DIR [--out src/tonescape/weights]

About six minutes on one core, most of it encoding; --cache keeps the encoded sentences. Needs torch and scikit-learn's
splitter only here. Measures come from `train/words_eval.py`, on data the heads have not seen.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tonescape.core import weights
from tonescape.mood.words import encoder, heads, lyricmodel, lyricstyle, windows
from tonescape.train.corpora import text as corpora

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Arrays: TypeAlias = dict[str, Any]

SEED = 20
HIDDEN = 256
EPOCHS = 24
"""of the emotion head; the development score is flat from 18 on"""

AXIS_RIDGE = 150.0
LYRIC_RIDGE = 2.0
POOL_AXES = 160
"""principal axes of the pooled vectors that are kept"""

STYLE_GAMMA = 0.04
MIN_SONGS = 3
"""songs a bucket must occur in"""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Windows of many texts: vectors [n, 512], offsets [texts + 1], marks [n, 2]."""

    vectors: Floats
    offsets: NDArray[np.int64]
    marks: Floats

    def of(self, index: int) -> Floats:
        return self.vectors[self.offsets[index] : self.offsets[index + 1]]


def encoded(name: str, texts: Sequence[str], cut: Callable[[str], list[str]], cache: Path | None) -> Encoded:
    """The windows of texts, encoded; kept as float16 in `cache`."""
    pieces = [cut(text) or [""] for text in texts]
    flat = [window for piece in pieces for window in piece]
    offsets = np.cumsum([0, *map(len, pieces)])
    file = cache / f"{name}.npz" if cache else None
    if file and file.exists():
        with np.load(file) as kept:
            vectors = kept["vectors"].astype(np.float32)
        if len(vectors) == len(flat):
            return Encoded(vectors, offsets, heads.marks_of(flat))
    vectors = encoder.encode(flat)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file, vectors=vectors.astype(np.float16))
    return Encoded(vectors, offsets, heads.marks_of(flat))


def whole(text: str) -> list[str]:
    """A sentence of EmoBank or GoEmotions as it is."""
    return [text]


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
            loss.backward()  # type: ignore[no-untyped-call]
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


def f1(said: NDArray[Any], labels: Floats) -> NDArray[Any]:
    """F1 of each column."""
    both = (said * labels).sum(axis=0)
    out: NDArray[Any] = 2 * both / np.maximum(1, said.sum(axis=0) + labels.sum(axis=0))
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


# ---- lyrics ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class LyricInputs:
    """What the lyric model sees of each song, before anything is fitted."""

    pools: Floats
    styles: Floats
    words: list[lyricstyle.Counts]
    letters: list[lyricstyle.Counts]


def lyric_inputs(texts: Sequence[str], data: Encoded) -> LyricInputs:
    """What the lyric model reads of texts whose sentences are encoded in `data`."""
    tidy = [windows.tidy(text) for text in texts]
    words = [lyricstyle.words_of(text) for text in tidy]
    pools = np.stack([lyricmodel.pooled(data.of(index)) for index in range(len(texts))])
    styles = np.stack([lyricstyle.describe(text, own) for text, own in zip(tidy, words, strict=True)])
    hashes = [lyricstyle.hashed(own) for own in words], [lyricstyle.spelled(own) for own in words]
    return LyricInputs(pools, styles, *hashes)


def lyric_targets(values: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """[n, 5]; nan where unknown."""
    return np.stack([values[name] for name in heads.LYRIC_TARGETS], axis=1)


def train_lyrics(inputs: LyricInputs, targets: NDArray[np.float64], rows: NDArray[Any]) -> Arrays:
    """Kernel ridge on the songs `rows`; nan targets count as the mean."""
    from scipy.linalg import solve

    made = _dense_parts(inputs, rows)
    shares = lyricmodel.SHARES
    words, made["word_idf"] = _tfidf([inputs.words[index] for index in rows], lyricstyle.BUCKETS)
    letters, made["letter_idf"] = _tfidf([inputs.letters[index] for index in rows], lyricstyle.LETTER_BUCKETS)
    gram = shares["pool"] * lyricmodel.gaussian(made["pool_songs"], made["pool_songs"], made["pool_gamma"])
    gram += shares["style"] * lyricmodel.gaussian(made["style_songs"], made["style_songs"], made["style_gamma"])
    gram = gram.astype(np.float64)
    gram += (words @ words.T).toarray() * shares["word"]
    gram += (letters @ letters.T).toarray() * shares["letter"]
    gram[np.diag_indices_from(gram)] += LYRIC_RIDGE
    mean = np.nanmean(targets[rows], axis=0)
    alpha = solve(gram, np.nan_to_num(targets[rows] - mean), assume_a="pos", overwrite_a=True)
    made |= {"lyric_alpha": alpha, "lyric_bias": mean}
    made |= {"word_table": words.T @ alpha * shares["word"], "letter_table": letters.T @ alpha * shares["letter"]}
    return made


def _dense_parts(inputs: LyricInputs, rows: NDArray[Any]) -> Arrays:
    """The songs as the Gaussian kernels see them, rounded to float16 as they are shipped."""
    pools, styles = inputs.pools[rows], inputs.styles[rows]
    mean = pools.mean(axis=0)
    # one scale for the means and one for the deviations, so that strong directions stay strong
    scale = np.repeat([pools[:, :512].std(), pools[:, 512:].std()], 512)
    scaled = (pools - mean) / scale
    _, axes = np.linalg.eigh(scaled.T @ scaled)
    basis = (axes[:, ::-1][:, :POOL_AXES] / scale[:, None]).astype(np.float16).astype(np.float32)
    deep = ((pools - mean) @ basis).astype(np.float16).astype(np.float32)
    some = deep[np.random.default_rng(SEED).choice(len(deep), min(500, len(deep)), replace=False)]
    squares = (some**2).sum(axis=1)
    gamma = 0.5 / float(np.median(squares[:, None] + squares[None] - 2 * some @ some.T))
    spread = styles.std(axis=0) + 1e-6
    counts = ((styles - styles.mean(axis=0)) / spread).astype(np.float16).astype(np.float32)
    made: Arrays = {"pool_mean": mean, "pool_basis": basis, "pool_songs": deep, "pool_gamma": gamma}
    return made | {
        "style_mean": styles.mean(axis=0),
        "style_sd": spread,
        "style_songs": counts,
        "style_gamma": STYLE_GAMMA,
    }


def _tfidf(counts: Sequence[lyricstyle.Counts], size: int) -> tuple[Any, Floats]:
    """(sparse [n, size] with rows of length 1, idf); buckets in fewer than MIN_SONGS songs get idf 0."""
    import scipy.sparse

    seen = np.zeros(size)
    for buckets, _ in counts:
        seen[buckets] += 1
    idf = np.where(seen >= MIN_SONGS, np.log((1 + len(counts)) / (1 + seen)) + 1, 0.0)
    idf = idf.astype(np.float16).astype(np.float32)
    pointers = np.cumsum([0, *(len(buckets) for buckets, _ in counts)])
    columns = np.concatenate([buckets for buckets, _ in counts])
    cells = np.concatenate([weights for _, weights in counts]) * idf[columns]
    matrix = scipy.sparse.csr_matrix((cells, columns, pointers), shape=(len(counts), size))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return scipy.sparse.diags(1 / np.maximum(lengths, 1e-9)) @ matrix, idf


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
    """`words.npz` and its card, which keeps its measures until `words_eval` fills them anew."""
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
    parser = argparse.ArgumentParser(description="Train the heads of the word models.")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "weights")
    given = parser.parse_args(arguments)
    write(train(given.data, given.cache), given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

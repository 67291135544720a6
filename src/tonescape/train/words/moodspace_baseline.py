"""MoodSpace's network of 2021, trained honestly, as the baseline row of the word models.

    tonescape evaluate moodspace [--set moodspace|all]

The original: words to a vocabulary, an embedding of 60 numbers a word, dropout, dense layers; energy, valence, tempo
and liveness at once. It was trained on tempo in BPM beside shares, so its loss was nearly all tempo, and its published
error (RMSE 15.4 on validation, over the four targets) is worse than the training mean's. Here the targets are
normalised, the vocabulary comes from the training songs only, artists are never on both sides, and the epoch is chosen
on training artists.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.mood.words import lyricstyle, windows
from tonescape.train.corpora import text as corpora
from tonescape.train.lib import arguments as options
from tonescape.train.lib.metrics import bootstrap, r2
from tonescape.train.lib.progress import tracked
from tonescape.train.lib.splits import group_folds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

TARGETS = ("energy", "valence", "tempo", "liveness")
VOCABULARY, WIDTH, LONGEST = 4000, 60, 400
"""words known; numbers a word; words of a song that are read"""

DROPOUT, EPOCHS, PATIENCE, BATCH = 0.4, 60, 6, 32
SEED = 20


def songs(which: str, data: Path | None) -> tuple[list[list[str]], NDArray[Any], Reals]:
    """(words of each song, artists, [n, 4] targets)."""
    if which == "moodspace":
        found = corpora.rows("moodspace/trainingSongs_clean", data)
        texts, artists = [r["lyrics"] or "" for r in found], [corpora.group(r["artist"]) for r in found]
        values = np.array([[r[name] for name in TARGETS] for r in found], np.float64)
    else:
        table = corpora.lyrics(data)
        texts, artists = list(table.texts), list(table.artists)
        values = np.stack([table.values[name] for name in TARGETS], axis=1)
    known = np.flatnonzero(np.isfinite(values).all(axis=1))
    words = [lyricstyle.words_of(windows.tidy(texts[i])) for i in known]
    return words, np.array(artists)[known], values[known]


def fit_and_say(words: list[list[str]], values: Reals, artists: NDArray[Any], train: Any, test: Any) -> Reals:
    """Predictions [test, 4] of the network trained on the songs `train`, a tenth of whose artists choose the epoch."""
    import torch
    from torch import nn

    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    counts = Counter(word for index in train for word in words[index])
    place = {word: number for number, (word, _) in enumerate(counts.most_common(VOCABULARY), start=2)}
    tokens = torch.zeros((len(words), LONGEST), dtype=torch.long)
    for index, own in enumerate(words):
        ids = [place.get(word, 1) for word in own[:LONGEST]] or [1]
        tokens[index, : len(ids)] = torch.tensor(ids)
    mean, sd = values[train].mean(axis=0), values[train].std(axis=0)
    wanted = torch.tensor((values - mean) / sd, dtype=torch.float32)
    embed = nn.EmbeddingBag(VOCABULARY + 2, WIDTH, mode="mean", padding_idx=0)
    net = nn.Sequential(
        embed, nn.Dropout(DROPOUT), nn.Linear(WIDTH, 32), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(32, 4)
    )
    optimiser = torch.optim.Adam(net.parameters(), 1e-3)
    fitted, check = (torch.tensor(train[side]) for side in group_folds(artists[train], folds=10, seed=1)[0])
    best, kept, waited = np.inf, None, 0
    for _ in range(EPOCHS):
        net.train()
        for batch in torch.split(fitted[torch.randperm(len(fitted))], BATCH):
            loss = nn.functional.mse_loss(net(tokens[batch]), wanted[batch])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
        net.eval()
        with torch.no_grad():
            error = float(nn.functional.mse_loss(net(tokens[check]), wanted[check]))
            if error < best:
                best, waited, kept = error, 0, net(tokens[torch.tensor(test)]).numpy()
            else:
                waited += 1
        if waited >= PATIENCE:
            break
    assert kept is not None
    out: Reals = kept.astype(np.float64) * sd + mean
    return out


def evaluate(which: str, data: Path | None) -> dict[str, Any]:
    """R2 of each target in five folds by artist, with 95 % intervals over artists."""
    words, artists, values = songs(which, data)
    predicted = np.zeros_like(values)
    for train, test in tracked(group_folds(artists), f"moodspace on {which}", "folds"):
        predicted[test] = fit_and_say(words, values, artists, train, test)
    out: dict[str, Any] = {"songs": len(words), "artists": len(np.unique(artists))}
    for column, name in enumerate(TARGETS):
        true, ours = values[:, column], predicted[:, column]

        def score(rows: NDArray[Any], true: Reals = true, ours: Reals = ours) -> float:
            return r2(true[rows], ours[rows])

        out[name] = {**bootstrap(score, artists, draws=300).kept(), "n": len(true)}
    rmse = np.sqrt(((values - predicted) ** 2).mean(axis=0))
    constant = values.std(axis=0)
    out["rmse"] = {
        name: [round(float(a), 3), round(float(b), 3)] for name, a, b in zip(TARGETS, rmse, constant, strict=True)
    }
    out["rmse_is"] = "[network, training mean]"
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Train and measure MoodSpace's network as a baseline.")
    options.add_data(parser)
    parser.add_argument("--set", choices=("moodspace", "all"), default="moodspace", help="which songs")
    given = parser.parse_args(arguments)
    print(json.dumps({given.set: evaluate(given.set, given.data)}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

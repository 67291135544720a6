"""Measures the word models on data they have not seen; --card names the card that keeps the numbers.

    tonescape evaluate words --cache DIR [--write docs/ACCURACY.md] [--kept]

EmoBank and GoEmotions: the official test splits. Lyrics: five folds grouped by artist, each fold predicted by a model
trained on the others. Intervals are 95 % bootstrap intervals, over artists where songs are grouped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tonescape.core import weights
from tonescape.core.errors import InputError
from tonescape.core.store import write_atomically
from tonescape.mood.words import heads, lyricmodel, windows
from tonescape.train.corpora import text as corpora
from tonescape.train.lib import arguments as options
from tonescape.train.lib.metrics import bootstrap, correlation, r2
from tonescape.train.lib.report import publish
from tonescape.train.lib.splits import group_folds
from tonescape.train.words import lyrics as words_lyrics
from tonescape.train.words import moodspace_baseline
from tonescape.train.words import report as words_page
from tonescape.train.words import train as made_by
from tonescape.train.words.encode import encoded, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tonescape.train.words.encode import Arrays

    Reals = NDArray[np.float64]

PUBLISHED = {
    "GoEmotions BERT": "macro F1 .46 (Demszky et al. 2020, table 4)",
    "GoEmotions BiLSTM": "macro F1 .41 (the same, section 6.3)",
}


def emobank(data: Path | None, cache: Path | None) -> dict[str, Any]:
    """r of valence, arousal and dominance on EmoBank's test split, with interval and baseline."""
    sentences, split, values = corpora.emobank(data)
    bank = encoded("emobank", sentences, whole, cache)
    model = heads.heads()
    _, hidden = model.emotions(bank.vectors)
    predicted = model.axes(bank.vectors, hidden, bank.marks)
    test = np.flatnonzero(split == "test")
    out: dict[str, Any] = {}
    plain = _tfidf_ridge(sentences, values, np.flatnonzero(split == "train"), test)
    for axis, name in enumerate(heads.AXES):
        true, ours = values[test, axis], predicted[test, axis].astype(np.float64)

        def score(rows: NDArray[Any], true: Reals = true, ours: Reals = ours) -> float:
            return correlation(true[rows], ours[rows])

        out[name] = {**bootstrap(score, np.arange(len(test))).kept(), "n": len(test)}
        out[name]["baseline_tfidf_ridge"] = round(correlation(true, plain[:, axis]), 3)
    return out


def _tfidf_ridge(texts: Sequence[str], values: Reals, train: NDArray[Any], test: NDArray[Any]) -> Reals:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import Ridge

    vectoriser = TfidfVectorizer(sublinear_tf=True, min_df=3, ngram_range=(1, 2), max_features=30_000)
    seen = vectoriser.fit_transform([texts[i] for i in train])
    out: Reals = Ridge(2.0).fit(seen, values[train]).predict(vectoriser.transform([texts[i] for i in test]))
    return out


def goemotions(data: Path | None, cache: Path | None) -> dict[str, Any]:
    """Macro F1 over 28 emotions on GoEmotions' test split, with interval, baseline and published figures."""
    comments, labels = corpora.goemotions("test", data)
    model = heads.heads()
    logits, _ = model.emotions(encoded("goemotions_test", comments, whole, cache).vectors)
    predicted = 1 / (1 + np.exp(-logits)) > model.arrays["emotion_threshold"]

    def score(rows: NDArray[Any]) -> float:
        return float(made_by.f1(predicted[rows], labels[rows]).mean())

    each = made_by.f1(predicted, labels)
    constant = made_by.f1(np.ones_like(predicted), labels).mean()
    return {
        "macro_f1_28": {**bootstrap(score, np.arange(len(labels)), draws=300).kept(), "n": len(labels)},
        "baseline_everything": round(float(constant), 3),
        "published": PUBLISHED,
        "f1": {name: round(float(value), 2) for name, value in zip(heads.EMOTIONS, each, strict=True)},
    }


def lyrics(data: Path | None, cache: Path | None) -> dict[str, Any]:
    """R2 in five folds; tempo and liveness are tried too, to show why they are not offered."""
    songs = corpora.lyrics(data)
    words = encoded("lyrics", songs.texts, windows.lyric, cache)
    inputs = words_lyrics.lyric_inputs(songs.texts, words)
    targets = words_lyrics.lyric_targets(songs.values)
    extra = np.stack([songs.values["tempo"] / 200, songs.values["liveness"]], axis=1)
    tried = np.concatenate([targets, extra], axis=1)
    predicted, plain = np.full_like(tried, np.nan), np.full_like(tried, np.nan)
    for train, test in group_folds(songs.artists):
        made = words_lyrics.train_lyrics(inputs, tried, train)
        predicted[test] = _lyric_scores(inputs, test, made)
        filled = np.where(np.isnan(tried), np.nanmean(tried[train], axis=0), tried)
        plain[test] = _tfidf_ridge(songs.texts, filled, train, test)
    out: dict[str, Any] = {}
    for column, name in enumerate((*heads.LYRIC_TARGETS, "tempo", "liveness")):
        known = np.flatnonzero(np.isfinite(tried[:, column]))
        true, ours, base = (table[known, column] for table in (tried, predicted, plain))

        def score(rows: NDArray[Any], true: Reals = true, ours: Reals = ours) -> float:
            return r2(true[rows], ours[rows])

        out[name] = {**bootstrap(score, songs.artists[known], draws=300).kept(), "n": len(known)}
        out[name]["baseline_tfidf_ridge"] = round(r2(true, base), 3)
    return out


def _lyric_scores(inputs: words_lyrics.LyricInputs, rows: NDArray[Any], made: Arrays) -> Reals:
    """As `lyricmodel.predict`, of many songs and without limits."""
    deep = (inputs.pools[rows] - made["pool_mean"]) @ made["pool_basis"]
    counts = (inputs.styles[rows] - made["style_mean"]) / made["style_sd"]
    shares = lyricmodel.SHARES
    dense = shares["pool"] * lyricmodel.gaussian(deep, made["pool_songs"], made["pool_gamma"])
    dense = dense + shares["style"] * lyricmodel.gaussian(counts, made["style_songs"], made["style_gamma"])
    linear = []
    for index in rows:
        parts = ((inputs.words[index], "word"), (inputs.letters[index], "letter"))
        linear.append(sum(lyricmodel._linear(counted, name, made) for counted, name in parts))
    out: Reals = dense @ made["lyric_alpha"] + np.stack(linear) + made["lyric_bias"]
    return out


def eurovision(data: Path | None, cache: Path | None) -> dict[str, Any]:
    """Correlation of what is read in an original and in its English translation, by language."""
    from tonescape.mood.words import _mood

    found = [r for r in corpora.rows("eurovision_lyrics", data) if r["Lyrics"] and r["Lyrics translation"]]
    found = [r for r in found if len(r["Lyrics"].split()) > 20 and r["Language"] and "/" not in r["Language"]]
    pairs = []
    for name, column in (("eurovision_original", "Lyrics"), ("eurovision_translation", "Lyrics translation")):
        part = encoded(name, [r[column] for r in found], windows.lyric, cache)
        model = heads.heads()
        logits, hidden = model.emotions(part.vectors)
        axes = model.axes(part.vectors, hidden, part.marks)
        moods = []
        for i in range(len(found)):
            own = slice(part.offsets[i], part.offsets[i + 1])
            moods.append(_mood(axes[own], logits[own], "lyric", model))
        pairs.append(np.array([[m.valence, m.arousal] for m in moods]))
    languages = np.array([r["Language"] for r in found])
    out: dict[str, Any] = {}
    for name in np.unique(languages):
        rows = np.flatnonzero(languages == name)
        if len(rows) >= 25 and name != "English":
            valence, arousal = (round(correlation(pairs[0][rows, axis], pairs[1][rows, axis]), 2) for axis in (0, 1))
            out[str(name)] = {"valence_r": valence, "arousal_r": arousal, "n": len(rows)}
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Measure the word models.")
    options.add_data(parser)
    options.add_cache(parser)
    parser.add_argument("--card", type=Path, metavar="FILE", help="also put the measures into this card, words.json")
    parser.add_argument(
        "--kept", action="store_true", help="print the measures that the installed card keeps instead of measuring"
    )
    options.add_write(parser)
    given = parser.parse_args(arguments)
    measures = json.loads(weights.card("words").text)["measures"] if given.kept else _measured(given.data, given.cache)
    if given.card:
        _write_measures(given.card, measures)
    for name, text in words_page.sections(measures):
        publish(name, text, given.write)
    return 0


def _write_measures(file: Path, measures: dict[str, Any]) -> None:
    try:
        card = {**json.loads(file.read_text(encoding="utf-8")), "measures": measures}
    except (OSError, ValueError) as problem:
        raise InputError(f"{file} is no card of the word models ({problem}); name the words.json of --out") from None
    write_atomically(file, (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode())


def _measured(data: Path | None, cache: Path | None) -> dict[str, Any]:
    measures: dict[str, Any] = {"command": "tonescape evaluate words"}
    for name, measure in (
        ("emobank", emobank),
        ("goemotions", goemotions),
        ("eurovision", eurovision),
        ("lyrics", lyrics),
    ):
        measures[name] = measure(data, cache)
    measures["moodspace_network"] = {name: moodspace_baseline.evaluate(name, data) for name in ("moodspace", "all")}
    return measures


if __name__ == "__main__":
    raise SystemExit(main())

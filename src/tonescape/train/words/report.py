"""Sections of docs/ACCURACY.md about words, from the measures that the words card keeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

Measures = dict[str, Any]

SECTIONS: Final = ("words", "lyrics", "languages")

EMOBANK_BEST: Final = {
    "valence": ".83, fine-tuned RoBERTa-large on sentences of EmoBank (model card of edsi-umd/PERT-EmoPair)",
}
"""the best figure that could be checked; for arousal and dominance on these labels none was found"""

TRIED_ONLY: Final = ("tempo", "liveness")


def figure(row: Measures) -> str:
    """`.630 [.589, .669]`."""
    low, high = row["interval"]
    return f"{row['value']:.3f} [{low:.3f}, {high:.3f}]"


def sections(measures: Measures) -> Iterator[tuple[str, str]]:
    """(name of the section, its text)."""
    yield "words", "\n".join(_words(measures))
    yield "lyrics", "\n".join(_lyrics(measures))
    yield "languages", "\n".join(_languages(measures["eurovision"]))


def _words(measures: Measures) -> Iterator[str]:
    bank, comments = measures["emobank"], measures["goemotions"]
    yield "## Words: valence, arousal, dominance and emotions of sentences\n"
    yield "`tonescape evaluate words --cache DIR --write docs/ACCURACY.md`\n"
    yield "Heads on a frozen sentence encoder. Official test splits, never trained on; 95 % bootstrap intervals over"
    yield "texts.\n"
    yield "| what | data | n | ours | baseline: TF-IDF ridge | best published |"
    yield "|---|---|---|---|---|---|"
    for axis in ("valence", "arousal", "dominance"):
        row = bank[axis]
        best = EMOBANK_BEST.get(axis, "none found on these labels")
        yield f"| {axis}, r | EmoBank, test | {row['n']} | {figure(row)} | {row['baseline_tfidf_ridge']:.3f} | {best} |"
    row, published = comments["macro_f1_28"], comments["published"]
    best = "; ".join(f"{name}: {predicted}" for name, predicted in published.items())
    naming = f"{comments['baseline_everything']:.3f} (all 28 always)"
    yield f"| 28 emotions, macro F1 | GoEmotions, test | {row['n']} | {figure(row)} | {naming} | {best} |"
    each = sorted(comments["f1"].items(), key=lambda pair: -pair[1])
    yield "\nF1 of each: " + ", ".join(f"{name} {value:.2f}" for name, value in each) + "."
    yield "\nThese are single sentences and comments. Nobody's judgements of whole film scenes are at hand: unmeasured."


def _lyrics(measures: Measures) -> Iterator[str]:
    nets = measures["moodspace_network"]
    yield "## Lyrics: what words say of a song's sound\n"
    yield "`tonescape evaluate words --cache DIR --write docs/ACCURACY.md`\n"
    yield "R2 of Spotify's features from the words alone, five folds by artist, 95 % bootstrap intervals over artists."
    yield "The baseline sees the same folds. Ridge and kernel shares were chosen on these folds: ours is optimistic."
    yield "No published figure on these songs is known.\n"
    yield "| feature | songs | ours | TF-IDF ridge | MoodSpace's network | offered |"
    yield "|---|---|---|---|---|---|"
    for name, row in measures["lyrics"].items():
        net = nets["all"].get(name)
        offered = "no: words do not tell" if name in TRIED_ONLY else "yes"
        other = figure(net) if net else ""
        yield f"| {name} | {row['n']} | {figure(row)} | {row['baseline_tfidf_ridge']:.3f} | {other} | {offered} |"
    yield "\nThe aims were .24 (valence), .19 (energy) and .25 (danceability): each is missed by .02 to .05."
    yield ""
    yield from moodspace(nets)


def moodspace(nets: Measures) -> Iterator[str]:
    """The baseline of 2021, trained honestly: normalised targets, vocabulary of the training songs, folds by artist."""
    yield "MoodSpace's network (`tonescape evaluate moodspace --set moodspace`, `--set all`), RMSE beside the mean's:\n"
    yield "| songs | target | R2 | RMSE | RMSE of the mean |"
    yield "|---|---|---|---|---|"
    for own in nets.values():
        for target, (ours, mean) in own["rmse"].items():
            songs = f"{own['songs']} of {own['artists']} artists"
            yield f"| {songs} | {target} | {figure(own[target])} | {ours:g} | {mean:g} |"


def _languages(rows: Measures) -> Iterator[str]:
    yield "## Languages: the same song in its own language and in English\n"
    yield "`tonescape evaluate words --cache DIR --write docs/ACCURACY.md`\n"
    yield "Eurovision entries 1956 to 2021: r between what is read in the original and in its translation; chance is 0."
    yield "The interval is Fisher's. Languages that the encoder was not trained on are not read at all.\n"
    yield "| language | songs | valence | arousal | read |"
    yield "|---|---|---|---|---|"
    for name, row in sorted(rows.items(), key=lambda pair: -pair[1]["valence_r"]):
        predicted = [_fisher(row[f"{axis}_r"], row["n"]) for axis in ("valence", "arousal")]
        yield f"| {name} | {row['n']} | {predicted[0]} | {predicted[1]} | {'yes' if name in READ else 'no'} |"


READ: Final = frozenset({"Dutch", "French", "German", "Italian", "Portuguese", "Spanish"})
"""of the languages measured, those of `mood.words.SPOKEN`"""


def _fisher(r: float, n: int) -> str:
    """r with its 95 % interval by Fisher's z (1915): atanh r has standard error 1 / sqrt(n - 3)."""
    from math import atanh, sqrt, tanh

    z, wide = atanh(r), 1.96 / sqrt(n - 3)
    return f"{r:.2f} [{tanh(z - wide):.2f}, {tanh(z + wide):.2f}]"

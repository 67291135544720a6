"""Songs for a scene like one of ten known film scenes, for whoever has no screenplay at hand.

The ten are those of MoodSpace (2021), whose app let a person choose among them. `like.json` holds what `mood/words`
reads in each scene's words, and no words; `train/film/known_scenes.py` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tonescape.core.errors import UsageError
from tonescape.core.records import Scene, Script, WordMood

EVERY = "all"
"""instead of a name: the ten, as one film"""


@dataclass(frozen=True, slots=True)
class Example:
    """name : to ask for it      film, scene : what it is      seconds : a page a minute, as of any script"""

    name: str
    film: str
    scene: str
    seconds: float
    mood: WordMood


@cache
def examples() -> tuple[Example, ...]:
    """The ten, by name."""
    rows = json.loads(files("tonescape.score").joinpath("like.json").read_text("utf-8"))["scenes"]
    return tuple(Example(row["name"], row["film"], row["scene"], row["seconds"], _mood(row)) for row in rows)


def _mood(row: dict[str, Any]) -> WordMood:
    emotions = tuple(row["emotions"].items())
    return WordMood(row["valence"], row["arousal"], row["dominance"], emotions, sureness=row["sureness"])


def like(names: Sequence[str]) -> tuple[Script, list[WordMood]]:
    """A script of the scenes named, and their moods, as `score` takes them. UsageError for a name that is none."""
    known = {example.name: example for example in examples()}
    wanted = list(known) if EVERY in names else list(dict.fromkeys(name.lower() for name in names))
    missing = next((name for name in wanted if name not in known), None)
    if missing is not None:
        raise UsageError(f"--like {missing}: there is {', '.join(known)}, and {EVERY} for these ten")
    chosen = [known[name] for name in wanted]
    scenes = tuple(_scene(number, example) for number, example in enumerate(chosen, start=1))
    title = f"Like {chosen[0].film}" if len(chosen) == 1 else f"Like {len(chosen)} films"
    return Script(None, title, scenes), [example.mood for example in chosen]


def _scene(number: int, example: Example) -> Scene:
    heading = f"{example.film}: {example.scene}"
    return Scene(number, heading, "", "", (), "", "", float(number), example.seconds)

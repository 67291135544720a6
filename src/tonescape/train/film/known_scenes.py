"""Reads the ten film scenes of MoodSpace (2021) and keeps their moods, not their words, in `score/like.json`.

tonescape train like --data FOLDER --out FOLDER
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from tonescape.core.store import write_atomically
from tonescape.gather.scripts import parse_text
from tonescape.gather.scripts.text import text_of
from tonescape.mood.words import encoder, word_moods
from tonescape.train.corpora import text as corpora
from tonescape.train.lib import arguments as options

SCENES = {
    "bourne": ("The Bourne Supremacy (2004)", "the call from the rooftop"),
    "deadpoets": ("Dead Poets Society (1989)", "farewell in the classroom"),
    "fellowship": ("The Fellowship of the Ring (2001)", "the council"),
    "forrest": ("Forrest Gump (1994)", "the bench at the bus stop"),
    "goodwillhunting": ("Good Will Hunting (1997)", "the bench by the pond"),
    "incredibles": ("The Incredibles (2004)", "the villain tells his plan"),
    "jedi": ("Return of the Jedi (1983)", "the duel in the throne room"),
    "khan": ("Star Trek II: The Wrath of Khan (1982)", "Kirk challenges Khan"),
    "shawshank": ("The Shawshank Redemption (1994)", "the way out"),
    "titanic": ("Titanic (1997)", "adrift"),
}
"""file in the data, without .txt, to (film, scene)"""

SOURCE = "scenes chosen by MoodSpace (github.com/benbrill/MoodSpace, 2021); moods measured here, no words kept"


def measured(data: Path | None) -> list[dict[str, Any]]:
    """A row for each scene: what it is, its length and its mood."""
    folder = corpora.folder(data) / "text" / "moodspace"
    scripts = [parse_text(text_of((folder / f"{name}.txt").read_bytes(), name)) for name in SCENES]
    texts = ["\n".join(f"{scene.action}\n{scene.dialogue}" for scene in script.scenes) for script in scripts]
    rows = []
    for (name, (film, scene)), script, mood in zip(SCENES.items(), scripts, word_moods(texts, "scene"), strict=True):
        axes = {axis: round(getattr(mood, axis), 3) for axis in ("valence", "arousal", "dominance")}
        emotions = {emotion: round(value, 3) for emotion, value in mood.emotions}
        seconds = round(sum(each.seconds for each in script.scenes), 1)
        sure = round(mood.sureness or 0.0, 3)
        row = {"name": name, "film": film, "scene": scene, "seconds": seconds, **axes, "sureness": sure}
        rows.append({**row, "emotions": emotions})
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options.parser("Measure the ten example scenes again.")
    options.add_data(parser)
    options.add_weights(parser, "like.json")
    given = parser.parse_args(arguments)
    rows = ",\n".join("  " + json.dumps(row) for row in measured(given.data))
    head = json.dumps({"source": SOURCE, "encoder": encoder.VERSION, "made_by": "tonescape train like"})[:-1]
    folder = given.out or Path(str(resources.files("tonescape"))) / "score"
    write_atomically(folder / "like.json", f'{head}, "scenes": [\n{rows}\n]}}\n'.encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

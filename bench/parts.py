"""Rows of docs/SPEED.md about parts that promise a time: a screenplay, a film score, a small network."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from tonescape.core import weights
from tonescape.core.records import Scene
from tonescape.gather.scripts import parse_text
from tonescape.render import gan
from tonescape.score import Options
from tonescape.score.axes import Offers, Targets
from tonescape.score.plan import plan_film

SCENE = "INT. ROOM {} - DAY\n\nShe opens the door and waits for a long time.\n\n          ADA\n     Who is there?\n\n"
SCENES, SONGS = 200, 100_000


def score() -> None:
    """A film of SCENES scenes against a library of SONGS, all drawn at random."""
    random = np.random.default_rng(0)

    def emotions(n: int) -> np.ndarray:
        drawn = random.normal(size=(n, 27)).astype(np.float32)
        return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)

    words, theirs = (random.normal(size=(n, 3)).astype(np.float32) for n in (SCENES, SONGS))
    asked = Targets(words[:, :2], words, emotions(SCENES), np.full(SCENES, 36.0, np.float32))
    lengths = np.full(SONGS, 200.0, np.float32)
    offered = Offers(theirs[:, :2], theirs, emotions(SONGS), np.ones(SONGS, np.float32), lengths)
    scenes = tuple(Scene(n, f"INT. ROOM {n}", f"ROOM {n}", "day", (), "", "", 1.0 + n, 36.0) for n in range(SCENES))
    plan_film(scenes, asked, offered, Options())


def seconds(action: Callable[[], object]) -> float:
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        action()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def rows() -> list[tuple[str, str, str, str]]:
    text = "".join(SCENE.format(n) for n in range(1_000_000 // len(SCENE)))
    found = [
        ("a screenplay of a million characters, read", f"{seconds(lambda: parse_text(text)):.2f} s", "1 s", ""),
        (f"`score`, {SCENES} scenes and {SONGS:,} songs, planned", f"{seconds(score):.1f} s", "10 s", ""),
    ]
    if "gan" in weights.shipped():
        draw = seconds(lambda: gan.draw([0.5] * 16, [0.5] * 16, range(16))) / 16
        found.append(("a picture of the shipped network, 64 px", f"{draw * 1e3:.0f} ms", "200 ms", "40 ms"))
    return found


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")

"""Scripts and libraries made up for the tests of score and of the cue sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tonescape.core.records import AudioFeatures, Heard, Mood, Scene, Script, Song, WordMood


def song(
    valence: float, arousal: float, title: str = "", words: WordMood | None = None, seconds: float = 200.0
) -> Heard:
    title = title or f"v{valence:.2f} a{arousal:.2f}"
    mood = Mood(valence, arousal, 0.8, "Q1", "Upbeat", "happy", "exuberance", AudioFeatures(), words=words)
    return Heard(Song(path=Path(f"/music/{title}.ogg"), title=title, artist="Nobody", duration_s=seconds), None, mood)


def library(count: int, seed: int = 0) -> list[Heard]:
    random = np.random.default_rng(seed)
    return [song(*map(float, random.uniform(0.1, 0.9, 2)), title=f"song {i}") for i in range(count)]


TEXTS = (
    "What a wonderful morning! The whole village dances, the children laugh, everybody is in love. I am so happy!",
    "He is dead. They killed my son and I could do nothing. There is only pain and blood and grief and loss.",
    "Run! He is in the house! Oh God, he has a knife, he is coming, please help, I am so scared! Run, run!",
    "The old man sits on the porch. The lake is still. He pours tea and looks at the trees for a long time.",
)


def script(scenes: int = 8, seconds: float = 60.0) -> Script:
    made = tuple(
        Scene(
            number=i + 1,
            heading=f"INT. ROOM {i % 3} - DAY",
            place=f"ROOM {i % 3}",
            time_of_day="day",
            characters=("ADA",) if i % 2 else ("ADA", "BEN"),
            action=TEXTS[i % 4],
            dialogue="Yes. No. Perhaps." if i % 3 else "",
            page=1.0 + i,
            seconds=seconds,
        )
        for i in range(scenes)
    )
    return Script(Path("film.fountain"), "A Film", made)

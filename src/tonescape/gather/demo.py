"""The songs of `tonescape demo`: ten generated clips from the extra `demo`, two for each of its five prompted moods."""

from __future__ import annotations

from pathlib import Path

from tonescape.core.settings import package

PER_MOOD = 2


def demo_songs() -> list[Path]:
    """Paths of the clips, mood by mood, one acoustic and one electronic where there are both.

    Raises MissingError where the extra is not installed.
    """
    module = package("immich_memories_music", "the demo", "demo")
    songs: list[Path] = []
    for mood in sorted(path for path in (Path(module.__file__).parent / "tracks").iterdir() if path.is_dir()):
        acoustic, electronic = (sorted(mood.glob(f"*_{kind}_*.opus")) for kind in ("acoustic", "electronic"))
        pairs = [clip for pair in zip(acoustic, electronic, strict=False) for clip in pair]
        songs += pairs[:PER_MOOD]
    return songs

"""The songs of `tonescape demo`: ten generated clips from the extra `demo`, two for each of its five prompted moods."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from tonescape.core.errors import MissingError

PER_MOOD = 2


def demo_songs() -> list[Path]:
    """Paths of the clips, mood by mood, one acoustic and one electronic where there are both.

    Raises MissingError where the extra is not installed.
    """
    found = find_spec("immich_memories_music")
    if found is None or found.origin is None:
        raise MissingError("the demo's music is not installed; type: pip install 'tonescape[demo]'")
    songs: list[Path] = []
    for mood in sorted(path for path in (Path(found.origin).parent / "tracks").iterdir() if path.is_dir()):
        acoustic, electronic = (sorted(mood.glob(f"*_{kind}_*.opus")) for kind in ("acoustic", "electronic"))
        pairs = [clip for pair in zip(acoustic, electronic, strict=False) for clip in pair]
        songs += pairs[:PER_MOOD]
    return songs

"""Paints docs/gallery.md: every motif and every style once, from songs that suit them. `make gallery`.

The songs are those of the demo and, where it is installed, of Debian's package fretsonfire-songs-sectoid.
"""

from __future__ import annotations

import io
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from tonescape.core.records import Brief, Heard
from tonescape.core.settings import plugins, settings
from tonescape.core.store import write_atomically
from tonescape.gather.demo import demo_songs
from tonescape.pipeline import hear
from tonescape.plan import motif, plan, style
from tonescape.plan.choose import Affinity, log_odds
from tonescape.render import paint

DEBIAN = Path("/usr/share/games/fretsonfire/data/songs/sectoid")
DOCS = Path(__file__).parents[1] / "docs"
PAINTED, SHOWN = 900, 400
"""px a side: painted larger than shown, as a cover is"""
ACROSS = 4
WORN = 0.5
"""log-odds that each use of a song, motif or style takes, so that none appears everywhere"""
REACH = motif.REACH


def main() -> None:
    sources = [*demo_songs(), *sorted(DEBIAN.glob("*/song.ogg"))]
    heard = [each for each in hear(sources, settings().cache, settings().workers) if isinstance(each, Heard)]
    used: Counter[str] = Counter()
    folder = DOCS / "gallery"
    shutil.rmtree(folder, ignore_errors=True)
    page = [
        "# Gallery",
        "",
        f"Painted by `make gallery` from {len(heard)} songs, {PAINTED} px a side, shown at {SHOWN}.",
    ]
    for heading, group, table, others in (
        ("Motifs", "motifs", motif.MOTIFS, style.STYLES),
        ("Styles", "styles", style.STYLES, motif.MOTIFS),
    ):
        cells = [cell(name, group, table, others, heard, used, folder) for name in plugins(group) if name in table]
        page += ["", f"## {heading}", "", *rows(cells)]
    write_atomically(DOCS / "gallery.md", ("\n".join(page) + "\n").encode())


def cell(name: str, group: str, table: dict[str, Affinity], others: dict[str, Affinity], heard: Sequence[Heard],
         used: Counter[str], folder: Path) -> tuple[str, str]:  # fmt: skip
    """(picture, caption) of a motif or style: the song that suits it, and the style or motif that suits the song."""
    song = max(heard, key=lambda each: log_odds(table[name], each.mood, REACH) - WORN * used[each.song.title])
    there = [each for each in others if each in plugins("styles" if group == "motifs" else "motifs")]
    there = [each for each in there if not used[f"{each} {name}"]]  # no picture twice
    other = max(there, key=lambda each: log_odds(others[each], song.mood, REACH) - 3 * WORN * used[each])
    used.update((song.song.title, other, f"{name} {other}"))
    which = (name, other) if group == "motifs" else (other, name)
    brief = plan(song.song, song.features, song.mood, motif=which[0], style=which[1])
    file = folder / f"{group[:-1]}-{name}.jpg"
    write_atomically(file, picture(brief))
    print(file.name, flush=True)
    mood = song.mood
    caption = f"**{name}**, {other}<br>{brief.title}<br>valence {mood.valence:.2f}, arousal {mood.arousal:.2f}"
    return f"![{name}, {other}](gallery/{file.name})", caption


def picture(brief: Brief) -> bytes:
    """The picture of a brief as a small JPEG."""
    out = io.BytesIO()
    image = Image.fromarray(paint("painter", brief, size=PAINTED).image)
    image.resize((SHOWN, SHOWN), Image.Resampling.LANCZOS).save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


def rows(cells: list[tuple[str, str]]) -> list[str]:
    """A Markdown table without headings, ACROSS pictures wide."""
    lines = ["|" + " |" * ACROSS, "|" + "---|" * ACROSS]
    for start in range(0, len(cells), ACROSS):
        part = cells[start : start + ACROSS] + [("", "")] * (start + ACROSS - len(cells))
        lines += ["| " + " | ".join(column) + " |" for column in zip(*part, strict=True)]
    return lines


if __name__ == "__main__":
    main()

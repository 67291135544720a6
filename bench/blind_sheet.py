"""Thumbnails without names for a blind reading: can the motif be told at 160 px? The answers set `plan.style.TOLD`.

    python bench/blind_sheet.py OUT [--styles a,b] [--each 12] [--seed 1]

writes OUT/sheet-N.png, numbered pictures in random order, and OUT/key.csv. Write a guess for every number into a file
with the columns number and guess before you open the key, then

    python bench/blind_sheet.py OUT --guesses FILE

prints a style's share of right guesses. Every style shows `each` motifs, dealt evenly, in moods near the motif's own.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tonescape.core.records import AudioFeatures, Song
from tonescape.mood import named
from tonescape.plan import motif, plan, style
from tonescape.render import paint

PAINTED, SHOWN, LABEL = 512, 160, 14
"""px: painted as a small cover is, reduced to a thumbnail, height of the number above it"""

ACROSS, DOWN = 8, 5
"""thumbnails on a sheet"""

NEAR = 0.15
"""standard deviation of a picture's valence and arousal round its motif's own"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--styles", default=",".join(style.STYLES))
    parser.add_argument("--each", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guesses", type=Path)
    asked = parser.parse_args()
    if asked.guesses:
        graded(asked.out / "key.csv", asked.guesses)
        return
    asked.out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(asked.seed)
    pairs = deal(asked.styles.split(","), asked.each, rng)
    per_sheet = ACROSS * DOWN
    for start in range(0, len(pairs), per_sheet):
        numbered = [(start + n + 1, *pair) for n, pair in enumerate(pairs[start : start + per_sheet])]
        sheet(numbered, rng).save(asked.out / f"sheet-{start // per_sheet + 1}.png")
        print(f"{start + len(numbered)} of {len(pairs)}", flush=True)
    with (asked.out / "key.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("number", "style", "motif"), *((n + 1, *pair) for n, pair in enumerate(pairs))])


def deal(styles: list[str], each: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """(style, motif) in random order; a style shows no motif twice before it has shown all."""
    pairs = []
    for name in styles:
        order = [str(one) for one in rng.permutation(list(motif.MOTIFS))]
        pairs += [(name, order[n % len(order)]) for n in range(each)]
    return [pairs[n] for n in rng.permutation(len(pairs))]


def sheet(numbered: list[tuple[int, str, str]], rng: np.random.Generator) -> Image.Image:
    """(number, style, motif) painted, on one numbered grid."""
    result = Image.new("RGB", (ACROSS * (SHOWN + 6), DOWN * (SHOWN + LABEL + 4)), "white")
    for place, (number, drawn, shown) in enumerate(numbered):
        home = motif.MOTIFS[shown]
        valence, arousal = np.clip(rng.normal((home.valence, home.arousal), NEAR), 0.05, 0.95)
        audio = AudioFeatures(
            energy=float(arousal), valence=float(valence), key=int(rng.integers(12)), mode=valence > 0.5
        )
        mood = named(float(valence), float(arousal), 0.7, audio)
        brief = plan(Song(title=f"Song {number}"), None, mood, style=drawn, motif=shown, seed=int(rng.integers(2**31)))
        image = Image.fromarray(paint("painter", replace(brief), size=PAINTED).image)
        left, top = place % ACROSS * (SHOWN + 6), place // ACROSS * (SHOWN + LABEL + 4)
        result.paste(image.resize((SHOWN, SHOWN), Image.Resampling.LANCZOS), (left, top + LABEL))
        ImageDraw.Draw(result).text((left + 2, top), str(number), fill="black")
    return result


def graded(key: Path, guesses: Path) -> None:
    """Print the share of right guesses of each style; a guess may name several motifs, parted by |: half a point."""
    with guesses.open(newline="") as file:
        said = {row["number"]: row["guess"].split("|") for row in csv.DictReader(file)}
    points, missed = defaultdict(list), defaultdict(list)
    with key.open(newline="") as file:
        for row in csv.DictReader(file):
            guess = said[row["number"]]
            points[row["style"]].append((row["motif"] in guess) / len(guess))
            if guess != [row["motif"]]:
                missed[row["style"]].append(f"{row['motif']} ({'|'.join(guess)})")
    for name, each in sorted(points.items(), key=lambda row: np.mean(row[1])):
        print(f"{name:15s} {np.mean(each):4.2f} of {len(each)}  {', '.join(missed[name])}")


if __name__ == "__main__":
    main()

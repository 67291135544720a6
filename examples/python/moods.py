"""The mood of every song below a folder, one a line: python moods.py FOLDER."""

import sys

import tonescape

for each in tonescape.listen_all(sys.argv[1:]):
    if isinstance(each, tonescape.Heard):
        print(f"{each.mood.valence:.2f} {each.mood.arousal:.2f} {each.mood.grid:<14} {each.song.title}")
    else:
        print(each.error, file=sys.stderr)

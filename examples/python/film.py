"""Songs for a screenplay: python film.py SCRIPT FOLDER."""

import sys

import tonescape

film = tonescape.score(sys.argv[1], tonescape.listen_all(sys.argv[2:]))
for cue in film.cues:
    print(f"{cue.scene.heading}: {cue.matches[0].song.title} ({cue.matches[0].why})")

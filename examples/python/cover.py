"""A cover for one song: python cover.py SONG PICTURE."""

import sys

import tonescape

heard = tonescape.listen(sys.argv[1])
picture = tonescape.paint(heard, size=512)
print(heard.mood.grid, "->", tonescape.save(picture, sys.argv[2]))

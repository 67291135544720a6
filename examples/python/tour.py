"""A tour of the Python API in cells, for an editor that runs `# %%` cells, or as a whole: python tour.py [SONG...]."""

# %% Hear some songs: yours, or the ten of the demo (`pip install 'tonescape[demo]'`).
import sys
from pathlib import Path
from tempfile import mkdtemp

import tonescape
from tonescape.gather.demo import demo_songs

results = list(tonescape.listen_all(sys.argv[1:] or demo_songs(), workers=1))
songs = [each for each in results if isinstance(each, tonescape.Heard)]

# %% Where each lies: valence (unpleasant to pleasant), arousal (calm to lively), and how sure that is.
for heard in songs:
    mood = heard.mood
    print(
        f"{heard.song.title:<40} {mood.valence:.2f} {mood.arousal:.2f} {mood.sureness:.2f}  {mood.quadrant} {mood.grid}"
    )

# %% Measured and estimated features have Spotify's names and ranges; None is unknown, such as a tempo without a beat.
print(songs[0].mood.audio)

# %% The mood words that fit the first song better than most songs.
print([word for word, share in songs[0].mood.tags if share > 0.9])

# %% A picture of the calmest song. The image is an array, uint8 [size, size, 3]; the recipe paints it again.
calmest = min(songs, key=lambda heard: heard.mood.arousal)
picture = tonescape.paint(calmest, size=256)
print(picture.image.shape, picture.engine, len(picture.recipe))

# %% The same song in two ways of painting, saved as files.
folder = Path(mkdtemp())
for style in ("watercolour", "woodblock"):
    print(tonescape.save(tonescape.paint(calmest, style=style, motif="sea", size=256), folder / f"{style}.png"))

"""What a genre leans to: styles and motifs that belong to it in the history of covers and posters.

Our own judgement; a genre only tips the scale between what the mood suits (`LEAN`), and a song without one loses
nothing.
"""

from __future__ import annotations

import re

LEAN = 3.5
"""log-odds that a genre adds to what it leans to: as much as a home nearer by 1.9 times the reach"""

LEANINGS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("metal", "hardcore", "punk", "grunge", "industrial"), ("expressionism", "woodblock", "volcano", "shards", "sea")),
    (("techno", "house", "trance", "electro", "edm", "dubstep", "drum and bass", "synth"),
     ("holographic", "risograph", "flow-field", "geometry", "city-dusk", "weave")),
    (("ambient", "drone", "new age", "meditation"), ("minimal", "pastel", "colour-field", "aurora", "night-sky")),
    (("hip hop", "hip-hop", "rap", "trap", "grime"), ("poster", "risograph", "city-rain", "city-dusk", "weave")),
    (("jazz", "swing", "bebop", "bossa"), ("art-deco", "cubism", "city-dusk", "city-rain", "geometry")),
    (("blues", "soul", "gospel", "r&b", "funk", "disco"), ("poster", "oil", "city-rain", "river-valley")),
    (("classical", "orchestr", "baroque", "romantic", "opera", "chamber", "soundtrack", "score"),
     ("oil", "impressionism", "mountain-lake", "sea", "river-valley", "cymatics")),
    (("choral", "sacred", "medieval", "organ"), ("stained-glass", "oil", "cymatics", "night-sky")),
    (("folk", "acoustic", "singer", "country", "celtic", "bluegrass"),
     ("watercolour", "woodblock", "forest", "meadow")),
    (("psychedelic", "prog", "stoner", "krautrock"), ("psychedelic", "flow-field", "desert", "canyon", "cymatics")),
    (("reggae", "latin", "salsa", "samba", "afro", "tropical"), ("fauvism", "risograph", "islands", "meadow")),
    (("pop", "indie", "dance"), ("risograph", "pointillism", "fauvism", "islands", "city-dusk")),
    (("rock", "alternative"), ("poster", "expressionism", "canyon", "desert", "sea")),
)  # fmt: skip
"""(words in a genre's name, styles and motifs); the first row that matches counts"""

LONGEST = 200
"""characters of a genre that are looked at"""


def leanings(genre: str) -> frozenset[str]:
    """Names of styles and motifs a genre leans to; empty for an unknown one, or none.

    genre : as tags and playlists have it, any case; the first of several that is known counts
    """
    for part in re.split(r"[,;/|]", genre.casefold()[:LONGEST]):
        for words, names in LEANINGS:
            if any(re.search(rf"\b{re.escape(word)}", part) for word in words):
                return frozenset(names)
    return frozenset()

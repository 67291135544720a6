"""Tags and covers written into sound files, byte for byte.

One file per container. Each editor says which bytes of the old file stay where they are and which are new, so
that what it does not know (lyrics, ratings, chapters, private frames) is kept without being understood. A remux
through FFmpeg would be shorter but drops ID3's USLT, SYLT, POPM, COMM and UFID frames and FLAC's APPLICATION blocks.
"""

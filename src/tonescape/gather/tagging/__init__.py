"""The tags of a sound file, read by our own parsers, one file per format: `read_tag_sets` finds all of them.

A file may carry several tags at once (ID3v2 in front, APEv2 and ID3v1 behind; two ID3 chunks and INFO in a WAV), and
ffmpeg shows only one of them, or mixes them. `tags` merges them by one rule, and the writers of `show` change them.
"""

from tonescape.gather.tagging.files import read_tag_sets
from tonescape.gather.tagging.tagset import AttachedPicture, TagSet, cover_of

__all__ = ["AttachedPicture", "TagSet", "cover_of", "read_tag_sets"]

"""The mood of a text: python words.py TEXT."""

import sys

import tonescape

mood = tonescape.mood_of_words(" ".join(sys.argv[1:]))
print(f"valence {mood.valence:.2f}, sureness {mood.sureness:.2f}: {', '.join(name for name, _ in mood.emotions[:3])}")

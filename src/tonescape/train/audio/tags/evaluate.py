"""Measures the mood words from sound: `tonescape evaluate tags --data FOLDER [--write]`; see `tags`."""

from tonescape.train.audio.tags.train import evaluate as main

__all__ = ["main"]

"""Measures the GEMS emotions from sound: `tonescape evaluate gems --data FOLDER [--write]`; see `gems`."""

from tonescape.train.audio.gems.train import evaluate as main

__all__ = ["main"]

"""Tonescape: hear a song, see its mood."""

__version__ = "0.1.0"

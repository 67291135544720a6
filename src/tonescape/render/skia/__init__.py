"""Skia: masks, brush marks and pixel programs, and what its wheel needs to load."""

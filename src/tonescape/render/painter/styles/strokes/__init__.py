"""Brush strokes, and the canvas that they are laid on."""

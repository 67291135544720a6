"""Noise and filters on float32 arrays."""

"""Valence and arousal from sound."""

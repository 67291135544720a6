"""Spotify's features from sound."""

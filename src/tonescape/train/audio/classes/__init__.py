"""Mood classes, from Spotify's features and from sound."""

"""Screenplays and the songs of films."""

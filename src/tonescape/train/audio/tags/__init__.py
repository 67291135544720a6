"""AllMusic's mood words from sound."""

"""Models that read lyrics and scenes."""

"""Models that make or judge pictures, and measures of pictures."""

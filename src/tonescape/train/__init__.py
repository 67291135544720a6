"""Whatever makes or checks weights; nobody imports it."""

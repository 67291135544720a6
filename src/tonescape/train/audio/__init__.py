"""Models that read a recording, or the features of one."""

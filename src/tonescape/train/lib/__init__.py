"""Measures, splits, charts, reports and checkpoints that all trainers share."""

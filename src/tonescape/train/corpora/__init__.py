"""Corpora for training and measuring; none of them is part of the package."""

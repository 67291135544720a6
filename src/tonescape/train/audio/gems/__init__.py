"""The nine GEMS emotions from sound."""

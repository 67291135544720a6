"""Pictures of few flat regions, cut crisply at any size."""

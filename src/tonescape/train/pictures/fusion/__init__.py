"""Diffusion conditioned on music."""

"""Mood -> Brief: palette, motif, style, seed, prompt, and the reasons for them."""

from tonescape.plan.brief import altered, colours_of, plan
from tonescape.plan.sets import StyleRule, plan_set, playlist_brief

__all__ = ["StyleRule", "altered", "colours_of", "plan", "plan_set", "playlist_brief"]

"""Hypothesis without a deadline: on a busy machine, a slow example says nothing about the law."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("droit", deadline=None)
settings.load_profile("droit")

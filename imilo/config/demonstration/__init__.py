"""Invented data, always the same for a day: a small structure lived in, a whole structure, a whole country."""

from __future__ import annotations

from imilo.config.demonstration.chargement import Bilan, Suivi, charger

__all__ = ["Bilan", "Suivi", "charger"]

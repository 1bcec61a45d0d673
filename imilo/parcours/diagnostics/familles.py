"""Families of personal data of orientation and assessment. Difficulties may tell of health: sensitive."""

from __future__ import annotations

from imilo.parcours.diagnostics.models import Diagnostic, DiagnosticTheme, Orientation
from imilo.socle.familles import declarer, famille_de_modele


def declarer_familles() -> None:
    declarer(famille_de_modele(Orientation, code="orientations", libelle="Décisions d'orientation", sensible=True))
    declarer(famille_de_modele(Diagnostic, code="diagnostics", libelle="Diagnostics", sensible=True))
    declarer(
        famille_de_modele(DiagnosticTheme, code="diagnostics_themes", libelle="Thèmes des diagnostics", sensible=True)
    )

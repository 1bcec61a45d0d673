"""Families of personal data of orientation and assessment. Difficulties may tell of health: sensitive."""

from __future__ import annotations

from imilo.parcours.diagnostics.models import (
    Appreciation,
    Commentaire,
    Contrainte,
    Diagnostic,
    DiagnosticTheme,
    ElementDeContrainte,
    MetierDuDiagnostic,
    Orientation,
)
from imilo.socle.familles import declarer, famille_de_modele


def declarer_familles() -> None:
    declarer(famille_de_modele(Orientation, code="orientations", libelle="Décisions d'orientation", sensible=True))
    declarer(famille_de_modele(Diagnostic, code="diagnostics", libelle="Diagnostics", sensible=True))
    declarer(
        famille_de_modele(DiagnosticTheme, code="diagnostics_themes", libelle="Thèmes des diagnostics", sensible=True)
    )
    for modele, code, libelle in (
        (Contrainte, "diagnostics_contraintes", "Contraintes des diagnostics"),
        (ElementDeContrainte, "diagnostics_elements", "Situations et objectifs des contraintes"),
        (Appreciation, "diagnostics_appreciations", "Autonomie numérique et pouvoir d'agir"),
        (MetierDuDiagnostic, "diagnostics_metiers", "Métiers visés au diagnostic"),
        (Commentaire, "diagnostics_commentaires", "Ce que la personne dit de son diagnostic"),
    ):
        declarer(famille_de_modele(modele, code=code, libelle=libelle, sensible=True))

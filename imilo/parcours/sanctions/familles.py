"""Families of personal data of sanctions. The reasons given may tell of health: sensitive."""

from __future__ import annotations

from imilo.parcours.sanctions.etats import CLOSES
from imilo.parcours.sanctions.models import ControleAleatoire, MessagePartenaire, Procedure
from imilo.socle.familles import declarer, famille_de_modele


def _memes_manquements(source_id: int, cible_id: int) -> list[str]:
    """One procedure by failing and day: two would stand for one."""
    procedures = Procedure.objects.exclude(etat__in=CLOSES).order_by("constate_le", "pk")
    siens = set(procedures.filter(dossier_id=cible_id).values_list("manquement", "constate_le"))
    return [
        f"Les deux dossiers ont une procédure pour le même manquement du {p.constate_le:%d/%m/%Y} : arrêtez l'une des "
        "deux, avec sa raison, puis recommencez."
        for p in procedures.filter(dossier_id=source_id)
        if (p.manquement, p.constate_le) in siens
    ]


def _memes_tirages(source_id: int, cible_id: int) -> list[str]:
    """A dossier is drawn once a month."""
    siens = set(ControleAleatoire.objects.filter(dossier_id=cible_id).values_list("tirage_id", flat=True))
    doubles = ControleAleatoire.objects.filter(dossier_id=source_id, tirage_id__in=siens).select_related("tirage")
    return [
        f"Les deux dossiers sont tirés au sort pour le contrôle de {c.tirage.mois:%m/%Y} : attendez la fin de ce "
        "contrôle, ou gardez deux dossiers."
        for c in doubles
    ]


def declarer_familles() -> None:
    declarer(
        famille_de_modele(
            Procedure, code="sanctions", libelle="Procédures de sanction", sensible=True, empecher=_memes_manquements
        )
    )
    declarer(
        famille_de_modele(
            MessagePartenaire, code="sanctions_messages", libelle="Messages aux partenaires sur les sanctions"
        )
    )
    declarer(
        famille_de_modele(
            ControleAleatoire,
            code="sanctions_controles",
            libelle="Contrôles tirés au sort",
            empecher=_memes_tirages,
        )
    )

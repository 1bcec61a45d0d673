"""The letters of the decisions taken: at once for one, by the worker for a batch, each exactly once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.journal.services import consigner
from imilo.parcours.allocations import pdf
from imilo.parcours.allocations.models import DECIDES, DecisionAllocation, TropPercu
from imilo.parcours.allocations.services.commun import CHAMPS
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import Document, GenreDocument
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.socle.perimetre import perimetre

LIEES = ("contrat", "dossier__jeune", "dossier__structure", "dossier__adresse_commune", "decidee_par", "corrige")


def _garder(auteur: Agent, decision: DecisionAllocation, titre: str, contenu: bytes) -> Document:
    return enregistrer_document(
        auteur,
        dossier=decision.dossier,
        genre=GenreDocument.NOTIFICATION,
        titre=titre,
        contenu=contenu,
        type_mime=PDF,
    )


def joindre_les_courriers(decision: DecisionAllocation, trop: TropPercu | None) -> None:
    """Make the letter of a decision taken (not saved here), and save that of the excess it found."""
    assert decision.decidee_par is not None
    instant = timezone.now()
    decision.document = _garder(
        decision.decidee_par, decision, pdf.objet(decision), pdf.pdf_de_la_decision(decision, a=instant)
    )
    if trop is not None:
        contenu = pdf.pdf_du_trop_percu(trop, decision, a=instant)
        trop.document = _garder(decision.decidee_par, decision, pdf.objet_du_trop_percu(trop, decision), contenu)
        trop.save(update_fields=["document", "modifie_le"])


@transaction.atomic
def faire_courrier(decision_id: int) -> DecisionAllocation | None:
    """Make the letter of a decision taken in a batch, once. Fact `allocation.courrier`; None when there is none to do.

    Whoever holds the row makes it: another worker passes on.
    """
    decision = (
        DecisionAllocation.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related(*LIEES)
        .filter(pk=decision_id, document__isnull=True, etat__in=DECIDES)
        .first()
    )
    if decision is None:
        return None
    decision.contrat.dossier = decision.dossier
    joindre_les_courriers(decision, TropPercu.objects.filter(decision=decision).first())
    decision.version += 1
    enregistrer(decision, champs=CHAMPS)
    consigner(None, "allocation.courrier", decision, mois=decision.code_mois)
    return decision


def faire_les_courriers(structure_id: int, *, maximum: int = 1_000_000) -> int:
    """Make every letter that a structure waits for, each in its own transaction; returns how many were made."""
    with perimetre(structure_id):
        attendus = list(
            DecisionAllocation.objects.filter(
                structure_id=structure_id, document__isnull=True, decidee_le__isnull=False
            )
            .order_by("decidee_le", "pk")
            .values_list("pk", flat=True)[:maximum]
        )
    faits = 0
    for cle in attendus:
        with perimetre(structure_id):
            faits += faire_courrier(cle) is not None
    return faits

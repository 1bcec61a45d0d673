"""What doubles tell the rest of the path: alerts of a dossier, former numbers, pairs made at the counter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from imilo.jeunes.doublons import Candidat
from imilo.parcours.dossiers import alertes, renvois
from imilo.parcours.dossiers.alertes import Alerte, Urgence
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services import doublons as au_comptoir
from imilo.parcours.doublons.models import A_TRAITER, Fusion, Paire


def alertes_des_doublons(dossier: Dossier, le: date) -> Iterator[Alerte]:
    """Pairs to decide, and the merges that can still be undone. Two queries."""
    paires = Paire.objects.filter(Q(dossier=dossier) | Q(autre=dossier.pk), etat__in=A_TRAITER)
    for paire in paires.filter(structure_id=dossier.structure_id).order_by("-force")[:3]:
        yield Alerte(
            "Cette personne a peut-être un autre dossier.",
            Urgence.BIENTOT,
            Lien("doublon", (paire.pk,), "Comparer", "doublon.decider"),
        )
    for fusion in Fusion.objects.filter(dossier=dossier, defaite_le__isnull=True):
        yield Alerte(
            f"Le dossier {fusion} a été fusionné avec celui-ci le {timezone.localtime(fusion.faite_le):%d/%m/%Y}.",
            Urgence.INFO,
            Lien("fusion", (fusion.pk,), "Voir la fusion", "doublon.decider"),
        )


def numero_actuel(structure_id: int, numero: int) -> int | None:
    """The number of the dossier into which `numero` was merged."""
    fusions = Fusion.objects.filter(structure_id=structure_id, absorbe_numero=numero, defaite_le__isnull=True)
    return fusions.values_list("dossier__numero", flat=True).first()


def noter(dossier: Dossier, candidats: tuple[Candidat, ...]) -> None:
    """A dossier was saved in spite of who it looks like: the pairs are to decide, here and where the others are."""
    with connection.cursor() as curseur:
        for candidat in candidats:
            curseur.execute(
                "SELECT doublons_noter(%s, %s, %s, %s)",
                [dossier.pk, candidat.personne.jeune_id, candidat.verdict.value, candidat.force],
            )


def declarer() -> None:
    """Called once, when the application is ready."""
    alertes.declarer_alertes("doublons", alertes_des_doublons)
    renvois.declarer(numero_actuel)
    au_comptoir.declarer_suite(noter)

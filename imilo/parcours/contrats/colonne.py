"""What the caseload shows of a dossier's contract: its state, and until when it runs (it sorts by that day); how it
filters by that state and by the contracts' deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable

from imilo.acteurs.models import Structure
from imilo.parcours.contrats.etats import PREFIXES, SANS_SUITE, Cadre, Etat
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.diagnostics.models import Orientation
from imilo.parcours.dossiers.selectors.portefeuille import Colonne, FiltreDeclare


def _annotations(le: date) -> Mapping[str, Combinable]:
    dernier = ContratEngagement.objects.filter(dossier=OuterRef("pk")).exclude(etat__in=SANS_SUITE).order_by("-pk")
    return {
        "contrat_etat": Subquery(dernier.values("etat")[:1]),
        "contrat_cadre": Subquery(dernier.values("cadre")[:1]),
        "contrat_fin": Subquery(dernier.values("fin_prevue")[:1]),
        "contrat_vu_le": Value(le),
    }


def _valeur(ligne: Any) -> str:
    if not ligne.contrat_etat:
        return ""
    etat, sigle = Etat(ligne.contrat_etat), PREFIXES[Cadre(ligne.contrat_cadre)]
    if etat != Etat.SIGNE:
        return f"{sigle} : {etat.label.lower()}"
    borne = "échu le" if ligne.contrat_fin < ligne.contrat_vu_le else "jusqu'au"
    return f"{sigle} {borne} {ligne.contrat_fin:%d/%m/%Y}"


COLONNE = Colonne("contrat", "Contrat", _annotations, _valeur, tri="contrat_fin", famille="periode_contrat")


ETATS = (
    ("aucun", "Sans contrat"),
    ("a_signer", "À signer"),
    ("en_cours", "En cours"),
    ("echu", "Échu, fin à enregistrer"),
    ("fini", "Terminé ou rompu"),
)


def _choix(structure: Structure, le: date) -> tuple[tuple[str, str], ...]:
    return ETATS


def _etat(valeur: str, le: date) -> Q:
    """By the open contract; ended and none: by what there was."""
    contrats = ContratEngagement.objects.filter(dossier=OuterRef("pk")).exclude(etat__in=SANS_SUITE)
    ouverts = contrats.filter(etat__in=(Etat.PREPARE, Etat.SIGNE))
    signes = contrats.filter(etat=Etat.SIGNE)
    return {
        "aucun": ~Q(Exists(contrats)),
        "a_signer": Q(Exists(contrats.filter(etat=Etat.PREPARE))),
        "en_cours": Q(Exists(signes.filter(fin_prevue__gte=le))),
        "echu": Q(Exists(signes.filter(fin_prevue__lt=le))),
        "fini": Q(Exists(contrats)) & ~Q(Exists(ouverts)),
    }[valeur]


def echeances_du_contrat(le: date, jusqu_au: date) -> Q:
    """A contract to sign, or one that ends, by that day; what is late counts."""
    signes = ContratEngagement.objects.filter(dossier=OuterRef("pk"), etat=Etat.SIGNE, fin_prevue__lte=jusqu_au)
    conclus = ContratEngagement.objects.conclus().filter(dossier=OuterRef("dossier"))
    recente = Orientation.objects.filter(dossier=OuterRef("dossier"), pk__gt=OuterRef("pk"))
    a_signer = Orientation.objects.filter(dossier=OuterRef("pk"), a_signer_avant_le__lte=jusqu_au).exclude(
        Exists(conclus.filter(Q(orientation=OuterRef("pk")) | Q(etat=Etat.SIGNE)))
    )
    return Q(Exists(signes)) | Q(Exists(a_signer.exclude(Exists(recente))))


FILTRE = FiltreDeclare("contrat", "Contrat", _choix, _etat)

"""What the caseload shows of a dossier's contract: its state, and until when it runs. It sorts by that day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery, Value
from django.db.models.expressions import Combinable

from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratCEJ
from imilo.parcours.dossiers.selectors.portefeuille import Colonne


def _annotations(le: date) -> Mapping[str, Combinable]:
    dernier = ContratCEJ.objects.filter(dossier=OuterRef("pk")).exclude(etat=Etat.ANNULE).order_by("-pk")
    return {
        "contrat_etat": Subquery(dernier.values("etat")[:1]),
        "contrat_fin": Subquery(dernier.values("fin_prevue")[:1]),
        "contrat_vu_le": Value(le),
    }


def _valeur(ligne: Any) -> str:
    if not ligne.contrat_etat:
        return ""
    etat = Etat(ligne.contrat_etat)
    if etat != Etat.SIGNE:
        return f"CEJ : {etat.label.lower()}"
    borne = "échu le" if ligne.contrat_fin < ligne.contrat_vu_le else "jusqu'au"
    return f"CEJ {borne} {ligne.contrat_fin:%d/%m/%Y}"


COLONNE = Colonne("contrat", "Contrat", _annotations, _valeur, tri="contrat_fin")

"""What every screen of this room is about: a dossier, a CEJ, a month, its decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse

from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.droit.delais import premier_jour_du_mois_ecrit
from imilo.parcours.allocations import selectors
from imilo.parcours.allocations.models import DecisionAllocation
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.selectors import contrat as contrat_du_dossier
from imilo.parcours.dossiers.models import Dossier
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.requete import Requete


@dataclass(frozen=True)
class Page:
    """A contract of a dossier, and a month of it."""

    dossier: Dossier
    contrat: ContratEngagement
    mois: date | None = None
    decision: DecisionAllocation | None = None

    @property
    def code(self) -> str:
        return f"{self.mois:%Y-%m}" if self.mois else ""

    def contexte(self, **autres: Any) -> dict[str, Any]:
        commun = {"dossier": self.dossier, "contrat": self.contrat, "decision": self.decision, "code": self.code}
        if self.mois:
            commun |= {"mois": francais.mois(self.mois), "du_mois": francais.du_mois(self.mois)}
        return commun | autres

    def adresse(self, vue: str = "allocation") -> str:
        args = [str(self.dossier), self.contrat.pk, *([self.code] if self.mois else [])]
        return reverse(f"web:{vue}", args=args)


def page_du_contrat(requete: Requete, numero: str, contrat_id: int) -> Page:
    """The signed CEJ of a visible dossier; 404 for anything else."""
    dossier = dossier_ou_404(requete, numero)
    contrat = contrat_du_dossier(dossier=dossier, contrat_id=contrat_id)
    if contrat is None or contrat.signe_le is None or contrat.cadre != Cadre.CEJ:
        raise Http404("Aucun contrat d'engagement jeune signé à cette adresse.")
    return Page(dossier, contrat)


def page_du_mois(requete: Requete, numero: str, contrat_id: int, mois: str, *, rang: int | None = None) -> Page:
    """The same with a month that the contract covers, and its decision: the last one, or that of a rank."""
    page = page_du_contrat(requete, numero, contrat_id)
    premier = premier_jour_du_mois_ecrit(mois)
    decision = selectors.decision(contrat=page.contrat, mois=premier, rang=rang)
    # A month decided before an earlier end was noted stays to be read, and put right.
    if decision is None and premier not in selectors.mois_couverts(page.contrat, le=aujourd_hui(requete.structure)):
        raise Http404("Le contrat ne couvre pas ce mois, ou ce mois n'a pas commencé.")
    if rang is not None and decision is None:
        raise Http404("Ce mois n'a pas été corrigé autant de fois.")
    return Page(page.dossier, page.contrat, premier, decision)

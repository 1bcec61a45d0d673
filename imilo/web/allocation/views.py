"""Screens of the allowance: the months of a contract, resources, the decision explained, decide, notify."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.acteurs.models import Portee
from imilo.acteurs.selectors import aujourd_hui, pouvoir_de_signer
from imilo.droit import francais
from imilo.droit.decision import depuis_json
from imilo.droit.delais import fin_du_mois, premier_jour_du_mois_ecrit
from imilo.journal.services import consulter
from imilo.parcours.allocations import selectors, services
from imilo.parcours.allocations.models import DecisionAllocation, Declaration
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.selectors import contrat as contrat_du_dossier
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import NonHabilite, RegleViolee, VersionPerimee
from imilo.web.allocation.formulaires import (
    BaseRessources,
    FormulaireDecision,
    FormulaireNotification,
    FormulaireSituation,
    FormulairesRessources,
    situation_initiale,
)
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete

PREFIXE = "ressources"


@dataclass(frozen=True)
class Page:
    """What every screen of this room is about."""

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


def _page(requete: Requete, numero: str, contrat_id: int, mois: str = "") -> Page:
    dossier = dossier_ou_404(requete, numero)
    contrat = contrat_du_dossier(dossier=dossier, contrat_id=contrat_id)
    if contrat is None or contrat.signe_le is None:
        raise Http404("Aucun contrat signé à cette adresse.")
    if not mois:
        return Page(dossier, contrat)
    premier = premier_jour_du_mois_ecrit(mois)
    if premier not in selectors.mois_couverts(contrat, le=aujourd_hui(requete.structure)):
        raise Http404("Le contrat ne couvre pas ce mois, ou ce mois n'a pas commencé.")
    return Page(dossier, contrat, premier, selectors.decision(contrat=contrat, mois=premier))


@permission("allocation.preparer")
def liste(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """The months of the contract, newest first, each with its decision."""
    page = _page(requete, numero, contrat_id)
    consulter(requete.user, page.dossier, "allocation", objet=page.contrat)
    mois = selectors.mois_du_contrat(contrat=page.contrat, le=aujourd_hui(requete.structure))
    lignes = [(m, francais.mois(m.mois)) for m in mois]
    return render(requete, "web/allocation/liste.html", page.contexte(lignes=lignes))


@permission("allocation.preparer")
def decision(requete: Requete, numero: str, contrat_id: int, mois: str) -> HttpResponseBase:
    """One month: the decision with its reasons and every step, or what to do to have one."""
    page = _page(requete, numero, contrat_id, mois)
    prise = page.decision
    if prise is None:
        return render(requete, "web/allocation/vide.html", page.contexte())
    consulter(requete.user, page.dossier, "allocation", objet=prise)
    pouvoir = pouvoir_de_signer(
        agent=requete.user, structure=requete.structure, portee=Portee.ALLOCATIONS, le=aujourd_hui(requete.structure)
    )
    contexte = page.contexte(
        droit=depuis_json(prise.droit),
        calcul=depuis_json(prise.calcul),
        pouvoir=pouvoir,
    )
    return render(requete, "web/allocation/decision.html", contexte)


def _refuser(page: Page) -> HttpResponseRedirect | None:
    return HttpResponseRedirect(page.adresse()) if page.decision is not None and page.decision.prise else None


@permission("allocation.preparer")
@envoi_unique
def declarer(requete: Requete, numero: str, contrat_id: int, mois: str) -> HttpResponseBase:
    """Declare the situation and the resources of the month: the decision is then prepared and explained."""
    page = _page(requete, numero, contrat_id, mois)
    if refus := _refuser(page):
        messages.info(requete, "La décision de ce mois est prise : elle ne change plus.")
        return refus
    assert page.mois is not None
    declaration = page.decision.declaration if page.decision else None
    situation, lignes = _formulaires(requete, page, declaration)
    statut = 200
    if requete.method == "POST":
        valides = [situation.is_valid(), lignes.is_valid()]  # both are checked: all that is wrong is said at once
        if all(valides) and _enregistrer(requete, page, situation, lignes):
            return HttpResponseRedirect(page.adresse())
        statut = 422
    contexte = page.contexte(form=situation, lignes=lignes)
    return render(requete, "web/allocation/declarer.html", contexte, status=statut)


def _formulaires(
    requete: Requete, page: Page, declaration: Declaration | None
) -> tuple[FormulaireSituation, BaseRessources]:
    donnees = requete.POST if requete.method == "POST" else None
    assert page.mois is not None
    precedente = selectors.derniere_declaration(contrat=page.contrat, avant=page.mois)
    initiales = (
        [{"nature": r.nature, "montant": r.montant} for r in declaration.ressources.all()] if declaration else []
    )
    return (
        FormulaireSituation(donnees, initial=situation_initiale(page.contrat, declaration, precedente)),
        cast(BaseRessources, FormulairesRessources(donnees, initial=initiales, prefix=PREFIXE)),
    )


def _enregistrer(requete: Requete, page: Page, situation: FormulaireSituation, lignes: BaseRessources) -> bool:
    assert page.mois is not None
    try:
        return situation.accepte(
            services.declarer_ressources,
            requete.user,
            page.contrat,
            mois=page.mois,
            situation=situation.situation(),
            ressources=lignes.ressources(),
            version=situation.cleaned_data["version"],
        )
    except VersionPerimee as erreur:
        situation.refuser(erreur)
        return False


@permission("allocation.decider")
@envoi_unique
def decider(requete: Requete, numero: str, contrat_id: int, mois: str) -> HttpResponseBase:
    """Ask for a confirmation, then take the decision in the State's name."""
    page = _page(requete, numero, contrat_id, mois)
    if page.decision is None or page.decision.prise:
        return HttpResponseRedirect(page.adresse())
    le = aujourd_hui(requete.structure)
    if pouvoir_de_signer(agent=requete.user, structure=requete.structure, portee=Portee.ALLOCATIONS, le=le) is None:
        raise PermissionDenied("Décider une allocation demande le pouvoir de signer au nom de l'État.")
    form = FormulaireDecision(
        requete.POST if requete.method == "POST" else None,
        fini=fin_du_mois(page.decision.mois) < le,
        initial={"version": page.decision.version},
    )
    if requete.method == "POST" and form.is_valid():
        try:
            if form.accepte(
                services.decider_allocation, requete.user, page.decision, version=form.cleaned_data["version"]
            ):
                messages.success(requete, "La décision est prise et son courrier est prêt. Remettez-le à la personne.")
                return HttpResponseRedirect(page.adresse())
        except NonHabilite as erreur:
            form.refuser(RegleViolee(str(erreur)))
    statut = 422 if form.is_bound else 200
    contexte = page.contexte(form=form)
    return render(requete, "web/allocation/decider.html", contexte, status=statut)


@permission("allocation.preparer")
@envoi_unique
def notifier(requete: Requete, numero: str, contrat_id: int, mois: str) -> HttpResponseBase:
    """Note the day the letter was received, and how."""
    page = _page(requete, numero, contrat_id, mois)
    if page.decision is None:
        return HttpResponseRedirect(page.adresse())
    le = aujourd_hui(requete.structure)
    form = FormulaireNotification(
        requete.POST if requete.method == "POST" else None,
        le=le,
        initial={"version": page.decision.version, "notifiee_le": le},
    )
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(services.notifier_decision, requete.user, page.decision, **form.cleaned_data)
    ):
        messages.success(requete, "La notification est enregistrée.")
        return HttpResponseRedirect(page.adresse())
    statut = 422 if form.is_bound else 200
    return render(requete, "web/allocation/notifier.html", page.contexte(form=form), status=statut)

"""Screens of the allowance: the months of a contract, resources, the decision explained, decide, notify."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from imilo.acteurs.models import Portee
from imilo.acteurs.selectors import aujourd_hui, pouvoir_de_signer
from imilo.droit import francais
from imilo.droit.decision import depuis_json
from imilo.droit.delais import fin_du_mois
from imilo.journal.services import consulter
from imilo.parcours.allocations import selectors, services
from imilo.parcours.allocations.models import Declaration
from imilo.parcours.allocations.rappels import demander_au_jeune
from imilo.socle.erreurs import NonHabilite, RegleViolee, VersionPerimee
from imilo.web.allocation.commun import Page, page_du_contrat, page_du_mois
from imilo.web.allocation.formulaires import (
    BaseRessources,
    FormulaireDecision,
    FormulaireNotification,
    FormulaireSituation,
    FormulairesRessources,
    FormulaireVersion,
    ligne_initiale,
    situation_initiale,
)
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete

PREFIXE = "ressources"
RANGS = frozenset(str(rang) for rang in range(1, 100))


@permission("allocation.preparer")
def liste(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """The months of the contract, newest first, each with its decision."""
    page = page_du_contrat(requete, numero, contrat_id)
    consulter(requete.user, page.dossier, "allocation", objet=page.contrat)
    mois = selectors.mois_du_contrat(contrat=page.contrat, le=aujourd_hui(requete.structure))
    lignes = [(m, francais.mois(m.mois)) for m in mois]
    return render(requete, "web/allocation/liste.html", page.contexte(lignes=lignes))


@permission("allocation.preparer")
def decision(requete: Requete, numero: str, contrat_id: int, mois: str) -> HttpResponseBase:
    """One month: the decision with its reasons and every step, or what to do to have one."""
    rang = requete.GET.get("rang", "")
    page = page_du_mois(requete, numero, contrat_id, mois, rang=int(rang) if rang in RANGS else None)
    prise = page.decision
    if prise is None:
        return render(requete, "web/allocation/vide.html", page.contexte())
    consulter(requete.user, page.dossier, "allocation", objet=prise)
    pouvoir = pouvoir_de_signer(
        agent=requete.user, structure=requete.structure, portee=Portee.ALLOCATIONS, le=aujourd_hui(requete.structure)
    )
    rangs = selectors.rangs(contrat=page.contrat, mois=prise.mois)
    contexte = page.contexte(
        droit=depuis_json(prise.droit),
        calcul=depuis_json(prise.calcul),
        pieces=depuis_json(prise.pieces) if prise.pieces else None,
        effets=[depuis_json(effet) for effet in prise.effets],
        ecart=depuis_json(prise.regularisation) if prise.regularisation else None,
        pouvoir=pouvoir,
        rangs=rangs,
        derniere=prise.pk == rangs[-1].pk,
        trop=selectors.trop_percu_de(decision=prise),
        attendues=selectors.pieces_attendues(contrat=page.contrat),
    )
    return render(requete, "web/allocation/decision.html", contexte)


def _refuser(page: Page) -> HttpResponseRedirect | None:
    return HttpResponseRedirect(page.adresse()) if page.decision is not None and page.decision.prise else None


@permission("allocation.preparer")
@envoi_unique
def declarer(requete: Requete, numero: str, contrat_id: int, mois: str) -> HttpResponseBase:
    """Declare the situation and the resources of the month: the decision is then prepared and explained."""
    page = page_du_mois(requete, numero, contrat_id, mois)
    if refus := _refuser(page):
        messages.info(requete, "La décision de ce mois est prise : elle ne change plus.")
        return refus
    assert page.mois is not None
    declaration = page.decision.declaration if page.decision else None
    situation, lignes = formulaires(requete, page, declaration)
    statut = 200
    if requete.method == "POST":
        valides = [situation.is_valid(), lignes.is_valid()]  # both are checked: all that is wrong is said at once
        if all(valides) and _enregistrer(requete, page, situation, lignes):
            return HttpResponseRedirect(page.adresse())
        statut = 422
    contexte = page.contexte(form=situation, lignes=lignes)
    return render(requete, "web/allocation/declarer.html", contexte, status=statut)


def formulaires(
    requete: Requete, page: Page, declaration: Declaration | None
) -> tuple[FormulaireSituation, BaseRessources]:
    donnees, fichiers = (requete.POST, requete.FILES) if requete.method == "POST" else (None, None)
    assert page.mois is not None
    precedente = selectors.derniere_declaration(contrat=page.contrat, avant=page.mois)
    initiales = [ligne_initiale(r) for r in declaration.ressources.all()] if declaration else []
    return (
        FormulaireSituation(donnees, initial=situation_initiale(page.contrat, declaration, precedente)),
        cast(BaseRessources, FormulairesRessources(donnees, fichiers, initial=initiales, prefix=PREFIXE)),
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
    page = page_du_mois(requete, numero, contrat_id, mois)
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
    ecart = depuis_json(page.decision.regularisation) if page.decision.regularisation else None
    return render(requete, "web/allocation/decider.html", page.contexte(form=form, ecart=ecart), status=statut)


@permission("allocation.preparer")
@envoi_unique
def notifier(requete: Requete, numero: str, contrat_id: int, mois: str) -> HttpResponseBase:
    """Note the day the letter was received, and how."""
    page = page_du_mois(requete, numero, contrat_id, mois)
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


@permission("allocation.preparer")
@require_POST
@envoi_unique
def verifier(requete: Requete, numero: str, contrat_id: int, mois: str) -> HttpResponseBase:
    """Say that what the young person declared was looked at."""
    page = page_du_mois(requete, numero, contrat_id, mois)
    form = FormulaireVersion(requete.POST)
    if page.decision is not None and form.is_valid():
        version = form.cleaned_data["version"]
        if form.accepte(services.verifier_declaration, requete.user, page.decision, version=version):
            messages.success(requete, "La déclaration est vérifiée : la décision peut être prise.")
        else:
            messages.error(requete, " ".join(map(str, form.non_field_errors())))
    return HttpResponseRedirect(page.adresse())


@permission("allocation.preparer")
@require_POST
@envoi_unique
def courrier(requete: Requete, numero: str, contrat_id: int, mois: str) -> HttpResponseBase:
    """Make at once the letter that the worker would make after a batch."""
    page = page_du_mois(requete, numero, contrat_id, mois)
    if page.decision is not None and page.decision.prise and page.decision.document_id is None:
        services.faire_courrier(page.decision.pk)
        messages.success(requete, "Le courrier est fait.")
    return HttpResponseRedirect(page.adresse())


@permission("allocation.preparer")
@require_POST
@envoi_unique
def demander(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Send the young person the link under which they declare what they received."""
    page = page_du_contrat(requete, numero, contrat_id)
    try:
        demander_au_jeune(requete.user, page.contrat)
        messages.success(requete, "Le lien est parti : la personne déclare elle-même, puis vous vérifiez.")
    except RegleViolee as refus:
        messages.error(requete, refus.message)
    return HttpResponseRedirect(page.adresse("allocations"))

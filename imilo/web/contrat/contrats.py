"""A contract: prepared, read, changed, given up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs import politique
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json
from imilo.journal.services import consulter
from imilo.parcours.contrats.connu import connu_pour_le_contrat
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.selectors import contrats_ouverts, pouvoir_du_contrat, suites_du_contrat
from imilo.parcours.contrats.services import abandonner_contrat, modifier_contrat, preparer_contrat
from imilo.parcours.contrats.services.commun import deja_signees, est_mineur
from imilo.parcours.contrats.services.preparation import prealables_manquants
from imilo.parcours.diagnostics.selectors import dernier_diagnostic, orientation_notifiee
from imilo.parcours.dossiers.models import Dossier
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle
from imilo.web.contrat.acces import contrat_ou_404
from imilo.web.contrat.formulaires_contrat import FormulaireContrat
from imilo.web.contrat.formulaires_signature import FormulaireAbandon
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def vers_le_contrat(contrat: ContratEngagement) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:contrat", args=[str(contrat.dossier), contrat.pk]))


def _lignes(texte: str) -> list[str]:
    return [ligne.strip() for ligne in texte.splitlines() if ligne.strip()]


@permission("contrat.preparer")
@envoi_unique
def nouveau(requete: Requete, numero: str) -> HttpResponseBase:
    """Prepare a CEJ."""
    return _preparer(requete, numero, Cadre.CEJ)


@permission("contrat.preparer")
@envoi_unique
def nouveau_cadre(requete: Requete, numero: str) -> HttpResponseBase:
    """Choose the frame of the contract, then prepare it."""
    cadre = requete.GET.get("cadre", "")
    if cadre in (Cadre.COMMUN, Cadre.PACEA):
        return _preparer(requete, numero, Cadre(cadre))
    dossier = dossier_ou_404(requete, numero)
    contexte = {"dossier": dossier, "manquants": prealables_manquants(dossier)}
    return render(requete, "web/contrat/cadres.html", contexte)


def _preparer(requete: Requete, numero: str, cadre: Cadre) -> HttpResponseBase:
    """The form of a contract in its frame. One to be signed already is shown instead."""
    dossier = dossier_ou_404(requete, numero)
    if (ouvert := _deja_ouvert(dossier, cadre)) is not None:
        messages.info(requete, "Un contrat est déjà ouvert pour cette personne : le voici.")
        return vers_le_contrat(ouvert)
    le = aujourd_hui(requete.structure)
    donnees = requete.POST if requete.method == "POST" else None
    diagnostic = dernier_diagnostic(dossier=dossier)
    deja = connu_pour_le_contrat(dossier, profil=requete.affectation.profil, le=le) if cadre == Cadre.CEJ else None
    form = FormulaireContrat(
        donnees, dossier=dossier, le=le, agent=requete.user, diagnostic=diagnostic, cadre=cadre, connu=deja
    )
    if requete.method == "POST" and form.is_valid():
        contrat = form.appliquer(
            preparer_contrat,
            requete.user,
            dossier,
            saisi=form.saisi(),
            actions=form.actions(),
            phases=form.phases_saisies(),
        )
        if contrat is not None:
            messages.success(requete, "Le contrat est prêt à être lu et signé.")
            return vers_le_contrat(contrat)
    contexte = {
        "dossier": dossier,
        "form": form,
        "mineur": est_mineur(dossier, le=le),
        "cadre": cadre,
        "manquants": prealables_manquants(dossier),
    }
    return render(requete, "web/contrat/contrat_form.html", contexte, status=422 if form.errors else 200)


def _deja_ouvert(dossier: Dossier, cadre: Cadre) -> ContratEngagement | None:
    """The contract to be signed, whatever its frame, or the signed one of the same frame; a CEJ stops the others."""
    for contrat in contrats_ouverts(dossier=dossier):
        contrat.dossier = dossier
        if contrat.etat == Etat.PREPARE or contrat.cadre in (cadre, Cadre.CEJ):
            return contrat
    return None


@permission("dossier.lire")
@require_GET
def contrat(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """The contract, its plan, its signatures and their proof. What is personal is for those who accompany."""
    dossier, objet = contrat_ou_404(requete, numero, contrat_id)
    consulter(requete.user, dossier, "contrat", objet=objet)
    le = aujourd_hui(requete.structure)
    voit_les_signatures = politique.vu(requete.affectation.profil, "contrats_signatures")
    contexte = {
        "dossier": dossier,
        "contrat": objet,
        "situation": objet.situation(le=le),
        "actions": list(objet.actions.all()),
        "signatures": list(deja_signees(objet).select_related("agent")) if voit_les_signatures else [],
        "engagements_jeune": _lignes(objet.engagements_jeune),
        "engagements_structure": _lignes(objet.engagements_structure),
        "motif_fin": libelle(Liste.FIN_CEJ, objet.fin_motif),
        "eligibilite": depuis_json(objet.eligibilite) if objet.eligibilite is not None else None,
        "orientation_notifiee": orientation_notifiee(dossier=dossier),
        "pouvoir": pouvoir_du_contrat(agent=requete.user, structure=requete.structure, le=le, cadre=objet.cadre),
        "cadre": Cadre(objet.cadre).label,
        "suites": suites_du_contrat(contrat=objet, le=le),
        "mineur_sans_representant": est_mineur(dossier, le=le)
        and not (objet.mineur_emancipe or objet.representant_nom),
    }
    return render(requete, "web/contrat/contrat.html", contexte)


@permission("contrat.preparer")
@envoi_unique
def modifier(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Change a contract that isn't signed."""
    dossier, objet = contrat_ou_404(requete, numero, contrat_id)
    le = aujourd_hui(requete.structure)
    donnees = requete.POST if requete.method == "POST" else None
    form = FormulaireContrat(donnees, dossier=dossier, le=le, agent=requete.user, contrat=objet, cadre=objet.cadre)
    change, envoye = None, objet.envoye_document_id is not None
    if requete.method == "POST" and form.is_valid():
        fait, change = enregistrer_version(
            form,
            objet,
            lambda: modifier_contrat(
                requete.user,
                objet,
                version=form.cleaned_data["version"] or 0,
                saisi=form.saisi(),
                actions=form.actions(),
                phases=form.phases_saisies(),
                resigner=form.accord,
            ),
        )
        if fait is not None:
            suite = " Le lien envoyé est fermé : renvoyez le contrat à signer." if envoye else ""
            messages.success(requete, f"Le contrat est modifié.{suite}")
            return vers_le_contrat(fait)
    contexte = {
        "dossier": dossier,
        "contrat": objet,
        "form": form,
        "change": change,
        "cadre": objet.cadre,
        "mineur": est_mineur(dossier, le=le),
    }
    statut = 409 if change else 422 if form.errors else 200
    return render(requete, "web/contrat/contrat_form.html", contexte, status=statut)


@permission("contrat.preparer")
@envoi_unique
def abandonner(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Ask, then give up a contract that nobody signed."""
    dossier, objet = contrat_ou_404(requete, numero, contrat_id)
    donnees = requete.POST if requete.method == "POST" else None
    form = FormulaireAbandon(donnees, initial={"version": objet.version})
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(abandonner_contrat, requete.user, objet, version=form.cleaned_data["version"])
    ):
        messages.success(requete, "Le projet de contrat est abandonné.")
        return _vers_le_dossier(dossier)
    contexte = {
        "dossier": dossier,
        "contrat": objet,
        "form": form,
        "action": requete.path,
        "signees": list(deja_signees(objet)),
        "bouton": "Abandonner ce projet de contrat",
        "retour": reverse("web:contrat", args=[str(dossier), objet.pk]),
    }
    return render(requete, "web/contrat/abandonner.html", contexte, status=422 if form.errors else 200)


def _vers_le_dossier(dossier: Dossier) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:dossier", args=[str(dossier)]))

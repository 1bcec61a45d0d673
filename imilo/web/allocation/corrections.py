"""Correct a month already decided: why, what was really received, and the decision that follows."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.allocations import a_revoir as revisions
from imilo.parcours.allocations import services
from imilo.parcours.allocations.models import CauseTropPercu
from imilo.socle.erreurs import RegleViolee
from imilo.web.allocation.commun import Page, page_du_mois
from imilo.web.allocation.formulaires import SANS_CHOIX, BaseRessources, FormulaireSituation
from imilo.web.allocation.views import formulaires
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete


class FormulaireCorrection(FormulaireDSFR):
    """Why the month is corrected, for the law and for the person."""

    cause = forms.ChoiceField(
        label="Pourquoi corriger ce mois ?",
        choices=[*SANS_CHOIX, *CauseTropPercu.choices],
        help_text="La loi en tire ce qu'il advient d'une somme versée en trop.",
    )
    raison = forms.CharField(
        label="En quelques mots, pour la personne",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        help_text="Ces mots sont dans le courrier de la décision.",
    )
    corrige = forms.IntegerField(widget=forms.HiddenInput)


@permission("allocation.preparer")
@envoi_unique
def corriger(requete: Requete, numero: str, contrat_id: int, mois: str) -> HttpResponseBase:
    """Prepare the decision that corrects the last one taken; that one stays as it is."""
    page = page_du_mois(requete, numero, contrat_id, mois)
    if page.decision is None or not page.decision.prise:
        messages.info(requete, "Ce mois n'est pas encore décidé : corrigez directement ses ressources.")
        return HttpResponseRedirect(page.adresse())
    situation, lignes = formulaires(requete, page, page.decision.declaration)
    donnees = requete.POST if requete.method == "POST" else None
    correction = FormulaireCorrection(donnees, initial={"corrige": page.decision.pk})
    statut = 200
    if donnees is not None:
        valides = [correction.is_valid(), situation.is_valid(), lignes.is_valid()]
        if all(valides) and _enregistrer(requete, page, correction, situation, lignes):
            messages.success(requete, "La correction est préparée : une personne habilitée la décide.")
            return HttpResponseRedirect(page.adresse())
        statut = 422
    contexte = page.contexte(form=situation, correction=correction, lignes=lignes)
    return render(requete, "web/allocation/corriger.html", contexte, status=statut)


def _enregistrer(
    requete: Requete,
    page: Page,
    correction: FormulaireCorrection,
    situation: FormulaireSituation,
    lignes: BaseRessources,
) -> bool:
    assert page.mois is not None
    saisie = services.CorrectionSaisie(correction.cleaned_data["cause"], correction.cleaned_data["raison"])
    return correction.accepte(
        services.corriger_le_mois,
        requete.user,
        page.contrat,
        mois=page.mois,
        correction=saisie,
        situation=situation.situation(),
        ressources=lignes.ressources(),
        corrige=correction.cleaned_data["corrige"],
    )


@permission("allocation.preparer")
@require_GET
def a_revoir(requete: Requete) -> HttpResponseBase:
    """The months decided that a sanction makes other since, each with what it would give now."""
    le = aujourd_hui(requete.structure)
    trouves = revisions.a_revoir(agent=requete.user, structure=requete.structure, le=le)
    for revu in trouves:
        consulter(requete.user, revu.decision.dossier, "allocation", objet=revu.decision)
    return render(requete, "web/allocation/a_revoir.html", {"mois": trouves})


@permission("allocation.preparer")
@require_POST
@envoi_unique
def recalculer(requete: Requete, numero: str, contrat_id: int, mois: str) -> HttpResponseBase:
    """Prepare in one click the correction of a month that a sanction changed."""
    page = page_du_mois(requete, numero, contrat_id, mois)
    if page.decision is None:
        raise Http404("Ce mois n'a pas de décision.")
    page.decision.contrat = page.contrat
    try:
        services.recalculer_le_mois(requete.user, page.decision)
    except RegleViolee as erreur:
        messages.error(requete, erreur.message)
    else:
        messages.success(requete, "La correction est préparée : une personne habilitée la décide.")
    return HttpResponseRedirect(page.adresse())

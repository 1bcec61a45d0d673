"""The end of a contract; the dossier may go *en veille* with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.agenda import selectors as agenda
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.services import terminer_contrat
from imilo.parcours.dossiers.models import Statut
from imilo.parcours.dossiers.selectors import suivi
from imilo.parcours.dossiers.services.statut import changer_statut
from imilo.web.contrat.acces import contrat_ou_404
from imilo.web.contrat.contrats import vers_le_contrat
from imilo.web.contrat.formulaires_signature import FormulaireFin
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def _terminer(agent: Agent, contrat: ContratEngagement, form: FormulaireFin) -> ContratEngagement:
    """Two acts, two facts, together or not at all."""
    donnees = form.cleaned_data
    fini = terminer_contrat(
        agent,
        contrat,
        version=donnees["version"],
        fin_le=donnees["fin_le"],
        motif=donnees["motif"],
        precision=donnees["precision"],
    )
    if donnees.get("suite") == Statut.EN_VEILLE:
        changer_statut(agent, contrat.dossier, version=contrat.dossier.version, statut=Statut.EN_VEILLE)
    return fini


@permission("contrat.preparer")
@envoi_unique
def terminer(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Day, motive, and what becomes of the dossier."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    if contrat.etat != Etat.SIGNE:
        messages.info(requete, "Seul un contrat signé peut être terminé.")
        return vers_le_contrat(contrat)
    form = FormulaireFin(
        requete.POST if requete.method == "POST" else None,
        contrat=contrat,
        le=aujourd_hui(requete.structure),
        peut_veiller=dossier.statut == Statut.ACTIF,
    )
    change = None
    if requete.method == "POST" and form.is_valid():
        fait, change = enregistrer_version(form, contrat, lambda: _terminer(requete.user, contrat, form))
        if fait is not None:
            veille = " Le dossier est en veille." if form.cleaned_data.get("suite") == Statut.EN_VEILLE else ""
            messages.success(requete, f"La fin du contrat est enregistrée, et sa lettre est dans le dossier.{veille}")
            return vers_le_contrat(contrat)
    contexte = {
        "dossier": dossier,
        "contrat": contrat,
        "form": form,
        "change": change,
        "rendez_vous": agenda.a_venir(dossier=dossier, depuis=timezone.now()),
        "propositions": suivi.propositions_ouvertes(dossier=dossier),
    }
    statut = 409 if change else 422 if form.errors else 200
    return render(requete, "web/contrat/terminer.html", contexte, status=statut)

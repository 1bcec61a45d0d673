"""The procedures of the structure, and the messages that its partners wait for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.sanctions import selectors, services
from imilo.parcours.sanctions.models import EtatMessage, MessagePartenaire, Procedure
from imilo.parcours.sanctions.suite import suite
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.sanction.formulaires import FormulaireListe
from imilo.web.tableur import a_telecharger, reponse_csv

PAR_PAGE = 50
TITRES = ("Dossier", "Nom", "Prénom", "Manquement", "Constaté le", "État", "À faire", "Par", "Au plus tard", "Référent")


@permission("sanction.suivre")
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """The procedures, filtered and sorted; what is open first."""
    le = aujourd_hui(requete.structure)
    form = FormulaireListe(requete.GET or {}, structure=requete.structure, le=le)
    valide = form.is_valid()
    recherche = form.recherche() if valide else selectors.Recherche()
    procedures = selectors.procedures_de_la_structure(structure=requete.structure, recherche=recherche)
    page = Paginator(procedures if valide else procedures.none(), PAR_PAGE).get_page(requete.GET.get("page"))
    contexte = {
        "form": form,
        "page": page,
        "lignes": [(p, suite(p, le=le)) for p in page],
        "a_transmettre": selectors.messages_a_transmettre(structure=requete.structure),
        "tirage_a_faire": selectors.tirage(structure=requete.structure, mois=le) is None,
        "filtre": any(v for k, v in requete.GET.items() if k != "page"),
        "export": urlencode({k: v for k, v in requete.GET.items() if k != "page" and v}),
    }
    return render(requete, "web/sanction/liste.html", contexte, status=422 if form.errors else 200)


@permission("sanction.suivre")
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """What the filters list, as CSV. One fact."""
    le = aujourd_hui(requete.structure)
    form = FormulaireListe(requete.GET or {}, structure=requete.structure, le=le)
    if not form.is_valid():
        return liste(requete)
    procedures = selectors.procedures_de_la_structure(structure=requete.structure, recherche=form.recherche())
    lignes = [_rangee(p, le) for p in procedures]
    consigner(requete.user, "sanctions.exportees", structure=requete.structure, nombre=len(lignes))
    return reponse_csv(f"sanctions-{le:%Y-%m-%d}", TITRES, lignes)


def _rangee(p: Procedure, le: date) -> tuple[object, ...]:
    s, jeune = suite(p, le=le), p.dossier.jeune
    nom = jeune.nom_usage or jeune.nom_naissance
    qui = (str(p.dossier), nom, jeune.prenom, p.get_manquement_display(), p.constate_le)
    return (*qui, s.etat, s.quoi, s.qui, s.limite, p.dossier.referent or "")


class FormulaireTransmission(FormulaireDSFR):
    """When and how a message was sent by hand."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    transmis_le = forms.DateField(label="Transmis le")
    moyen = forms.CharField(label="Par quel moyen ?", max_length=200, help_text="Par exemple : messagerie sécurisée.")


@permission("message_partenaire.gerer")
@require_GET
def boite_d_envoi(requete: Requete) -> HttpResponseBase:
    """What partners have to be told: to transmit first, then what was."""
    etat = requete.GET.get("etat", "")
    if etat not in EtatMessage.values:
        etat = ""
    lignes = selectors.messages(structure=requete.structure, etat=etat).order_by("etat", "-ecrit_le", "-pk")
    page = Paginator(lignes, PAR_PAGE).get_page(requete.GET.get("page"))
    attendent = selectors.messages_a_transmettre(structure=requete.structure)
    contexte = {"page": page, "etat": etat, "etats": EtatMessage.choices, "a_transmettre": attendent}
    return render(requete, "web/sanction/messages.html", contexte)


@permission("message_partenaire.gerer")
@require_GET
def exporter_les_messages(requete: Requete) -> HttpResponseBase:
    """The messages to transmit, one JSON object a line: what was fixed, and its SHA-256. One fact."""
    lignes = list(selectors.messages(structure=requete.structure, etat=EtatMessage.A_TRANSMETTRE).order_by("pk"))
    consigner(requete.user, "messages.exportes", structure=requete.structure, nombre=len(lignes))
    texte = "".join(json.dumps(objet, ensure_ascii=False, sort_keys=True) + "\n" for objet in _objets(lignes))
    return a_telecharger(texte, "application/x-ndjson", f"messages-{aujourd_hui(requete.structure):%Y-%m-%d}.jsonl")


def _objets(lignes: list[MessagePartenaire]) -> Iterator[dict[str, Any]]:
    for m in lignes:
        yield {"numero": m.pk, "destinataire": m.destinataire, "sha256": m.sha256, "contenu": m.charge}


@permission("message_partenaire.gerer")
@envoi_unique
def transmettre(requete: Requete, message_id: int) -> HttpResponseBase:
    """Note that a message was sent."""
    message = selectors.messages(structure=requete.structure).filter(pk=message_id).first()
    if message is None:
        raise Http404("Aucun message à cette adresse.")
    retour = reverse("web:messages-partenaires")
    if message.etat != EtatMessage.A_TRANSMETTRE:
        return HttpResponseRedirect(retour)
    envoye = requete.method == "POST"
    initiales = {"version": message.version, "transmis_le": aujourd_hui(requete.structure)}
    form = FormulaireTransmission(requete.POST if envoye else None, initial=initiales)
    recu = envoye and form.is_valid()
    if recu and form.accepte(services.noter_transmission, requete.user, message, **form.cleaned_data):
        messages.success(requete, "La transmission est enregistrée.")
        return HttpResponseRedirect(retour)
    contexte = {"message": message, "form": form, "retour": retour}
    return render(requete, "web/sanction/transmettre.html", contexte, status=422 if form.is_bound else 200)

"""Correcting who a person is and how to reach them; noting the identity document that was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from imilo.jeunes.dates import naissance_affichee
from imilo.jeunes.identite import avertissements
from imilo.journal.services import consulter
from imilo.parcours.dossiers.completude import manques
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.doublons import DoublonProbable
from imilo.parcours.dossiers.services.identite import justifier_identite, modifier_coordonnees, modifier_identite
from imilo.parcours.dossiers.services.versions import ModifieEntreTemps
from imilo.socle.erreurs import RegleViolee
from imilo.web.accueil.formulaires import MOTIF_ATTENDU
from imilo.web.accueil.views import comparaison
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.dossier.formulaires_identite import (
    FormulaireCoordonnees,
    FormulaireIdentite,
    FormulairePiece,
    Versionne,
    depart_coordonnees,
    depart_identite,
    depart_piece,
)
from imilo.web.dossier.fusion import donnees_fusionnees, reprendre
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def _donnees(requete: Requete, stockees: Mapping[str, Any]) -> QueryDict | None:
    return donnees_fusionnees(requete.POST, stockees) if requete.method == "POST" else None


def _page(requete: Requete, modele: str, dossier: Dossier, form: Versionne, contexte: dict[str, Any]) -> HttpResponse:
    if requete.method == "GET":
        consulter(requete.user, dossier, "identite")
    statut = 409 if contexte else 422 if form.is_bound and form.errors else 200
    jeune = dossier.jeune
    contexte = {
        "dossier": dossier,
        "form": form,
        "manques": manques(dossier),
        "naissance": naissance_affichee(jeune.naissance, jeune.naissance_precision),
        **contexte,
    }
    return render(requete, f"web/dossier/{modele}.html", contexte, status=statut)


def _enregistrer(
    form: Versionne, service: Callable[[], object], stockees: Callable[[], Mapping[str, Any]]
) -> dict[str, Any] | None:
    """None when the service saved; else what the page has to tell besides the errors of the form."""
    try:
        with transaction.atomic():
            service()
    except ModifieEntreTemps as conflit:
        return {"fusion": reprendre(form, conflit, stockees()), "conflit": conflit}
    except DoublonProbable:
        raise
    except RegleViolee as erreur:
        form.refuser(erreur)
        return {}
    return None


def _fait(requete: Requete, dossier: Dossier, message: str) -> HttpResponseRedirect:
    messages.success(requete, message)
    return HttpResponseRedirect(reverse("web:dossier", args=[str(dossier)]))


@permission("identite.modifier")
@envoi_unique
def identite(requete: Requete, numero: str) -> HttpResponseBase:
    """Names, birth, nationality, NIR."""
    dossier = dossier_ou_404(requete, numero)
    stockees = depart_identite(dossier.jeune)
    form = FormulaireIdentite(_donnees(requete, stockees), dossier=dossier)
    contexte: dict[str, Any] | None = {}
    if requete.method == "POST" and form.is_valid():
        saisie, donnees = form.identite(), form.cleaned_data
        try:
            contexte = _enregistrer(
                form,
                lambda: modifier_identite(
                    requete.user,
                    dossier,
                    identite=saisie,
                    version=donnees["version"],
                    nir_confirme=True,  # the form asked, where there was something to confirm
                    doublon_ecarte=donnees["doublon_ecarte"],
                    doublons_vus=form.vus,
                ),
                lambda: depart_identite(type(dossier.jeune).objects.get(pk=dossier.jeune_id)),
            )
        except DoublonProbable as doublon:
            contexte = comparaison(requete, doublon, saisie)
            if doublon.champ:
                form.refuser(doublon)
            elif form.vus and not donnees["doublon_ecarte"].strip():
                form.add_error("doublon_ecarte", MOTIF_ATTENDU)
        if contexte is None:
            for avertissement in avertissements(saisie, le=form.le):
                messages.warning(requete, avertissement)
            return _fait(requete, dossier, "L'identité est enregistrée.")
    return _page(requete, "identite", dossier, form, contexte or {})


@permission("identite.modifier")
@envoi_unique
def coordonnees(requete: Requete, numero: str) -> HttpResponseBase:
    """Telephones, e-mail, address, and what was noted at arrival."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireCoordonnees(_donnees(requete, depart_coordonnees(dossier)), dossier=dossier)
    contexte: dict[str, Any] | None = {}
    if requete.method == "POST" and form.is_valid():
        contexte = _enregistrer(
            form,
            lambda: modifier_coordonnees(
                requete.user,
                dossier,
                coordonnees=form.coordonnees(),
                arrivee=form.arrivee(),
                version=form.cleaned_data["version"],
            ),
            lambda: depart_coordonnees(Dossier.objects.get(pk=dossier.pk)),
        )
        if contexte is None:
            return _fait(requete, dossier, "Les coordonnées sont enregistrées.")
    return _page(requete, "identite_coordonnees", dossier, form, contexte or {})


@permission("identite.modifier")
@envoi_unique
def justifier(requete: Requete, numero: str) -> HttpResponseBase:
    """The identity document: type, number, day on which the original was seen."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulairePiece(_donnees(requete, depart_piece(dossier)), dossier=dossier)
    contexte: dict[str, Any] | None = {}
    if requete.method == "POST" and form.is_valid():
        contexte = _enregistrer(
            form,
            lambda: justifier_identite(requete.user, dossier, piece=form.piece(), version=form.cleaned_data["version"]),
            lambda: depart_piece(Dossier.objects.get(pk=dossier.pk)),
        )
        if contexte is None:
            return _fait(requete, dossier, "L'identité est justifiée.")
    return _page(requete, "identite_piece", dossier, form, contexte or {})

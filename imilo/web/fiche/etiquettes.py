"""The structure's own list of tags."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.parcours.fiche.models import Etiquette
from imilo.parcours.fiche.services import equipe as services
from imilo.web.envois import envoi_unique
from imilo.web.fiche.ecrans import Ecran, corriger
from imilo.web.fiche.formulaires_suivi import FormulaireEtiquette
from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("etiquette.gerer")
@envoi_unique
def liste(requete: Requete) -> HttpResponseBase:
    """The tags of the structure with how many dossiers bear each, and a new one."""
    form = FormulaireEtiquette(requete.POST if requete.method == "POST" else None)
    del form.fields["active"]
    if requete.method == "POST" and form.is_valid():
        nom = form.cleaned_data["nom"]
        if form.accepte(services.creer_etiquette, requete.user, requete.structure, nom=nom):
            messages.success(requete, "L'étiquette est créée.")
            return HttpResponseRedirect(reverse("web:etiquettes"))
    toutes = Etiquette.objects.filter(structure=requete.structure)
    contexte = {"form": form, "etiquettes": toutes.annotate(dossiers=Count("posees__dossier", distinct=True))}
    return render(requete, "web/fiche/etiquettes.html", contexte, status=422 if form.errors else 200)


@permission("etiquette.gerer")
@envoi_unique
def modifier(requete: Requete, etiquette_id: int) -> HttpResponseBase:
    """Rename a tag or close it."""
    etiquette = Etiquette.objects.filter(structure=requete.structure, pk=etiquette_id).first()
    if etiquette is None:
        raise Http404
    depart = {c: getattr(etiquette, c) for c in ("version", "nom", "active")}
    form = FormulaireEtiquette(requete.POST if requete.method == "POST" else None, initial=depart)
    ecran = Ecran(
        "web/fiche/etiquette.html", {"etiquette": etiquette}, "L'étiquette est à jour.", reverse("web:etiquettes")
    )

    def changer(version: int, d: dict[str, Any]) -> Etiquette:
        return services.modifier_etiquette(requete.user, etiquette, version=version, nom=d["nom"], active=d["active"])

    return corriger(requete, ecran, form, etiquette, changer)

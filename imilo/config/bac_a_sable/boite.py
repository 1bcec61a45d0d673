"""The visible mailbox of the demonstration: what was written to people, who by, and how it left."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from imilo.acteurs.models import Affectation, Structure
from imilo.config.bac_a_sable.personas import DOMAINE
from imilo.jeunes.telephones import afficher
from imilo.parcours.messagerie.models import MessageSortant
from imilo.socle.normalisation import normaliser
from imilo.socle.perimetre import perimetre
from imilo.web.permissions import publique

LIMITE = 200
LIEN = re.compile(r"https?://\S+/l/[\w-]+")


@dataclass(frozen=True)
class Morceau:
    """A part of a message; `adresse` when it is a link of ours."""

    texte: str
    adresse: str = ""


@dataclass
class Boite:
    """The messages of one number or address, newest first."""

    personne: str
    adresse: str
    messages: list[tuple[MessageSortant, list[Morceau]]] = field(default_factory=list)


def morceaux(corps: str) -> list[Morceau]:
    """The text cut at our links, so that they can be followed on this very site."""
    coupes, debut = [], 0
    for trouve in LIEN.finditer(corps):
        coupes.append(Morceau(corps[debut : trouve.start()]))
        coupes.append(Morceau(trouve[0], "/l/" + trouve[0].rpartition("/l/")[2]))
        debut = trouve.end()
    return [*coupes, Morceau(corps[debut:])]


def ranger(lus: Iterable[MessageSortant]) -> list[Boite]:
    """By number or address, the box that received last first."""
    boites: dict[str, Boite] = {}
    for m in lus:
        boite = boites.setdefault(m.destinataire, Boite(m.dossier.jeune.nom_complet, afficher(m.destinataire)))
        boite.messages.append((m, morceaux(m.corps)))
    return list(boites.values())


def _structures() -> list[Structure]:
    """Those where the personas work."""
    ou = Affectation.objects.filter(agent__courriel__endswith=DOMAINE, agent__is_active=True)
    return list(Structure.objects.filter(pk__in=ou.values("structure_id")).order_by("nom_officiel", "pk"))


@publique
@never_cache
@require_GET
def messages(requete: HttpRequest) -> HttpResponseBase:
    """The mailbox of one structure's people, found by name."""
    structures = _structures()
    code, qui = requete.GET.get("structure", ""), requete.GET.get("qui", "")[:100]
    choisie = next((s for s in structures if s.code == code), structures[0] if structures else None)
    boites: list[Boite] = []
    if choisie is not None:
        with perimetre(choisie.pk):
            lus = MessageSortant.objects.filter(structure=choisie).select_related("dossier__jeune").recents()[:LIMITE]
            boites = [b for b in ranger(lus) if normaliser(qui) in normaliser(b.personne)]
    contexte = {"structures": structures, "choisie": choisie, "boites": boites, "qui": qui}
    return render(requete, "bac_a_sable/messages.html", contexte)

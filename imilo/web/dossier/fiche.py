"""The dossier on one page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from imilo.acteurs import politique
from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.agenda import selectors as agenda
from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.chronologie import Entree, Genre
from imilo.parcours.dossiers.completude import manques
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors import suivi
from imilo.parcours.dossiers.selectors.portefeuille import age_affiche
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle
from imilo.socle import lectures
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.permissions import permission
from imilo.web.requete import Requete

PAR_PAGE = 20


@dataclass(frozen=True)
class Fil:
    """A page of the timeline, and the filters: (kind, how many entries it has)."""

    page: Page[Entree]
    genre: str
    filtres: tuple[tuple[Genre, int], ...]
    total: int


def permises(requete: Requete) -> Callable[[str], bool]:
    """Which sources of the path speak to this profile: as the policy says of their family, else who accompanies."""
    profil = requete.affectation.profil
    return partial(politique.source_vue, profil, sinon=peut(profil, "dossier.suivre"))


def fil(requete: Requete, dossier: Dossier) -> Fil:
    """The asked page of the timeline; what is reserved is shown to those who accompany."""
    details = politique.vu(requete.affectation.profil, "comptes_rendus")
    permis = permises(requete)
    toutes = chronologie.entrees(dossier, details=details, permis=permis)
    comptes = {g.code: 0 for g in chronologie.genres() if permis(g.code)}
    for entree in toutes:
        comptes[entree.genre] = comptes.get(entree.genre, 0) + 1
    genre = requete.GET.get("genre", "")
    choisies = [e for e in toutes if e.genre == genre] if genre in comptes else toutes
    filtres = tuple((g, comptes[g.code]) for g in chronologie.genres() if comptes.get(g.code))
    page = Paginator(choisies, PAR_PAGE).get_page(requete.GET.get("page"))
    return Fil(page, genre if genre in comptes else "", filtres, len(toutes))


@permission("dossier.lire")
@require_GET
def dossier(requete: Requete, numero: str) -> HttpResponseBase:
    """Who, how to reach them, where they stand, what to do, and everything that happened."""
    ouvert = dossier_ou_404(requete, numero)
    consulter(requete.user, ouvert)
    lectures.garder(ouvert)
    le = aujourd_hui(requete.structure)
    return render(requete, "web/dossier/dossier.html", _contexte(requete, ouvert, le))


def _contexte(requete: Requete, ouvert: Dossier, le: date) -> dict[str, Any]:
    situations = suivi.situations_lues(dossier=ouvert)
    profil, permis = requete.affectation.profil, permises(requete)
    voit_les_propositions = politique.vu(profil, "propositions")
    return {
        "dossier": ouvert,
        "jeune": ouvert.jeune,
        "le": le,
        "age": age_affiche(ouvert, le),
        "alertes": alertes.alertes(ouvert, le=le, permis=permis),
        "manques": manques(ouvert),
        "situation": suivi.courante(situations, le=le),
        "resumes": alertes.resumes(ouvert, le=le, permis=permis),
        "prochain": agenda.prochain(dossier=ouvert, depuis=timezone.now()),
        "propositions": list(suivi.propositions_ouvertes(dossier=ouvert)) if voit_les_propositions else [],
        "piece": libelle(Liste.PIECE_IDENTITE, ouvert.piece_type),
        "piece_numero": politique.montrer(profil, "numero_piece", ouvert.piece_numero),
        "nir": politique.montrer(profil, "nir", ouvert.jeune.nir),
        "venue": libelle(Liste.MOYEN_VENUE, ouvert.venue),
        "niveau": libelle(Liste.NIVEAU_DIPLOME, ouvert.niveau_diplome),
        "motif_fin": libelle(Liste.FIN_ACCOMPAGNEMENT, ouvert.fin_motif),
        "fil": fil(requete, ouvert),
    }


@permission("dossier.lire")
@require_GET
def fil_du_dossier(requete: Requete, numero: str) -> HttpResponseBase:
    """The timeline alone, in place; without HTMX, the whole page at the same filter."""
    ouvert = dossier_ou_404(requete, numero)
    if not requete.htmx:
        suite = reverse("web:dossier", args=[str(ouvert)])
        return HttpResponseRedirect(f"{suite}?{requete.GET.urlencode()}#chronologie")
    consulter(requete.user, ouvert, "historique")
    return render(requete, "web/dossier/_fil.html", {"dossier": ouvert, "fil": fil(requete, ouvert)})

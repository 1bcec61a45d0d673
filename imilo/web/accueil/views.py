"""The counter: is this person known? If not, a dossier in a minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.jeunes.dates import naissance_affichee
from imilo.jeunes.doublons import SANS_INDICE, Candidat, Indices
from imilo.jeunes.identite import Identite, nettoyer
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles
from imilo.parcours.dossiers.services.doublons import DoublonProbable
from imilo.parcours.dossiers.services.ouverture import ouvrir_dossier
from imilo.socle.erreurs import RegleViolee
from imilo.web.accueil.formulaires import FormulaireNouveauDossier, depart
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("dossier.ouvrir")
@envoi_unique
def nouveau(requete: Requete) -> HttpResponseBase:
    """A new dossier. A likely double is compared before anything is saved; what was typed stays."""
    initial = depart(requete.GET.get("q", ""), structure=requete.structure)
    form = FormulaireNouveauDossier(
        requete.POST if requete.method == "POST" else None,
        structure=requete.structure,
        agent=requete.user,
        profil=requete.affectation.profil,
        initial=initial,
    )
    contexte: dict[str, Any] = {"form": form}
    if requete.method == "POST" and form.is_valid():
        try:
            return _apres(requete, form, ouvrir_saisi(requete, form))
        except DoublonProbable as doublon:
            contexte |= comparaison(requete, doublon, form.identite())
            form.demander_qui(doublon)
        except RegleViolee as erreur:
            form.refuser(erreur)
    statut = 409 if "comparaison" in contexte else 422 if form.errors else 200
    return render(requete, "web/accueil/nouveau.html", contexte, status=statut)


def comparaison(requete: Requete, doublon: DoublonProbable, identite: Identite) -> dict[str, Any]:
    """What the comparison of likely doubles shows: each candidate, with the dossier when it is one of ours."""
    saisie = nettoyer(identite)
    return {
        "saisie": saisie,
        "saisie_naissance": naissance_affichee(saisie.naissance, saisie.naissance_precision),
        "comparaison": candidats_lus(requete, doublon.candidats),
    }


def candidats_lus(requete: Requete, candidats: Sequence[Candidat]) -> list[tuple[Candidat, Dossier | None]]:
    """Each candidate with the dossier when it is one of ours that this agent opens.

    Of one of ours that is closed to them, names and birth alone are compared: as the search tells of it.
    """
    ici = [c.personne.dossier_id for c in candidats if c.personne.dossier_id is not None]
    dossiers = dossiers_visibles(agent=requete.user, structure=requete.structure).in_bulk(ici)
    lus: list[tuple[Candidat, Dossier | None]] = []
    for c in candidats:
        dossier = dossiers.get(c.personne.dossier_id or 0)
        ferme = c.personne.ici and dossier is None
        lus.append((replace(c, jugement=c.jugement.d_identite()) if ferme else c, dossier))
    return lus


def ouvrir_saisi(requete: Requete, form: FormulaireNouveauDossier, indices: Indices = SANS_INDICE) -> Dossier:
    """Open the dossier that a valid form describes; `indices` is what else is known of the person.

    Raises `DoublonProbable`, `RegleViolee`.
    """
    donnees = form.cleaned_data
    with transaction.atomic():
        return ouvrir_dossier(
            requete.user,
            structure=requete.structure,
            identite=form.identite(),
            coordonnees=form.coordonnees(),
            arrivee=form.arrivee(),
            premier_accueil=donnees["premier_accueil"],
            referent=requete.user if donnees.get("referent") else None,
            site=requete.affectation.site,
            nir_confirme=donnees["nir_confirme"],
            meme_personne=form.meme_personne,
            doublon_ecarte=donnees["doublon_ecarte"] if donnees["doublon"] == "autre" else "",
            doublons_vus=form.vus,
            indices=indices,
        )


def _apres(requete: Requete, form: FormulaireNouveauDossier, dossier: Dossier) -> HttpResponseRedirect:
    if form.meme_personne:
        messages.info(
            requete,
            "L'identité que le pays connaît de cette personne a été reprise telle quelle : vérifiez-la avec elle.",
        )
    messages.success(requete, f"Le dossier {dossier} est ouvert.")
    return HttpResponseRedirect(reverse("web:dossier", args=[str(dossier)]))

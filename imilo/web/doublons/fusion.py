"""Merging two dossiers of the structure, after a preview; and undoing it, after another."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.journal.services import consulter
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.doublons.choix import PAR_CODE, ecarts
from imilo.parcours.doublons.selectors import Comparaison, contenus
from imilo.parcours.doublons.services.fusion import empechements, fusionner
from imilo.parcours.doublons.services.separation import refus
from imilo.parcours.doublons.services.separation import separer as separer_les_dossiers
from imilo.parcours.doublons.suites import a_revoir, suivre
from imilo.web.doublons.acces import comparaison_ou_404, fusion_de_la_paire, fusion_ou_404
from imilo.web.doublons.formulaires import FormulaireFusion
from imilo.web.doublons.presentation import choix, visible
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def _les_deux(c: Comparaison, demande: str) -> tuple[Dossier, Dossier]:
    """The dossier to keep (the one asked for, else the pair's own) and the other."""
    if c.autre is None:
        raise Http404("L'autre dossier est dans une autre structure.")
    return (c.autre, c.dossier) if demande == str(c.autre.pk) else (c.dossier, c.autre)


@permission("doublon.decider")
@envoi_unique
def fusion(requete: Requete, paire_id: int) -> HttpResponseBase:
    """Which field is kept, what moves, what forbids it; then the merge. Posted again, it leads where it led."""
    if (deja := fusion_de_la_paire(requete, paire_id)) is not None:
        messages.info(requete, f"C'est déjà fait : le numéro {deja} mène à ce dossier.")
        return HttpResponseRedirect(reverse("web:dossier", args=[str(deja.dossier)]))
    c = comparaison_ou_404(requete, paire_id)
    garde, absorbe = _les_deux(c, (requete.POST if requete.method == "POST" else requete.GET).get("garde", ""))
    profil, differents = requete.affectation.profil, ecarts(garde, absorbe)
    form = FormulaireFusion(
        requete.POST if requete.method == "POST" else None,
        garde=garde,
        absorbe=absorbe,
        choix=choix(differents, garde, absorbe, profil=profil),
        d_office=[e.groupe.code for e in differents if e.repris and not visible(e.groupe, profil)],
    )
    if requete.method == "POST" and form.is_valid():
        faite = form.appliquer(
            fusionner, requete.user, c.paire, garde_id=garde.pk, repris=form.repris(), vues=form.versions()
        )
        if faite is not None:
            messages.success(requete, f"Les dossiers sont fusionnés. Le numéro {faite} mène maintenant ici.")
            return HttpResponseRedirect(reverse("web:dossier", args=[str(garde)]))
    for dossier in (garde, absorbe):
        consulter(requete.user, dossier, "identite")
    contexte = {
        "c": c,
        "form": form,
        "garde": garde,
        "absorbe": absorbe,
        "contenus": contenus(garde, absorbe, profil=profil),
        "empechements": empechements(garde, absorbe),
    }
    return render(requete, "web/doublons/fusionner.html", contexte, status=422 if form.errors else 200)


@permission("doublon.decider")
@envoi_unique
def defaire(requete: Requete, fusion_id: int) -> HttpResponseBase:
    """What a merge took, and one button to undo it."""
    faite = fusion_ou_404(requete, fusion_id)
    garde = faite.dossier
    if requete.method == "POST":
        rendu = separer_les_dossiers(requete.user, faite)
        messages.success(requete, f"La fusion est défaite : le dossier {rendu} a retrouvé tout ce qu'il avait.")
        return HttpResponseRedirect(reverse("web:dossier", args=[str(rendu)]))
    consulter(requete.user, garde, "historique")
    raison = refus(faite)
    contexte = {
        "fusion": faite,
        "dossier": garde,
        "refus": raison,
        "rendues": 0 if raison else sum(len(cles) for cles in suivre(faite).values()),
        "a_revoir": [] if raison else a_revoir(faite),
        "repris": [PAR_CODE[c].libelle for c in faite.choix],
    }
    return render(requete, "web/doublons/fusion.html", contexte)

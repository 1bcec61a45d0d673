"""Collective acts of the structure: the list, the sheet of one, its list of presents, its undoing."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.politique import vu
from imilo.jeunes.dates import naissance_affichee
from imilo.jeunes.models import Jeune
from imilo.journal.services import consigner, consulter
from imilo.parcours.activites import selectors
from imilo.parcours.activites.services import annuler_collectif
from imilo.parcours.dossiers.models import ActeCollectif
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle
from imilo.web.dossier.formulaires import FormulaireVersion
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.tableur import Colonne, reponse_des_colonnes

PAR_PAGE = 50


def _naissance(jeune: Jeune) -> str:
    return naissance_affichee(jeune.naissance, jeune.naissance_precision)


COLONNES = (
    Colonne("Dossier", "dossier", lambda p: str(p.dossier)),
    Colonne("Nom", "etat_civil", lambda p: p.dossier.jeune.nom_affiche),
    Colonne("Prénom", "etat_civil", lambda p: p.dossier.jeune.prenom),
    Colonne("Naissance", "etat_civil", lambda p: _naissance(p.dossier.jeune)),
    Colonne("Sujet", "actes", lambda p: p.collectif.intitule),
    Colonne("Date", "actes", lambda p: p.ligne.le),
    Colonne("Heure", "actes", lambda p: f"{p.ligne.heure:%H:%M}" if p.ligne.heure else ""),
    Colonne("Durée (minutes)", "actes", lambda p: p.ligne.duree),
)


def collectif_ou_404(requete: Requete, collectif_id: int) -> ActeCollectif:
    trouve = selectors.collectif(structure=requete.structure, collectif_id=collectif_id)
    if trouve is None:
        raise Http404("Cet acte collectif n'existe pas dans votre structure.")
    return trouve


@permission("acte.saisir")
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """Workshops and collective informations of the structure, the latest first."""
    page = Paginator(selectors.collectifs(structure=requete.structure), PAR_PAGE).get_page(requete.GET.get("page"))
    lignes = [(collectif, libelle(Liste.MODALITE_ACTE, collectif.modalite)) for collectif in page]
    return render(requete, "web/collectif/liste.html", {"page": page, "lignes": lignes})


@permission("acte.saisir")
@require_GET
def fiche(requete: Requete, collectif_id: int) -> HttpResponseBase:
    """What was done, who came, who didn't and why."""
    collectif = collectif_ou_404(requete, collectif_id)
    lus, fermes = selectors.participants(agent=requete.user, collectif=collectif)
    for lu in lus:
        consulter(requete.user, lu.dossier, "liste")
    profil = requete.affectation.profil
    contexte = {
        "collectif": collectif,
        "presents": [p for p in lus if p.acte],
        "absents": [p for p in lus if p.absence],
        "fermes": 0 if collectif.annule_le else fermes,
        "mots": vu(profil, "comptes_rendus"),
        "raisons": vu(profil, "activites_absences"),
        "quoi": [
            libelle(Liste.TYPE_ACTE, collectif.type),
            libelle(Liste.MODALITE_ACTE, collectif.modalite),
            libelle(Liste.THEME_DEMANDE, collectif.theme),
        ],
    }
    return render(requete, "web/collectif/fiche.html", contexte)


@permission("acte.saisir")
@require_GET
def presents(requete: Requete, collectif_id: int) -> HttpResponseBase:
    """Those present, for a spreadsheet, in the columns that the policy shows. One fact, one consultation of each."""
    collectif = collectif_ou_404(requete, collectif_id)
    lus = [p for p in selectors.participants(agent=requete.user, collectif=collectif)[0] if p.acte]
    for lu in lus:
        consulter(requete.user, lu.dossier, "export")
    consigner(requete.user, "collectif.exporte", collectif, nombre=len(lus))
    nom = f"presents-{collectif.le:%Y-%m-%d}-{collectif.pk}"
    return reponse_des_colonnes(nom, requete.affectation.profil, COLONNES, lus)


@permission("acte.saisir")
@envoi_unique
def annuler(requete: Requete, collectif_id: int) -> HttpResponseBase:
    """Say what goes away, then take it back as a whole; refused once something was built on it."""
    collectif = collectif_ou_404(requete, collectif_id)
    retour = HttpResponseRedirect(reverse("web:collectif", args=[collectif.pk]))
    if collectif.annule_le:
        messages.error(requete, "Cet acte collectif est déjà annulé.")
        return retour
    form = FormulaireVersion(requete.POST if requete.method == "POST" else None, initial={"version": collectif.version})
    if form.is_valid() and form.accepte(
        annuler_collectif, requete.user, collectif, version=form.cleaned_data["version"]
    ):
        messages.success(requete, "L'acte collectif est annulé : ses heures ne comptent plus.")
        return retour
    contexte = {"collectif": collectif, "form": form}
    return render(requete, "web/collectif/annuler.html", contexte, status=422 if form.errors else 200)

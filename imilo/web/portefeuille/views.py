"""The caseload: who I accompany, sorted and filtered, and the same in a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from imilo.acteurs.profils import peut
from imilo.journal.services import consigner, consulter
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.portefeuille import lignes
from imilo.web.filtres import filtres_postes
from imilo.web.permissions import permission
from imilo.web.portefeuille.demandes import Vue, demander
from imilo.web.portefeuille.exports import colonnes_exportees, en_csv, en_xlsx
from imilo.web.portefeuille.lots import choix_des_actions
from imilo.web.portefeuille.rangees import rangees
from imilo.web.requete import Requete

PAR_PAGE = 300
EXPORTS = {"csv": en_csv, "xlsx": en_xlsx}


@dataclass(frozen=True)
class Tete:
    """A column's title, and the address that sorts by it (the other way when it sorts already)."""

    libelle: str
    adresse: str
    sens: str  # "ascending", "descending" or ""


def _tetes(vue: Vue) -> list[Tete]:
    filtre, tetes = vue.demande.filtre, []
    for code, libelle in (("nom", "Nom"), *((c.code, c.libelle) for c in vue.montrees)):
        courante = filtre.tri == code
        ordre = "desc" if courante and not filtre.decroissant else "asc"
        adresse = "?" + urlencode(vue.demande.parametres | {"tri": code, "ordre": ordre})
        sens = ("descending" if filtre.decroissant else "ascending") if courante else ""
        tetes.append(Tete(libelle, adresse, sens))
    return tetes


@permission("portefeuille.voir")
@filtres_postes
def liste(requete: Requete) -> HttpResponseBase:
    """Up to 300 rows on one page."""
    vue = demander(requete, requete.GET)
    page = Paginator(vue.dossiers, PAR_PAGE).get_page(requete.GET.get("page"))
    suit = peut(requete.affectation.profil, "dossier.suivre")
    debut = (page.number - 1) * PAR_PAGE
    lues = lignes(vue.dossiers[debut : debut + PAR_PAGE], structure=requete.structure, le=vue.le, montrees=vue.montrees)
    parametres = urlencode(vue.demande.parametres)
    contexte = {
        "form": vue.form,
        "page": page,
        "rangees": rangees(lues, colonnes=vue.montrees, cases=suit),
        "tetes": _tetes(vue),
        "parametres": parametres,
        "orphelins": vue.orphelins,
        "actions": choix_des_actions(requete, vue.le, vue.equipe) if suit and lues else [],
    }
    if requete.htmx:
        return render(requete, "web/portefeuille/_liste.html", contexte)
    contexte["recherches"] = [
        (nom, urlencode(parametres), parametres == vue.demande.criteres) for nom, parametres in vue.recherches
    ]
    return render(requete, "web/portefeuille/portefeuille.html", contexte)


@permission("portefeuille.voir")
@require_GET
def export(requete: Requete, format: str) -> HttpResponseBase:  # noqa: A002  # the word of the address
    """What the filters list, as CSV or XLSX. One fact, and one consultation of each dossier that leaves."""
    vue = demander(requete, requete.GET)
    exportees = colonnes_exportees(vue.montrees)
    listees = lignes(vue.dossiers, structure=requete.structure, le=vue.le, montrees=exportees)
    for ligne in listees:
        consulter(requete.user, Dossier(pk=ligne.pk, structure=requete.structure), "export")
    consigner(requete.user, "dossier.exporte", structure=requete.structure, nombre=len(listees))
    return EXPORTS[format](listees, exportees, nom=f"portefeuille-{vue.le:%Y-%m-%d}")

"""The caseload: who I accompany, sorted and filtered, and the same in a spreadsheet."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner, consulter
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.dossiers.selectors.portefeuille import Ligne, colonnes, lignes, portefeuille
from imilo.web.permissions import permission
from imilo.web.portefeuille.formulaires import Demande, FormulaireFiltre, lire
from imilo.web.portefeuille.rangees import rangees
from imilo.web.requete import Requete
from imilo.web.templatetags.dossier import naissance

PAR_PAGE = 300
# A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Tete:
    """A column's title, and the address that sorts by it (the other way when it sorts already)."""

    libelle: str
    adresse: str
    sens: str  # "ascending", "descending" or ""


TETES = (
    ("nom", "Nom"),
    ("age", "Naissance"),
    ("commune", "Commune"),
    ("statut", "Statut"),
    ("completude", "Complétude"),
    ("situation", "Situation"),
    ("dernier_contact", "Dernier contact"),
)


def _demande(requete: Requete, le: date) -> tuple[FormulaireFiltre, Demande, QuerySet[Dossier]]:
    equipe = list(agents_qui_peuvent("dossier.suivre", structure=requete.structure, le=le))
    siens = Dossier.objects.du_referent(requete.user.pk).actifs().filter(structure=requete.structure)
    form, demande = lire(requete.GET, equipe=equipe, agent=requete.user, accompagne=siens.exists())
    dossiers = portefeuille(agent=requete.user, structure=requete.structure, le=le, filtre=demande.filtre)
    return form, demande, dossiers


def _tetes(demande: Demande) -> list[Tete]:
    tetes = []
    filtre = demande.filtre
    referent = [("referent", "Référent")] if filtre.referent is None else []
    for code, libelle in (*TETES, *((c.code, c.libelle) for c in colonnes()), *referent):
        courante = filtre.tri == code
        inverse = courante and not filtre.decroissant
        adresse = "?" + urlencode(demande.parametres | {"tri": code, "ordre": "desc" if inverse else "asc"})
        sens = ("descending" if filtre.decroissant else "ascending") if courante else ""
        tetes.append(Tete(libelle, adresse, sens))
    return tetes


@permission("portefeuille.voir")
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """Up to 300 rows on one page."""
    le = aujourd_hui(requete.structure)
    form, demande, dossiers = _demande(requete, le)
    page = Paginator(dossiers, PAR_PAGE).get_page(requete.GET.get("page"))
    tous = demande.filtre.referent is None
    contexte = {
        "form": form,
        "page": page,
        "rangees": rangees(lignes(list(page.object_list), le=le), colonnes=colonnes(), referent=tous),
        "tetes": _tetes(demande),
        "export": urlencode(demande.parametres | {"tri": demande.filtre.tri, "ordre": requete.GET.get("ordre", "asc")}),
    }
    modele = "web/portefeuille/_liste.html" if requete.htmx else "web/portefeuille/portefeuille.html"
    return render(requete, modele, contexte)


def cellule(valeur: Any) -> str:
    """The text of a cell, harmless in a spreadsheet."""
    if valeur is None:
        return ""
    if isinstance(valeur, datetime):
        return f"{valeur:%d/%m/%Y %H:%M}"
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    texte = str(valeur)
    return f"'{texte}" if texte.lstrip().startswith(FORMULES) or texte.startswith(FORMULES) else texte


def _rangee(ligne: Ligne) -> list[Any]:
    d, jeune = ligne.dossier, ligne.dossier.jeune
    return [
        str(d),
        jeune.nom_affiche,
        jeune.prenom,
        naissance(jeune),
        ligne.age,
        d.adresse_commune.nom if d.adresse_commune else "",
        d.get_statut_display(),
        d.get_completude_display(),
        ligne.situation,
        ligne.dernier_contact,
        *ligne.autres.values(),
        d.referent or "",
    ]


@permission("portefeuille.voir")
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """What the filters list, as CSV. One fact, and one consultation of each dossier that leaves."""
    le = aujourd_hui(requete.structure)
    _, _, dossiers = _demande(requete, le)
    listees = lignes(list(dossiers), le=le)
    tampon = StringIO()
    ecrire = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    titres = ["Dossier", "Nom", "Prénom", "Naissance", "Âge", "Commune", "Statut", "Complétude", "Situation"]
    ecrire.writerow([*titres, "Dernier contact", *(c.libelle for c in colonnes()), "Référent"])
    for ligne in listees:
        ecrire.writerow([cellule(v) for v in _rangee(ligne)])
        consulter(requete.user, ligne.dossier, "export")
    consigner(requete.user, "dossier.exporte", structure=requete.structure, nombre=len(listees))
    # The mark of UTF-8: spreadsheets would otherwise read accents wrong.
    reponse = HttpResponse("\ufeff" + tampon.getvalue(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="portefeuille-{le:%Y-%m-%d}.csv"'
    return reponse

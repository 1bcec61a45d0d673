"""A counsellor's week: hours of each young person, and the declarations to examine, many at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner, consulter
from imilo.parcours.activites import selectors, services
from imilo.parcours.activites.models import ActiviteDeclaree
from imilo.parcours.activites.selectors import TRIS, LigneHeures, Rangee
from imilo.parcours.activites.semaines import lundi_de
from imilo.parcours.dossiers.models import Dossier, DossierQuerySet
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.dossiers.selectors.referents import dossiers_suivis
from imilo.socle.erreurs import RegleViolee
from imilo.web.activite.exports import en_csv, en_xlsx
from imilo.web.activite.formulaires import TOUS, FormulaireSemaine
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete

PAR_PAGE, A_EXAMINER = 30, 60
VERSION = re.compile(r"\A([0-9]{1,18})\.([0-9]{1,9})\Z")
CLE = re.compile(r"\A[0-9]{1,18}\Z")
EXPORTS = {"csv": en_csv, "xlsx": en_xlsx}
TITRES = {
    "nom": "Nom",
    "demande": "Demandé",
    "fait": "Fait",
    "a_confirmer": "À confirmer",
    "prevu": "Prévu",
    "manque": "Manque",
}


@dataclass(frozen=True)
class Vue:
    """What the address asks for: the filters, the week, the dossiers, the rows kept and sorted."""

    form: FormulaireSemaine
    lundi: date
    le: date
    dossiers: DossierQuerySet
    rangees: list[Rangee]
    toutes: int
    tri: str
    decroissant: bool
    parametres: dict[str, str]


def _dossiers(requete: Requete, referent: str, le: date) -> DossierQuerySet:
    if referent == TOUS:
        return dossiers_visibles(agent=requete.user, structure=requete.structure, le=le)
    if referent:
        return dossiers_visibles(agent=requete.user, structure=requete.structure, le=le).du_referent(int(referent))
    return dossiers_suivis(agent=requete.user, structure=requete.structure, le=le)


def lire(requete: Requete, donnees: QueryDict) -> Vue:
    """The view that these parameters ask for; those that can't be read are left aside."""
    le = aujourd_hui(requete.structure)
    equipe = list(agents_qui_peuvent("dossier.suivre", structure=requete.structure, le=le))
    demandee = donnees.get("semaine") or f"{lundi_de(le):%Y-%m-%d}"
    form = FormulaireSemaine({**donnees.dict(), "semaine": demandee}, equipe=equipe)
    lundi = form.lundi(le)
    toutes = _dossiers(requete, form.lu("referent"), le)
    dossiers = toutes if form.numero is None else toutes.filter(numero=form.numero)
    form.proposer(_personnes(toutes, form.numero))
    tri = donnees.get("tri", "")
    tri, decroissant = (tri if tri in TRIS else "nom"), donnees.get("ordre") == "desc"
    rangees = selectors.semaine_du_portefeuille(dossiers=dossiers, structure=requete.structure, lundi=lundi, le=le)
    gardees = selectors.trier(rangees, tri=tri, decroissant=decroissant, quoi=form.lu("quoi"))
    parametres = {n: form.lu(n) for n in ("referent", "quoi", "personne", "declarees") if form.lu(n)}
    if lundi != lundi_de(le):
        parametres["semaine"] = f"{lundi:%Y-%m-%d}"
    return Vue(form, lundi, le, dossiers, gardees, len(rangees), tri, decroissant, parametres)


def _personnes(dossiers: DossierQuerySet, choisi: int | None) -> list[tuple[str, str]]:
    """Those who wait for an examination, and the one that the page is narrowed to, by name."""
    attendent = selectors.a_examiner(dossiers=dossiers).values("dossier")
    trouves = dossiers.filter(Q(pk__in=attendent) | Q(numero=choisi)).select_related("jeune")
    return sorted(((str(d), d.jeune.nom_complet) for d in trouves), key=lambda p: p[1].casefold())


def _attente(vue: Vue) -> QuerySet[ActiviteDeclaree]:
    """The declarations to examine: all of them, or those of the week shown."""
    attente = selectors.a_examiner(dossiers=vue.dossiers)
    if vue.form.lu("declarees"):
        attente = attente.filter(jour__range=(vue.lundi, vue.lundi + timedelta(days=6)))
    return attente


def _adresse(parametres: dict[str, str]) -> str:
    return f"{reverse('web:semaine')}?{urlencode(parametres)}"


def _tetes(vue: Vue) -> list[tuple[str, str, str, str]]:
    """(code, title, address that sorts by it, how it is sorted)."""
    tetes = []
    for code, titre in TITRES.items():
        courante = vue.tri == code
        ordre = "asc" if courante and vue.decroissant else "desc" if courante or code != "nom" else "asc"
        sens = ("descending" if vue.decroissant else "ascending") if courante else ""
        tetes.append((code, titre, _adresse(vue.parametres | {"tri": code, "ordre": ordre}), sens))
    return tetes


def _deja_compte(
    attente: list[ActiviteDeclaree],
) -> list[tuple[ActiviteDeclaree, list[LigneHeures], LigneHeures | None]]:
    """Each declaration with what the ledger already counts for that person on that day, and its own line. One query."""
    if not attente:
        return []
    lignes = selectors.lignes(
        dossiers={a.dossier_id for a in attente},
        du=min(a.jour for a in attente),
        au=max(a.jour for a in attente),
    )
    comptees: dict[tuple[int, date], list[LigneHeures]] = defaultdict(list)
    siennes: dict[int, LigneHeures] = {}
    for ligne in lignes:
        if ligne.etat == selectors.FAIT and ligne.comptees:
            comptees[ligne.dossier, ligne.jour].append(ligne)
        elif (
            ligne.source == "declaration" and ligne.cle not in siennes
        ):  # past midnight, its first part is the one shown
            siennes[ligne.cle] = ligne
    return [(a, comptees[a.dossier_id, a.jour], siennes.get(a.pk)) for a in attente]


@permission("activite.examiner")
@require_GET
def semaine(requete: Requete) -> HttpResponseBase:
    """Thirty young people on one page: asked, done, to confirm, planned; what was declared waits underneath."""
    return _montrer(requete, requete.GET)


def _montrer(
    requete: Requete, donnees: QueryDict, *, coches: Collection[int] = (), motif: str = "", erreur: str = ""
) -> HttpResponseBase:
    """The page; with `erreur`, what was ticked and typed is still there."""
    vue = lire(requete, donnees)
    attente = list(_attente(vue)[: A_EXAMINER + 1])
    page = Paginator(vue.rangees, PAR_PAGE).get_page(donnees.get("page"))
    contexte = {
        "vue": vue,
        "form": vue.form,
        "page": page,
        "tetes": _tetes(vue),
        "dimanche": vue.lundi + timedelta(days=6),
        "avant": _adresse(vue.parametres | {"semaine": f"{vue.lundi - timedelta(days=7):%Y-%m-%d}"}),
        "apres": _adresse(vue.parametres | {"semaine": f"{vue.lundi + timedelta(days=7):%Y-%m-%d}"}),
        "courante": vue.lundi == lundi_de(vue.le),
        "attente": _deja_compte(attente[:A_EXAMINER]),
        "d_autres": len(attente) > A_EXAMINER,
        "parametres": urlencode(vue.parametres),
        "examen": _lot(donnees.get("examen", "")),
        "coches": coches,
        "motif": motif,
        "erreur": erreur,
    }
    return render(requete, "web/activite/semaine.html", contexte, status=422 if erreur else 200)


@permission("activite.examiner")
@require_GET
def export(requete: Requete, format: str) -> HttpResponseBase:  # noqa: A002  # the word of the address
    """The rows listed, as CSV or XLSX. One fact, and one consultation of each dossier that leaves."""
    vue = lire(requete, requete.GET)
    for rangee in vue.rangees:
        consulter(requete.user, Dossier(pk=rangee.pk, structure=requete.structure), "export")
    consigner(requete.user, "activites.exportees", structure=requete.structure, nombre=len(vue.rangees))
    return EXPORTS[format](vue.rangees, nom=f"semaine-{vue.lundi:%Y-%m-%d}")


def _lot(texte: str) -> UUID | None:
    try:
        return UUID(texte)
    except ValueError:
        return None


def _retour(requete: Requete, **parametres: str) -> HttpResponseRedirect:
    """Where the form came from: the week as it was filtered, or the young person's page."""
    numero = requete.POST.get("dossier", "")
    if numero.isascii() and numero.isdigit() and len(numero) <= 7:
        return HttpResponseRedirect(reverse("web:activites", args=[numero]))
    demandes = QueryDict(requete.POST.get("retour", "")).dict()
    return HttpResponseRedirect(_adresse({cle: str(v) for cle, v in demandes.items()} | parametres))


def combien(nombre: int, mot: str = "") -> str:
    """«1 déclaration acceptée», «3 déclarations acceptées», «3 déclarations»."""
    pluriel = "s" if nombre > 1 else ""
    return f"{nombre} déclaration{pluriel} {mot}{pluriel if mot else ''}".strip()


@permission("activite.examiner")
@require_POST
@envoi_unique
def examiner(requete: Requete) -> HttpResponseBase:
    """Accept or refuse the declarations that are ticked; the page that follows can undo it."""
    lues = [VERSION.match(texte) for texte in requete.POST.getlist("activite")]
    versions = {int(lue[1]): int(lue[2]) for lue in lues if lue}
    accepter, motif = requete.POST.get("decision") == "accepter", requete.POST.get("motif", "")[:300]
    if not versions:
        messages.error(requete, "Cochez d'abord les déclarations à examiner.")
        return _retour(requete)
    try:
        examen = services.examiner(
            requete.user,
            structure=requete.structure,
            versions=versions,
            accepter=accepter,
            motif=motif,
        )
    except RegleViolee as refus:
        retour = QueryDict(requete.POST.get("retour", ""))
        return _montrer(requete, retour, coches=versions, motif=motif, erreur=refus.message)
    suite = f" {combien(examen.laissees, 'laissée')} : quelqu'un y a touché entre-temps." if examen.laissees else ""
    messages.success(requete, f"{combien(examen.faites, 'acceptée' if accepter else 'refusée')}.{suite}")
    return _retour(requete, examen=str(examen.lot))


def _demander(requete: Requete, seule: str) -> HttpResponseBase:
    """Ask before hours that count no longer do."""
    visibles = dossiers_visibles(agent=requete.user, structure=requete.structure, le=aujourd_hui(requete.structure))
    trouvees = ActiviteDeclaree.objects.filter(dossier__in=visibles, lot__isnull=False)
    activite = trouvees.filter(pk=int(seule)).select_related("dossier__jeune").first() if CLE.match(seule) else None
    if activite is None:
        messages.error(requete, "Cet examen a déjà été annulé.")
        return _retour(requete)
    contexte = {
        "activite": activite,
        "dossier": activite.dossier,
        "champs": {nom: requete.POST.get(nom, "") for nom in ("dossier", "activite", "lot")},
        "retour": reverse("web:activites", args=[str(activite.dossier)]),
    }
    return render(requete, "web/activite/revenir.html", contexte)


@permission("activite.examiner")
@require_POST
@envoi_unique
def annuler(requete: Requete) -> HttpResponseBase:
    """Give back to examination what was examined together, or one of it: that one, from a dossier, after asking."""
    lot = _lot(requete.POST.get("lot", ""))
    seule = requete.POST.get("activite", "")
    if seule and "confirmee" not in requete.POST:
        return _demander(requete, seule)
    try:
        if lot is None:
            raise RegleViolee("Cet examen n'existe pas.")
        rendues = services.annuler_examen(
            requete.user,
            structure=requete.structure,
            lot=lot,
            seule=int(seule) if CLE.match(seule) else None,
        )
    except RegleViolee as refus:
        messages.error(requete, refus.message)
    else:
        messages.success(requete, f"Examen annulé : {combien(rendues)} à examiner de nouveau.")
    return _retour(requete)

"""Arrivals: the list to work on, one of them, what was tried, its dossier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.age import annees
from imilo.jeunes.telephones import afficher
from imilo.journal.services import consigner, consulter
from imilo.parcours.arrivees import selectors, services
from imilo.parcours.arrivees.models import Arrivee, Issue
from imilo.parcours.arrivees.reconnaissance import indices_de
from imilo.parcours.dossiers.selectors.acces import dossier_visible
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.dossiers.services.doublons import DoublonProbable
from imilo.socle.erreurs import RegleViolee
from imilo.web.accueil.formulaires import FormulaireNouveauDossier
from imilo.web.accueil.views import candidats_lus, comparaison, ouvrir_saisi
from imilo.web.arrivees.formulaires import (
    Demande,
    FormulaireConfier,
    FormulaireEssai,
    FormulaireFiltre,
    FormulaireLot,
    FormulaireRattacher,
    depart,
    lire,
)
from imilo.web.arrivees.repartitions import PARAMETRES, derniere_repartition, dire_les_fautes
from imilo.web.envois import envoi_unique
from imilo.web.filtres import filtres_postes
from imilo.web.permissions import permission
from imilo.web.portefeuille.views import Tete
from imilo.web.requete import Requete
from imilo.web.tableur import Colonne, reponse_des_colonnes

PAR_PAGE = 100
TETES = (
    ("priorite", "Priorité"),
    ("nom", "Nom"),
    ("age", "Âge"),
    ("commune", "Commune"),
    ("depuis", "Depuis"),
    ("tentative", "Dernière tentative"),
)
A_COMPARER = (
    "Cette personne a peut-être déjà un dossier : comparez ci-dessous, rattachez-le ou ouvrez-en un, puis notez le "
    "rendez-vous."
)


def _arrivee(requete: Requete, cle: int) -> Arrivee:
    trouvee = selectors.arrivee_visible(agent=requete.user, structure=requete.structure, arrivee_id=cle)
    if trouvee is None:
        raise Http404
    return trouvee


def _vers(arrivee: Arrivee, suite: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:arrivee", args=[arrivee.pk]) + suite)


def _demande(requete: Requete, le: date) -> tuple[FormulaireFiltre, Demande, Any]:
    equipe = list(agents_qui_peuvent(services.TRAITER, structure=requete.structure, le=le))
    form, demande = lire(requete.GET, equipe=equipe, agent=requete.user)
    lignes = selectors.liste(agent=requete.user, structure=requete.structure, le=le, filtre=demande.filtre)
    return form, demande, lignes


def _tetes(demande: Demande) -> list[Tete]:
    tetes = []
    for code, libelle in TETES:
        courante = demande.filtre.tri == code
        inverse = courante and not demande.filtre.decroissant
        adresse = "?" + urlencode(demande.parametres | {"tri": code, "ordre": "desc" if inverse else "asc"})
        sens = ("descending" if demande.filtre.decroissant else "ascending") if courante else ""
        tetes.append(Tete(libelle, adresse, sens))
    return tetes


@permission(services.TRAITER)
@filtres_postes
def liste(requete: Requete) -> HttpResponseBase:
    """Who is to be contacted, a hundred on a page."""
    le = aujourd_hui(requete.structure)
    form, demande, lignes = _demande(requete, le)
    page = Paginator(lignes, PAR_PAGE).get_page(requete.GET.get("page"))
    vues = list(page.object_list)
    connues = selectors.connues(vues, agent=requete.user, structure=requete.structure)
    contexte = {
        "form": form,
        "page": page,
        "lignes": [(a, annees(a.naissance, le), connues[a.pk]) for a in vues],
        "tetes": _tetes(demande),
        "export": urlencode(demande.parametres | {"tri": demande.filtre.tri, "ordre": requete.GET.get("ordre", "asc")}),
        "parametres": urlencode({nom: v for nom, v in requete.GET.items() if nom in PARAMETRES}),
        "lot": FormulaireLot(equipe=agents_qui_peuvent(services.TRAITER, structure=requete.structure, le=le)),
        "confiees": derniere_repartition(requete),
        "rien_encore": not page.paginator.count
        and not selectors.arrivees_visibles(agent=requete.user, structure=requete.structure).exists(),
    }
    modele = "_liste.html" if requete.htmx else "arrivees.html"
    return render(requete, f"web/arrivees/{modele}", contexte)


def _colonnes(le: date, connues: Mapping[int, selectors.Connue]) -> tuple[Colonne, ...]:
    """What is known of each arrival; its dossier is another family of data."""

    def de_l_arrivee(titre: str, valeur: Callable[[Arrivee], object]) -> Colonne:
        return Colonne(titre, "arrivees", valeur)

    return (
        de_l_arrivee("Nom", lambda a: a.nom),
        de_l_arrivee("Nom d'usage", lambda a: a.nom_usage),
        de_l_arrivee("Prénom", lambda a: a.prenom),
        de_l_arrivee("Naissance", lambda a: a.naissance),
        de_l_arrivee("Âge", lambda a: annees(a.naissance, le)),
        de_l_arrivee("Source", lambda a: a.get_source_display()),
        de_l_arrivee("Prioritaire", lambda a: "oui" if a.a_risque else ""),
        de_l_arrivee("Depuis", lambda a: a.depuis),
        de_l_arrivee("Établissement", lambda a: a.origine),
        de_l_arrivee("Téléphone", lambda a: afficher(a.telephone)),
        de_l_arrivee("Courriel", lambda a: a.courriel),
        de_l_arrivee("Commune", lambda a: a.commune.nom if a.commune else ""),
        de_l_arrivee("État", lambda a: a.get_etat_display()),
        Colonne("Dernière issue", "arrivees_tentatives", lambda a: a.get_issue_display()),
        Colonne("Dernière tentative", "arrivees_tentatives", lambda a: a.contactee_le),
        de_l_arrivee("Confiée à", lambda a: a.assignee or ""),
        Colonne("Dossier", "dossier", lambda a: a.dossier or ""),
        de_l_arrivee("Connu à l'arrivée", lambda a: connues[a.pk].connu.label),
        Colonne("Dossier reconnu", "dossier", lambda a: connues[a.pk].dossier or ""),
        de_l_arrivee("Probabilité", lambda a: connues[a.pk].probabilite),
        de_l_arrivee("Ce qui le dit", lambda a: connues[a.pk].phrase),
    )


@permission(services.TRAITER)
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """What the filters list, as CSV, in the columns that the policy shows. One fact, and one consultation of each
    arrival that leaves."""
    le = aujourd_hui(requete.structure)
    _, _, lignes = _demande(requete, le)
    listees = list(lignes)
    for arrivee in listees:
        consulter(requete.user, arrivee, "export")
    consigner(requete.user, "arrivees.exportees", structure=requete.structure, nombre=len(listees))
    connues = selectors.connues(listees, agent=requete.user, structure=requete.structure)
    colonnes = _colonnes(le, connues)
    return reponse_des_colonnes(f"arrivees-{le:%Y-%m-%d}", requete.affectation.profil, colonnes, listees)


@permission(services.TRAITER)
@require_http_methods(["GET", "POST"])
@envoi_unique
def fiche(requete: Requete, arrivee_id: int) -> HttpResponseBase:
    """One arrival: who, how to reach them, what was tried. Posted, one more attempt."""
    arrivee = _arrivee(requete, arrivee_id)
    donnees = requete.POST if requete.method == "POST" else None
    prevue = Issue.RDV_PRIS if "rendez-vous" in requete.GET else ""
    form = FormulaireEssai(donnees, arrivee=arrivee, structure=requete.structure, agent=requete.user, issue=prevue)
    if requete.method == "POST" and form.is_valid() and _tenter(requete, arrivee, form):
        messages.success(requete, "Le rendez-vous est pris." if _rdv(form) else "La tentative est notée.")
        return _vers(arrivee)
    if requete.method == "GET":
        consulter(requete.user, arrivee, "arrivee")
    return _montrer(requete, arrivee, form)


def _montrer(
    requete: Requete, arrivee: Arrivee, form: FormulaireEssai, rattacher: FormulaireRattacher | None = None
) -> HttpResponseBase:
    """The page; with 422 when something typed in one of its forms is to be corrected."""
    contexte = _contexte(requete, arrivee, form)
    if rattacher is not None:
        contexte["rattacher"] = rattacher
    faux = form.is_bound or rattacher is not None
    return render(requete, "web/arrivees/arrivee.html", contexte, status=422 if faux else 200)


def _rdv(form: FormulaireEssai) -> bool:
    return bool(form.cleaned_data.get("issue") == Issue.RDV_PRIS)


def _tenter(requete: Requete, arrivee: Arrivee, form: FormulaireEssai) -> bool:
    """Note the attempt; for an appointment, open first the dossier when nobody looks like this person."""
    essai, version = form.essai(), form.cleaned_data["version"]
    try:
        with transaction.atomic():
            if essai.creneau is not None and arrivee.dossier_id is None:
                arrivee, _ = services.ouvrir_depuis(requete.user, arrivee, version=version)
                version = arrivee.version
            services.tenter(requete.user, arrivee, version=version, essai=essai)
    except DoublonProbable:
        form.add_error("issue", A_COMPARER)
    except RegleViolee as erreur:
        form.refuser(erreur)
    else:
        return True
    return False


def _contexte(requete: Requete, arrivee: Arrivee, form: FormulaireEssai) -> dict[str, Any]:
    le = aujourd_hui(requete.structure)
    candidats = [] if arrivee.dossier_id else list(selectors.rapprochement(arrivee).candidats)
    equipe = agents_qui_peuvent(services.TRAITER, structure=requete.structure, le=le)
    tentatives = list(arrivee.tentatives.select_related("agent", "rendez_vous"))
    return {
        "arrivee": arrivee,
        "age": annees(arrivee.naissance, le),
        "form": form,
        "confier": FormulaireConfier(arrivee=arrivee, equipe=equipe),
        "rattacher": FormulaireRattacher(initial={"version": arrivee.version}),
        "tentatives": tentatives,
        "derniere": next((t for t in tentatives if t.issue == arrivee.issue), None),
        "candidats": candidats_lus(requete, candidats),
        "connue": selectors.connues([arrivee], agent=requete.user, structure=requete.structure)[arrivee.pk],
        "aussi": selectors.signalee_aussi(arrivee),
        # Over: what came of it comes first, and the form is one gesture away.
        "a_noter": arrivee.ouverte or form.is_bound or bool({"rouvrir", "rendez-vous"} & set(requete.GET)),
        "peut_ouvrir": peut(requete.affectation.profil, "dossier.ouvrir"),
    }


@permission(services.TRAITER)
@envoi_unique
def confier(requete: Requete, arrivee_id: int) -> HttpResponseBase:
    """Give the arrival to somebody of the structure."""
    arrivee = _arrivee(requete, arrivee_id)
    equipe = agents_qui_peuvent(services.TRAITER, structure=requete.structure, le=aujourd_hui(requete.structure))
    form = FormulaireConfier(requete.POST, arrivee=arrivee, equipe=equipe)
    if requete.method == "POST":
        d = form.cleaned_data if form.is_valid() else None
        if d and form.accepte(services.confier, requete.user, arrivee, version=d["version"], a=d["a"]):
            dit = f"est confiée à {d['a']}" if d["a"] else "n'est plus confiée à personne"
            messages.success(requete, f"Cette arrivée {dit}.")
        else:
            dire_les_fautes(requete, form)
    return _vers(arrivee)


@permission(services.TRAITER)
@envoi_unique
def rattacher(requete: Requete, arrivee_id: int) -> HttpResponseBase:
    """Bind the arrival to a dossier that exists."""
    arrivee = _arrivee(requete, arrivee_id)
    form = FormulaireRattacher(requete.POST)
    if requete.method == "POST" and form.is_valid():
        d = form.cleaned_data
        dossier = dossier_visible(agent=requete.user, structure=requete.structure, numero=d["numero"].strip())
        if dossier is None:
            form.add_error("numero", "Aucun dossier de votre structure ne porte ce numéro.")
        elif form.accepte(services.rattacher, requete.user, arrivee, version=d["version"], dossier=dossier):
            messages.success(requete, f"Cette arrivée est rattachée au dossier {dossier}.")
            return _vers(arrivee)
    if requete.method != "POST":
        return _vers(arrivee)
    essai = FormulaireEssai(arrivee=arrivee, structure=requete.structure, agent=requete.user)
    return _montrer(requete, arrivee, essai, form)


@permission("dossier.ouvrir")
@require_http_methods(["GET", "POST"])
@envoi_unique
def ouvrir(requete: Requete, arrivee_id: int) -> HttpResponseBase:
    """The form of a new dossier with all that the source said; a likely double is compared before anything is saved."""
    arrivee = _arrivee(requete, arrivee_id)
    if arrivee.dossier is not None:
        return HttpResponseRedirect(reverse("web:dossier", args=[str(arrivee.dossier)]))
    form = FormulaireNouveauDossier(
        requete.POST if requete.method == "POST" else None,
        structure=requete.structure,
        agent=requete.user,
        profil=requete.affectation.profil,
        initial=depart(arrivee),
    )
    contexte: dict[str, Any] = {"form": form, "arrivee": arrivee, "action": requete.path}
    if requete.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                dossier = ouvrir_saisi(requete, form, indices_de(arrivee))
                services.rattacher(requete.user, arrivee, version=arrivee.version, dossier=dossier, nouveau=True)
        except DoublonProbable as doublon:
            contexte |= comparaison(requete, doublon, form.identite())
            form.demander_qui(doublon)
        except RegleViolee as erreur:
            form.refuser(erreur)
        else:
            messages.success(requete, f"Le dossier {dossier} est ouvert : prenez maintenant le premier rendez-vous.")
            return _vers(arrivee, "?rendez-vous#titre-tentative")
    statut = 409 if "comparaison" in contexte else 422 if form.errors else 200
    return render(requete, "web/accueil/nouveau.html", contexte, status=statut)

"""The queue of doubles, and one pair side by side with what can be decided of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from imilo.journal.services import consigner, consulter
from imilo.parcours.doublons.models import Etat
from imilo.parcours.doublons.selectors import Comparaison, comparer, contenus, dernier_acte, fusions, paires
from imilo.parcours.doublons.services import decisions
from imilo.socle.mots import la_mission_locale
from imilo.web.doublons.acces import comparaison_ou_404
from imilo.web.doublons.formulaires import FormulaireMot, FormulaireReponse, lire
from imilo.web.doublons.presentation import lignes
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.tableur import reponse_csv

PAR_PAGE = 50
TITRES = (
    "Dossier", "Nom", "Prénom", "Naissance", "Autre dossier", "Autre structure", "Nom de l'autre", "Prénom de l'autre",
    "Naissance de l'autre", "Comparaison", "Concorde", "Diffère", "État",
)  # fmt: skip
TETES = (("force", "Ressemblance"), ("nom", "Nom"), ("depuis", "Trouvé le"))


@permission("doublon.decider")
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """What waits for a decision, the likeliest first; filters show what was decided."""
    form, filtre, parametres = lire(requete.GET)
    trouvees = paires(agent=requete.user, structure=requete.structure, filtre=filtre)
    page = Paginator(trouvees, PAR_PAGE).get_page(requete.GET.get("page"))
    comparees = comparer(list(page.object_list), agent=requete.user, structure=requete.structure)
    _signaler_l_ailleurs(requete, comparees)
    contexte = {
        "form": form,
        "page": page,
        "comparees": comparees,
        "filtree": bool(filtre.etat or filtre.ou or filtre.verdict),
        "tetes": [(nom, "?" + urlencode(parametres | {"tri": code}), filtre.tri == code) for code, nom in TETES],
        "export": urlencode(parametres),
        "fusions": list(fusions(agent=requete.user, structure=requete.structure)[:20]),
    }
    return render(requete, "web/doublons/liste.html", contexte)


def _signaler_l_ailleurs(requete: Requete, comparees: list[Comparaison]) -> None:
    """People of other structures were shown: how many, never who."""
    if ailleurs := sum(c.paire.entre_structures for c in comparees):
        ici = len(comparees) - ailleurs
        consigner(requete.user, "annuaire.cherche", structure=requete.structure, ici=ici, ailleurs=ailleurs)


@permission("doublon.decider")
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """What the filters list, as CSV. One fact, and one consultation of each dossier that leaves."""
    _, filtre, _ = lire(requete.GET)
    trouvees = list(paires(agent=requete.user, structure=requete.structure, filtre=filtre))
    comparees = comparer(trouvees, agent=requete.user, structure=requete.structure)
    for c in comparees:
        for dossier in filter(None, (c.dossier, c.autre)):
            consulter(requete.user, dossier, "export")
    consigner(requete.user, "dossier.exporte", structure=requete.structure, nombre=len(comparees), liste="doublons")
    return reponse_csv("doublons", TITRES, (_rangee(c) for c in comparees))


def _rangee(c: Comparaison) -> list[Any]:
    jeune, voisin = c.dossier.jeune, c.voisin
    return [
        str(c.dossier),
        jeune.nom_naissance,
        jeune.prenom,
        jeune.naissance,
        str(c.autre or ""),
        "" if voisin.ici else voisin.structure_nom,
        voisin.nom_naissance,
        voisin.prenom,
        voisin.naissance_affichee,
        c.paire.get_verdict_display(),
        ", ".join(c.jugement.concorde),
        ", ".join(c.jugement.differe),
        c.paire.get_etat_display(),
    ]


@permission("doublon.decider")
@require_GET
def doublon(requete: Requete, paire_id: int) -> HttpResponseBase:
    """One pair side by side."""
    return page(requete, comparaison_ou_404(requete, paire_id))


def page(
    requete: Requete,
    c: Comparaison,
    *,
    mot: FormulaireMot | None = None,
    reponse: FormulaireReponse | None = None,
) -> HttpResponseBase:
    """The page of a pair, with its forms as they are. Each own dossier shown is a consultation."""
    profil = requete.affectation.profil
    siens = [d for d in (c.dossier, c.autre) if d is not None]
    for dossier in siens:
        consulter(requete.user, dossier, "identite")
    _signaler_l_ailleurs(requete, [c])
    actes = dernier_acte(siens)
    contexte = {
        "c": c,
        "lignes": lignes(c, profil=profil),
        "contenus": contenus(c.dossier, c.autre, profil=profil) if c.autre else [],
        "siens": [(d, actes.get(d.pk)) for d in siens],
        "form": mot or reponse or FormulaireMot(),
        "mot": mot or FormulaireMot(),
        "reponse": reponse or _reponse(c, profil),
        "Etat": Etat,
    }
    refuse = any(f is not None and f.errors for f in (mot, reponse))
    return render(requete, "web/doublons/doublon.html", contexte, status=422 if refuse else 200)


def _reponse(c: Comparaison, profil: str, donnees: Any = None) -> FormulaireReponse:
    codes = {"Nom de naissance": "nom_naissance", "Nom d'usage": "nom_usage", "Prénom": "prenom"}
    codes |= {"Autres prénoms": "autres_prenoms", "Date de naissance": "naissance"}
    differents = [(codes[x.libelle], x.libelle) for x in lignes(c, profil=profil) if x.differe and x.libelle in codes]
    return FormulaireReponse(donnees, differents=differents)


def vers(c: Comparaison) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:doublon", args=[c.paire.pk]))


@permission("doublon.decider")
@require_POST
@envoi_unique
def differentes(requete: Requete, paire_id: int) -> HttpResponseBase:
    """Two persons: the pair leaves the queue for good."""
    c = comparaison_ou_404(requete, paire_id)
    decisions.dire_differentes(requete.user, c.paire)
    messages.success(requete, "Noté : ce sont deux personnes. La question ne sera plus posée.")
    return HttpResponseRedirect(reverse("web:doublons"))


@permission("doublon.decider")
@require_POST
@envoi_unique
def reprendre(requete: Requete, paire_id: int) -> HttpResponseBase:
    """Back in the queue: somebody had decided too fast."""
    c = comparaison_ou_404(requete, paire_id)
    decisions.reprendre(requete.user, c.paire)
    messages.success(requete, "Ces deux dossiers sont de nouveau à comparer.")
    return vers(c)


@permission("doublon.decider")
@require_POST
@envoi_unique
def demander(requete: Requete, paire_id: int) -> HttpResponseBase:
    """A question to the other structure, with a word."""
    c = comparaison_ou_404(requete, paire_id)
    form = FormulaireMot(requete.POST)
    if form.is_valid():
        posee = form.appliquer(decisions.demander, requete.user, c.paire, mot=form.cleaned_data["mot"])
        if posee is not None:
            if posee.etat == Etat.DIFFERENTES:
                messages.info(requete, f"{c.voisin.structure_nom} avait déjà répondu : ce sont deux personnes.")
            else:
                messages.success(requete, f"La question est posée à {la_mission_locale(c.voisin.structure_nom)}.")
            return vers(c)
    return page(requete, c, mot=form)


@permission("doublon.decider")
@require_POST
@envoi_unique
def repondre(requete: Requete, paire_id: int) -> HttpResponseBase:
    """The answer to another structure: the same person, or two."""
    c = comparaison_ou_404(requete, paire_id)
    form = _reponse(c, requete.affectation.profil, requete.POST)
    if form.is_valid():
        d = form.cleaned_data
        if d["reponse"] == "non":
            fait = form.appliquer(decisions.refuser, requete.user, c.paire, mot=d["mot"])
            dit = "Réponse donnée : ce sont deux personnes."
        else:
            champs = d.get("champs", [])
            fait = form.appliquer(decisions.reunir, requete.user, c.paire, mot=d["mot"], champs=champs)
            dit = "Réponse donnée : c'est la même personne. Chaque structure garde son dossier."
        if fait is not None:
            messages.success(requete, dit)
            return vers(c)
    return page(requete, c, reponse=form)


@permission("doublon.decider")
@envoi_unique
def separer(requete: Requete, paire_id: int) -> HttpResponseBase:
    """Undo an answer: each structure has its own person again. Asks first."""
    c = comparaison_ou_404(requete, paire_id)
    if requete.method == "POST":
        decisions.separer_les_personnes(requete.user, c.paire)
        messages.success(requete, "Les deux personnes sont de nouveau distinctes.")
        return vers(c)
    retour = reverse("web:doublon", args=[c.paire.pk])
    return render(requete, "web/doublons/separer.html", {"c": c, "retour": retour, "bouton": "Séparer les personnes"})

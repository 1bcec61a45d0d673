"""The appeals of the structure: those that wait first, with how long; what they ask of who answers, in *Ma journée*."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import agents_de, aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.contrats.models import NatureRecours
from imilo.parcours.contrats.recours import (
    ETATS,
    TRIS,
    Attente,
    EnAttente,
    Recherche,
    attente,
    en_attente,
    recours_de_la_structure,
)
from imilo.parcours.contrats.reglages import reglages
from imilo.parcours.contrats.selectors import pouvoir_de_repondre
from imilo.parcours.dossiers.services.referents import REFERENTS
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.tableur import reponse_csv

PAR_PAGE = 50
TITRES = (
    "Dossier",
    "Nom",
    "Prénom",
    "Décision contestée",
    "Nature",
    "Reçu le",
    "Jours",
    "Issue",
    "Répondu le",
    "Référent",
)


class FiltreRecours(FormulaireDSFR):
    """What the list keeps; everything is optional."""

    filtre = True
    etat = forms.ChoiceField(label="État", required=False, choices=ETATS)
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *NatureRecours.choices])
    referent = forms.ChoiceField(label="Référent", required=False)
    tri = forms.ChoiceField(label="Trier par", required=False, choices=TRIS)

    def __init__(self, *args: Any, requete: Requete, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agents = agents_de(structure=requete.structure, le=aujourd_hui(requete.structure), profils=REFERENTS)
        champ = self.fields["referent"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [("", "Tous"), *((str(a.pk), str(a)) for a in agents)]

    def recherche(self) -> Recherche:
        d = {nom: valeur for nom, valeur in self.cleaned_data.items() if valeur}
        return Recherche(**{**d, "referent": int(d["referent"])} if "referent" in d else d)


@permission("contrat.preparer")
@require_GET
def lister(requete: Requete) -> HttpResponseBase:
    """The appeals, filtered and sorted; those that wait for an answer first, the oldest before."""
    form = FiltreRecours(requete.GET or {}, requete=requete)
    recherche = form.recherche() if form.is_valid() else Recherche()
    trouves = recours_de_la_structure(structure=requete.structure, recherche=recherche)
    page = Paginator(trouves, PAR_PAGE).get_page(requete.GET.get("page"))
    le = aujourd_hui(requete.structure)
    contexte = {
        "form": form,
        "page": page,
        "lignes": [attente(r, le=le) for r in page],
        "attendent": en_attente(structure=requete.structure, le=le),
        "en_vue_jours": reglages().recours_en_vue_jours,
        "filtre": any(v for k, v in requete.GET.items() if k != "page"),
        "parametres": requete.GET.urlencode(),
    }
    return render(requete, "web/contrat/recours.html", contexte, status=422 if form.errors else 200)


@permission("contrat.preparer")
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """What the filters list, for a spreadsheet: not what the person says. One fact."""
    form = FiltreRecours(requete.GET or {}, requete=requete)
    if not form.is_valid():
        return lister(requete)
    le = aujourd_hui(requete.structure)
    trouves = recours_de_la_structure(structure=requete.structure, recherche=form.recherche())
    lignes = [_rangee(attente(r, le=le)) for r in trouves]
    consigner(requete.user, "recours.exportes", structure=requete.structure, nombre=len(lignes))
    return reponse_csv(f"recours-{le:%Y-%m-%d}", TITRES, lignes)


def _rangee(a: Attente) -> tuple[object, ...]:
    r, jeune = a.recours, a.recours.dossier.jeune
    qui = (str(r.dossier), jeune.nom_usage or jeune.nom_naissance, jeune.prenom)
    issue = r.get_issue_display() or "En attente"
    return (*qui, r.contre, r.get_nature_display(), r.recu_le, a.jours, issue, r.repondu_le, r.dossier.referent or "")


def du_jour(requete: Requete, le: date) -> EnAttente | None:
    """What waits, for the direction and whoever may answer in the State's name; None when nothing does."""
    qui, ou, profil = requete.user, requete.structure, requete.affectation.profil
    if not peut(profil, "contrat.signer"):
        return None
    attendent = en_attente(structure=ou, le=le)
    if attendent is None or peut(profil, "delegation.gerer"):
        return attendent
    return attendent if pouvoir_de_repondre(agent=qui, structure=ou, le=le) is not None else None

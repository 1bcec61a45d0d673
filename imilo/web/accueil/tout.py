"""*Voir tout*: every answer to a search, filtered, sorted, by pages, and as CSV for one's own structure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.annuaire import LONGUEUR_MAX, Ligne, porte_un_nir
from imilo.jeunes.dates import naissance_affichee
from imilo.journal.services import consigner, consulter
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.dossiers.selectors.recherche import Resultats
from imilo.socle.normalisation import normaliser
from imilo.web.accueil.recherche import nir_refuse_dans_l_adresse, repondre
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.tableur import Colonne, reponse_des_colonnes

LIMITE, PAR_PAGE = 500, 50
ICI, AILLEURS, SANS = "ici", "ailleurs", "aucun"


@dataclass(frozen=True)
class Rangee:
    """One line of the table: a dossier of the structure, or a line of the directory."""

    dossier: Dossier | None
    ligne: Ligne | None
    nom: str
    nom_naissance: str
    prenom: str
    naissance: date
    naissance_affichee: str
    proche: bool

    @property
    def statut(self) -> str:
        return self.dossier.get_statut_display() if self.dossier else ""

    @property
    def referent(self) -> str:
        return str(self.dossier.referent or "") if self.dossier else ""


TRIS = {
    "": "Pertinence",
    "nom": "Nom",
    "naissance": "Date de naissance",
    "statut": "Statut",
    "referent": "Référent",
}
_CLES: dict[str, Any] = {
    "nom": lambda r: (normaliser(r.nom), normaliser(r.prenom)),
    "naissance": lambda r: r.naissance,
    "statut": lambda r: (not r.statut, r.statut),
    "referent": lambda r: (not r.referent, normaliser(r.referent)),
}


class FormulaireTout(FormulaireDSFR):
    """What a GET asks for. What it can't read counts as not asked."""

    q = forms.CharField(label="Recherche", required=False, max_length=LONGUEUR_MAX)
    ou = forms.ChoiceField(
        label="Structure", required=False, choices=[("", "Toutes"), (ICI, "La mienne"), (AILLEURS, "Les autres")]
    )
    statut = forms.ChoiceField(label="Statut", required=False, choices=[("", "Tous"), *Statut.choices])
    referent = forms.ChoiceField(label="Référent", required=False)
    ne_de = forms.IntegerField(label="Né(e) dès (année)", required=False, min_value=1900, max_value=2100)
    ne_a = forms.IntegerField(label="Jusqu'à (année)", required=False, min_value=1900, max_value=2100)
    tri = forms.ChoiceField(label="Trier par", required=False, choices=list(TRIS.items()))

    def __init__(self, *args: Any, equipe: list[Agent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        referent = self.fields["referent"]
        assert isinstance(referent, forms.ChoiceField)
        referent.choices = [("", "Tous"), (SANS, "Sans référent"), *((str(a.pk), str(a)) for a in equipe)]


@permission("annuaire.chercher")
@require_GET
def tout(requete: Requete) -> HttpResponseBase:
    """The whole list of answers, five hundred at most."""
    if porte_un_nir(requete.GET.get("q", "")):
        return nir_refuse_dans_l_adresse(requete)
    form, demande = _lire(requete)
    resultats, compte = repondre(requete, demande["q"], limite=LIMITE, entier=True)
    listees = _trier(_filtrer(_rangees(resultats), demande), demande["tri"])
    contexte = {
        "form": form,
        "q": demande["q"],
        "page": Paginator(listees, PAR_PAGE).get_page(requete.GET.get("page")),
        "ici": sum(r.dossier is not None for r in listees),
        "resultats": resultats,
        "compte": compte,
        "limite": LIMITE,
        "export": urlencode({nom: valeur for nom, valeur in demande.items() if valeur}),
    }
    return render(requete, "web/accueil/tout.html", contexte)


@permission("annuaire.chercher")
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """The lines listed that are the structure's own, as CSV, in the columns that the policy shows. One fact, and one
    consultation of each dossier."""
    if porte_un_nir(requete.GET.get("q", "")):
        return nir_refuse_dans_l_adresse(requete)
    _, demande = _lire(requete)
    resultats, _ = repondre(requete, demande["q"], limite=LIMITE, entier=True)
    listees = [r for r in _trier(_filtrer(_rangees(resultats), demande), demande["tri"]) if r.dossier]
    for rangee in listees:
        assert rangee.dossier is not None
        consulter(requete.user, rangee.dossier, "export")
    consigner(requete.user, "dossier.exporte", structure=requete.structure, nombre=len(listees))
    nom = f"recherche-{aujourd_hui(requete.structure):%Y-%m-%d}"
    return reponse_des_colonnes(nom, requete.affectation.profil, COLONNES, listees)


def _commune(dossier: Dossier | None) -> str:
    return dossier.adresse_commune.nom if dossier and dossier.adresse_commune else ""


COLONNES = (
    Colonne("Dossier", "dossier", lambda r: r.dossier),
    Colonne("Nom", "etat_civil", lambda r: r.nom),
    Colonne("Nom de naissance", "etat_civil", lambda r: r.nom_naissance),
    Colonne("Prénom", "etat_civil", lambda r: r.prenom),
    Colonne("Naissance", "etat_civil", lambda r: r.naissance_affichee),
    Colonne("Commune", "adresse", lambda r: _commune(r.dossier)),
    Colonne("Statut", "dossier", lambda r: r.statut),
    Colonne("Référent", "dossier", lambda r: r.referent),
)


def _lire(requete: Requete) -> tuple[FormulaireTout, dict[str, Any]]:
    """The form as asked, and the value of each of its fields: "" or None for what isn't asked."""
    equipe = list(agents_qui_peuvent("dossier.suivre", structure=requete.structure, le=aujourd_hui(requete.structure)))
    form = FormulaireTout(requete.GET, equipe=equipe)
    form.is_valid()
    return form, {nom: form.cleaned_data.get(nom) or "" for nom in form.fields}


def _rangees(resultats: Resultats) -> list[Rangee]:
    ici = [
        Rangee(
            dossier,
            None,
            dossier.jeune.nom_affiche,
            dossier.jeune.nom_naissance,
            dossier.jeune.prenom,
            dossier.jeune.naissance,
            naissance_affichee(dossier.jeune.naissance, dossier.jeune.naissance_precision),
            dossier.pk in resultats.proches,
        )
        for dossier in resultats.ici
    ]
    ailleurs = [
        Rangee(
            None,
            ligne,
            ligne.nom_usage or ligne.nom_naissance,
            ligne.nom_naissance,
            ligne.prenom,
            ligne.naissance,
            ligne.naissance_affichee,
            ligne.erreurs > 0,
        )
        for ligne in resultats.ailleurs
    ]
    return ici + ailleurs


def _filtrer(rangees: list[Rangee], demande: dict[str, Any]) -> list[Rangee]:
    """A status or a référent is known of one's own dossiers only: asking for one leaves the others out."""

    def garde(r: Rangee) -> bool:
        d = r.dossier
        return (
            demande["ou"] in ("", ICI if d else AILLEURS)
            and (not demande["statut"] or (d is not None and d.statut == demande["statut"]))
            and (not demande["referent"] or (d is not None and str(d.referent_id or SANS) == demande["referent"]))
            and (not demande["ne_de"] or r.naissance.year >= demande["ne_de"])
            and (not demande["ne_a"] or r.naissance.year <= demande["ne_a"])
        )

    return [r for r in rangees if garde(r)]


def _trier(rangees: list[Rangee], tri: str) -> list[Rangee]:
    return sorted(rangees, key=_CLES[tri]) if tri else rangees

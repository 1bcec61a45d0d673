"""The journal of the structure, for its direction and its data protection officer: who did, who looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from imilo.acteurs.models import Affectation, Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.genres import GENRES, Registre
from imilo.journal.models import Inscription
from imilo.journal.selectors import CurseurInvalide, Page, consultations_du_dossier, faits_de_la_structure
from imilo.journal.services import consigner
from imilo.parcours.dossiers.models import Dossier
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.tableur import reponse_csv

NUMERO_MAX = 9_999_999
EXPORT_MAX = 20_000  # rows of an export
TITRES = ("Quand", "Qui", "Quoi", "Dossier", "Précisions")


class FormulaireFiltre(FormulaireDSFR):
    """What to read: facts of the structure, or who looked at one dossier."""

    filtre = True
    registre = forms.ChoiceField(
        label="Montrer",
        choices=[
            (Registre.FAIT.value, "Ce qui a été fait"),
            (Registre.CONSULTATION.value, "Qui a consulté un dossier"),
        ],
        required=False,
    )
    dossier = forms.IntegerField(
        label="Dossier n°",
        required=False,
        min_value=1,
        max_value=NUMERO_MAX,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Un numéro de dossier a sept chiffres au plus."},
    )
    genre = forms.ChoiceField(label="Acte", choices=[("", "Tous"), *GENRES.items()], required=False)
    agent = forms.ModelChoiceField(label="Agent", queryset=Agent.objects.none(), required=False, empty_label="Tous")
    du = forms.DateField(label="Du", required=False)
    au = forms.DateField(label="Au", required=False)

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agents = self.fields["agent"]
        assert isinstance(agents, forms.ModelChoiceField)
        # Those who left are still in the journal.
        la = Affectation.objects.filter(structure=structure)
        agents.queryset = Agent.objects.filter(pk__in=la.values("agent_id")).order_by("nom", "prenom")

    def clean(self) -> dict[str, Any]:
        saisi: dict[str, Any] = super().clean() or self.cleaned_data
        if saisi.get("registre") == Registre.CONSULTATION and "dossier" in saisi and saisi["dossier"] is None:
            self.add_error("dossier", "Donnez le numéro du dossier dont vous cherchez les consultations.")
        return saisi


@dataclass(frozen=True)
class Ligne:
    """A row of the register, in words."""

    inscription: Inscription
    qui: str
    dossier: str
    details: str


@permission("journal.lire")
@require_GET
def journal(requete: Requete) -> HttpResponseBase:
    """One page of the register, newest first."""
    form = FormulaireFiltre(requete.GET or {}, structure=requete.structure)
    page: Page[Any] = Page([], None)
    if form.is_valid():
        try:
            page = _lire(requete, form.cleaned_data, requete.GET.get("curseur") or None)
        except CurseurInvalide as erreur:
            form.add_error(None, str(erreur))
    suite = requete.GET.copy()
    suite["curseur"] = page.suivant or ""
    filtres = {k: v for k, v in requete.GET.items() if v and k != "curseur"}
    contexte = {
        "form": form,
        "lignes": _en_mots(page.lignes),
        "suivant": urlencode(suite) if page.suivant else "",
        "filtre": bool(filtres),
        "export": urlencode(filtres),
    }
    return render(requete, "web/journal/journal.html", contexte, status=422 if form.errors else 200)


@permission("journal.lire")
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """What the filters show, every page of it, as CSV. One fact."""
    form = FormulaireFiltre(requete.GET or {}, structure=requete.structure)
    lignes = _toutes(requete, form.cleaned_data) if form.is_valid() else []
    if len(lignes) > EXPORT_MAX:
        form.add_error(None, f"Plus de {EXPORT_MAX} lignes répondent : resserrez les dates, puis exportez de nouveau.")
    if form.errors:
        contexte = {"form": form, "filtre": True}
        return render(requete, "web/journal/journal.html", contexte, status=422)
    rangees = [
        (timezone.localtime(x.inscription.le), x.qui, x.inscription.libelle, x.dossier, x.details)
        for x in _en_mots(lignes)
    ]
    consigner(requete.user, "journal.exporte", structure=requete.structure, nombre=len(rangees))
    return reponse_csv(f"journal-{aujourd_hui(requete.structure):%Y-%m-%d}", TITRES, rangees)


def _toutes(requete: Requete, saisi: dict[str, Any]) -> list[Inscription]:
    """The rows of every page, or a few more than an export may hold."""
    page = _lire(requete, saisi, None)
    lignes = list(page.lignes)
    while page.suivant and len(lignes) <= EXPORT_MAX:
        page = _lire(requete, saisi, page.suivant)
        lignes += page.lignes
    return lignes


def _lire(requete: Requete, saisi: dict[str, Any], curseur: str | None) -> Page[Any]:
    agent_id = saisi["agent"].pk if saisi["agent"] else None
    du = _minuit(requete.structure, saisi["du"])
    au = _minuit(requete.structure, saisi["au"] + timedelta(days=1)) if saisi["au"] else None
    dossier_id = None
    if saisi["dossier"] is not None:
        dossier_id = (
            Dossier.objects.filter(structure=requete.structure, numero=saisi["dossier"])
            .values_list("pk", flat=True)
            .first()
            or 0
        )
    if saisi["registre"] == Registre.CONSULTATION:
        return consultations_du_dossier(dossier_id=dossier_id or 0, agent_id=agent_id, curseur=curseur, du=du, au=au)
    return faits_de_la_structure(
        structure_id=requete.structure.pk,
        genres=[saisi["genre"]] if saisi["genre"] else [],
        agent_id=agent_id,
        dossier_id=dossier_id,
        curseur=curseur,
        du=du,
        au=au,
    )


def _minuit(structure: Structure, jour: date | None) -> datetime | None:
    """The instant at which a day begins in the structure's own zone."""
    return datetime.combine(jour, time.min, tzinfo=structure.zone) if jour else None


def _en_mots(lignes: Iterable[Inscription]) -> list[Ligne]:
    """Rows with names of agents and numbers of dossiers: two queries."""
    lignes = list(lignes)
    agents = Agent.objects.in_bulk({i.agent_id for i in lignes if i.agent_id})
    dossiers = Dossier.objects.filter(pk__in={i.dossier_id for i in lignes if i.dossier_id})
    numeros = {d.pk: str(d) for d in dossiers.only("numero")}
    return [
        Ligne(
            i,
            str(agents[i.agent_id]) if i.agent_id in agents else _acteur(i),
            numeros.get(i.dossier_id or 0, ""),
            ", ".join(f"{nom} : {valeur}" for nom, valeur in sorted((i.identifiants or {}).items())),
        )
        for i in lignes
    ]


def _acteur(inscription: Inscription) -> str:
    genre, _, numero = inscription.acteur.partition(":")
    if genre == "cle_api":
        return f"autre système (clé n° {numero})"
    if genre == "lien":
        return f"la personne, ou qui la représente (lien n° {numero})"
    return f"agent n° {inscription.agent_id}" if inscription.agent_id else "le système"

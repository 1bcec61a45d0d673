"""The actions of the structure whose programme isn't known: one list, completed one by one or many at once."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs.selectors import agents_de, aujourd_hui
from imilo.journal.services import consigner, consulter
from imilo.parcours.contrats.financements import actions_financees, programmes_connus
from imilo.parcours.contrats.models import ActionPrevue, CategorieAction, Financement
from imilo.parcours.contrats.services import preciser_financement
from imilo.parcours.dossiers.models import DossierQuerySet
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.parcours.dossiers.services.referents import REFERENTS
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.tableur import reponse_csv

PAR_PAGE = 50
COCHEE = re.compile(r"\A([0-9]{1,18})\.([a-z]{0,12})\Z")  # an action, and the funding that was looked at
TITRES = ("Dossier", "Nom", "Prénom", "Référent", "Contrat", "Type", "Action", "Mise en œuvre par", "Financée par",
          "Programme")  # fmt: skip
CHOIX = [f for f in Financement.choices if f[0]]


class FiltreFinancements(FormulaireDSFR):
    """What the list keeps; everything is optional."""

    filtre = True
    # Not `financement`, which is that of the other form of the page.
    financeur = forms.ChoiceField(label="Actions", required=False, choices=[("", "Programme inconnu"), *CHOIX])
    referent = forms.ChoiceField(label="Référent", required=False)
    categorie = forms.ChoiceField(label="Type", required=False, choices=[("", "Tous"), *CategorieAction.choices])
    organisme = forms.CharField(label="Mise en œuvre par", required=False, max_length=100)

    def __init__(self, *args: object, requete: Requete, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        agents = agents_de(structure=requete.structure, le=aujourd_hui(requete.structure), profils=REFERENTS)
        champ = self.fields["referent"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [("", "Tous"), *((str(a.pk), str(a)) for a in agents)]


class FormulaireFinancement(FormulaireDSFR):
    """Who pays the actions that are ticked."""

    financement = forms.ChoiceField(label="Financées par", choices=[("", "Choisir"), *CHOIX])
    programme = forms.CharField(
        label="Programme ou opération",
        required=False,
        max_length=120,
        help_text="Son nom ou son code. Demandé pour le FSE+.",
        widget=forms.TextInput(attrs={"list": "programmes"}),
    )


def _visibles(requete: Requete) -> DossierQuerySet:
    return dossiers_visibles(agent=requete.user, structure=requete.structure)


def _filtrees(requete: Requete, donnees: QueryDict) -> tuple[FiltreFinancements, QuerySet[ActionPrevue]]:
    form = FiltreFinancements(donnees or None, requete=requete)
    choix: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    dossiers = _visibles(requete)
    if choix.get("referent"):
        dossiers = dossiers.du_referent(int(choix["referent"]))
    return form, actions_financees(
        dossiers=dossiers,
        financement=choix.get("financeur") or None,
        categorie=choix.get("categorie", ""),
        organisme=choix.get("organisme", ""),
    )


@permission("contrat.preparer")
@require_GET
def lister(requete: Requete) -> HttpResponseBase:
    """The actions of the concluded contracts whose programme isn't known, or those of one funder."""
    return _montrer(requete, requete.GET, FormulaireFinancement())


def _montrer(
    requete: Requete, donnees: QueryDict, form: FormulaireFinancement, coches: frozenset[int] = frozenset()
) -> HttpResponseBase:
    """The list; with a form that was refused, what was ticked and typed is still there."""
    filtre, actions = _filtrees(requete, donnees)
    page = Paginator(actions, PAR_PAGE).get_page(donnees.get("page"))
    parametres = {cle: str(valeur) for cle, valeur in donnees.dict().items() if cle != "page"}
    contexte = {
        "filtre": filtre,
        "form": form,
        "page": page,
        "nombre": page.paginator.count,
        "filtree": any(parametres.values()),
        "coches": coches,
        "programmes": programmes_connus(dossiers=_visibles(requete)),
        "parametres": urlencode(parametres),
    }
    return render(requete, "web/contrat/financements.html", contexte, status=422 if form.errors else 200)


@permission("contrat.preparer")
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """The same list for a spreadsheet. One fact, and one consultation of each dossier that leaves."""
    _, actions = _filtrees(requete, requete.GET)
    lues = list(actions)
    for dossier in {a.dossier_id: a.dossier for a in lues}.values():
        consulter(requete.user, dossier, "export")
    consigner(requete.user, "actions.exportees", structure=requete.structure, nombre=len(lues))
    return reponse_csv(f"actions-financement-{aujourd_hui(requete.structure):%Y-%m-%d}", TITRES, map(_ligne, lues))


def _ligne(action: ActionPrevue) -> tuple[object, ...]:
    jeune = action.dossier.jeune
    return (
        str(action.dossier),
        jeune.nom_usage or jeune.nom_naissance,
        jeune.prenom,
        str(action.dossier.referent or ""),
        action.contrat.reference,
        action.get_categorie_display(),
        action.intitule,
        action.organisme or "Mission locale",
        action.get_financement_display(),
        action.programme,
    )


@permission("contrat.preparer")
@require_POST
@envoi_unique
def preciser(requete: Requete) -> HttpResponseBase:
    """Write who pays the actions that are ticked."""
    retour = QueryDict(requete.POST.get("retour", ""))
    lues = [COCHEE.match(texte) for texte in requete.POST.getlist("action")]
    cochees = {int(lue[1]): lue[2] for lue in lues if lue}
    form = FormulaireFinancement(requete.POST)

    def enregistrer() -> Any:
        return preciser_financement(requete.user, structure=requete.structure, actions=cochees, **form.cleaned_data)

    precisees = form.appliquer(enregistrer) if form.is_valid() else None
    if precisees is None:
        return _montrer(requete, retour, form, frozenset(cochees))
    pluriel = "s" if precisees.faites > 1 else ""
    suite = f" {precisees.laissees} laissée(s) : quelqu'un y a touché entre-temps." if precisees.laissees else ""
    messages.success(requete, f"{precisees.faites} action{pluriel} complétée{pluriel}.{suite}")
    return HttpResponseRedirect(f"{reverse('web:contrats-financements')}?{retour.urlencode()}")

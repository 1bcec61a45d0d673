"""Forms of accesses and restrictions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import agents_de, aujourd_hui
from imilo.parcours.acces.models import MOTIFS_A_CHOISIR, MotifAcces, MotifRestriction
from imilo.parcours.acces.selectors import Recherche, origines
from imilo.parcours.acces.services import Designation
from imilo.parcours.dossiers.selectors.acces import LECTEURS
from imilo.web.formulaires import FormulaireDSFR


class FormulaireQui(FormulaireDSFR):
    """The line of the directory that was chosen: what it shows, nothing more."""

    structure_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    nom_naissance = forms.CharField(widget=forms.HiddenInput, max_length=100)
    prenom = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False)
    naissance = forms.DateField(widget=forms.HiddenInput)

    def designation(self) -> Designation:
        d = self.cleaned_data
        return Designation(d["structure_id"], d["nom_naissance"], d["prenom"], d["naissance"])


class FormulaireMotif(FormulaireQui):
    """Why the dossier is opened."""

    motif = forms.ChoiceField(
        label="Pourquoi ouvrez-vous ce dossier ?", choices=MOTIFS_A_CHOISIR, widget=forms.RadioSelect
    )
    precision = forms.CharField(
        label="Précision",
        required=False,
        max_length=300,
        help_text="Obligatoire pour « autre raison ». La structure qui tient le dossier la lira.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FormulaireRecus(FormulaireDSFR):
    """What the list of received accesses is narrowed to."""

    filtre = True
    motif = forms.ChoiceField(label="Raison", choices=[("", "Toutes"), *MotifAcces.choices], required=False)
    origine = forms.ModelChoiceField(
        label="Depuis la structure", queryset=Structure.objects.none(), required=False, empty_label="Toutes"
    )
    dossier = forms.IntegerField(
        label="Dossier n°",
        required=False,
        min_value=1,
        max_value=9_999_999,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Un numéro de dossier a sept chiffres au plus."},
    )
    du = forms.DateField(label="Du", required=False)
    au = forms.DateField(label="Au", required=False)
    en_cours = forms.BooleanField(label="Encore ouverts", required=False)

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["origine"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = origines(structure=structure)

    def recherche(self) -> Recherche:
        d = self.cleaned_data
        origine = d["origine"].pk if d["origine"] else None
        return Recherche(d["motif"], origine, d["en_cours"], d["du"], d["au"], d["dossier"])


class FormulaireRestriction(FormulaireDSFR):
    """Who may still open a dossier, why, until when."""

    agents = forms.ModelMultipleChoiceField(
        label="Qui pourra ouvrir ce dossier",
        queryset=Agent.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Personne d'autre, vous compris si vous ne vous nommez pas.",
        error_messages={"required": "Nommez au moins une personne qui pourra ouvrir ce dossier."},
    )
    motif = forms.ChoiceField(label="Raison", choices=MotifRestriction.choices, widget=forms.RadioSelect)
    precision = forms.CharField(
        label="Précision", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    au = forms.DateField(label="Jusqu'au", help_text="Dernier jour compris ; un an au plus, à prolonger au besoin.")

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["agents"]
        assert isinstance(champ, forms.ModelMultipleChoiceField)
        champ.queryset = agents_de(structure=structure, le=aujourd_hui(structure), profils=LECTEURS)

    def decision(self) -> dict[str, Any]:
        """The arguments of the services."""
        d = self.cleaned_data
        au: date = d["au"]
        return {"agents": [a.pk for a in d["agents"]], "motif": d["motif"], "au": au, "precision": d["precision"]}

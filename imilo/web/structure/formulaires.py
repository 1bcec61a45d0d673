"""Forms of the structure's room: give access, end it, delegate a signature."""

from __future__ import annotations

from typing import Any

from django import forms

from imilo.acteurs.models import Agent, Portee, Site, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import agents_de, aujourd_hui
from imilo.web.formulaires import FormulaireDSFR

# Only profiles that could follow a young person's path may be given a signature as a whole.
PROFILS_DELEGATAIRES = (Profil.CONSEILLER, Profil.GESTIONNAIRE, Profil.DIRECTION)


class FormulaireAcces(FormulaireDSFR):
    """An agent of the structure: who, with which profile, from when."""

    courriel = forms.EmailField(
        label="Courriel professionnel",
        help_text="Celui que ProConnect transmettra. Exemple : prenom.nom@mission-locale.fr",
        error_messages={"invalid": "Écrivez un courriel complet, par exemple prenom.nom@mission-locale.fr."},
    )
    prenom = forms.CharField(label="Prénom", max_length=100, required=False)
    nom = forms.CharField(label="Nom", max_length=100)
    profil = forms.ChoiceField(label="Profil", choices=[("", "Choisir un profil"), *Profil.choices])
    site = forms.ModelChoiceField(
        label="Site", queryset=Site.objects.none(), required=False, empty_label="Toute la structure"
    )
    du = forms.DateField(label="À partir du")
    au = forms.DateField(label="Jusqu'au", required=False, help_text="Dernier jour compris ; vide : sans fin prévue.")
    representant_legal = forms.BooleanField(
        label="Représentant légal de la structure",
        help_text="Il décide les contrats et les allocations au nom de l'État, et délègue sa signature.",
        required=False,
    )

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = self.fields["site"]
        assert isinstance(sites, forms.ModelChoiceField)
        sites.queryset = Site.objects.filter(structure=structure)
        self.fields["du"].initial = aujourd_hui(structure)


class FormulaireFin(FormulaireDSFR):
    """The last day of an access."""

    au = forms.DateField(label="Dernier jour", help_text="L'accès se ferme à la fin de cette journée.")

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["au"].initial = aujourd_hui(structure)


class FormulaireDelegation(FormulaireDSFR):
    """A delegation of signature, to an agent or to a profile."""

    portee = forms.ChoiceField(
        label="Ce que la délégation permet de signer", choices=Portee.choices, widget=forms.RadioSelect
    )
    a_agent = forms.ModelChoiceField(
        label="À un agent", queryset=Agent.objects.none(), required=False, empty_label="Aucun en particulier"
    )
    a_profil = forms.ChoiceField(
        label="Ou à tous ceux d'un profil",
        choices=[("", "Aucun profil"), *((p.value, p.label) for p in PROFILS_DELEGATAIRES)],
        required=False,
    )
    du = forms.DateField(label="À partir du")
    au = forms.DateField(label="Jusqu'au", required=False, help_text="Dernier jour compris ; vide : sans fin prévue.")

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        le = aujourd_hui(structure)
        agents = self.fields["a_agent"]
        assert isinstance(agents, forms.ModelChoiceField)
        agents.queryset = agents_de(structure=structure, le=le, profils=PROFILS_DELEGATAIRES)
        self.fields["du"].initial = le

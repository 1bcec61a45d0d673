"""Forms of transfers."""

from __future__ import annotations

from typing import Any

from django import forms

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.transferts.contenu import CONTENU, Mode
from imilo.parcours.transferts.models import FormeAccord, MotifTransfert
from imilo.parcours.transferts.services import Demande
from imilo.web.formulaires import FormulaireDSFR, si

MODES = {Mode.COPIE: "", Mode.LU: " — reste ici, lisible là-bas"}


class FormulaireTransfert(FormulaireDSFR):
    """Where to, why, and what the young person agrees to pass on."""

    cible = forms.ModelChoiceField(
        label="Vers quelle structure",
        queryset=Structure.objects.none(),
        empty_label="Choisir une structure",
        error_messages={"required": "Choisissez la structure qui accompagnera la personne."},
    )
    motif = forms.ChoiceField(
        label="Raison",
        choices=MotifTransfert.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la raison du transfert."},
    )
    precision = forms.CharField(
        label="Précision", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    familles = forms.MultipleChoiceField(
        label="Ce que la personne accepte de transmettre",
        choices=[(c.code, f"{c.libelle}{MODES[c.mode]}") for c in CONTENU],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Rien de coché : l'autre structure ouvre un dossier avec son identité seule.",
    )
    accord_le = forms.DateField(label="Accord de la personne donné le", required=False)
    accord_forme = forms.ChoiceField(
        label="Comment elle l'a donné",
        choices=[("", "Choisir la forme de l'accord"), *FormeAccord.choices],
        required=False,
    )

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["cible"]
        assert isinstance(champ, forms.ModelChoiceField)
        autres = Structure.objects.filter(active=True).exclude(pk=dossier.structure_id)
        champ.queryset = autres.order_by("code_departement", "nom_officiel")
        self.fields["accord_le"].initial = aujourd_hui(dossier.structure)
        for nom in ("accord_le", "accord_forme"):
            si("si quelque chose est transmis", self.fields[nom])

    def demande(self) -> Demande:
        d = self.cleaned_data
        return Demande(d["cible"], d["motif"], d["precision"], tuple(d["familles"]), d["accord_le"], d["accord_forme"])


class FormulaireAcceptation(FormulaireDSFR):
    """Who will accompany the person here."""

    referent = forms.ModelChoiceField(
        label="Conseiller référent",
        queryset=Agent.objects.none(),
        empty_label="Choisir un conseiller",
        error_messages={"required": "Choisissez qui accompagnera la personne ici."},
    )

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["referent"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = agents_qui_peuvent("dossier.suivre", structure=structure, le=aujourd_hui(structure))


class FormulaireRefus(FormulaireDSFR):
    reponse = forms.CharField(
        label="Pourquoi vous refusez",
        max_length=300,
        help_text="La structure qui demande le lira.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

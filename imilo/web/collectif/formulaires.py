"""Forms of a collective act: what all share, and each person's own line."""

from __future__ import annotations

from typing import Any

from django import forms

from imilo.acteurs.models import Agent, Site, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.activites.models import MotifAbsence
from imilo.parcours.activites.services import CollectifSaisi, PersonneSaisie
from imilo.parcours.dossiers.models import ActeCollectif
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.dossiers.services.suivi import COMPTE_RENDU_MAX
from imilo.referentiels.models import Liste
from imilo.web.dossier.formulaires import ChampDuree, ChampHeure, choix
from imilo.web.formulaires import FormulaireDSFR

MOT_D_ABSENCE_MAX = 300
PRESENT, ABSENT = "present", "absent"
LISTES = {"type": Liste.TYPE_ACTE, "modalite": Liste.MODALITE_ACTE, "theme": Liste.THEME_DEMANDE}
DEPART = {"duree": 120, "modalite": "ATELIER"}


class FormulaireCollectif(FormulaireDSFR):
    """What was done, when, where, by whom."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    intitule = forms.CharField(label="Sujet", max_length=200, help_text="Par exemple : Atelier CV.")
    type = forms.ChoiceField(label="Type d'acte")
    modalite = forms.ChoiceField(label="Modalité")
    theme = forms.ChoiceField(label="Thème principal")
    le = forms.DateField(label="Date")
    heure = ChampHeure(label="Heure de début")
    duree = ChampDuree(label="Durée (minutes)")
    agent = forms.ModelChoiceField(label="Animé par", queryset=Agent.objects.none(), empty_label=None)
    site = forms.ModelChoiceField(
        label="Site", queryset=Site.objects.none(), required=False, empty_label="Aucun de nos sites"
    )
    lieu = forms.CharField(label="Autre lieu", required=False, max_length=200)

    def __init__(
        self, *args: Any, structure: Structure, par: Agent, collectif: ActeCollectif | None = None, **kwargs: Any
    ) -> None:
        le = aujourd_hui(structure)
        debut: dict[str, Any] = DEPART | {"le": le, "agent": par.pk}
        if collectif is not None:
            noms = ("version", "intitule", *LISTES, "le", "heure", "duree", "lieu")
            debut = {n: getattr(collectif, n) for n in noms}
            debut |= {"agent": collectif.agent_id, "site": collectif.site_id}
        kwargs["initial"] = debut | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for nom, liste in LISTES.items():
            self.fields[nom].choices = choix(  # type: ignore[attr-defined]  # a ChoiceField
                liste, le, garder=getattr(collectif, nom) if collectif else ""
            )
        equipe = agents_qui_peuvent("acte.saisir", structure=structure, le=le)
        if collectif is not None:  # who animated it may have left since
            equipe = Agent.objects.filter(pk__in=[*equipe.values_list("pk", flat=True), collectif.agent_id])
        self.fields["agent"].queryset = equipe  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["site"].queryset = Site.objects.filter(structure=structure)  # type: ignore[attr-defined]  # likewise

    def saisi(self) -> CollectifSaisi:
        return CollectifSaisi(**{n: self.cleaned_data[n] for n in CollectifSaisi.__dataclass_fields__})


class FormulairePersonne(FormulaireDSFR):
    """Whether this person came, why not, and what is theirs alone."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    presence = forms.ChoiceField(
        label="Présence", choices=[(PRESENT, "Présent"), (ABSENT, "Absent")], widget=forms.RadioSelect
    )
    motif = forms.ChoiceField(label="Raison, si absent", required=False, choices=MotifAbsence.choices)
    mot = forms.CharField(
        label="Un mot sur cette personne",
        required=False,
        max_length=COMPTE_RENDU_MAX,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(self, *args: Any, numero: int, **kwargs: Any) -> None:
        self.numero = numero
        depart = {"presence": PRESENT, "motif": MotifAbsence.AUCUN}
        kwargs["initial"] = depart | kwargs.get("initial", {})
        super().__init__(*args, prefix=prefixe(numero), **kwargs)

    def clean(self) -> dict[str, Any]:
        lu = self.cleaned_data
        if lu.get("presence") == ABSENT and len(lu.get("mot", "")) > MOT_D_ABSENCE_MAX:
            self.add_error("mot", f"Pour une absence, {MOT_D_ABSENCE_MAX} caractères au plus.")
        return lu

    def personne(self) -> PersonneSaisie:
        lu = self.cleaned_data
        motif = lu["motif"] or MotifAbsence.AUCUN
        return PersonneSaisie(self.numero, lu["presence"] == PRESENT, motif, lu["mot"], lu["version"])


def prefixe(numero: int) -> str:
    return f"p{numero}"

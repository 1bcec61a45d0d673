"""The lines of a PACEA's phases, in the form of the contract and apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.services import PhaseSaisie
from imilo.socle.erreurs import RegleViolee
from imilo.web.contrat.formulaires import zone_de_texte
from imilo.web.formulaires import FormulaireDSFR, habiller, si

if TYPE_CHECKING:
    from imilo.web.contrat.formulaires_contrat import FormulaireContrat

PHASES = 3
CHAMPS = ("debut", "fin", "objectifs", "engagements_jeune", "engagements_structure")


def champs_de_la_phase(quoi: str, *, requis: bool) -> dict[str, forms.Field]:
    """The fields of one phase; `quoi` begins each label."""
    return {
        "debut": forms.DateField(label=f"{quoi} : premier jour", required=requis),
        "fin": forms.DateField(label=f"{quoi} : dernier jour", required=requis),
        "objectifs": forms.CharField(
            label=f"{quoi} : objectifs", required=requis, max_length=2000, widget=zone_de_texte(2)
        ),
        "engagements_jeune": forms.CharField(
            label=f"{quoi} : ce que fait le jeune", required=requis, max_length=2000, widget=zone_de_texte(2)
        ),
        "engagements_structure": forms.CharField(
            label=f"{quoi} : ce que fait la mission locale", required=requis, max_length=2000, widget=zone_de_texte(2)
        ),
    }


def ajouter_phase(form: FormulaireContrat, n: int) -> None:
    """The first phase has to be there; the others may be left blank."""
    for nom, champ in champs_de_la_phase(f"Phase {n}", requis=n == 1).items():
        form.fields[f"phase_{n}_{nom}"] = si("si cette phase est prévue", champ)
        habiller(champ)


def lignes_de_phases(form: FormulaireContrat) -> list[tuple[forms.BoundField, ...]]:
    return [tuple(form[f"phase_{n}_{nom}"] for nom in CHAMPS) for n in range(1, form.phases_visibles + 1)]


def verifier_les_phases(form: FormulaireContrat, donnees: dict[str, Any]) -> None:
    """A phase that is begun is whole."""
    for n in range(2, form.phases_visibles + 1):
        vides = [nom for nom in CHAMPS if not donnees.get(f"phase_{n}_{nom}")]
        for nom in vides if len(vides) < len(CHAMPS) else ():
            form.add_error(f"phase_{n}_{nom}", "Remplissez ce champ, ou videz toute la phase.")


def phases_saisies(form: FormulaireContrat) -> list[PhaseSaisie]:
    donnees = form.cleaned_data
    return [
        PhaseSaisie(**{nom: donnees[f"phase_{n}_{nom}"] for nom in CHAMPS})
        for n in range(1, form.phases_visibles + 1)
        if donnees[f"phase_{n}_debut"]
    ]


def depart_des_phases(contrat: ContratEngagement) -> dict[str, Any]:
    return {
        f"phase_{n}_{nom}": getattr(phase, nom)
        for n, phase in enumerate(contrat.phases.all(), start=1)
        for nom in CHAMPS
    }


class FormulairePhase(FormulaireDSFR):
    """One more phase of a signed PACEA."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, champ in champs_de_la_phase("La phase", requis=True).items():
            self.fields[nom] = champ
            habiller(champ)

    def refuser(self, erreur: RegleViolee) -> None:
        """What is said of this phase among the others (`phases.2.fin`) is said at its own field."""
        champ = (erreur.champ or "").rsplit(".", 1)[-1]
        super().refuser(RegleViolee(erreur.message, {"phases": "debut", "fin_prevue": "fin"}.get(champ, champ)))

    def saisie(self) -> PhaseSaisie:
        return PhaseSaisie(**{nom: self.cleaned_data[nom] for nom in CHAMPS})

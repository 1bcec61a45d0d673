"""Forms of doubles: the filter of the queue, a word for the other structure, what a merge keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.doublons.models import VERDICTS, Etat
from imilo.parcours.doublons.selectors import TRIS, Filtre
from imilo.parcours.doublons.services.decisions import MOT_MAX, VISIBLES
from imilo.parcours.doublons.services.fusion import Vues
from imilo.web.doublons.presentation import Choix
from imilo.web.formulaires import FormulaireDSFR

GARDE, ABSORBE = "garde", "absorbe"


class FormulaireFiltre(FormulaireDSFR):
    """What a GET asks for. What it can't read counts as not asked."""

    filtre = True
    etat = forms.ChoiceField(
        label="À traiter ou décidés", required=False, choices=[("", "À traiter"), *Etat.choices, ("tous", "Tous")]
    )
    ou = forms.ChoiceField(
        label="Où est l'autre dossier",
        required=False,
        choices=[("", "Partout"), ("ici", "Dans la structure"), ("ailleurs", "Dans une autre structure")],
    )
    verdict = forms.ChoiceField(
        label="Ce que dit la comparaison", required=False, choices=[("", "Indifférent"), *VERDICTS]
    )


def lire(donnees: Any) -> tuple[FormulaireFiltre, Filtre, dict[str, str]]:
    """The form, the filter, and the parameters that lead to the same page."""
    form = FormulaireFiltre({nom: donnees.get(nom, "") for nom in FormulaireFiltre.base_fields})
    form.is_valid()
    propres = {nom: form.cleaned_data.get(nom, "") for nom in form.fields}
    tri = donnees.get("tri", "force")
    filtre = Filtre(**propres, tri=tri if tri in TRIS else "force")
    return form, filtre, {**propres, "tri": filtre.tri}


class FormulaireMot(FormulaireDSFR):
    """A word that the other structure will read."""

    mot = forms.CharField(
        label="Votre mot pour l'autre structure",
        help_text="Ce qui vous fait penser que c'est la même personne, ou non. N'y écrivez rien du suivi.",
        max_length=MOT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FormulaireReponse(FormulaireMot):
    """Yes or no, with a word; and, for a yes, whose spelling is kept where they differ."""

    reponse = forms.ChoiceField(
        label="Est-ce la même personne ?",
        choices=[("oui", "Oui, la même personne"), ("non", "Non, deux personnes")],
        widget=forms.RadioSelect,
    )
    champs = forms.MultipleChoiceField(
        label="Garder ce que votre structure a noté, plutôt que l'autre, pour",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("reponse", "champs", "mot")

    def __init__(self, *args: Any, differents: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champs = self.fields["champs"]
        assert isinstance(champs, forms.MultipleChoiceField)
        champs.choices = [(c, nom) for c, nom in differents if c in VISIBLES]
        if not champs.choices:
            del self.fields["champs"]


class FormulaireFusion(FormulaireDSFR):
    """Which dossier is kept, and each differing field; the versions that the page showed.

    `d_office`: what the merged dossier alone knows, of the fields that this profile doesn't see: taken as it is.
    """

    garde = forms.IntegerField(widget=forms.HiddenInput)
    vues = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(
        self,
        *args: Any,
        garde: Dossier,
        absorbe: Dossier,
        choix: Sequence[Choix],
        d_office: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        vues = " ".join(f"{d.pk}:{d.version}:{d.jeune.version}" for d in (garde, absorbe))
        super().__init__(*args, initial={"garde": garde.pk, "vues": vues}, **kwargs)
        self.choix, self.d_office = tuple(choix), tuple(d_office)
        for c in self.choix:
            self.fields[c.nom] = forms.ChoiceField(choices=[(GARDE, c.garde), (ABSORBE, c.absorbe)])

    def repris(self) -> tuple[str, ...]:
        """The codes of what is taken from the merged dossier."""
        return self.d_office + tuple(c.code for c in self.choix if self.cleaned_data[c.nom] == ABSORBE)

    def versions(self) -> Vues:
        """The versions shown; none that fits when the field was tampered with: the merge is then refused."""
        lues: dict[int, tuple[int, int]] = {}
        for morceau in self.cleaned_data["vues"].split():
            nombres = [int(n) if n.isascii() and n.isdigit() else -1 for n in morceau.split(":")]
            if len(nombres) == 3:
                lues[nombres[0]] = (nombres[1], nombres[2])
        return Vues(lues)

    def coche(self) -> list[tuple[Choix, bool]]:
        """Each choice with whether the merged dossier's is chosen: as posted, else as proposed."""
        return [(c, self.data.get(c.nom, "") == ABSORBE if self.is_bound else c.repris) for c in self.choix]

"""Forms of the shared assessment: the counsellor's, and what the person says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from imilo.parcours.diagnostics.grille import NON_EXPLORE, contraintes, sujets
from imilo.parcours.diagnostics.models import (
    Accord,
    Diagnostic,
    Element,
    Impact,
    Valeur,
    ValeurContrainte,
    ValeurObjectif,
    ValeurSituation,
)
from imilo.parcours.diagnostics.services import AppreciationSaisie, ContrainteSaisie, ThemeSaisi
from imilo.parcours.diagnostics.services.diagnostic import verifier_les_constats
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import Controle, RegleViolee, VersionPerimee
from imilo.web.fiche.formulaires import ChampMetier
from imilo.web.formulaires import FormulaireDSFR, habiller

METIERS = 3  # lines of the form; the service takes a few more
LONGUEUR_PRECISIONS = 1000


def _zone(lignes: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": lignes, "dir": "auto"})


def _precisions(libelle: str) -> forms.CharField:
    champ = forms.CharField(label=f"{libelle} : précisions", required=False, max_length=LONGUEUR_PRECISIONS)
    champ.widget.attrs["dir"] = "auto"
    return champ


def _choix(libelle: str, choix: Any, initial: str) -> forms.ChoiceField:
    """A list whose first value is what stands when nothing is said."""
    return forms.ChoiceField(label=libelle, choices=choix, initial=initial, required=False)


@dataclass(frozen=True)
class BlocContrainte:
    """The fields of one constraint, as the page shows them; `ouvert` when there is something to read in it."""

    libelle: str
    aide: str
    ouvert: bool
    valeur: forms.BoundField
    impact: forms.BoundField
    precisions: forms.BoundField
    situations: list[forms.BoundField]
    objectifs: list[forms.BoundField]


class FormulaireDiagnostic(FormulaireDSFR):
    """The shared assessment, theme by theme (L. 5411-5-2), from where the last one stands."""

    vu = forms.IntegerField(required=False, widget=forms.HiddenInput)
    etabli_le = forms.DateField(label="Date du diagnostic")
    objectifs = forms.CharField(
        label="Objectifs de la personne", max_length=3000, widget=_zone(3), help_text="Avec ses mots : elle les relira."
    )
    synthese = forms.CharField(
        label="Synthèse pour l'équipe",
        required=False,
        max_length=3000,
        widget=_zone(4),
        help_text="Elle n'est pas sur la page envoyée au jeune, qui peut demander à la lire. "
        "N'écrivez aucun élément médical.",
    )
    avec_la_personne = forms.BooleanField(
        label="Ce diagnostic a été établi avec la personne", required=False, help_text="L. 5411-5-2 I"
    )

    def __init__(self, *args: Any, le: date, precedent: Diagnostic | None = None, **kwargs: Any) -> None:
        connu = {"vu": precedent.pk, **depart(precedent)} if precedent else {"vu": 0}
        kwargs["initial"] = {"etabli_le": le, **connu}
        self.le, self.themes = le, codes(Liste.THEME_DEMANDE, le)
        super().__init__(*args, **kwargs)
        nouveaux: dict[str, forms.Field] = {}
        for code, libelle in self.themes:
            nouveaux[f"valeur_{code}"] = _choix(libelle, Valeur.choices, Valeur.NON_EXPLORE)
            nouveaux[f"texte_{code}"] = _precisions(libelle)
        for code, sujet in sujets().items():
            nouveaux[f"appreciation_{code}"] = _choix(sujet.libelle, [*sujet.echelle.items()], NON_EXPLORE)
        for rang in range(1, METIERS + 1):
            nouveaux[f"metier_{rang}"] = ChampMetier(label=f"Métier visé n° {rang}", required=False)
        nouveaux |= _champs_des_contraintes()
        for nom, champ in nouveaux.items():
            habiller(champ)
            self.fields[nom] = champ

    def clean(self) -> dict[str, Any]:
        """With what is missing, what the service would refuse next: one page to correct, once."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            controle = Controle()
            dits = self._constats(defaultdict(str, donnees))
            verifier_les_constats(**dits, le=donnees.get("etabli_le") or self.le, controle=controle)
            for refus in controle.refus:
                if refus.champ not in self.errors:
                    self.refuser(refus)
            if not donnees.get("avec_la_personne"):
                self.add_error("avec_la_personne", "Le diagnostic s'établit avec la personne (L. 5411-5-2 I).")
        return donnees

    def refuser(self, erreur: RegleViolee) -> None:
        """The same; when another version came since, saving again is done knowingly."""
        super().refuser(erreur)
        if isinstance(erreur, VersionPerimee):
            donnees = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
            donnees["vu"] = str(erreur.version)
            self.data = donnees

    @property
    def lignes(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"valeur_{code}"], self[f"texte_{code}"]) for code, _ in self.themes]

    @property
    def metiers(self) -> list[forms.BoundField]:
        return [self[f"metier_{rang}"] for rang in range(1, METIERS + 1)]

    @property
    def numerique(self) -> list[forms.BoundField]:
        return self._du_groupe("numerique")

    @property
    def agir(self) -> list[forms.BoundField]:
        return self._du_groupe("agir")

    def _du_groupe(self, groupe: str) -> list[forms.BoundField]:
        return [self[f"appreciation_{code}"] for code, s in sujets().items() if s.groupe == groupe]

    @property
    def contraintes(self) -> list[BlocContrainte]:
        return [self._bloc(code) for code in contraintes()]

    def _bloc(self, code: str) -> BlocContrainte:
        connue, valeur = contraintes()[code], self[f"contrainte_{code}"]
        noms = [n for n in self.errors if n.endswith(f"_{code}") or f"_{code}__" in n] if self.is_bound else []
        return BlocContrainte(
            connue.libelle,
            connue.aide,
            bool(noms) or (valeur.value() or ValeurContrainte.NON_ABORDEE) != ValeurContrainte.NON_ABORDEE,
            valeur,
            self[f"impact_{code}"],
            self[f"precisions_{code}"],
            [self[f"situation_{code}__{s}"] for s in connue.situations],
            [self[f"objectif_{code}__{o}"] for o in connue.objectifs],
        )

    def arguments(self) -> dict[str, Any]:
        """Arguments of the service."""
        noms = ("vu", "etabli_le", "objectifs", "synthese", "avec_la_personne")
        return {n: self.cleaned_data[n] for n in noms} | self._constats(self.cleaned_data)

    def _constats(self, donnees: Mapping[str, Any]) -> dict[str, Any]:
        """What was found, theme by theme."""
        return {
            "themes": [
                ThemeSaisi(c, donnees[f"valeur_{c}"] or Valeur.NON_EXPLORE, donnees[f"texte_{c}"])
                for c, _ in self.themes
            ],
            "contraintes": [_contrainte(code, donnees) for code in contraintes()],
            "appreciations": [
                AppreciationSaisie(code, donnees[f"appreciation_{code}"] or NON_EXPLORE) for code in sujets()
            ],
            "metiers": [m for r in range(1, METIERS + 1) if (m := donnees[f"metier_{r}"])],
        }


def _champs_des_contraintes() -> dict[str, forms.Field]:
    champs: dict[str, forms.Field] = {
        "prioritaire": _choix(
            "Contrainte à traiter en premier",
            [("", "Aucune pour le moment"), *((code, c.libelle) for code, c in contraintes().items())],
            "",
        )
    }
    for code, c in contraintes().items():
        champs[f"contrainte_{code}"] = _choix(
            f"{c.libelle} : constat", ValeurContrainte.choices, ValeurContrainte.NON_ABORDEE
        )
        champs[f"impact_{code}"] = _choix(
            f"{c.libelle} : impact sur l'accès à l'emploi", Impact.choices, Impact.NON_RENSEIGNE
        )
        champs[f"precisions_{code}"] = _precisions(c.libelle)
        for s, libelle in c.situations.items():
            champs[f"situation_{code}__{s}"] = _choix(libelle, ValeurSituation.choices, ValeurSituation.NON_ABORDEE)
        for o, libelle in c.objectifs.items():
            champs[f"objectif_{code}__{o}"] = _choix(libelle, ValeurObjectif.choices, ValeurObjectif.NON_ABORDE)
    return champs


def _contrainte(code: str, donnees: Mapping[str, Any]) -> ContrainteSaisie:
    connue = contraintes()[code]
    return ContrainteSaisie(
        code,
        donnees[f"contrainte_{code}"] or ValeurContrainte.NON_ABORDEE,
        donnees[f"impact_{code}"] or Impact.NON_RENSEIGNE,
        donnees["prioritaire"] == code,
        donnees[f"precisions_{code}"],
        {s: donnees[f"situation_{code}__{s}"] or ValeurSituation.NON_ABORDEE for s in connue.situations},
        {o: donnees[f"objectif_{code}__{o}"] or ValeurObjectif.NON_ABORDE for o in connue.objectifs},
    )


def depart(d: Diagnostic) -> dict[str, Any]:
    """What the form shows at first: the last assessment, loaded with all its data."""
    valeurs: dict[str, Any] = {"objectifs": d.objectifs, "synthese": d.synthese}
    for t in d.themes.all():
        valeurs |= {f"valeur_{t.theme}": t.valeur, f"texte_{t.theme}": t.texte}
    for a in d.appreciations.all():
        valeurs[f"appreciation_{a.sujet}"] = a.valeur
    for m in d.metiers.all():
        valeurs[f"metier_{m.rang}"] = m.rome
    for c in d.contraintes.all():
        valeurs |= {f"contrainte_{c.code}": c.valeur, f"impact_{c.code}": c.impact, f"precisions_{c.code}": c.texte}
        if c.prioritaire:
            valeurs["prioritaire"] = c.code
        for e in c.elements.all():
            debut = "situation" if e.genre == Element.SITUATION else "objectif"
            valeurs[f"{debut}_{c.code}__{e.code}"] = e.valeur
    return valeurs


class FormulaireCommentaire(FormulaireDSFR):
    """What the person says of their assessment."""

    accord = forms.ChoiceField(
        label="Êtes-vous d'accord avec ce qui est écrit ?",
        choices=[(Accord.OUI, "Oui"), (Accord.EN_PARTIE, "En partie"), (Accord.NON, "Non")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
    texte = forms.CharField(
        label="Ce que vous voulez dire à votre conseiller",
        required=False,
        max_length=2000,
        widget=_zone(5),
        help_text="Ce qui est faux, ce qui manque, ce qui a changé. "
        "Si vous n'êtes pas tout à fait d'accord, dites pourquoi.",
    )


class FormulaireEnvoi(FormulaireDSFR):
    """By which means the link to the page is sent."""

    canal = forms.ChoiceField(label="Envoyer par", widget=forms.RadioSelect)

    def __init__(self, *args: Any, canaux: list[tuple[str, str]], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"canal": canaux[0][0] if canaux else ""})
        super().__init__(*args, **kwargs)
        champ = self.fields["canal"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = canaux

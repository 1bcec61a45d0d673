"""Forms of the full file, made from the declaration of each section."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.forms.models import fields_for_model
from django.urls import reverse_lazy

from imilo.acteurs.politique import masquer
from imilo.jeunes.telephones import afficher
from imilo.parcours.fiche.models import Donnee
from imilo.parcours.fiche.rubriques import Rubrique
from imilo.referentiels.rome import chercher_metiers, libelle_rome, lire_metier
from imilo.web.formulaires import FormulaireDSFR, habiller

CHOISIR = [("", "Choisir")]
LONGUEUR_SECRET = 60


class ChampMetier(forms.CharField):
    """A job of the ROME, by its code or its name; names are proposed as one types."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)
        self.widget.attrs.update(
            {
                "list": "metiers",
                "autocomplete": "off",
                "hx-get": reverse_lazy("web:metiers"),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#metiers",
                "hx-vals": '{"champ": "rome"}',
            }
        )
        self.help_text = "Son nom, ou son code : « cuisinier », « G1602 »."

    def clean(self, valeur: Any) -> str:
        texte = str(super().clean(valeur) or "")
        if not texte:
            return ""
        if (code := lire_metier(texte)) is not None:
            return code
        proches = chercher_metiers(texte)
        if not proches:
            raise forms.ValidationError("Aucun métier du ROME ne porte ce nom : essayez un autre mot.")
        if len(proches) == 1:
            return proches[0][0]
        noms = " ; ".join(f"{c} {m}" for c, m in proches)
        raise forms.ValidationError(f"Plusieurs métiers portent ce nom. Recopiez le code du bon : {noms}.")

    def prepare_value(self, valeur: Any) -> Any:
        return f"{valeur} {libelle_rome(valeur)}" if isinstance(valeur, str) and lire_metier(valeur) else valeur


class FormulaireRubrique(FormulaireDSFR):
    """The fields of a section; `ligne` is the row to correct. Encrypted numbers aren't shown: blank keeps them."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        rubrique: Rubrique,
        le: date,
        ligne: Donnee | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.rubrique, self.ligne = rubrique, ligne
        depart = {c: self._depart(ligne, c) for c in rubrique.champs} if ligne is not None else (initial or {})
        depart["version"] = ligne.version if ligne is not None else None
        super().__init__(data, initial=depart, auto_id=f"id_{rubrique.code}_%s")
        for nom, champ in self._champs(le).items():
            self.fields[nom] = champ
            habiller(champ)
        premier = self.fields[rubrique.champs[0]]
        premier.widget.attrs["autofocus"] = True

    @staticmethod
    def _depart(ligne: Donnee, nom: str) -> Any:
        valeur = getattr(ligne, nom)
        if nom == "telephone" and valeur:
            return afficher(valeur)
        return valeur

    def _champs(self, le: date) -> dict[str, forms.Field]:
        modele = self.rubrique.modele
        localises = tuple(c.name for c in modele._meta.concrete_fields if isinstance(c, models.DecimalField))
        automatiques = fields_for_model(modele, fields=self.rubrique.champs, localized_fields=localises)
        dates = dict(self.rubrique.choix)
        champs: dict[str, forms.Field] = {}
        for nom in self.rubrique.champs:
            colonne = modele._meta.get_field(nom)
            assert isinstance(colonne, models.Field)
            champs[nom] = self._champ(nom, colonne, automatiques[nom], dates[nom](le) if nom in dates else None)
            if nom in self.rubrique.secrets:
                self._secret(nom, champs)
        return champs

    def _champ(
        self, nom: str, colonne: models.Field[Any, Any], champ: forms.Field, liste: list[tuple[str, str]] | None
    ) -> forms.Field:
        libelle = capitale(str(colonne.verbose_name))
        if nom == "rome":
            return ChampMetier(label=libelle, required=not colonne.blank)
        if isinstance(colonne, ArrayField):
            return forms.MultipleChoiceField(
                label=libelle,
                choices=colonne.base_field.choices or (),
                required=not colonne.blank,
                widget=forms.CheckboxSelectMultiple,
            )
        if liste is not None:
            actuel = getattr(self.ligne, nom, "") if self.ligne is not None else ""
            restes = [(actuel, actuel)] if actuel and actuel not in dict(liste) else []  # closed since it was chosen
            return forms.ChoiceField(label=libelle, choices=[*CHOISIR, *liste, *restes], required=not colonne.blank)
        if isinstance(champ, forms.ChoiceField):
            champ.choices = [*CHOISIR, *(colonne.choices or ())]
        champ.label = libelle
        return champ

    def _secret(self, nom: str, champs: dict[str, forms.Field]) -> None:
        champ = champs[nom]
        assert isinstance(champ, forms.CharField)
        champ.max_length = LONGUEUR_SECRET
        champ.widget.attrs.update({"autocomplete": "off", "spellcheck": "false", "maxlength": LONGUEUR_SECRET})
        stocke = str(getattr(self.ligne, nom, "") or "") if self.ligne is not None else ""
        self.initial[nom] = ""
        if not stocke:
            champ.required = nom == "iban"
            return
        champ.help_text = f"Enregistré : {masquer(stocke)}. Vide : il est gardé."
        if nom != "iban":
            champs[f"retirer_{nom}"] = forms.BooleanField(label="Retirer le numéro enregistré", required=False)

    def valeurs(self) -> dict[str, Any]:
        """What the service takes: a number to be taken out is None."""
        d = self.cleaned_data
        return {c: None if d.get(f"retirer_{c}") and not d[c] else d[c] for c in self.rubrique.champs}


def capitale(texte: str) -> str:
    """The first letter as a capital, the others left as they are (RSA, QPV)."""
    return texte[:1].upper() + texte[1:]


class FormulaireRetrait(FormulaireDSFR):
    """Asks before something is taken out: the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)

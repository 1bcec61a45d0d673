"""Forms in the State's design system, with French messages, cleaned text and refusals shown at the field."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any, ParamSpec, TypeVar

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
)
from django.db import IntegrityError, transaction
from django.http import QueryDict

from imilo.socle.erreurs import RegleViolee

P = ParamSpec("P")
T = TypeVar("T")

LONGUEUR_LIGNE = 200
LONGUEUR_TEXTE = 10_000
NIR_DANS_UN_FILTRE = "Un numéro de sécurité sociale ne se cherche pas ici : tapez-le dans la recherche du haut de page."
PREMIER_JOUR, DERNIER_JOUR = date(1900, 1, 1), date(2099, 12, 31)
GARDES = frozenset("\n\r\t")
# Marks that reverse the reading of what surrounds them: they let a text show as another one.
INVERSIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def nettoyer(texte: str) -> str:
    """Composed form (NFC) without control characters nor marks that reverse the reading order."""
    signes = (s for s in texte if s in GARDES or (unicodedata.category(s) not in ("Cc", "Cs") and s not in INVERSIONS))
    return unicodedata.normalize("NFC", "".join(signes))


def _donnees_propres(donnees: Any) -> Any:
    if not isinstance(donnees, QueryDict):
        return donnees
    propres = donnees.copy()
    for nom in list(propres):
        propres.setlist(
            nom,
            [nettoyer(v) if isinstance(v, str) else v for v in propres.getlist(nom)],
        )
    return propres


class ChampAffiche(forms.BoundField):
    """`{{ form.nom.as_field_group }}` renders label, hint, widget and errors; see `web/composants/champ.html`."""

    @property
    def template_name(self) -> str:
        return getattr(self.field, "template_name", None) or "web/composants/champ.html"

    def get_context(self) -> dict[str, Any]:
        return {"champ": self, "genre": self.genre}

    @property
    def genre(self) -> str:
        """Which of the design system's groups the widget belongs to: ligne, case, choix."""
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxInput):
            return "case"
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "choix"
        return "ligne"

    @property
    def groupe(self) -> str:
        """The class of the box around a one-line widget."""
        if isinstance(self.field.widget, forms.Select):
            return "fr-select-group"
        return "fr-upload-group" if isinstance(self.field.widget, forms.FileInput) else "fr-input-group"

    @property
    def cases(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxSelectMultiple)

    @property
    def en_ligne(self) -> bool:
        """Few short choices stand side by side."""
        choix = list(getattr(self.field, "choices", ()))
        return len(choix) <= 4 and all(len(str(libelle)) <= 20 for _, libelle in choix)


class Presentation:
    """What `FormulaireDSFR` and `FormulaireModeleDSFR` share."""

    bound_field_class: type[forms.BoundField] | None = ChampAffiche
    filtre = False  # a filter, where all is optional, doesn't say so at each field
    fields: dict[str, forms.Field]
    add_error: Callable[[str | None, Any], None]

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)  # the server's French messages, not the browser's
        kwargs.setdefault("label_suffix", "")
        super().__init__(_donnees_propres(data), *args, **kwargs)  # type: ignore[call-arg]  # a mixin: a form comes next
        for champ in self.fields.values():
            habiller(champ)

    def refuser(self, erreur: RegleViolee) -> None:
        """Show the refusal of a service at its field, or above the form."""
        self.add_error(erreur.champ if erreur.champ in self.fields else None, erreur.message)

    def refuser_ensemble(self, erreur: RegleViolee) -> None:
        """The same of all that a service refused at once, each at its field."""
        for une in erreur.toutes:
            self.refuser(une)

    def appliquer(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Call a service; what a rule or a constraint of the database refuses becomes an error of the form.

        Returns the service's answer, `None` when it refused (and nothing of it was written). A service
        that answers nothing on success should be called through `accepte`.
        """
        try:
            with transaction.atomic():
                return service(*args, **kwargs)
        except RegleViolee as erreur:
            self.refuser_ensemble(erreur)
        except ValidationError as erreur:
            self.add_error(None, erreur.messages)
        except IntegrityError as erreur:
            message = message_de_contrainte(erreur)
            if message is None:
                raise
            self.add_error(None, message)
        return None

    def accepte(self, service: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
        """The same for a service whose answer doesn't matter: whether it was done."""

        def faire(*a: P.args, **k: P.kwargs) -> bool:
            service(*a, **k)
            return True

        return bool(self.appliquer(faire, *args, **kwargs))


F = TypeVar("F", bound=forms.Field)


def si(condition: str, champ: F) -> F:
    """A field that is asked in some case only: its label says which ("si …") where others say "(facultatif)"."""
    champ.si = condition  # type: ignore[attr-defined]  # read by champ.html
    return champ


class ChampMontant(forms.DecimalField):
    """A sum as people write it: "600 €", "1 234,50", with any of the spaces that part thousands."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.split()).removesuffix("€")
        return super().to_python(value)


class FormulaireDSFR(Presentation, forms.Form):
    """Base of our forms."""


class FormulaireModeleDSFR(Presentation, forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Base of our forms over a model; saving stays the business of a service."""


def habiller(champ: forms.Field) -> None:
    """Give a field the design system's classes, a length limit, and French messages that say what to do."""
    widget = champ.widget
    if isinstance(champ, forms.DateField) and not isinstance(champ, forms.DateTimeField):
        _habiller_date(champ)
        widget = champ.widget
    if isinstance(champ, forms.CharField) and champ.max_length is None and not _est_multiple(widget):
        champ.max_length = LONGUEUR_TEXTE if isinstance(widget, forms.Textarea) else LONGUEUR_LIGNE
        champ.validators.append(MaxLengthValidator(champ.max_length))
    if isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        _ajouter_classe(widget, "fr-select")
    elif not isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        _ajouter_classe(widget, "fr-upload" if isinstance(widget, forms.FileInput) else "fr-input")
    if isinstance(widget, forms.Textarea):
        widget.attrs.setdefault("rows", 5)
    messages = champ.error_messages
    if messages.get("required") == forms.Field.default_error_messages["required"]:
        messages["required"] = "Remplissez ce champ."
    if isinstance(champ, forms.ChoiceField) and not isinstance(champ, forms.ModelChoiceField):
        messages["invalid_choice"] = "Choisissez une valeur de la liste."
    for validateur in champ.validators:
        _dire_la_borne(validateur)


def _dire_la_borne(validateur: Any) -> None:
    """Our own words where Django's would name a "valeur supérieure ou égale à"."""
    if not isinstance(validateur, MinValueValidator | MaxValueValidator):
        return
    if validateur.message == type(validateur).message:
        sens = "plus" if isinstance(validateur, MinValueValidator) else "moins"
        validateur.message = f"Écrivez un nombre de %(limit_value)s ou {sens}."


def _habiller_date(champ: forms.DateField) -> None:
    classe_initiale = type(champ.widget) is forms.DateInput
    if classe_initiale:
        attributs = champ.widget.attrs
        champ.widget = forms.DateInput(attrs={"type": "date", **attributs}, format="%Y-%m-%d")
    champ.input_formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
    champ.error_messages["invalid"] = "Cette date n'existe pas. Écrivez-la ainsi : 31/12/2005."
    if not any(isinstance(v, MinValueValidator | MaxValueValidator) for v in champ.validators):
        champ.validators.append(MinValueValidator(PREMIER_JOUR, "Cette date est trop ancienne."))
        champ.validators.append(MaxValueValidator(DERNIER_JOUR, "Cette date est trop lointaine."))


def _est_multiple(widget: forms.Widget) -> bool:
    return isinstance(widget, forms.MultiWidget)


def _ajouter_classe(widget: forms.Widget, classe: str) -> None:
    classes = str(widget.attrs.get("class", "")).split()
    if classe not in classes:
        widget.attrs["class"] = " ".join([*classes, classe])


def message_de_contrainte(erreur: IntegrityError) -> str | None:
    """The French message declared on the constraint that refused a write; `None` when it declares none."""
    nom = getattr(getattr(erreur.__cause__, "diag", None), "constraint_name", None)
    for modele in apps.get_models():
        for contrainte in modele._meta.constraints:
            if contrainte.name == nom:
                defaut = contrainte.default_violation_error_message
                message = contrainte.violation_error_message
                return str(message) if message and message != defaut else None
    return None

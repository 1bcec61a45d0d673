"""A commune chosen as one types its name or postal code; without JavaScript, chosen after a first submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone

from imilo.referentiels.cles import cle_commune
from imilo.referentiels.selectors import CommuneTrouvee, chercher_communes, situation_commune

LIMITE = 8


def evidente(texte: str, trouvees: list[CommuneTrouvee]) -> CommuneTrouvee | None:
    """The commune that a text can only mean among what answers to it, if there is one: of that whole name, or alone;
    one in force rather than those that aren't."""
    exactes = [c for c in trouvees if cle_commune(c.nom) == cle_commune(texte)]
    if not exactes and len(trouvees) >= LIMITE:
        return None  # there may be more than was read
    exactes = exactes or trouvees
    possibles = [c for c in exactes if c.valide] or exactes
    return possibles[0] if len(possibles) == 1 else None


@dataclass(frozen=True)
class Saisie:
    """What the form holds: the code chosen, the text typed, and the text for which choices were shown."""

    code: str = ""
    texte: str = ""
    pour: str = ""


class WidgetCommune(forms.Widget):
    """A text field, and the communes that answer to it as radio buttons."""

    template_name = "web/referentiel/commune.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.le: date | None = None
        self.departement = ""  # whose communes come first
        self.date_de = ""  # name of the field that holds the day on which the commune existed
        self.code_postal = ""  # name of the field that takes its postal code

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Saisie:
        lu = [str(data.get(cle) or "").strip() for cle in (name, f"{name}_texte", f"{name}_pour")]
        return Saisie(lu[0][:5], lu[1][:200], lu[2][:200])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_context(name, value, attrs)
        saisie = value if isinstance(value, Saisie) else _de_la_cle(value, self._jour)
        if saisie.texte != saisie.pour:  # the choices shown are those of this text, and none is made yet
            saisie = replace(saisie, code="" if saisie.texte else saisie.code, pour=saisie.texte)
        communes = self.proposees(saisie)
        attributs = contexte["widget"]["attrs"]
        contexte.update(
            saisie=saisie,
            invalide=bool(attributs.get("aria-invalid")),
            decrit_par=attributs.get("aria-describedby", ""),
            communes=communes,
            evidente=evidente(saisie.texte, communes),
            adresse=reverse("web:referentiel-communes"),
            date_de=self.date_de,
            code_postal=self.code_postal,
            jour="" if self.date_de else self._jour.isoformat(),
        )
        return contexte

    def proposees(self, saisie: Saisie) -> list[CommuneTrouvee]:
        """The choices to show: those of the text, else the one that is chosen."""
        if saisie.code and (not saisie.texte or saisie.texte == saisie.pour):
            choisie = situation_commune(saisie.code, le=self._jour)
            return [choisie] if choisie else []
        if len(saisie.texte) < 2:
            return []
        return chercher_communes(saisie.texte, le=self._jour, limite=LIMITE, departement=self.departement)

    @property
    def _jour(self) -> date:
        return self.le or timezone.localdate()


def _de_la_cle(valeur: Any, le: date) -> Saisie:
    commune = situation_commune(str(valeur), le=le) if valeur else None
    return Saisie(commune.code, commune.libelle, commune.libelle) if commune else Saisie()


class ChampCommune(forms.Field):
    """The INSEE code of a commune in force on the day `le` (today by default), or None when left blank.

    `le` may be set by the form once it knows the day (a date of birth); `date_de` names the field that holds
    it, for the choices shown as one types. `code_postal` names the field that a choice fills.
    """

    widget = WidgetCommune

    def __init__(self, *, date_de: str = "", code_postal: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.date_de, self.widget.code_postal = date_de, code_postal
        self.le: date | None = None
        self.departement = ""

    def au_jour(self, le: date) -> None:
        self.le = self.widget.le = le

    def pres_de(self, departement: str) -> None:
        """Propose first the communes of a département."""
        self.departement = self.widget.departement = departement

    def to_python(self, value: Any) -> str | None:
        saisie = value if isinstance(value, Saisie) else Saisie(code=str(value or ""))
        le = self.le or timezone.localdate()
        if not saisie.texte and saisie.pour:
            return None  # the text was emptied: nothing is chosen any more
        if saisie.code and saisie.texte == saisie.pour:
            return self._verifiee(situation_commune(saisie.code, le=le))
        if not saisie.texte:
            return self._verifiee(situation_commune(saisie.code, le=le)) if saisie.code else None
        trouvees = chercher_communes(saisie.texte, le=le, limite=LIMITE, departement=self.departement)
        if not trouvees:
            raise forms.ValidationError("Aucune commune ne porte ce nom ou ce code postal.")
        if seule := evidente(saisie.texte, trouvees):
            return self._verifiee(seule)
        raise forms.ValidationError("Plusieurs communes répondent : choisissez la bonne.")

    @staticmethod
    def _verifiee(commune: CommuneTrouvee | None) -> str:
        if commune is None:
            raise forms.ValidationError("Cette commune n'existe pas : choisissez-la dans la liste.")
        if not commune.valide:
            raise forms.ValidationError(commune.avertissement)
        return commune.code

    def has_changed(self, initial: Any, data: Any) -> bool:
        code = data.code if isinstance(data, Saisie) else data
        return str(initial or "") != str(code or "")

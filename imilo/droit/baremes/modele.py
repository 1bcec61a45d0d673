"""What a scale is: dated values, and the yearly revaluation the law asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ValeurDatee:
    """One value from a day on; `verifie_le` is None when nobody compared it yet."""

    a_compter_du: date
    valeur: Decimal
    source: str
    verifie_le: date | None


@dataclass(frozen=True, slots=True)
class Revalorisation:
    """The day of the year on which the law changes the value."""

    mois: int
    jour: int
    premiere: date
    article: str
    sans_changement_le: tuple[date, ...] = ()

    def derniere_due(self, le: date) -> date | None:
        """Return the last due day up to `le`, None before the first one."""
        cette_annee = date(le.year, self.mois, self.jour)
        due = cette_annee if cette_annee <= le else cette_annee.replace(le.year - 1)
        return due if due >= self.premiere else None


@dataclass(frozen=True, slots=True)
class Parametre:
    """A scale: its words, its unit, its article, and its values, oldest first."""

    nom: str
    libelle: str
    unite: str
    article: str
    valeurs: tuple[ValeurDatee, ...]
    revalorisation: Revalorisation | None = None

    def valeur_au(self, le: date) -> ValeurDatee | None:
        """Return the value in force on `le`, None before the first one."""
        en_vigueur = [v for v in self.valeurs if v.a_compter_du <= le]
        return en_vigueur[-1] if en_vigueur else None

    def revalorisation_manquante(self, le: date) -> date | None:
        """Return the due day that no value up to `le` answers, None when up to date."""
        if self.revalorisation is None:
            return None
        due = self.revalorisation.derniere_due(le)
        if due is None or due in self.revalorisation.sans_changement_le:
            return None
        valeur = self.valeur_au(le)
        return None if valeur is not None and valeur.a_compter_du >= due else due

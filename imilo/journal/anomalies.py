"""What the verifier finds, each named by what happened and where, in a sentence for the person who reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from imilo.journal.chaine import SANS_STRUCTURE
from imilo.journal.genres import Registre

NOMS = {Registre.FAIT: "fait", Registre.CONSULTATION: "consultation"}


class Genre(StrEnum):
    """Kinds of anomalies. Those in `AVERTISSEMENTS` don't make the journal wrong."""

    FAIT_MODIFIE = "fait_modifie"
    FAIT_MANQUANT = "fait_manquant"
    FAIT_AJOUTE = "fait_ajoute"
    ORDRE = "ordre"
    MAILLON_MODIFIE = "maillon_modifie"
    MAILLON_MANQUANT = "maillon_manquant"
    TRONQUE = "tronque"
    RECALCULE = "recalcule"
    SCEAU_MODIFIE = "sceau_modifie"
    SCEAU_MANQUANT = "sceau_manquant"
    SCEAU_AUTRE_BASE = "sceau_autre_base"
    BASE_EN_RETARD = "base_en_retard"
    LIGNE_COUPEE = "ligne_coupee"
    ATTENTE = "attente"
    RESTAURATION = "restauration"


AVERTISSEMENTS = frozenset({Genre.LIGNE_COUPEE, Genre.ATTENTE, Genre.RESTAURATION})


@dataclass(frozen=True)
class Anomalie:
    """`structure` is None outside a chain; ranks and numbers are those of the rows concerned."""

    genre: Genre
    registre: Registre | None = None
    structure: int | None = None
    rang: int | None = None
    rang_fin: int | None = None
    fait_id: int | None = None
    fichier: str | None = None
    detail: str = ""

    @property
    def grave(self) -> bool:
        return self.genre not in AVERTISSEMENTS

    def donnees(self) -> dict[str, Any]:
        """As JSON: without what doesn't apply."""
        champs = {k: v for k, v in asdict(self).items() if v not in (None, "")}
        return {**champs, "grave": self.grave}

    def phrase(self, nommer: Callable[[int], str] = lambda s: f"la structure n° {s}") -> str:
        """The sentence; `nommer` says which structure a number is."""
        return PHRASES[self.genre].format(
            quoi=NOMS[self.registre] if self.registre else "",
            de=self._chaine(nommer),
            rangs=self._rangs(),
            id=self.fait_id,
            fichier=self.fichier,
            detail=f" ({self.detail})" if self.detail else "",
        )

    def _chaine(self, nommer: Callable[[int], str]) -> str:
        if self.registre is None or self.structure is None:
            return ""
        ou = "sans structure" if self.structure == SANS_STRUCTURE else f"de {nommer(self.structure)}"
        return f"dans la chaîne des {NOMS[self.registre]}s {ou}"

    def _rangs(self) -> str:
        if self.rang_fin is not None and self.rang_fin != self.rang:
            return f"les rangs {self.rang} à {self.rang_fin}"
        return f"le rang {self.rang}"


PHRASES: dict[Genre, str] = {
    Genre.FAIT_MODIFIE: "Le {quoi} n° {id}, {rangs} {de}, a été modifié après son scellement{detail}.",
    Genre.FAIT_MANQUANT: "Le {quoi} n° {id} a disparu : {rangs} {de} le porte encore.",
    Genre.FAIT_AJOUTE: "Le {quoi} n° {id} n'est dans aucune chaîne alors qu'il devrait l'être {de} : il a été ajouté "
    "après coup, ou son maillon a été retiré{detail}.",
    Genre.ORDRE: "L'ordre a été changé : {rangs} {de}{detail}.",
    Genre.MAILLON_MODIFIE: "Le maillon lui-même a été modifié : {rangs} {de} ; le {quoi} n° {id} est intact.",
    Genre.MAILLON_MANQUANT: "Des maillons ont été retirés : {rangs} {de}.",
    Genre.TRONQUE: "La fin a été coupée : {rangs} {de} : le second lieu les a scellés, la base ne les a plus{detail}.",
    Genre.RECALCULE: "La chaîne a été refaite : l'empreinte scellée au second lieu n'est plus celle de la base, pour "
    "{rangs} {de}{detail}.",
    Genre.SCEAU_MODIFIE: "Le second lieu a été modifié : {fichier}{detail}.",
    Genre.SCEAU_MANQUANT: "Des sceaux ont disparu du second lieu : {fichier}{detail}.",
    Genre.SCEAU_AUTRE_BASE: "Le second lieu scelle une autre base de données : {fichier}{detail}.",
    Genre.BASE_EN_RETARD: "La base ne connaît pas des sceaux que le second lieu porte : {fichier}{detail}. Elle a été "
    "rétablie d'une sauvegarde plus ancienne, ou ses sceaux ont été retirés.",
    Genre.LIGNE_COUPEE: "Une ligne a été coupée par un arrêt brutal, sans perte : {fichier}{detail}.",
    Genre.ATTENTE: "Des inscriptions attendent d'être scellées{detail}.",
    Genre.RESTAURATION: "La base a été rétablie sur un autre serveur : lancez « imilo journal sceller »{detail}.",
}

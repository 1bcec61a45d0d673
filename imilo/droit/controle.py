"""The random share of controls (L. 5426-1 IV), drawn so that anybody can draw it again.

The law asks for a least share of random controls and gives no figure: the share is a setting of the structure, a fact
here. Each dossier gets a rank from the SHA-256 digest of the month, the structure, the seed and its own number; the
first ranks are controlled, in a number rounded up. So:

- the same facts draw the same dossiers, in whatever order they are given;
- each dossier has the same chance, and nobody who doesn't know the seed can tell which comes out: draw the seed at
  random once the list is closed, and keep it with the decision;
- dossiers of another structure, or of another month, change nothing; one more dossier in the list keeps the order of
  the others, and so drives out one of those drawn at most.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Any, TypedDict

from imilo.droit import delais, francais, serialisation, textes
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait
from imilo.droit.registre import Redaction, regle

ARTICLE = "L. 5426-1 IV"


@dataclass(frozen=True, slots=True)
class FaitsControleAleatoire:
    """The dossiers that may be controlled this month, and what makes the draw."""

    mois: Annotated[str, Fait("mois du contrôle", "AAAA-MM")]
    structure: Annotated[str, Fait("code de la structure")]
    graine: Annotated[str, Fait("texte tiré au hasard une fois la liste arrêtée, gardé avec la décision")]
    part: Annotated[Decimal, Fait("part contrôlée au hasard, choisie par la structure", "fraction, de 0 à 1")]
    dossiers: Annotated[tuple[str, ...], Fait("numéros des dossiers qui peuvent être contrôlés")]

    def __post_init__(self) -> None:
        try:
            delais.premier_jour_du_mois_ecrit(self.mois)
        except (TypeError, ValueError):
            raise FaitInvalide("mois", "Indiquez un mois, par exemple 2025-06.") from None
        for champ in ("structure", "graine"):
            _verifier_texte(champ, getattr(self, champ))
        if not isinstance(self.part, Decimal) or not self.part.is_finite() or not 0 <= self.part <= 1:
            raise FaitInvalide("part", "Indiquez une part de 0 à 1.")
        if isinstance(self.dossiers, str):
            raise FaitInvalide("dossiers", "Indiquez une liste de numéros de dossiers.")
        object.__setattr__(self, "dossiers", tuple(self.dossiers))
        for dossier in self.dossiers:
            _verifier_texte("dossiers", dossier)
        if len(set(self.dossiers)) < len(self.dossiers):
            raise FaitInvalide("dossiers", "Un dossier n'est tiré au sort qu'une fois : l'un d'eux est deux fois là.")


class ResultatControleAleatoire(TypedDict):
    """`retenus`: the dossiers to control, first drawn first. `conforme`: some are, as soon as there is one to draw."""

    retenus: tuple[str, ...]
    nombre: int
    effectif: int
    conforme: bool


@regle("controle.aleatoire", version="1")
def aleatoire(faits: FaitsControleAleatoire, le: date, redaction: Redaction) -> ResultatControleAleatoire:
    """Draw the dossiers to control in the month; FaitInvalide for a month after the day `le`."""
    if delais.premier_jour_du_mois_ecrit(faits.mois) > le:
        raise FaitInvalide("mois", "Ce mois n'a pas commencé : sa liste n'est pas arrêtée.")
    depuis = textes.fiche("controle.aleatoire").depuis
    if delais.premier_jour_du_mois_ecrit(faits.mois) < depuis:
        raise FaitInvalide("mois", f"Cette règle ne vaut que depuis le {francais.jour(depuis)}.")
    effectif = len(faits.dossiers)
    nombre = int((effectif * faits.part).to_integral_value(ROUND_CEILING))
    redaction.etape(
        "Nombre de dossiers contrôlés au hasard",
        f"{francais.entier(effectif)} × {francais.pourcentage(faits.part)}, arrondi à l'entier supérieur = "
        f"{francais.entier(nombre)}",
        Decimal(nombre),
    )
    conforme = nombre > 0 or not effectif
    phrase = (
        "Une part des contrôles est tirée au sort, avec les mêmes chances pour chacun."
        if conforme
        else "Aucun contrôle n'est tiré au sort, alors que la loi en veut une part."
    )
    redaction.motif("part_aleatoire", conforme, phrase, ARTICLE)
    return ResultatControleAleatoire(
        retenus=tuple(sorted(faits.dossiers, key=lambda dossier: _rang(faits, dossier))[:nombre]),
        nombre=nombre,
        effectif=effectif,
        conforme=conforme,
    )


def _rang(faits: FaitsControleAleatoire, dossier: str) -> str:
    """Return the digest that places the dossier: a canonical text, so that no two lists of words give the same."""
    texte = serialisation.texte_canonique([faits.mois, faits.structure, faits.graine, dossier])
    return hashlib.sha256(texte.encode()).hexdigest()


def _verifier_texte(champ: str, valeur: Any) -> None:
    if not isinstance(valeur, str) or not valeur.strip():
        raise FaitInvalide(champ, "Indiquez un texte, qui ne soit pas vide.")

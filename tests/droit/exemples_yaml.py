"""Reading the worked examples of `exemples/*.yaml`, each named by its article.

An example gives `regle`, `le`, `faits`, and what must come out: part of `resultat`, the answers of some `motifs`, a
text found in a warning (`avertit`), in a reason (`dit`) or in a step (`etape`), the number of `avertissements`; or else
the field refused (`erreur`), or the rule or scale that doesn't exist yet (`hors_periode`). `lectures` asks for other
readings of the law.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from imilo.droit import serialisation
from imilo.droit.erreurs import DecisionIllisible, FaitInvalide
from imilo.droit.lectures import Lectures
from imilo.droit.registre import trouver

DOSSIER = Path(__file__).parent / "exemples"
CLES = {"nom", "regle", "le", "faits"}
OPTIONS = {"lectures"}
ATTENTES = {"resultat", "motifs", "avertit", "dit", "etape", "avertissements", "erreur", "hors_periode"}


@dataclass(frozen=True)
class Exemple:
    fichier: str
    brut: dict[str, Any]

    @property
    def nom(self) -> str:
        return f"{self.fichier}: {self.brut['nom']}"

    @property
    def le(self) -> date:
        jour = self.brut["le"]
        assert isinstance(jour, date)
        return jour

    def faits(self) -> Any:
        """Build the facts as the JSON door would, so that both are exercised."""
        regle = trouver(self.brut["regle"])
        return regle.type_faits(**self._lus(regle.type_faits, self.brut["faits"]))

    def en_json(self) -> dict[str, Any]:
        """Return the facts as JSON values."""
        faits = _json(self.brut["faits"])
        assert isinstance(faits, dict)
        return faits

    def lectures(self) -> Lectures:
        """Return the readings that the example asks for."""
        return Lectures.choisir(self.brut.get("lectures", {}))

    def _lus(self, type_faits: Any, bruts: dict[str, Any]) -> dict[str, Any]:
        annotations = serialisation.types_des_champs(type_faits)
        return {champ: _lu(annotations[champ], _json(valeur), champ) for champ, valeur in bruts.items()}


def _lu(attendu: Any, brut: Any, champ: str) -> Any:
    """Read a fact; what isn't of its type goes as it is, for the rule to refuse it."""
    try:
        return serialisation.decoder(attendu, brut, champ)
    except DecisionIllisible as erreur:
        if isinstance(erreur.__cause__, FaitInvalide):
            raise erreur.__cause__ from None
        return brut


def _json(valeur: Any) -> Any:
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, list):
        return [_json(element) for element in valeur]
    if isinstance(valeur, dict):
        return {cle: _json(element) for cle, element in valeur.items()}
    return valeur


def exemples() -> list[Exemple]:
    """Return every example, checked for keys that nothing would read."""
    trouves = []
    for chemin in sorted(DOSSIER.glob("*.yaml")):
        for brut in yaml.safe_load(chemin.read_text(encoding="utf-8")):
            exemple = Exemple(chemin.stem, brut)
            assert set(brut) >= CLES, exemple.nom
            assert set(brut) - CLES <= ATTENTES | OPTIONS, exemple.nom
            assert set(brut) & ATTENTES, exemple.nom
            trouves.append(exemple)
    return trouves

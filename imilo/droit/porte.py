"""The door of facts: JSON in, the facts of a rule out, each error in French and on its field.

Inside, facts are frozen dataclasses; here each of them has a pydantic model made from its annotations, strict: days are
`AAAA-MM-JJ`, amounts are text (`"600.00"`), nothing is converted by guess. `champs` describes the same facts in words.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic_core import ErrorDetails, PydanticCustomError

from imilo.droit.decision import Decision, vers_json
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide, HorsPeriode, RegleInconnue
from imilo.droit.faits import Fait
from imilo.droit.lectures import PAR_DEFAUT, Lectures
from imilo.droit.montants import Montant
from imilo.droit.registre import Regle, trouver

NOMBRE_ECRIT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
NOMBRE = 'Indiquez un nombre entre guillemets, avec un point et deux décimales au plus : "600.00".'
MESSAGES = {
    "bool_type": "Répondez true ou false.",
    "int_type": "Indiquez un nombre entier.",
    "int_from_float": "Indiquez un nombre entier.",
    "string_type": "Indiquez un texte entre guillemets.",
    "tuple_type": "Indiquez une liste.",
    "model_type": "Indiquez un objet, entre accolades.",
}
DEBUTS = {
    "date": "Indiquez un jour qui existe, sous la forme AAAA-MM-JJ.",
    "decimal": NOMBRE,
    "finite": NOMBRE,
}
FORMES = {
    Montant: "montant en euros, deux décimales, en texte",
    Echeance: "jour, AAAA-MM-JJ",
    date: "jour, AAAA-MM-JJ",
    Decimal: "nombre écrit en texte, deux décimales au plus",
    bool: "true ou false",
    int: "nombre entier",
    str: "texte",
}


@dataclass(frozen=True, slots=True)
class Champ:
    """One fact as it is written in JSON: its name, its form in words, its unit, and its default when it has one.

    `choix` lists the codes of a closed list, `champs` the facts inside an object or the objects of a list.
    """

    nom: str
    forme: str
    description: str
    unite: str
    obligatoire: bool
    defaut: str
    choix: tuple[str, ...] = ()
    champs: tuple[Champ, ...] = ()


def champs(type_faits: type) -> tuple[Champ, ...]:
    """Describe the facts of a rule, in the order of its dataclass."""
    annotations = get_type_hints(type_faits, include_extras=True)
    return tuple(_champ(champ, annotations[champ.name]) for champ in fields(type_faits))


def lire_faits(regle: Regle[Any, Any], bruts: object) -> Any:
    """Return the facts of `regle` from JSON values; FaitInvalide names the field at fault (`ressources.0.montant`)."""
    type_faits: Any = regle.type_faits
    try:
        lus = _modele(type_faits).model_validate_json(json.dumps(bruts))
    except ValidationError as refus:
        raise _en_francais(refus.errors(include_url=False)[0], type_faits) from None
    return _construire(type_faits, lus, "")


class ObjetRepete(dict[str, Any]):
    """A JSON object where `cle` is written twice: nothing says which value was meant, and `evaluer` refuses it."""

    cle: str


def lire_json(texte: str) -> Any:
    """Read the JSON of one or several requests; ValueError (JSONDecodeError) when it isn't JSON."""
    return json.loads(texte, object_pairs_hook=_objet)


def _objet(paires: list[tuple[str, Any]]) -> dict[str, Any]:
    lu = dict(paires)
    if len(lu) == len(paires):
        return lu
    cles = [cle for cle, _ in paires]
    repete = ObjetRepete(lu)
    repete.cle = next(cle for cle in cles if cles.count(cle) > 1)
    return repete


def _refuser_les_repetitions(valeur: object, chemin: str) -> None:
    if isinstance(valeur, ObjetRepete):
        champ = f"{chemin}{valeur.cle}".removeprefix("faits.")
        raise FaitInvalide(champ, "Cette clé est écrite deux fois : gardez-en une.")
    elements = valeur.items() if isinstance(valeur, dict) else enumerate(valeur) if isinstance(valeur, list) else ()
    for cle, element in elements:
        _refuser_les_repetitions(element, f"{chemin}{cle}.")


def evaluer(demande: object, lectures: Lectures = PAR_DEFAUT) -> Decision[Any]:
    """Decide on one request `{"regle", "le", "faits"}`; FaitInvalide names the field, whatever is wrong."""
    if not isinstance(demande, Mapping):
        raise FaitInvalide("demande", 'Une demande est un objet : {"regle": …, "le": …, "faits": …}.')
    _refuser_les_repetitions(demande, "")
    for cle in demande:
        if cle not in ("regle", "version", "le", "faits"):
            raise FaitInvalide(str(cle), "Une demande n'a que « regle », « version », « le » et « faits ».")
    regle = _regle(demande)
    le = _jour(demande)
    try:
        return regle(lire_faits(regle, demande.get("faits", {})), le, lectures=lectures)
    except HorsPeriode as refus:
        raise FaitInvalide("le", refus.message) from None


def repondre(demande: object, lectures: Lectures = PAR_DEFAUT, *, avec_faits: bool = False) -> dict[str, Any]:
    """Return the decision as JSON values, or `{"erreur": {"champ", "message"}}`.

    `avec_faits` keeps the facts: the answer can then be replayed, and holds personal data.
    """
    try:
        ecrite = vers_json(evaluer(demande, lectures))
    except FaitInvalide as refus:
        return {"erreur": {"champ": refus.champ, "message": refus.message}}
    if not avec_faits:
        del ecrite["faits"]
    return ecrite


def _regle(demande: Mapping[Any, Any]) -> Regle[Any, Any]:
    nom, version = demande.get("regle"), demande.get("version")
    if version is not None and not isinstance(version, str):
        raise FaitInvalide("version", MESSAGES["string_type"])
    if not isinstance(nom, str):
        raise FaitInvalide("regle", "Indiquez le nom d'une règle : « imilo droit regles » les donne toutes.")
    try:
        return trouver(nom, version)
    except RegleInconnue as refus:
        raise FaitInvalide("regle", refus.message) from None


def _jour(demande: Mapping[Any, Any]) -> date:
    try:
        jour = date.fromisoformat(demande["le"])
    except (KeyError, TypeError, ValueError):
        raise FaitInvalide("le", DEBUTS["date"]) from None
    if jour.isoformat() != demande["le"]:
        raise FaitInvalide("le", DEBUTS["date"])
    return jour


def _nombre_en_texte(brut: object) -> Decimal:
    """Read a number from its text; a JSON number is refused, it may have lost its cents on the way."""
    if not isinstance(brut, str) or not NOMBRE_ECRIT.fullmatch(brut):
        raise PydanticCustomError("decimal_texte", "text expected")
    return Decimal(brut)


@cache
def _modele(type_faits: Any) -> type[BaseModel]:
    """Return the pydantic model of a dataclass of facts, made from its annotations."""
    annotations = get_type_hints(type_faits)
    declares: dict[str, Any] = {
        champ.name: (_type_a_la_porte(annotations[champ.name]), Field(default=... if _obligatoire(champ) else None))
        for champ in fields(type_faits)
    }
    configuration = ConfigDict(extra="forbid", strict=True)
    modele: type[BaseModel] = create_model(type_faits.__name__, __config__=configuration, **declares)
    return modele


def _type_a_la_porte(attendu: Any) -> Any:
    origine: Any = get_origin(attendu)
    if attendu is Decimal:
        return Annotated[Decimal, BeforeValidator(_nombre_en_texte)]
    if isinstance(attendu, type) and is_dataclass(attendu):
        return _modele(attendu)
    if origine in (Union, types.UnionType):
        return Union[tuple(_type_a_la_porte(possible) for possible in get_args(attendu))]  # noqa: UP007  # at run time
    if origine is tuple:
        element: Any = _type_a_la_porte(get_args(attendu)[0])
        return tuple[element, ...]
    return attendu


def _construire(type_faits: Any, lus: BaseModel, chemin: str) -> Any:
    """Build the dataclass from what the model read; what it refuses is told on its whole path."""
    annotations = get_type_hints(type_faits)
    valeurs = {nom: _valeur(annotations[nom], getattr(lus, nom), f"{chemin}{nom}") for nom in lus.model_fields_set}
    try:
        return type_faits(**valeurs)
    except FaitInvalide as refus:
        raise FaitInvalide(f"{chemin}{refus.champ}", refus.message) from None


def _valeur(attendu: Any, lu: Any, chemin: str) -> Any:
    if isinstance(lu, BaseModel):
        return _construire(_dataclass_de(attendu), lu, f"{chemin}.")
    if isinstance(lu, tuple):
        return tuple(_valeur(get_args(attendu)[0], element, f"{chemin}.{i}") for i, element in enumerate(lu))
    return lu


def _dataclass_de(attendu: Any) -> Any:
    return attendu if is_dataclass(attendu) else next(a for a in get_args(attendu) if is_dataclass(a))


def _en_francais(erreur: ErrorDetails, type_faits: type) -> FaitInvalide:
    chemin = ".".join(str(pas) for pas in erreur["loc"]) or "faits"
    genre = erreur["type"]
    if genre == "missing":
        return FaitInvalide(chemin, f"Il manque ce fait. {_attendu(type_faits, chemin)}".strip())
    if genre == "extra_forbidden":
        prevus = ", ".join(champ.nom for champ in champs(type_faits))
        return FaitInvalide(chemin, f"La règle ne connaît pas ce fait. Faits de la règle : {prevus}.")
    if genre == "literal_error":
        possibles = ", ".join(_champ_au(type_faits, chemin).choix)
        return FaitInvalide(chemin, f"« {erreur['input']} » n'est pas prévu. Choix possibles : {possibles}.")
    if genre in MESSAGES:
        return FaitInvalide(chemin, MESSAGES[genre])
    for debut, message in DEBUTS.items():
        if genre.startswith(debut):
            return FaitInvalide(chemin, message)
    return FaitInvalide(
        chemin or "faits", f"Cette valeur n'a pas la forme attendue. {_attendu(type_faits, chemin)}".strip()
    )


def _attendu(type_faits: type, chemin: str) -> str:
    champ = _champ_au(type_faits, chemin)
    return f"Attendu : {champ.description or champ.forme}." if champ else ""


def _champ_au(type_faits: type, chemin: str) -> Champ:
    """Return the description of the field at `chemin`, indexes of lists skipped."""
    niveau, trouve = champs(type_faits), None
    for pas in chemin.split("."):
        if not pas.isdigit():
            trouve = next((champ for champ in niveau if champ.nom == pas), trouve)
            niveau = trouve.champs if trouve else ()
    return trouve or Champ(chemin, "", "", "", False, "")


def _obligatoire(champ: Any) -> bool:
    return champ.default is MISSING and champ.default_factory is MISSING


def _champ(champ: Any, annotation: Any) -> Champ:
    fait = next((note for note in getattr(annotation, "__metadata__", ()) if isinstance(note, Fait)), Fait(""))
    attendu = get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
    interieur = next(_dataclasses(attendu), None)
    return Champ(
        nom=champ.name,
        forme=forme(attendu),
        description=fait.description,
        unite=fait.unite,
        obligatoire=_obligatoire(champ),
        defaut="" if _obligatoire(champ) else _ecrit(champ.default),
        choix=fait.choix or tuple(_choix(attendu)),
        champs=() if interieur is None else champs(interieur),
    )


def _ecrit(defaut: Any) -> str:
    return json.dumps(list(defaut) if isinstance(defaut, tuple) else defaut, ensure_ascii=False, default=str)


def forme(attendu: Any) -> str:
    """Say in French how a type is written in JSON."""
    origine = get_origin(attendu)
    if origine in (Union, types.UnionType):
        formes = [forme(possible) for possible in get_args(attendu) if possible is not type(None)]
        return " ou ".join([*formes, "null"] if type(None) in get_args(attendu) else formes)
    if origine is Literal:
        return "un code"
    if origine is tuple:
        return f"liste ({forme(get_args(attendu)[0])})"
    return FORMES.get(attendu, "objet")


def _choix(attendu: Any) -> Iterator[str]:
    if get_origin(attendu) is Literal:
        yield from (str(choix) for choix in get_args(attendu))
    for possible in get_args(attendu):
        yield from _choix(possible)


def _dataclasses(attendu: Any) -> Iterator[type]:
    if is_dataclass(attendu) and isinstance(attendu, type):
        yield attendu
    for possible in get_args(attendu):
        yield from _dataclasses(possible)

"""The shapes of the answers to the CFA, for the OpenAPI page and for the tests that hold the answers to them."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class Erreur(Strict):
    """Of one field; `path` is empty when the whole item is at fault."""

    message: str
    path: list[str]


class Item(Strict):
    """What became of one element of the array, in its place. `warnings` tell what was left out of an item kept.

    Nothing here says whether a mission locale knows the person: an establishment
    must not learn from what it sends who is followed by a public service of employment. The comparison, and its
    evidence, stay with the arrival, for the counsellor; an outcome (`Suite.connaissance_ml`) is told by a person.
    """

    id_erp_apprenant: str
    has_error: bool
    validation_errors: list[Erreur] = Field(default_factory=list)
    warnings: list[Erreur] = Field(default_factory=list)


class Reponse(Strict):
    """`status` is OK, or WARNING when an item was refused."""

    status: str
    message: str
    data: list[Item]


class Essai(Strict):
    msg: str


class Probleme(Strict):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = ""


class Suite(Strict):
    """One outcome: of whom (numbers of the CFA's own software), what, when, by which mission locale."""

    id: int
    id_erp_apprenant: str
    annee_scolaire: str
    etablissement_formateur_uai: str
    etablissement_formateur_siret: str
    situation: str
    connaissance_ml: str | None
    date: str
    mission_locale: dict[str, Any]


class Suites(Strict):
    """A page, oldest first. Ask again with `suivant`; it stays the same when there is nothing new."""

    data: list[Suite]
    suivant: str
    complet: bool

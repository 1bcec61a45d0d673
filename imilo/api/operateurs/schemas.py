"""The shapes of the operator contract, for the OpenAPI page and for the tests that hold the answers to them."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field

Jour = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-03-01"])]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class Erreur(Strict):
    code: str
    message: str


class Adresse(Strict):
    numero: str
    libelleVoie: str
    complement: str
    codePostal: str
    commune: str


class Structure(Strict):
    nomUsuel: str
    nomOfficiel: str
    codeStructure: str


class AccompagnementCEJ(Strict):
    accompagnementCEJ: bool
    dateDebut: Jour | None
    dateFinPrevue: Jour | None
    dateFinReelle: Jour | None
    premierAccompagnement: Jour | None


class Situation(Strict):
    etat: Annotated[str, Field(pattern="^(PREVU|EN_COURS|TERMINE)$")]
    dateFin: Jour | None
    categorieSituation: str
    codeRomeMetierPrepare: str | None
    codeRomePremierMetier: str
    codeRomeMetierExerce: str | None


class SituationEnvoyee(Schema):
    """A non-professional situation: what a counsellor qualified in the Application CEJ. Unknown fields are ignored."""

    dateDebut: Jour
    dateFinReelle: Jour
    commentaire: str | None = None
    mesure: Annotated[str, Field(examples=["EMPLOI", "SANTE"])]
    loginConseiller: str


class DossierOperateur(Strict):
    """`adresse` is absent when the young person has none."""

    idDossier: Annotated[int, Field(ge=1, le=9_999_999)]
    idJeune: Annotated[str, Field(pattern=r"^\d+$")]
    numeroDE: str
    adresse: Adresse = Field(default=None)  # type: ignore[assignment]  # absent, never null
    nomNaissance: str
    nomUsage: str
    prenom: str
    dateNaissance: Jour
    mail: str | None
    structureRattachement: Structure
    accompagnementCEJ: AccompagnementCEJ
    situations: list[Situation]

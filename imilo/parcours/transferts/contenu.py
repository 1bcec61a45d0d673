"""What a transfer passes on, family by family: copied to the new dossier, or left and readable from there.

Nothing is moved: a row carries the structure that wrote it, its history and its place in that structure's journal
and figures; what was done there was done there. What describes the person today is copied, so that the new structure
can change it; what was decided or agreed in the State's name stays with who decided it (docs/decisions/0008).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, models, transaction

from imilo.parcours.dossiers.familles_dossier import COLONNES, CONTACT, SANTE
from imilo.parcours.dossiers.models import Document, Dossier, GenreDocument, Proposition, Situation
from imilo.parcours.dossiers.selectors.suivi import OUVERTES

PARCOURS = ("niveau_diplome", "numero_ft", "inscrit_ft_le")
LIES_A_L_ANCIEN = frozenset({"id", "cree_le", "modifie_le", "version", "dossier", "structure", "acte"})


class Mode(StrEnum):
    COPIE = "copie"
    LU = "lu"


@dataclass(frozen=True)
class Contenu:
    """One family that a transfer may pass on. `colonnes` of the dossier, or `lignes` of a model, are copied."""

    code: str
    libelle: str
    mode: Mode
    colonnes: tuple[str, ...] = ()
    lignes: Callable[[Dossier], Iterable[models.Model]] | None = None


def _propositions(dossier: Dossier) -> Iterable[models.Model]:
    return Proposition.objects.filter(dossier=dossier, etat__in=OUVERTES).order_by("pk")


def _situations(dossier: Dossier) -> Iterable[models.Model]:
    return Situation.objects.filter(dossier=dossier).order_by("pk")


def _justificatifs(dossier: Dossier) -> Iterable[models.Model]:
    """What the person brought. Contracts and letters are the former structure's."""
    return Document.objects.filter(dossier=dossier, genre=GenreDocument.JUSTIFICATIF).order_by("pk")


CONTENU = (
    Contenu("coordonnees", "Téléphones, courriel, adresse", Mode.COPIE, CONTACT),
    Contenu("parcours", "Diplôme et inscription à France Travail", Mode.COPIE, PARCOURS),
    Contenu("sante_travail", "Reconnaissance de travailleur handicapé", Mode.COPIE, SANTE),
    Contenu("situations", "Situations : emploi, formation, scolarité", Mode.COPIE, lignes=_situations),
    Contenu("propositions", "Propositions en cours", Mode.COPIE, lignes=_propositions),
    Contenu("documents", "Justificatifs déposés", Mode.COPIE, lignes=_justificatifs),
    Contenu("rendez_vous", "Prochains rendez-vous (dits dans la note)", Mode.LU),
    Contenu("orientations", "Décisions d'orientation", Mode.LU),
    Contenu("contrats_cej", "Contrat d'engagement jeune et ses décisions", Mode.LU),
    Contenu("decisions_allocation", "Décisions d'allocation", Mode.LU),
)
PAR_CODE = {c.code: c for c in CONTENU}


@dataclass(frozen=True)
class Releve:
    """What was read of the former dossier, in its perimeter: columns, and rows with their model."""

    colonnes: dict[str, dict[str, Any]]
    lignes: dict[str, list[tuple[type[models.Model], dict[str, Any]]]]


def relever(dossier: Dossier, familles: Collection[str]) -> Releve:
    """Read what the agreement lets copy. In the former structure's perimeter."""
    choisies = [c for c in CONTENU if c.code in familles and c.mode == Mode.COPIE]
    noms = {c.code: [COLONNES[n].attname for n in c.colonnes] for c in choisies if c.colonnes}
    colonnes = {code: {n: getattr(dossier, n) for n in attributs} for code, attributs in noms.items()}
    lignes = {c.code: [(type(o), _champs(o)) for o in c.lignes(dossier)] for c in choisies if c.lignes}
    return Releve(colonnes, lignes)


def _champs(objet: models.Model) -> dict[str, Any]:
    champs = (c for c in objet._meta.concrete_fields if c.name not in LIES_A_L_ANCIEN)
    return {c.attname: getattr(objet, c.attname) for c in champs}


def completer(dossier: Dossier, releve: Releve) -> dict[str, int]:
    """Fill what the new dossier leaves blank with the columns read. Returns how many by family; saves nothing.

    An address is one thing: nothing of it is taken where the new dossier has one already.
    """
    comptes: dict[str, int] = {}
    for code, valeurs in releve.colonnes.items():
        adresse_connue = dossier.sans_adresse or dossier.adresse_commune_id is not None
        for nom, valeur in valeurs.items():
            if nom.startswith(("adresse", "sans_adresse")) and adresse_connue:
                continue
            if valeur and not getattr(dossier, nom):
                setattr(dossier, nom, valeur)
                comptes[code] = comptes.get(code, 0) + 1
    return comptes


def copier_les_lignes(dossier: Dossier, releve: Releve) -> dict[str, int]:
    """Write the rows read, in the new dossier's perimeter. Returns how many by family.

    What the new dossier says already, or what can't stand beside it (two jobs at once), is left out: the former
    dossier still has it.
    """
    comptes: dict[str, int] = {}
    for code, lignes in releve.lignes.items():
        for modele, champs in lignes:
            if _deja_la(modele, dossier, champs):
                continue
            try:
                with transaction.atomic():
                    modele._default_manager.create(dossier=dossier, structure_id=dossier.structure_id, **champs)
            except IntegrityError:
                continue
            comptes[code] = comptes.get(code, 0) + 1
    return comptes


def _deja_la(modele: type[models.Model], dossier: Dossier, champs: dict[str, Any]) -> bool:
    compares = {n: v for n, v in champs.items() if not isinstance(v, bytes | memoryview)}
    return modele._default_manager.filter(dossier=dossier, **compares).exists()

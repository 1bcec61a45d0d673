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
from imilo.parcours.fiche.models import Demande, Donnee, Justificatif, Origine
from imilo.parcours.fiche.models.suivi import EtatDemande
from imilo.parcours.fiche.rubriques import PAR_CODE as RUBRIQUES
from imilo.parcours.fiche.rubriques import PAR_MODELE
from imilo.parcours.fiche.rubriques_du_dossier import DU_DOSSIER
from imilo.socle.chiffrement import ChampChiffre

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


def _demandes(dossier: Dossier) -> Iterable[models.Model]:
    return Demande.objects.filter(dossier=dossier).exclude(etat=EtatDemande.CLOSE).order_by("pk")


def _de_la_fiche(*codes: str) -> Callable[[Dossier], Iterable[models.Model]]:
    """The rows of these sections of the full file."""

    def lignes(dossier: Dossier) -> Iterable[models.Model]:
        for code in codes:
            yield from RUBRIQUES[code].modele._default_manager.filter(dossier=dossier).order_by("pk")

    return lignes


# Sections of the full file that follow the person, by what the agreement is asked for. The others stay: who sent
# them to that structure, its notes, its tags, its household links.
DE_LA_FICHE = (
    ("fiche_joindre", "Comment la joindre, représentants légaux, mesures de protection",
     ("contact", "representants", "protection")),
    ("fiche_droits", "Titre de séjour, fin de validité de la pièce d'identité, état du numéro de sécurité sociale",
     ("sejour", "nir")),
    ("fiche_foyer", "Foyer, enfants à charge, logement", ("foyer", "enfants", "logement")),
    ("fiche_ressources", "Ressources et prestations", ("ressources",)),
    ("fiche_compte", "Compte bancaire (IBAN)", ("compte",)),
    ("fiche_formation", "Scolarité, diplômes, langues, numérique", ("scolarite", "diplomes", "langues", "numerique")),
    ("fiche_emploi", "Métiers visés, expériences, compétences, permis, mobilité",
     ("metiers", "experiences", "competences", "permis", "mobilite")),
    ("fiche_territoire", "QPV et zone rurale de l'adresse", ("territoire",)),
)  # fmt: skip

CONTENU = (
    Contenu("coordonnees", "Téléphones, courriel, adresse", Mode.COPIE, CONTACT),
    Contenu("parcours", "Diplôme et inscription à France Travail", Mode.COPIE, PARCOURS),
    Contenu("sante_travail", "Reconnaissance de travailleur handicapé", Mode.COPIE, SANTE),
    Contenu("situations", "Situations : emploi, formation, scolarité", Mode.COPIE, lignes=_situations),
    Contenu("propositions", "Propositions en cours", Mode.COPIE, lignes=_propositions),
    Contenu("documents", "Justificatifs déposés", Mode.COPIE, lignes=_justificatifs),
    Contenu("fiche_demandes", "Demandes en cours", Mode.COPIE, lignes=_demandes),
    *(Contenu(code, libelle, Mode.COPIE, lignes=_de_la_fiche(*rubriques)) for code, libelle, rubriques in DE_LA_FICHE),
    Contenu("rendez_vous", "Prochains rendez-vous (dits dans la note)", Mode.LU),
    Contenu("orientations", "Décisions d'orientation", Mode.LU),
    Contenu("contrats_cej", "Contrats d'engagement (CEJ, PACEA ou autre) et leurs décisions", Mode.LU),
    Contenu("decisions_allocation", "Décisions d'allocation", Mode.LU),
    Contenu("sanctions", "Sanctions en cours (dites dans la note)", Mode.LU),
)
PAR_CODE = {c.code: c for c in CONTENU}


@dataclass(frozen=True)
class Ligne:
    """A row as it was read: its model and columns; `type` says what a document is, by the columns of its file card."""

    modele: type[models.Model]
    champs: dict[str, Any]
    type: dict[str, Any] | None = None


@dataclass(frozen=True)
class Releve:
    """What was read of the former dossier, in its perimeter: columns, and rows with their model."""

    colonnes: dict[str, dict[str, Any]]
    lignes: dict[str, list[Ligne]]


def relever(dossier: Dossier, familles: Collection[str]) -> Releve:
    """Read what the agreement lets copy. In the former structure's perimeter."""
    choisies = [c for c in CONTENU if c.code in familles and c.mode == Mode.COPIE]
    noms = {c.code: [COLONNES[n].attname for n in c.colonnes] for c in choisies if c.colonnes}
    colonnes = {code: {n: getattr(dossier, n) for n in attributs} for code, attributs in noms.items()}
    lignes = {c.code: [_ligne(o, dossier) for o in c.lignes(dossier)] for c in choisies if c.lignes}
    return Releve(colonnes, lignes)


def _ligne(objet: models.Model, dossier: Dossier) -> Ligne:
    champs = _champs(objet)
    if isinstance(objet, Donnee):
        # Here it was typed; there it comes from here, and stays as old as it was.
        champs |= {"origine": Origine.PARTENAIRE, "origine_precision": dossier.structure.nom[:100]}
        champs["confirme_par_id"] = None
    if not isinstance(objet, Document):
        return Ligne(type(objet), champs)
    depose = Justificatif.objects.filter(document=objet).first()
    return Ligne(Document, champs, _champs(depose, sauf="document") if depose else None)


def _champs(objet: models.Model, *, sauf: str = "") -> dict[str, Any]:
    champs = (c for c in objet._meta.concrete_fields if c.name not in LIES_A_L_ANCIEN and c.name != sauf)
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


def rubriques_reprises(dossier: Dossier, releve: Releve) -> list[str]:
    """The sections kept on the dossier that say what was read of the former one, and nothing else, by code."""
    dites = {nom: valeur for valeurs in releve.colonnes.values() for nom, valeur in valeurs.items() if valeur}
    reprises = []
    for rubrique in DU_DOSSIER:
        noms = [COLONNES[champ].attname for champ in rubrique.champs]
        remplies = [n for n in noms if getattr(dossier, n)]
        if remplies and all(getattr(dossier, n) == dites.get(n) for n in remplies):
            reprises.append(rubrique.code)
    return reprises


def copier_les_lignes(dossier: Dossier, releve: Releve) -> dict[str, int]:
    """Write the rows read, in the new dossier's perimeter. Returns how many by family.

    What the new dossier says already, or what can't stand beside it (two jobs at once), is left out: the former
    dossier still has it.
    """
    comptes: dict[str, int] = {}
    for code, lignes in releve.lignes.items():
        for ligne in lignes:
            if _deja_la(ligne, dossier):
                continue
            try:
                with transaction.atomic():
                    _ecrire(ligne, dossier)
            except IntegrityError:
                continue
            comptes[code] = comptes.get(code, 0) + 1
    return comptes


def _ecrire(ligne: Ligne, dossier: Dossier) -> None:
    commun = {"dossier": dossier, "structure_id": dossier.structure_id}
    copie = ligne.modele._default_manager.create(**commun, **ligne.champs)
    if isinstance(copie, Document) and ligne.type is not None:
        Justificatif.objects.create(**commun, document=copie, **ligne.type)


def _deja_la(ligne: Ligne, dossier: Dossier) -> bool:
    """Whether the new dossier says it already; of a section that holds one datum, whether it holds any."""
    siennes = ligne.modele._default_manager.filter(dossier=dossier)
    rubrique = PAR_MODELE.get(ligne.modele) if issubclass(ligne.modele, Donnee) else None
    if rubrique is None:
        compares = {n: v for n, v in ligne.champs.items() if not isinstance(v, bytes | memoryview)}
        return siennes.filter(**compares).exists()
    if not rubrique.plusieurs:
        return siennes.exists()
    chiffres = {c.attname for c in ligne.modele._meta.concrete_fields if isinstance(c, ChampChiffre)}
    return siennes.filter(
        **{n: v for n, v in ligne.champs.items() if n in rubrique.champs and n not in chiffres}
    ).exists()

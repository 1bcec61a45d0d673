"""The sections of the file, declared: their table, the fields of their form, who writes them, and
what to do while they are empty. Screens, services, history and confirmation all read this one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from imilo.parcours.fiche.langues import LANGUES
from imilo.parcours.fiche.models import (
    Competence,
    CompteBancaire,
    Diplome,
    Donnee,
    Enfant,
    EtatNir,
    Experience,
    Foyer,
    Langue,
    Logement,
    MetierVise,
    Mobilite,
    Numerique,
    Permis,
    PreferenceContact,
    Prescripteur,
    Protection,
    Representant,
    Ressource,
    Scolarite,
    Territoire,
    TitreSejour,
)
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.chiffrement import ChampChiffre

# What the reception may correct; what those who pay may; what those who accompany may.
CORRIGER = "identite.modifier"
PAYER = "allocation.preparer"
SUIVRE = "dossier.suivre"
COMPTE = "compte_bancaire.voir"


class Groupe(StrEnum):
    """The parts of the page, in their order."""

    JOINDRE = "Joindre et représenter"
    DROITS = "Identité et séjour"
    FOYER = "Foyer et ressources"
    FORMATION = "Formation et langues"
    EMPLOI = "Emploi et mobilité"
    VENUE = "Venue et territoire"


Choix = Callable[[date], list[tuple[str, str]]]


@dataclass(frozen=True)
class Rubrique:
    """One section. `champs` are the fields of its form, in order; `plusieurs` rows, or one.

    Who reads it: the field policy, by its family. `ecrire`: the action that corrects it; `secret`: the one that shows
    its encrypted number in full.
    `choix`: fields whose choices are a dated list. `vide` says what to do while nothing is known. `dits`: fields that
    the row's own words (`str`) tell, where the first field alone wouldn't say enough. `note` goes with the form: what
    the program doesn't know by itself, and who says it.
    """

    code: str
    titre: str
    groupe: Groupe
    modele: type[Donnee]
    champs: tuple[str, ...]
    vide: str
    plusieurs: bool = False
    ecrire: str = SUIVRE
    secret: str = SUIVRE
    choix: tuple[tuple[str, Choix], ...] = ()
    dits: tuple[str, ...] = ()
    note: str = ""

    @property
    def famille(self) -> str:
        """The family of personal data that the field policy knows it by."""
        return f"fiche_{self.code}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Its encrypted fields."""
        return tuple(c for c in self.champs if isinstance(self.modele._meta.get_field(c), ChampChiffre))


def _langues(le: date) -> list[tuple[str, str]]:
    return list(LANGUES.items())


def _niveaux(le: date) -> list[tuple[str, str]]:
    return codes(Liste.NIVEAU_DIPLOME, le)


RUBRIQUES: tuple[Rubrique, ...] = (
    Rubrique(
        "contact", "Comment la joindre", Groupe.JOINDRE, PreferenceContact, ("canal", "creneaux", "precision"),
        "Demandez le moyen et les heures qu'elle préfère.", ecrire=CORRIGER,
    ),
    Rubrique(
        "representants", "Représentants légaux", Groupe.JOINDRE, Representant,
        ("nom", "qualite", "telephone", "courriel", "adresse", "depuis", "jusqu_au"),
        "Pour un mineur ou un majeur protégé : qui signe avec la personne.", plusieurs=True,
        ecrire=CORRIGER,
    ),
    Rubrique(
        "protection", "Mesures de protection", Groupe.JOINDRE, Protection,
        ("mesure", "organisme", "contact", "debut", "fin"),
        "Tutelle, curatelle, sauvegarde, aide sociale à l'enfance… s'il y en a une.", plusieurs=True,
    ),
    Rubrique(
        "sejour", "Titre de séjour", Groupe.DROITS, TitreSejour,
        ("type", "numero", "delivre_le", "expire_le", "travail", "renouvellement_le"),
        "Pour une personne étrangère : recopiez le titre présenté.", plusieurs=True, ecrire=CORRIGER,
    ),
    Rubrique(
        "nir", "État du numéro de sécurité sociale", Groupe.DROITS, EtatNir, ("etat", "preuve", "vu_le"),
        "Dites si le numéro a été lu sur un document.", ecrire=CORRIGER,
    ),
    Rubrique(
        "foyer", "Foyer", Groupe.FOYER, Foyer, ("situation", "vit_avec", "personnes", "quotient"),
        "Avec qui vit la personne ?", ecrire=PAYER,
    ),
    Rubrique(
        "enfants", "Enfants à charge", Groupe.FOYER, Enfant, ("naissance", "residence", "garde"),
        "La date de naissance suffit : aucun prénom n'est demandé.", plusieurs=True, ecrire=PAYER,
    ),
    Rubrique(
        "logement", "Logement", Groupe.FOYER, Logement, ("type", "hebergeur", "depuis", "jusqu_au", "demande"),
        "Où vit la personne, et chez qui ?", ecrire=PAYER,
    ),
    Rubrique(
        "ressources", "Ressources et prestations", Groupe.FOYER, Ressource,
        ("nature", "montant", "numero_allocataire", "organisme", "debut", "fin"),
        "RSA, AAH, ASS, ATA, salaire… ou « aucune ressource ».", plusieurs=True, ecrire=PAYER, secret=PAYER,
    ),
    Rubrique(
        "compte", "Compte bancaire", Groupe.FOYER, CompteBancaire, ("titulaire_nom", "titulaire", "iban", "rib_vu_le"),
        "Recopiez l'IBAN du RIB pour que l'allocation puisse être versée.", ecrire=PAYER, secret=COMPTE,
    ),
    Rubrique(
        "scolarite", "Scolarité", Groupe.FORMATION, Scolarite,
        ("classe", "etablissement", "uai", "academie", "sortie_le", "ine"),
        "Dernière classe, dernier établissement.",
    ),
    Rubrique(
        "diplomes", "Diplômes et titres", Groupe.FORMATION, Diplome,
        ("intitule", "niveau", "etat", "le", "etablissement"),
        "Obtenus, préparés ou en cours.", plusieurs=True, choix=(("niveau", _niveaux),),
    ),
    Rubrique(
        "langues", "Langues", Groupe.FORMATION, Langue, ("langue", "niveau", "attestation"),
        "Le français d'abord, puis les autres langues parlées.", plusieurs=True, choix=(("langue", _langues),),
    ),
    Rubrique(
        "numerique", "Numérique", Groupe.FORMATION, Numerique, ("aisance", "equipement"),
        "Peut-elle faire ses démarches en ligne ?",
    ),
    Rubrique(
        "metiers", "Métiers visés", Groupe.EMPLOI, MetierVise, ("rome", "rang", "precision"),
        "Cherchez le métier par son nom.", plusieurs=True,
    ),
    Rubrique(
        "experiences", "Expériences", Groupe.EMPLOI, Experience,
        ("intitule", "employeur", "type", "rome", "debut", "fin"),
        "Emplois, stages, bénévolat : même courts.", plusieurs=True,
    ),
    Rubrique(
        "competences", "Compétences", Groupe.EMPLOI, Competence, ("libelle", "niveau", "rome"),
        "Ce qu'elle sait faire, avec ses mots.", plusieurs=True,
    ),
    Rubrique(
        "permis", "Permis", Groupe.EMPLOI, Permis, ("categorie", "etat", "le", "expire_le"),
        "Permis de conduire, code, CACES.", plusieurs=True, dits=("categorie",),
    ),
    Rubrique(
        "mobilite", "Mobilité", Groupe.EMPLOI, Mobilite, ("moyens", "rayon_km", "precision"),
        "Comment se déplace-t-elle, et jusqu'où ?",
    ),
    Rubrique(
        "prescripteur", "Qui l'a envoyée", Groupe.VENUE, Prescripteur,
        ("organisme", "personne", "telephone", "courriel", "le", "attendu"),
        "L'organisme ou la personne qui l'a orientée vers vous.", ecrire=CORRIGER,
    ),
    Rubrique(
        "territoire", "QPV et zone rurale", Groupe.VENUE, Territoire, ("qpv", "qpv_code", "zrr", "constate_le"),
        "À vérifier pour son adresse sur le site de l'État (sig.ville.gouv.fr).", ecrire=CORRIGER,
        dits=("qpv", "zrr"), note=(
            "L'État fixe la liste des quartiers prioritaires par décret, celle des communes rurales aidées par arrêté. "
            "Ces listes ne sont pas dans I-MILO : vous dites ce que montre sig.ville.gouv.fr pour l'adresse de ce "
            "jour. Si l'adresse change, la fiche demandera de vérifier de nouveau."
        ),
    ),
)  # fmt: skip

PAR_CODE = {r.code: r for r in RUBRIQUES}
PAR_MODELE = {r.modele: r for r in RUBRIQUES}

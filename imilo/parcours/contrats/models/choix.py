"""What the fields of a contract may say; the values that the law uses are those of `imilo.droit`."""

from __future__ import annotations

from django.db import models


class Amenagement(models.TextChoices):
    """Why the weekly hours are under the legal minimum (L. 5411-6 II). Health is told apart no further.

    The values are those of `imilo.droit.contrat_engagement.AmenagementHeures`.
    """

    AUCUN = "aucun", "Non : durée normale"
    INDIVIDUEL = "situation_individuelle", "Durée réduite, pour une raison liée à la situation de la personne"
    SANTE = "sante_handicap_invalidite", "Aucune durée, à sa demande : santé, handicap ou invalidité"
    PARENT_ISOLE = (
        "parent_isole_sans_garde",
        "Aucune durée, à sa demande : parent isolé, enfant de moins de 12 ans sans garde",
    )


SANS_DUREE = (Amenagement.SANTE, Amenagement.PARENT_ISOLE)


class CategorieAction(models.TextChoices):
    """What a plan of actions may hold (R. 5411-15)."""

    MISE_EN_SITUATION = "mise_en_situation", "Mise en situation professionnelle"
    FORMATION = "formation", "Période de formation"
    RECHERCHE = "recherche", "Appui à la recherche d'emploi"
    ACCOMPAGNEMENT = "accompagnement", "Accompagnement social et professionnel"
    DROITS = "droits", "Accès aux droits, levée de freins"
    ACTIVITE = "activite", "Pérenniser ou développer une activité"


class ModeSignature(models.TextChoices):
    ECRAN = "ecran", "À l'écran"
    PAPIER = "papier", "Sur papier, puis numérisé"
    TELEPHONE = "telephone", "Sur son téléphone, avec un code"


class Logement(models.TextChoices):
    """Where the young person lives (L. 5131-6 al. 4); values of `imilo.droit.cej.droits.Logement`."""

    HORS_FOYER = "hors_foyer_parental", "Hors du foyer de ses parents"
    FOYER = "foyer_parental", "Au foyer de ses parents"


class Soutien(models.TextChoices):
    """Financial support of the parents in their home (L. 5131-6 al. 4)."""

    AUCUN = "aucun", "Aucun soutien financier"
    LIMITE = "limite", "Un soutien financier limité"
    SUFFISANT = "suffisant", "Un soutien financier suffisant"


class FoyerFiscal(models.TextChoices):
    """The fiscal household retained (D. 5131-19); values of `imilo.droit.cej.forfaits.Foyer`."""

    NON_IMPOSABLE = "non_imposable", "Non imposable à l'impôt sur le revenu"
    PREMIERE_TRANCHE = "premiere_tranche", "Imposable, dans la première tranche du barème"
    AU_DELA = "au_dela", "Imposable au-delà de la première tranche"


class AutonomieFiscale(models.TextChoices):
    """Why the young person counts as a household of their own (D. 5131-19 II)."""

    AUCUNE = "aucune", "Non"
    RUPTURE = "rupture_familiale", "Oui : rupture familiale manifeste"
    DETACHEMENT = "detachement_annonce", "Oui : détachement annoncé à la prochaine déclaration"


class Projet(models.TextChoices):
    """Whether the project holds the search of a salaried job (L. 5411-6-1); values of `imilo.droit`."""

    NON = "non", "Pas de recherche d'emploi salarié"
    A_PRECISER = "a_preciser", "Un emploi salarié, projet à préciser"
    ETABLI = "etabli", "Un emploi salarié, projet suffisamment établi"


class Financement(models.TextChoices):
    """Who pays an action. What the European fund pays is kept for longer: retention asks for it."""

    NON_PRECISE = "", "À préciser"
    ETAT = "etat", "État, sans Fonds social européen"
    FSE = "fse", "Fonds social européen (FSE+)"
    REGION = "region", "Région"
    DEPARTEMENT = "departement", "Département"
    AUTRE = "autre", "Autre financement"


class Partie(models.TextChoices):
    JEUNE = "jeune", "Le jeune"
    REPRESENTANT = "representant", "Le représentant légal"
    ETAT = "etat", "Pour la mission locale, au nom de l'État"

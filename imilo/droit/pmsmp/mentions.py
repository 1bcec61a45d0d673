"""What the agreement of an immersion states, item by item (D. 5135-2)."""

from __future__ import annotations

from typing import Literal

Mention = Literal[
    "prescripteur_denomination",
    "prescripteur_adresse",
    "beneficiaire_nom",
    "beneficiaire_prenom",
    "beneficiaire_date_naissance",
    "employeur_coordonnees",
    "accueil_denomination",
    "accueil_adresse",
    "accueil_immatriculation",
    "accueil_activite",
    "accueil_convention_collective",
    "accueillant_nom",
    "accueillant_fonction",
    "accompagnement_denomination",
    "accompagnement_adresse",
    "referent_nom",
    "referent_fonction",
    "dates",
    "heures_presence",
    "lieu",
    "objet",
    "objectifs",
    "modalites_evaluation",
    "taches",
    "horaires",
]

PAR_ALINEA: dict[str, tuple[str, tuple[Mention, ...]]] = {
    "mentions_prescripteur": ("D. 5135-2 1°", ("prescripteur_denomination", "prescripteur_adresse")),
    "mentions_beneficiaire": (
        "D. 5135-2 2°",
        ("beneficiaire_nom", "beneficiaire_prenom", "beneficiaire_date_naissance", "employeur_coordonnees"),
    ),
    "mentions_accueil": (
        "D. 5135-2 3°",
        (
            "accueil_denomination",
            "accueil_adresse",
            "accueil_immatriculation",
            "accueil_activite",
            "accueil_convention_collective",
            "accueillant_nom",
            "accueillant_fonction",
        ),
    ),
    "mentions_accompagnement": (
        "D. 5135-2 4°",
        ("accompagnement_denomination", "accompagnement_adresse", "referent_nom", "referent_fonction"),
    ),
    "mentions_periode": (
        "D. 5135-2 5°",
        ("dates", "heures_presence", "lieu", "objet", "objectifs", "modalites_evaluation"),
    ),
    "mentions_taches": ("D. 5135-2 6°", ("taches", "horaires")),
}
"""For each paragraph of the article, the code of its reason, the citation, and the items it asks."""

EN_FRANCAIS: dict[Mention, str] = {
    "prescripteur_denomination": "nom de l'organisme prescripteur",
    "prescripteur_adresse": "adresse de l'organisme prescripteur",
    "beneficiaire_nom": "nom du bénéficiaire",
    "beneficiaire_prenom": "prénom du bénéficiaire",
    "beneficiaire_date_naissance": "date de naissance du bénéficiaire",
    "employeur_coordonnees": "coordonnées de son employeur",
    "accueil_denomination": "nom de la structure d'accueil",
    "accueil_adresse": "adresse de la structure d'accueil",
    "accueil_immatriculation": "numéro d'immatriculation de la structure d'accueil",
    "accueil_activite": "activité principale de la structure d'accueil",
    "accueil_convention_collective": "convention collective de la structure d'accueil",
    "accueillant_nom": "nom de la personne chargée de l'accueil",
    "accueillant_fonction": "fonction de la personne chargée de l'accueil",
    "accompagnement_denomination": "nom de la structure d'accompagnement",
    "accompagnement_adresse": "adresse de la structure d'accompagnement",
    "referent_nom": "nom du conseiller référent",
    "referent_fonction": "fonction du conseiller référent",
    "dates": "dates de début et de fin",
    "heures_presence": "nombre d'heures de présence",
    "lieu": "lieu d'exécution",
    "objet": "objet de la période",
    "objectifs": "objectifs précis",
    "modalites_evaluation": "façon d'évaluer les objectifs",
    "taches": "tâches confiées",
    "horaires": "horaires de présence",
}

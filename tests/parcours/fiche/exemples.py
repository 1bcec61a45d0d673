"""One example of each section, as a form gives it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

IBAN = "FR7630006000011234567890189"  # the example of the banks' own documentation
EXEMPLES: dict[str, dict[str, Any]] = {
    "contact": {"canal": "sms", "creneaux": ["matin", "soir"], "precision": "Jamais le mardi"},
    "representants": {
        "nom": "Jeanne Modèle", "qualite": "mere", "telephone": "06 12 34 56 78", "courriel": "jeanne@essai.example",
        "adresse": "", "depuis": None, "jusqu_au": None,
    },
    "protection": {
        "mesure": "curatelle", "organisme": "UDAF", "contact": "Mme Exemple", "debut": date(2025, 3, 1), "fin": None,
    },
    "sejour": {
        "type": "carte_temporaire", "numero": "9900112233", "delivre_le": date(2026, 1, 5),
        "expire_le": date(2027, 1, 4), "travail": "oui", "renouvellement_le": None,
    },
    "nir": {"etat": "verifie", "preuve": "carte_vitale", "vu_le": date(2026, 2, 3)},
    "foyer": {"situation": "celibataire", "vit_avec": "un_parent", "personnes": 3, "quotient": 512},
    "enfants": {"naissance": date(2024, 8, 9), "residence": "toujours", "garde": "recherche"},
    "logement": {
        "type": "tiers", "hebergeur": "Un ami", "depuis": date(2026, 1, 1), "jusqu_au": None, "demande": "FJT",
    },
    "ressources": {
        "nature": "rsa", "montant": Decimal("559.42"), "numero_allocataire": "1234567", "organisme": "CAF",
        "debut": date(2026, 1, 1), "fin": None,
    },
    "compte": {
        "titulaire": "personne", "titulaire_nom": "Dominique Essai", "iban": IBAN, "rib_vu_le": date(2026, 2, 1),
    },
    "scolarite": {
        "classe": "Terminale pro", "etablissement": "Lycée d'essai", "uai": "0370001A",
        "academie": "Orléans-Tours", "sortie_le": date(2023, 6, 30), "ine": "1234567890A",
    },
    "diplomes": {
        "intitule": "CAP Cuisine", "niveau": "NV5", "etat": "obtenu", "le": date(2022, 7, 5), "etablissement": "CFA",
    },
    "langues": {"langue": "fr", "niveau": "B2", "attestation": "DELF"},
    "numerique": {"aisance": "aide", "equipement": ["telephone"]},
    "metiers": {"rome": "G1602", "rang": 1, "precision": "Collectivité"},
    "experiences": {
        "intitule": "Commis", "employeur": "Au bon essai", "type": "cdd", "rome": "G1602",
        "debut": date(2024, 1, 8), "fin": date(2024, 6, 30),
    },
    "competences": {"libelle": "Tenir un poste chaud", "niveau": "pratique", "rome": "G1602"},
    "permis": {"categorie": "B", "etat": "code", "le": date(2026, 3, 3), "expire_le": None},
    "mobilite": {"moyens": ["velo", "transports"], "rayon_km": 15, "precision": ""},
    "prescripteur": {
        "organisme": "Collège d'essai", "personne": "M. Exemple", "telephone": "06 12 34 56 78", "courriel": "",
        "le": date(2025, 12, 1), "attendu": "Un stage",
    },
    "territoire": {"qpv": "oui", "qpv_code": "QN03701M", "zrr": "non", "constate_le": date(2026, 3, 1)},
}  # fmt: skip

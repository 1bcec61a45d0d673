"""The kinds of facts that the journal knows, and the kinds of consultations: code → French label.

An unknown code raises: a new kind of act is declared here, in the change that brings the act.
"""

from __future__ import annotations

from enum import StrEnum


class Registre(StrEnum):
    """The two chained tables: what was done, and who looked."""

    FAIT = "fait"
    CONSULTATION = "consultation"

    @property
    def table(self) -> str:
        return f"journal_{self.value}"


GENRES: dict[str, str] = {
    # Sign-in
    "session.ouverte": "Connexion",
    "session.fermee": "Déconnexion",
    "session.expiree": "Session expirée",
    "session.refusee": "Connexion refusée",
    "second_facteur.enrole": "Second facteur enregistré",
    "second_facteur.refuse": "Second facteur refusé",
    "second_facteur.retire": "Second facteur retiré",
    "acces.refuse": "Accès refusé",
    # Actors
    "structures.importees": "Référentiel des structures importé",
    "structure.creee": "Structure créée",
    "structure.modifiee": "Structure modifiée",
    "site.cree": "Site créé",
    "site.modifie": "Site modifié",
    "agent.cree": "Agent créé",
    "agent.rattache": "Agent reconnu par ProConnect",
    "agent.modifie": "Agent modifié",
    "agent.desactive": "Agent désactivé",
    "affectation.ouverte": "Habilitation accordée",
    "affectation.modifiee": "Habilitation modifiée",
    "affectation.close": "Habilitation retirée",
    "structure.choisie": "Structure active choisie",
    "delegation.donnee": "Délégation de signature donnée",
    "delegation.retiree": "Délégation de signature retirée",
    "cle_api.creee": "Clé d'API créée",
    "cle_api.revoquee": "Clé d'API révoquée",
    # The person and the dossier
    "annuaire.cherche": "Recherche dans l'annuaire national",
    "annuaire.quota": "Quota de recherches hors de la structure atteint",
    "annuaire.rapproche": "Liste rapprochée des dossiers du pays",
    "jeune.cree": "Identité saisie",
    "jeune.modifie": "Identité modifiée",
    "dossier.ouvert": "Dossier ouvert",
    "dossier.modifie": "Dossier modifié",
    "dossier.complete": "Dossier complété",
    "dossier.justifie": "Identité justifiée par une pièce",
    "dossier.referent_change": "Référent changé",
    "dossier.statut_change": "Statut du dossier changé",
    "dossier.mis_en_veille": "Dossier mis en veille",
    "dossier.reactive": "Dossier réactivé",
    "dossier.clos": "Fin d'accompagnement",
    "dossier.refuse": "Dossier demandé hors du périmètre",
    "dossier.exporte": "Dossier exporté",
    "doublon.ecarte": "Doublon probable écarté",
    "doublon.differentes": "Deux dossiers comparés : personnes différentes",
    "doublon.repris": "Comparaison de deux dossiers reprise",
    "doublon.demande": "Doublon : question posée à une autre structure",
    "doublon.refuse": "Doublon : répondu que ce sont deux personnes",
    "doublon.reuni": "Doublon : même personne dans deux structures",
    "doublon.separe": "Doublon : personnes de deux structures séparées",
    "doublons.cherches": "Doublons probables recherchés",
    "dossier.fusionne": "Dossiers fusionnés",
    "dossier.separe": "Fusion de dossiers défaite",
    "acces.ouvert": "Dossier ouvert par une autre structure (accès motivé)",
    "acces.clos": "Accès motivé fermé avant terme",
    "acces.exportes": "Liste des accès motivés exportée",
    "restriction.posee": "Dossier restreint à des personnes nommées",
    "restriction.modifiee": "Restriction d'un dossier modifiée",
    "restriction.levee": "Restriction d'un dossier levée",
    "transfert.demande": "Transfert vers une autre structure demandé",
    "transfert.annule": "Demande de transfert annulée",
    "transfert.accepte": "Dossier repris d'une autre structure",
    "transfert.refuse": "Transfert refusé",
    "document.depose": "Document déposé",
    "document.retire": "Document retiré",
    "document.modifie": "Type ou validité d'un document corrigés",
    # The full file
    "fiche.completee": "Fiche complétée",
    "fiche.modifiee": "Fiche modifiée",
    "fiche.retiree": "Donnée de la fiche retirée",
    "fiche.confirmee": "Fiche confirmée",
    "note.ecrite": "Note écrite",
    "note.modifiee": "Note modifiée",
    "note.retiree": "Note retirée",
    "etiquette.creee": "Étiquette créée",
    "etiquette.modifiee": "Étiquette modifiée",
    "dossier.etiquete": "Étiquettes du dossier changées",
    "foyer.lie": "Dossiers liés comme un même foyer",
    "foyer.delie": "Lien de foyer retiré",
    "notice.remise": "Notice d'information remise",
    "france_travail.inscription_notee": "Inscription à France Travail notée",
    # The caseload
    "portefeuille.lot": "Action groupée sur des dossiers",
    "portefeuille.lot_annule": "Action groupée annulée",
    "portefeuille.recherche_gardee": "Recherche du portefeuille enregistrée",
    "portefeuille.recherche_renommee": "Recherche du portefeuille renommée",
    "portefeuille.recherche_retiree": "Recherche du portefeuille supprimée",
    "portefeuille.colonnes": "Colonnes du portefeuille choisies",
    "remplacement.prevu": "Remplacement prévu",
    "remplacement.arrete": "Remplacement arrêté",
    # Orientation and diagnosis
    "orientation.decidee": "Orientation décidée",
    "orientation.notifiee": "Orientation notifiée",
    "orientation.redemandee": "Nouvelle orientation demandée",
    "diagnostic.saisi": "Diagnostic saisi",
    "diagnostic.modifie": "Diagnostic modifié",
    # Acts, situations, appointments
    "acte.saisi": "Acte saisi",
    "acte.modifie": "Acte modifié",
    "acte.annule": "Acte annulé",
    "situation.ajoutee": "Situation ajoutée",
    "situation.modifiee": "Situation modifiée",
    "situation.terminee": "Situation terminée",
    "situation.retiree": "Situation retirée",
    "demande.saisie": "Demande saisie",
    "demande.modifiee": "Demande modifiée",
    "demande.repondue": "Proposition rattachée à une demande",
    "proposition.saisie": "Proposition saisie",
    "proposition.modifiee": "Proposition modifiée",
    "rendez_vous.pris": "Rendez-vous pris",
    "rendez_vous.modifie": "Rendez-vous modifié",
    "rendez_vous.annule": "Rendez-vous annulé",
    "rendez_vous.honore": "Rendez-vous honoré",
    "rendez_vous.manque": "Rendez-vous manqué",
    # Activities: the ledger of hours
    "activite.declaree": "Activité déclarée",
    "activite.acceptee": "Activité déclarée acceptée",
    "activite.refusee": "Activité déclarée refusée",
    "activite.examen_annule": "Examen d'activités annulé",
    "activites.exportees": "Heures de la semaine exportées",
    "absence.notee": "Absence notée",
    "absence.modifiee": "Absence modifiée",
    "plan.suivi": "Action du plan suivie",
    "snp.recue": "Situation non professionnelle reçue",
    # Arrivals: lists of the outside, apprentices of the CFA
    "organisme.enregistre": "Établissement de formation enregistré",
    "apprenants.recus": "Dossiers d'apprenants reçus d'un CFA",
    "arrivees.transmises": "Ruptures d'apprentissage transmises",
    "arrivee.tentee": "Tentative de contact",
    "arrivee.confiee": "Arrivée confiée",
    "arrivee.rattachee": "Arrivée rattachée à un dossier",
    "arrivee.retiree": "Arrivée retirée par sa source",
    "arrivees.exportees": "Liste des arrivées exportée",
    "liste.deposee": "Liste déposée",
    "liste.lancee": "Import d'une liste lancé",
    "liste.importee": "Liste importée",
    "liste.annulee": "Import d'une liste annulé",
    # Contracts
    "cej.examine": "Éligibilité au CEJ examinée",
    "contrat.prepare": "Contrat préparé",
    "contrat.modifie": "Contrat modifié",
    "contrat.abandonne": "Projet de contrat abandonné",
    "contrat.signe": "Contrat signé",
    "contrat.signe_jeune": "Contrat signé par le jeune",
    "contrat.signe_structure": "Contrat signé pour la mission locale",
    "contrat.renouvele": "Contrat prolongé",
    "contrat.rompu": "Contrat rompu",
    "contrat.termine": "Contrat terminé",
    # Allowances
    "ressources.declarees": "Ressources du mois déclarées",
    "allocation.preparee": "Allocation préparée",
    "allocation.decidee": "Allocation décidée",
    "allocation.refusee": "Allocation refusée",
    "allocation.annulee": "Décision d'allocation retirée",
    "allocation.notifiee": "Décision d'allocation notifiée",
    # Batches
    "donnees.rechiffrees": "Données chiffrées avec une nouvelle clé",
    "donnees.demonstration": "Données de démonstration chargées",
    "journal.verifie": "Journal vérifié",
}

CONSULTATIONS: dict[str, str] = {
    "dossier": "Dossier ouvert à l'écran",
    "identite": "Identité ouverte",
    "nir": "NIR affiché en entier",
    "piece": "Numéro de la pièce affiché en entier",
    "fiche": "Fiche complète ouverte",
    "numero": "Numéro affiché en entier",
    "compte_bancaire": "IBAN affiché en entier",
    "document": "Document ouvert",
    "contrat": "Contrat ouvert",
    "allocation": "Allocation ouverte",
    "decision": "Décision de la loi ouverte",
    "diagnostic": "Diagnostic ouvert",
    "historique": "Historique du dossier ouvert",
    "acces_motive": "Dossier lu par une autre structure (accès motivé)",
    "annuaire": "Dossier signalé par l'annuaire",
    "liste": "Dossier affiché dans une liste",
    "sue": "Dossier lu par l'API opérateurs",
    "export": "Dossier exporté",
    "arrivee": "Arrivée ouverte",
    "activite": "Activité et heures ouvertes",
    "snp": "Dossier désigné par l'API opérateurs (situation non professionnelle)",
}


def libelle(registre: Registre | str, genre: str) -> str:
    """The French label of a kind; the code itself for a kind that a later version wrote."""
    return (GENRES if registre == Registre.FAIT else CONSULTATIONS).get(genre, genre)

"""Profiles and what each may do: closed by default, an action that is in no list is refused to everyone."""

from __future__ import annotations

from django.db import models


class Profil(models.TextChoices):
    ACCUEIL = "accueil", "Accueil"
    CONSEILLER = "conseiller", "Conseiller"
    GESTIONNAIRE = "gestionnaire", "Gestionnaire des allocations"
    DIRECTION = "direction", "Direction"
    RGC = "rgc", "Responsable de gestion de comptes"
    DPD = "dpd", "Délégué à la protection des données"
    SUPPORT = "support", "Support"


_TOUS = frozenset({"compte.voir", "referentiel.lire"})
_LIRE = frozenset({"annuaire.chercher", "dossier.lire", "document.lire"})
_ACCUEIL = _LIRE | {"dossier.ouvrir", "identite.modifier", "agenda.gerer", "arrivee.traiter"}
_ACCOMPAGNER = _ACCUEIL | {
    "journee.voir",
    "nir.chercher",
    "dossier.suivre",
    "acte.saisir",
    "situation.saisir",
    "orientation.decider",
    "diagnostic.saisir",
    "contrat.preparer",
    "allocation.preparer",
    "portefeuille.voir",
    "doublon.decider",
    "liste.importer",
    "acces.motiver",
    "transfert.gerer",
    "sanction.suivre",
    "sanction.decider",
    "activite.examiner",
}

ACTIONS: dict[Profil, frozenset[str]] = {
    Profil.ACCUEIL: _TOUS | _ACCUEIL | {"journee.voir"},
    Profil.CONSEILLER: _TOUS | _ACCOMPAGNER | {"contrat.signer", "allocation.decider"},
    Profil.GESTIONNAIRE: _TOUS
    | _LIRE
    | {"journee.voir", "portefeuille.voir", "nir.chercher", "allocation.preparer", "allocation.decider"}
    | {"compte_bancaire.voir", "asp.voir", "asp.gerer"},
    Profil.DIRECTION: _TOUS
    | _ACCOMPAGNER
    | {"contrat.signer", "allocation.decider", "structure.voir", "delegation.gerer", "cle_api.gerer", "journal.lire"}
    | {"acces.surveiller", "restriction.gerer"}
    | {"remplacement.gerer"}
    | {"asp.voir", "asp.gerer"}
    | {"controle.gerer", "message_partenaire.gerer"}
    | {"compte_bancaire.voir", "etiquette.gerer", "allocation.regler"},
    Profil.RGC: _TOUS | {"structure.voir", "habilitation.gerer", "delegation.voir"},
    Profil.DPD: _TOUS | {"journal.lire", "structure.voir", "acces.surveiller"},
    Profil.SUPPORT: _TOUS | {"structure.voir"},
}
# `contrat.signer`, `allocation.decider` and `sanction.decider` also need the power to decide in the State's name
# (legal representative or dated delegation): imilo.acteurs.selectors.pouvoir_de_signer.


def peut(profil: str | None, action: str) -> bool:
    """Whether a profile may do an action; no profile, or an unknown one, may do nothing."""
    return profil in Profil.values and action in ACTIONS[Profil(profil)]

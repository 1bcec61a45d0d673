"""How complete a dossier is: *partiel*, *complet*, or *justifié* when the identity document was seen."""

from __future__ import annotations

from dataclasses import dataclass

from imilo.jeunes.identite import FRANCE
from imilo.jeunes.models import Precision, Sexe
from imilo.parcours.dossiers.models import Completude, Dossier


@dataclass(frozen=True)
class Manque:
    """Something that a complete dossier has: its name in French, the form field that takes it, and the form."""

    libelle: str
    champ: str
    ou: str  # "identite" or "coordonnees"


def manques(dossier: Dossier) -> list[Manque]:
    """What keeps the dossier from being complete, in the order of the forms. Reads `dossier.jeune`, no query more."""
    jeune = dossier.jeune
    en_france = jeune.naissance_pays_id == FRANCE
    attendus = (
        (jeune.sexe != Sexe.INCONNU, "sexe", "sexe", "identite"),
        (jeune.naissance_precision == Precision.JOUR, "date de naissance complète", "naissance", "identite"),
        (bool(jeune.naissance_pays_id), "pays de naissance", "naissance_pays", "identite"),
        (not en_france or bool(jeune.naissance_commune_id), "commune de naissance", "naissance_commune", "identite"),
        (bool(jeune.nationalite_id), "nationalité", "nationalite", "identite"),
        (bool(dossier.telephone or dossier.courriel), "téléphone ou courriel", "telephone", "coordonnees"),
        (dossier.sans_adresse or bool(dossier.adresse_commune_id), "adresse", "adresse_commune", "coordonnees"),
        (bool(dossier.niveau_diplome), "niveau de diplôme", "niveau_diplome", "coordonnees"),
        (bool(dossier.venue), "comment la personne est venue", "venue", "coordonnees"),
        (bool(dossier.notice_remise_le), "notice d'information remise", "notice_remise_le", "coordonnees"),
    )
    return [Manque(libelle, champ, ou) for present, libelle, champ, ou in attendus if not present]


def completude(dossier: Dossier) -> Completude:
    """The completeness that follows from the fields of the dossier and of its person.

    *Justifié* only says that the identity was proven by a document (type, number, seen on a day): a person
    without an address can be justified, and `manques` still tells what is missing.
    """
    if dossier.piece_type and dossier.piece_numero and dossier.piece_vue_le:
        return Completude.JUSTIFIE
    return Completude.PARTIEL if manques(dossier) else Completude.COMPLET

"""How to reach a person, and what the structure notes of their arrival: as typed and cleaned, and what must hold."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from imilo.acteurs.models import Structure
from imilo.jeunes.doublons import SANS_INDICE, Indices
from imilo.jeunes.telephones import lire_telephone
from imilo.parcours.dossiers.models import Dossier
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes, situation_commune
from imilo.socle.erreurs import RegleViolee


@dataclass(frozen=True, kw_only=True)
class Coordonnees:
    """Telephones as typed (stored in E.164), e-mail, address. `adresse_commune_id` is an INSEE code."""

    telephone: str = ""
    telephone_2: str = ""
    courriel: str = ""
    sans_adresse: bool = False
    adresse_numero: str = ""
    adresse_voie: str = ""
    adresse_complement: str = ""
    adresse_code_postal: str = ""
    adresse_commune_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Arrivee:
    """What is noted of the arrival and of the situation at the counter: codes of the lists, days."""

    venue: str = ""
    notice_remise_le: date | None = None
    numero_ft: str = ""
    niveau_diplome: str = ""
    rqth_du: date | None = None
    rqth_au: date | None = None


CHAMPS_COORDONNEES = tuple(c.name for c in fields(Coordonnees))
CHAMPS_ARRIVEE = tuple(c.name for c in fields(Arrivee))


def rqth_en_cours(arrivee: Arrivee, *, le: date) -> bool:
    """Whether the recognition as a disabled worker runs on the day `le`; without an end, it still does."""
    if arrivee.rqth_du is None or arrivee.rqth_du > le:
        return False
    return arrivee.rqth_au is None or arrivee.rqth_au >= le


def coordonnees_de(dossier: Dossier) -> Coordonnees:
    return Coordonnees(**{c: getattr(dossier, c) for c in CHAMPS_COORDONNEES})


def arrivee_de(dossier: Dossier) -> Arrivee:
    return Arrivee(**{c: getattr(dossier, c) for c in CHAMPS_ARRIVEE})


def indices_dits(saisies: Coordonnees, *, numero_ft: str, dits: Indices = SANS_INDICE) -> Indices:
    """What may agree with another dossier besides the identity: what is typed goes before what was said (`dits`)."""
    adresse = f"{saisies.adresse_numero} {saisies.adresse_voie}".strip()
    entiere = bool(adresse and saisies.adresse_code_postal)
    return replace(
        dits,
        courriel=saisies.courriel or dits.courriel,
        numero_ft=numero_ft or dits.numero_ft,
        adresse=adresse if entiere else dits.adresse,
        code_postal=saisies.adresse_code_postal if entiere else dits.code_postal,
    )


def anomalies_des_telephones(saisies: Coordonnees, *, structure: Structure) -> list[RegleViolee]:
    """Why each telephone typed can't be one, at its field."""
    trouvees = []
    for champ in ("telephone", "telephone_2"):
        try:
            lire_telephone(getattr(saisies, champ), structure.code_departement, champ=champ)
        except RegleViolee as erreur:
            trouvees.append(erreur)
    return trouvees


def nettoyer_coordonnees(saisies: Coordonnees, *, structure: Structure) -> Coordonnees:
    """What will be stored. Raises `RegleViolee` for a telephone that can't be one."""
    plan = structure.code_departement
    textes: dict[str, Any] = {
        c: " ".join(getattr(saisies, c).split())
        for c in ("adresse_numero", "adresse_voie", "adresse_complement", "adresse_code_postal")
    }
    propres = replace(
        saisies,
        **textes,
        telephone=lire_telephone(saisies.telephone, plan, champ="telephone"),
        telephone_2=lire_telephone(saisies.telephone_2, plan, champ="telephone_2"),
        courriel=saisies.courriel.strip(),
        adresse_commune_id=saisies.adresse_commune_id or None,
    )
    if propres.telephone_2 == propres.telephone:
        propres = replace(propres, telephone_2="")
    if not propres.telephone and propres.telephone_2:
        propres = replace(propres, telephone=propres.telephone_2, telephone_2="")
    if propres.sans_adresse:
        # The commune may stay: it says where the person lives without an address (domiciliation).
        propres = replace(propres, adresse_numero="", adresse_voie="", adresse_complement="")
    return propres


def anomalies_des_coordonnees(coordonnees: Coordonnees, *, le: date) -> list[RegleViolee]:
    """Everything that keeps cleaned contact details from being stored, each with its field."""
    trouvees = []
    for champ in CHAMPS_COORDONNEES:
        limite = getattr(Dossier._meta.get_field(champ.removesuffix("_id")), "max_length", None)
        if limite and len(str(getattr(coordonnees, champ) or "")) > limite:
            trouvees.append(RegleViolee(f"Ce champ a {limite} caractères au plus.", champ.removesuffix("_id")))
    if coordonnees.courriel:
        try:
            validate_email(coordonnees.courriel)
        except ValidationError:
            trouvees.append(RegleViolee("Cette adresse électronique n'est pas valable : nom@exemple.fr", "courriel"))
    if erreur := _anomalie_de_commune(coordonnees, le=le):
        trouvees.append(erreur)
    return trouvees


def _anomalie_de_commune(coordonnees: Coordonnees, *, le: date) -> RegleViolee | None:
    postal = coordonnees.adresse_code_postal
    if postal and not (len(postal) == 5 and postal.isascii() and postal.isdigit()):
        return RegleViolee("Un code postal a cinq chiffres.", "adresse_code_postal")
    if not coordonnees.adresse_commune_id:
        if postal or coordonnees.adresse_voie:
            return RegleViolee("Choisissez la commune dans la liste.", "adresse_commune")
        return None
    trouvee = situation_commune(coordonnees.adresse_commune_id, le=le)
    if trouvee is None:
        return RegleViolee("Cette commune n'existe pas : choisissez-la dans la liste.", "adresse_commune")
    if not trouvee.valide:
        return RegleViolee(trouvee.avertissement, "adresse_commune")
    if postal and trouvee.codes_postaux and postal not in trouvee.codes_postaux:
        proposes = ", ".join(trouvee.codes_postaux[:6])
        return RegleViolee(
            f"{postal} n'est pas un code postal de {trouvee.nom} ({proposes}). Un code CEDEX n'en est pas un.",
            "adresse_code_postal",
        )
    return None


def anomalies_de_l_arrivee(arrivee: Arrivee, *, premier_accueil: date, le: date) -> list[RegleViolee]:
    """Everything that keeps what is noted of the arrival from being stored on the day `le`."""
    trouvees = []
    if premier_accueil > le:
        trouvees.append(RegleViolee("Le premier accueil ne se note pas d'avance.", "premier_accueil"))
    if arrivee.notice_remise_le and arrivee.notice_remise_le > le:
        trouvees.append(RegleViolee("La remise de la notice ne se note pas d'avance.", "notice_remise_le"))
    if arrivee.venue and arrivee.venue not in dict(codes(Liste.MOYEN_VENUE, le)):
        trouvees.append(RegleViolee("Choisissez une valeur de la liste.", "venue"))
    if arrivee.niveau_diplome and arrivee.niveau_diplome not in dict(codes(Liste.NIVEAU_DIPLOME, le)):
        trouvees.append(RegleViolee("Choisissez une valeur de la liste.", "niveau_diplome"))
    if arrivee.numero_ft and not (
        arrivee.numero_ft.isascii() and arrivee.numero_ft.isalnum() and len(arrivee.numero_ft) <= 11
    ):
        trouvees.append(
            RegleViolee(
                "Un numéro France Travail a onze caractères au plus, chiffres et lettres sans espace.", "numero_ft"
            )
        )
    if arrivee.rqth_au and not arrivee.rqth_du:
        trouvees.append(RegleViolee("Indiquez aussi le début de la RQTH.", "rqth_du"))
    elif arrivee.rqth_au and arrivee.rqth_du and arrivee.rqth_au < arrivee.rqth_du:
        trouvees.append(RegleViolee("La fin de la RQTH précède son début.", "rqth_au"))
    return trouvees

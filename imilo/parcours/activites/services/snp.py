"""Non-professional situations sent by the operator: written once, however many times they are sent, and corrected."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from imilo.acteurs.models import Affectation, Agent
from imilo.acteurs.profils import Profil, peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.activites.models import SituationNonProfessionnelle
from imilo.parcours.activites.reglages import reglages
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.socle.erreurs import RegleViolee

COMMENTAIRE_MAX = 255
CHAMPS = {"snp_fin_apres_debut": "fin", "snp_duree": "minutes", "snp_correction_motivee": "raison"}
EN_AVANCE = timedelta(hours=14)  # the furthest clock ahead of UTC: a day that has begun somewhere isn't to come
QUALIFIENT = tuple(p for p in Profil if peut(p, "activite.examiner"))


@dataclass(frozen=True)
class SituationRecue:
    """The body of the operator's call: days, `mesure`, and the login of the counsellor who qualified the action."""

    debut: date
    fin: date
    mesure: str
    login: str
    commentaire: str = ""


@dataclass(frozen=True)
class SituationCorrigee:
    """What a counsellor says it was: days included, `mesure`, minutes to count (0: none), and why."""

    debut: date
    fin: date
    mesure: str
    minutes: int
    raison: str


def _conseiller(dossier: Dossier, login: str) -> Agent:
    """Who qualified it: an agent of the dossier's structure, by professional e-mail or by identifier of ProConnect."""
    jour = timezone.now().date()
    places = Affectation.objects.en_cours(le=jour).filter(structure_id=dossier.structure_id, profil__in=QUALIFIENT)
    agents = Agent.objects.filter(Q(courriel__iexact=login) | Q(sub=login), pk__in=places.values("agent"))
    trouve = agents.order_by("pk").first() if login else None
    if trouve is None:
        raise RegleViolee("Aucun conseiller de la structure du dossier n'a cet identifiant.", "loginConseiller")
    return trouve


def _verifier(recue: SituationRecue, maintenant: datetime) -> int:
    """Hours of the `mesure`. Raises `RegleViolee` at the name of the contract's field."""
    heures = reglages().snp_heures.get(recue.mesure)
    if heures is None:
        raise RegleViolee(f"mesure est l'une de : {', '.join(reglages().snp_heures)}.", "mesure")
    if recue.fin < recue.debut:
        raise RegleViolee("dateFinReelle précède dateDebut.", "dateFinReelle")
    if recue.fin > (maintenant.astimezone(UTC) + EN_AVANCE).date():
        raise RegleViolee("dateFinReelle est à venir : une situation s'envoie une fois terminée.", "dateFinReelle")
    for texte, champ in ((recue.login, "loginConseiller"), (recue.commentaire, "commentaire")):
        if "\0" in texte:
            raise RegleViolee(f"{champ} contient un caractère que la base ne peut pas garder.", champ)
    if len(recue.commentaire) > COMMENTAIRE_MAX:
        raise RegleViolee(f"commentaire dépasse {COMMENTAIRE_MAX} caractères.", "commentaire")
    return heures


def _empreinte(recue: SituationRecue, agent: Agent) -> str:
    """SHA-256 of what makes two calls the same one: days, `mesure`, who qualified it, comment."""
    envoi = f"{recue.debut:%Y-%m-%d}|{recue.fin:%Y-%m-%d}|{recue.mesure}|{agent.pk}|{recue.commentaire}"
    return hashlib.sha256(envoi.encode()).hexdigest()


@transaction.atomic
def recevoir_situation(acteur: str, dossier: Dossier, *, recue: SituationRecue) -> SituationNonProfessionnelle:
    """Write a situation that an operator sends (`acteur`: "cle_api:<id>"); the same one sent again is found, not made.

    Fact `snp.recue`, the first time. Raises `RegleViolee` at the name of the contract's field.
    """
    heures = _verifier(recue, timezone.now())
    if recue.debut < dossier.jeune.naissance:
        raise RegleViolee("dateDebut précède la naissance de la personne.", "dateDebut")
    agent = _conseiller(dossier, recue.login)
    # Two calls at once wait for each other here: the second one finds what the first one wrote.
    Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    empreinte = _empreinte(recue, agent)
    deja = SituationNonProfessionnelle.objects.filter(dossier=dossier, empreinte=empreinte).first()
    if deja is not None:
        return deja
    situation = SituationNonProfessionnelle(
        dossier=dossier,
        structure_id=dossier.structure_id,
        debut=recue.debut,
        fin=recue.fin,
        mesure=recue.mesure,
        commentaire=recue.commentaire,
        agent=agent,
        minutes=heures * 60,
        par_jour=reglages().snp_par_jour,
        empreinte=empreinte,
    )
    enregistrer(situation, champs={"snp_fin_apres_debut": "dateFinReelle"}, premier=True)
    consigner(None, "snp.recue", situation, acteur=acteur, agent_qualifie=agent.pk, mesure=recue.mesure.lower())
    return situation


@transaction.atomic
def corriger_situation(
    agent: Agent, situation: SituationNonProfessionnelle, *, version: int, saisie: SituationCorrigee
) -> SituationNonProfessionnelle:
    """Correct the days, the `mesure` or the hours of what an operator sent; the history keeps what it was.

    Fact `snp.corrigee`. Raises `RegleViolee` at the field, `VersionPerimee`.
    """
    stockee = reprendre(situation, version=version)
    dossier = situation.dossier
    if saisie.debut < dossier.jeune.naissance:
        raise RegleViolee("La situation commence avant la naissance de la personne.", "debut")
    if saisie.fin > aujourd_hui(dossier.structure):
        raise RegleViolee("Ce jour est à venir : seul ce qui a été fait se compte.", "fin")
    for champ, valeur in asdict(saisie).items():
        setattr(stockee, champ, valeur)
    stockee.corrigee_par = agent
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "snp.corrigee", stockee, mesure=saisie.mesure.lower())
    return stockee

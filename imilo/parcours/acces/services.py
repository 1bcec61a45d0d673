"""Opening a dossier of another structure for a stated reason, and closing that access before its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui, habilite
from imilo.journal.services import consigner
from imilo.parcours.acces.models import MOTIFS_A_CHOISIR, AccesMotive, MotifAcces
from imilo.parcours.acces.reglages import reglage
from imilo.parcours.acces.restrictions import est_restreint
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre

MOT_MINIMUM = 10  # a reason of a few letters is no reason
INTROUVABLE = "Cette personne n'a plus de dossier dans cette structure sous cette identité : cherchez-la de nouveau."


@dataclass(frozen=True)
class Designation:
    """A dossier of another structure, as a line of the directory shows it: nothing more is known of it."""

    structure_id: int
    nom_naissance: str
    prenom: str
    naissance: date


def _dossier_designe(designation: Designation) -> int:
    """The dossier of that line. Raises `RegleViolee` when there is none any more, or when two answer."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT dossier_id FROM acces_designer(%s, %s, %s, %s)",
            [designation.structure_id, designation.nom_naissance, designation.prenom, designation.naissance],
        )
        trouves = [int(ligne[0]) for ligne in curseur.fetchall()]
    if not trouves:
        raise RegleViolee(INTROUVABLE)
    if len(trouves) > 1:
        raise RegleViolee(
            "Deux personnes de cette structure portent ce nom et sont nées ce jour-là : appelez la structure."
        )
    return trouves[0]


@transaction.atomic
def ouvrir_acces(
    agent: Agent, *, origine: Structure, designation: Designation, motif: str, precision: str = ""
) -> AccesMotive:
    """Open another structure's dossier to `agent`, who works in `origine` (whose perimeter is open).

    Read only, for the hours of the setting `acces_motive_heures`. Fact `acces.ouvert` in the holder's journal. An
    access of the same agent that still runs is given back as it is, without a new fact. Raises `NonHabilite`,
    `RegleViolee` (motive, restricted dossier, nobody found).
    """
    if not habilite(agent=agent, structure=origine, action="acces.motiver", le=aujourd_hui(origine)):
        raise NonHabilite("Votre profil n'ouvre pas les dossiers d'une autre structure.")
    if motif not in dict(MOTIFS_A_CHOISIR):
        raise RegleViolee("Choisissez la raison pour laquelle vous ouvrez ce dossier.", "motif")
    precision = precision.strip()
    if motif == MotifAcces.AUTRE and len(precision) < MOT_MINIMUM:
        raise RegleViolee(f"Précisez la raison, en {MOT_MINIMUM} caractères au moins.", "precision")
    dossier_id = _dossier_designe(designation)
    duree = timedelta(hours=reglage("acces_motive_heures", le=aujourd_hui(origine)))
    with perimetre(designation.structure_id, agent_id=agent.pk):
        dossier = Dossier.objects.filter(pk=dossier_id).first()
        if dossier is None or est_restreint(dossier):
            raise RegleViolee("Ce dossier ne s'ouvre pas d'ici : appelez la structure qui le tient.")
        return donner_acces(agent, dossier, origine=origine, motif=motif, precision=precision, duree=duree)


def donner_acces(
    agent: Agent, dossier: Dossier, *, origine: Structure, motif: str, duree: timedelta, precision: str = ""
) -> AccesMotive:
    """Write the access and its fact, in the perimeter of the structure of `dossier`; give back one that runs."""
    maintenant = timezone.now()
    siens = AccesMotive.objects.ouverts(a=maintenant).filter(agent=agent, dossier=dossier, origine=origine)
    # One at a time for a dossier: two windows that open it at once share the first one's.
    Dossier.objects.select_for_update(of=("self",)).only("pk").get(pk=dossier.pk)
    if (ouvert := siens.filter(motif=motif).first()) is not None:
        return ouvert
    acces = AccesMotive(
        dossier=dossier,
        structure_id=dossier.structure_id,
        agent=agent,
        origine=origine,
        motif=motif,
        precision=precision,
        ouvert_le=maintenant,
        expire_le=maintenant + duree,
    )
    enregistrer(acces, champs={"acces_autre_precise": "precision"}, premier=True)
    consigner(agent, "acces.ouvert", acces, motif=motif, origine=origine.pk)
    return acces


@transaction.atomic
def clore_acces(agent: Agent, acces: AccesMotive) -> AccesMotive:
    """End an access now: by who opened it, or by the structure that holds the dossier. Fact `acces.clos`.

    In the holder's perimeter. Closing what is already over changes nothing.
    """
    stocke = AccesMotive.objects.select_for_update(of=("self",)).get(pk=acces.pk)
    maintenant: datetime = timezone.now()
    if not stocke.ouvert(a=maintenant):
        return stocke
    stocke.clos_le, stocke.clos_par = maintenant, agent
    stocke.save(update_fields=["clos_le", "clos_par", "modifie_le"])
    consigner(agent, "acces.clos", stocke)
    return stocke

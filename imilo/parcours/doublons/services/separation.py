"""Undoing a merge: each dossier has again exactly what it had; what came since stays where it was entered.

What can't stand without a row that goes back goes with it (the actions of a contract, its declarations), and a
document made since for such a row. What merely refers to one stays, and is told: somebody has to look at it.
"""

from __future__ import annotations

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.jeunes.models import Jeune
from imilo.journal.services import consigner
from imilo.parcours.dossiers.completude import completude
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.parcours.doublons import choix as ch
from imilo.parcours.doublons.models import Etat, Fusion, Paire
from imilo.parcours.doublons.suites import suivre
from imilo.socle.erreurs import RegleViolee

COLONNES = ", ".join(str(c.column) for c in Dossier._meta.concrete_fields if c.name != "modifie_le")


def refus(fusion: Fusion) -> str:
    """Why a merge can't be undone now, in French with what to do; "" when it can."""
    if fusion.defaite_le is not None:
        return "Cette fusion est déjà défaite."
    en_cours = Fusion.objects.filter(defaite_le__isnull=True, dossier_id=fusion.dossier_id, pk__gt=fusion.pk)
    if fusion.dossier_id != fusion.garde:
        autre = en_cours.filter(absorbe=fusion.garde).first()
        quelle = f"celle du dossier {autre}" if autre else "la plus récente"
        return (
            f"Le dossier gardé par cette fusion a été fusionné à son tour dans le {fusion.dossier} : défaites d'abord "
            f"{quelle}."
        )
    for autre in en_cours:
        if communs := set(autre.choix) & set(fusion.choix):
            quoi = ", ".join(ch.PAR_CODE[c].libelle.lower() for c in ch.PAR_CODE if c in communs)
            return (
                f"Une fusion plus récente (dossier {autre}) a repris les mêmes champs ({quoi}) : défaites-la d'abord."
            )
    if ch.choisis(fusion.choix, ch.IDENTITE) and fusion.dossier.jeune_id != fusion.jeune_garde:
        return "Cette personne a été réunie depuis avec celle d'une autre structure : séparez-les d'abord."
    return ""


@transaction.atomic
def separer(agent: Agent, fusion: Fusion) -> Dossier:
    """Undo a merge. Fact `dossier.separe`. Returns the dossier that is back.

    Raises `RegleViolee` with what to undo first (`refus`), or what forbids it.
    """
    tenue = Fusion.objects.select_for_update(of=("self",)).select_related("dossier__structure").get(pk=fusion.pk)
    if raison := refus(tenue):
        raise RegleViolee(raison)
    garde = Dossier.objects.select_for_update(of=("self",)).select_related("jeune", "structure").get(pk=tenue.garde)
    try:
        with transaction.atomic():
            rendu = _remettre(tenue)
            _rendre(tenue, rendu)
    except IntegrityError as erreur:
        raise RegleViolee(
            "Ces deux dossiers ne peuvent plus être séparés tels qu'ils étaient : depuis la fusion, un autre dossier "
            "ou un contrat de cette personne s'y oppose. Rien n'a été changé."
        ) from erreur
    _rechoisir(tenue, garde, rendu)
    tenue.defaite_par, tenue.defaite_le = agent, timezone.now()
    tenue.save()
    if tenue.paire_id is not None:
        Paire.objects.filter(pk=tenue.paire_id).update(
            etat=Etat.A_DECIDER, decidee_par=None, decidee_le=None, modifie_le=tenue.defaite_le
        )
    consigner(agent, "dossier.separe", garde, absorbe=tenue.absorbe, fusion=tenue.pk)
    return rendu


def _remettre(fusion: Fusion) -> Dossier:
    """The row of the merged dossier as it was, from history, byte for byte."""
    evenements = Dossier.pgh_event_model._meta.db_table  # type: ignore[attr-defined]  # made by pghistory
    with connection.cursor() as curseur:
        curseur.execute(
            f"INSERT INTO dossiers_dossier ({COLONNES}, modifie_le) "  # noqa: S608  # columns of our own model
            f"SELECT {COLONNES}, %s FROM {evenements} WHERE pgh_id = %s",
            [fusion.absorbe_modifie_le, fusion.avant_absorbe],
        )
        if curseur.rowcount != 1:
            raise RegleViolee("L'histoire de ce dossier a été effacée : il ne peut plus être rendu.")
    return Dossier.objects.select_related("jeune", "structure").get(pk=fusion.absorbe)


def _rendre(fusion: Fusion, rendu: Dossier) -> None:
    """Give back the rows that moved and are still there, with what hangs on them."""
    for label, cles in suivre(fusion).items():
        modele: type[models.Model] = apps.get_model(label)
        modele._default_manager.filter(pk__in=cles, dossier_id=fusion.garde).update(dossier_id=rendu.pk)
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("SET CONSTRAINTS ALL DEFERRED")


def _rechoisir(fusion: Fusion, garde: Dossier, rendu: Dossier) -> None:
    """Give back the former values of what was chosen, where nobody corrected them since."""
    if fusion.avant_jeune is not None and garde.jeune_id == fusion.jeune_garde:
        groupes = ch.choisis(fusion.choix, ch.IDENTITE)
        jeune = garde.jeune
        if ch.rendre(groupes, ligne=jeune, pris_a=rendu.jeune, avant=ch.evenement(Jeune, fusion.avant_jeune)):
            jeune.version += 1
            jeune.save()
    groupes = ch.choisis(fusion.choix, ch.DU_DOSSIER)
    if groupes and fusion.avant_garde is not None:
        ch.rendre(groupes, ligne=garde, pris_a=rendu, avant=ch.evenement(Dossier, fusion.avant_garde))
    garde.completude = completude(garde)
    garde.version += 1
    enregistrer(garde, champs={})

"""Merging two dossiers of one structure: everything of the other goes to the one that is kept, or nothing does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.doublons import rapprocher
from imilo.jeunes.identite import anomalies, identite_de
from imilo.jeunes.models import Jeune
from imilo.jeunes.services import refuser_le_nir_d_un_autre
from imilo.journal.services import consigner
from imilo.parcours.dossiers.completude import completude
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.parcours.doublons import choix as ch
from imilo.parcours.doublons.models import A_TRAITER, Etat, Fusion, Paire
from imilo.socle.erreurs import RegleViolee
from imilo.socle.familles import Deplaces, familles


@dataclass(frozen=True)
class Vues:
    """The versions that the preview showed: of each dossier (by its identifier) and of its person."""

    dossiers: dict[int, tuple[int, int]]


class FusionImpossible(RegleViolee):
    """What forbids the merge (`raisons`, French, each with what to do). Nothing was written."""

    def __init__(self, raisons: list[str]) -> None:
        super().__init__(" ".join(raisons))
        self.raisons = raisons


def empechements(garde: Dossier, absorbe: Dossier) -> list[str]:
    """Why the rows of `absorbe` can't join those of `garde`, in French; [] when they can.

    What each family knows first; when none objects, the whole move is tried and taken back, for the database's word.
    """
    return _raisons(garde, absorbe) or _essayer(garde, absorbe)


def _raisons(garde: Dossier, absorbe: Dossier) -> list[str]:
    return [raison for famille in familles() for raison in famille.empecher(absorbe.pk, garde.pk)]


def _essayer(garde: Dossier, absorbe: Dossier) -> list[str]:
    with transaction.atomic():
        try:
            with transaction.atomic():
                _deplacer(absorbe.pk, garde.pk)
                _retirer(absorbe)
        except IntegrityError as erreur:
            return [_phrase(erreur)]
        finally:
            transaction.set_rollback(True)
    return []


@transaction.atomic
def fusionner(
    agent: Agent, paire: Paire, *, garde_id: int, repris: Collection[str] = (), vues: Vues | None = None
) -> Fusion:
    """Merge the two dossiers of a pair into `garde_id`, one of the two. Fact `dossier.fusionne`.

    `repris`: codes of `choix.GROUPES` taken from the other dossier where they differ. Everything bound to the other
    moves through the registry of families; its number leads to the kept one. Raises `FusionImpossible` before
    anything moves, `RegleViolee` when the pair was decided meanwhile or a dossier changed since the preview.
    """
    tenue = _tenir(paire, garde_id)
    garde, absorbe = _dossiers(tenue, garde_id, vues)
    if raisons := _raisons(garde, absorbe):
        raise FusionImpossible(raisons)
    retenus = [e.groupe.code for e in ch.ecarts(garde, absorbe) if e.groupe.code in repris]
    fusion = Fusion(
        dossier=garde,
        structure_id=garde.structure_id,
        garde=garde.pk,
        absorbe=absorbe.pk,
        absorbe_numero=absorbe.numero,
        absorbe_modifie_le=absorbe.modifie_le,
        jeune_garde=garde.jeune_id,
        jeune_absorbe=absorbe.jeune_id,
        choix=retenus,
        paire=tenue,
        faite_par=agent,
        faite_le=timezone.now(),
    )
    try:
        with transaction.atomic():
            fusion.deplaces = _deplacer(absorbe.pk, garde.pk)
            fusion.avant_absorbe = _retirer(absorbe)
    except IntegrityError as erreur:
        raise FusionImpossible([_phrase(erreur)]) from erreur
    _choisir(fusion, garde, absorbe)
    fusion.save(force_insert=True)
    tenue.etat, tenue.decidee_par, tenue.decidee_le = Etat.FUSIONNEE, agent, fusion.faite_le
    tenue.save()
    consigner(agent, "dossier.fusionne", garde, absorbe=absorbe.pk, fusion=fusion.pk)
    return fusion


def _tenir(paire: Paire, garde_id: int) -> Paire:
    tenue = Paire.objects.select_for_update().get(pk=paire.pk)
    if tenue.entre_structures:
        raise RegleViolee("L'autre dossier est dans une autre structure : posez-lui la question.")
    if tenue.etat not in A_TRAITER:
        raise RegleViolee(f"Cette paire est déjà décidée : {tenue.get_etat_display().lower()}.")
    if garde_id not in (tenue.dossier_id, tenue.autre):
        raise RegleViolee("Choisissez le dossier à garder parmi les deux.", "garde")
    return tenue


def _dossiers(paire: Paire, garde_id: int, vues: Vues | None) -> tuple[Dossier, Dossier]:
    """The kept dossier and the other, locked with their persons, as the preview showed them."""
    cles = (paire.dossier_id, paire.autre)
    tenus = Dossier.objects.select_for_update(of=("self",)).filter(pk__in=cles).order_by("pk")
    dossiers = {d.pk: d for d in tenus.select_related("structure")}
    if len(dossiers) < 2:
        raise RegleViolee("L'un des deux dossiers n'existe plus sous ce numéro : il a été fusionné entre-temps.")
    personnes = Jeune.objects.select_for_update().order_by("pk").in_bulk([d.jeune_id for d in dossiers.values()])
    for dossier in dossiers.values():
        dossier.jeune = personnes[dossier.jeune_id]
        if vues is not None and vues.dossiers.get(dossier.pk) != (dossier.version, dossier.jeune.version):
            raise RegleViolee(
                f"Le dossier {dossier} a changé pendant que vous compariez : relisez, puis confirmez de nouveau."
            )
    return dossiers[garde_id], dossiers[cles[0] if garde_id == cles[1] else cles[1]]


def _deplacer(source_id: int, cible_id: int) -> Deplaces:
    deplaces: Deplaces = {}
    for famille in familles():
        for modele, cles in famille.rattacher(source_id, cible_id).items():
            deplaces.setdefault(modele, []).extend(cles)
    return deplaces


def _retirer(absorbe: Dossier) -> int:
    """Take away the merged dossier's own row: history keeps it whole. Returns its event.

    Not `delete()`, which would take along what nobody moved: the database refuses instead, at once.
    """
    with connection.cursor() as curseur:
        curseur.execute("DELETE FROM dossiers_dossier WHERE id = %s", [absorbe.pk])
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("SET CONSTRAINTS ALL DEFERRED")
    return ch.dernier_evenement(Dossier, absorbe.pk)


def _phrase(erreur: IntegrityError) -> str:
    """What the two dossiers can't both have, in the words of the constraint that refused."""
    nom = getattr(getattr(erreur.__cause__, "diag", None), "constraint_name", None) or "inconnue"
    contraintes = (c for m in apps.get_models() for c in m._meta.constraints if c.name == nom)
    contrainte = next(contraintes, None)
    dit = str(contrainte.get_violation_error_message()) if contrainte else f"Contrainte « {nom} »."
    return f"Les deux dossiers ne peuvent pas être réunis tels quels. {dit} Réglez-le d'abord dans l'un des deux."


def _choisir(fusion: Fusion, garde: Dossier, absorbe: Dossier) -> None:
    """Write what was taken from the other, on the person and on the dossier; note the former rows."""
    de_la_personne, du_dossier = ch.choisis(fusion.choix, ch.IDENTITE), ch.choisis(fusion.choix, ch.DU_DOSSIER)
    if de_la_personne:
        ch.prendre(de_la_personne, absorbe.jeune, garde.jeune)
        identite = identite_de(garde.jeune)
        pris = {c.removesuffix("_id") for g in de_la_personne for c in g.colonnes}
        if fautes := [a for a in anomalies(identite, le=aujourd_hui(garde.structure)) if a.champ in pris]:
            raise fautes[0]
        refuser_le_nir_d_un_autre(rapprocher(identite, sauf=garde.jeune_id))
        garde.jeune.version += 1
        garde.jeune.save()
        fusion.avant_jeune = ch.dernier_evenement(Jeune, garde.jeune_id)
    ch.prendre(du_dossier, absorbe, garde)
    garde.completude = completude(garde)
    garde.version += 1
    enregistrer(garde, champs={})
    fusion.avant_garde = ch.dernier_evenement(Dossier, garde.pk)

"""Correcting who a person is and how to reach them, and proving the identity by a document."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.doublons import Candidat, rapprocher
from imilo.jeunes.identite import Identite, identite_de, nettoyer
from imilo.jeunes.models import Jeune
from imilo.jeunes.services import ecrire_identite, refuser_le_nir_d_un_autre, verifier_identite
from imilo.journal.services import consigner
from imilo.parcours.dossiers.completude import completude
from imilo.parcours.dossiers.coordonnees import (
    Arrivee,
    Coordonnees,
    anomalies_de_l_arrivee,
    anomalies_des_coordonnees,
    coordonnees_de,
    indices_dits,
    nettoyer_coordonnees,
)
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.doublons import motif_de_l_ecart, signaler
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.parcours.dossiers.services.versions import verifier_version
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee

# What makes two persons look alike: other corrections don't look for doubles again.
QUI_RAPPROCHENT = frozenset({"nom_naissance", "nom_usage", "prenom", "naissance", "nir"})


@dataclass(frozen=True, kw_only=True)
class Piece:
    """The identity document as shown: type (code of `piece_identite`), number, last day of validity, day seen."""

    piece_type: str
    piece_numero: str
    piece_vue_le: date | None
    piece_expire_le: date | None = None


def _stocke(dossier: Dossier) -> Dossier:
    """The stored dossier and its person, locked until the end of the transaction."""
    return Dossier.objects.select_for_update(of=("self",)).select_related("structure").get(pk=dossier.pk)


def _recompter(dossier: Dossier, jeune: Jeune) -> None:
    dossier.jeune = jeune
    dossier.completude = completude(dossier)


@transaction.atomic
def modifier_identite(
    agent: Agent,
    dossier: Dossier,
    *,
    identite: Identite,
    version: int,
    nir_confirme: bool = False,
    doublon_ecarte: str = "",
    doublons_vus: Collection[int] | None = None,
) -> Dossier:
    """Correct the person's identity. `version` is the person's when the form was opened. Fact `jeune.modifie`.

    Nothing changed: nothing is written. Raises `RegleViolee` at the field, `ModifieEntreTemps` when somebody
    else saved a field meanwhile, `DoublonProbable` when the correction makes this person look like another
    one (give the reason).
    """
    stocke = _stocke(dossier)
    jeune = Jeune.objects.select_for_update().get(pk=stocke.jeune_id)
    identite = nettoyer(identite)
    verifier_version(jeune, version=version, saisi=asdict(identite))
    verifier_identite(
        identite, le=aujourd_hui(stocke.structure), nir_confirme=nir_confirme or identite.nir == jeune.nir
    )
    avant = asdict(identite_de(jeune))
    ecartes: tuple[Candidat, ...] = ()
    if any(avant[c] != getattr(identite, c) for c in QUI_RAPPROCHENT):
        ecartes = _ecarter_les_doublons(stocke, identite, motif=doublon_ecarte, vus=doublons_vus)
    changes = ecrire_identite(jeune, identite)
    if changes:
        _recompter(stocke, jeune)
        enregistrer(stocke, champs={})
        signaler(stocke, ecartes)
        consigner(agent, "jeune.modifie", stocke, jeune=jeune.pk)
    stocke.jeune = jeune
    return stocke


def _ecarter_les_doublons(
    dossier: Dossier, identite: Identite, *, motif: str, vus: Collection[int] | None
) -> tuple[Candidat, ...]:
    """The likely doubles that the reason left out."""
    telephones = (dossier.telephone, dossier.telephone_2)
    indices = indices_dits(coordonnees_de(dossier), numero_ft=dossier.numero_ft)
    rapprochement = rapprocher(identite, telephones=telephones, sauf=dossier.jeune_id, indices=indices)
    refuser_le_nir_d_un_autre(rapprochement)
    if rapprochement.candidats:
        dossier.doublon_ecarte = motif_de_l_ecart(rapprochement.candidats, motif=motif, vus=vus)
    return rapprochement.candidats


@transaction.atomic
def modifier_coordonnees(
    agent: Agent, dossier: Dossier, *, coordonnees: Coordonnees, arrivee: Arrivee, version: int
) -> Dossier:
    """Correct contact details and what was noted at arrival. `version` is the dossier's. Fact `dossier.modifie`.

    Raises `RegleViolee` at the field, `ModifieEntreTemps`. Nothing changed: nothing is written.
    """
    stocke = _stocke(dossier)
    coordonnees = nettoyer_coordonnees(coordonnees, structure=stocke.structure)
    saisi: dict[str, Any] = asdict(coordonnees) | asdict(arrivee)
    verifier_version(stocke, version=version, saisi=saisi)
    le = aujourd_hui(stocke.structure)
    trouvees = anomalies_des_coordonnees(coordonnees, le=le)
    trouvees += anomalies_de_l_arrivee(arrivee, premier_accueil=stocke.premier_accueil, le=le)
    # What isn't touched isn't judged again: a commune may have ended since, a code may have been closed.
    changes = {c.removesuffix("_id") for c, v in saisi.items() if getattr(stocke, c) != v}
    if bloquantes := [a for a in trouvees if a.champ in changes]:
        raise bloquantes[0]
    _appliquer(agent, stocke, saisi, "dossier.modifie", {"dossier_rqth_dates": "rqth_au"})
    return stocke


@transaction.atomic
def justifier_identite(agent: Agent, dossier: Dossier, *, piece: Piece, version: int) -> Dossier:
    """Note the identity document seen by `agent`: the dossier becomes *justifié*. Fact `dossier.justifie`.

    Raises `RegleViolee` at the field, `ModifieEntreTemps`.
    """
    stocke = _stocke(dossier)
    saisi = asdict(piece) | {"piece_numero": " ".join(piece.piece_numero.upper().split())}
    verifier_version(stocke, version=version, saisi=saisi)
    le = aujourd_hui(stocke.structure)
    _verifier_piece(stocke, saisi, le)
    stocke.piece_vue_par = agent
    _appliquer(agent, stocke, saisi, "dossier.justifie", {"dossier_justifie_par_une_piece": "piece_type"})
    return stocke


def _verifier_piece(dossier: Dossier, saisi: dict[str, Any], le: date) -> None:
    vue_le, expire_le = saisi["piece_vue_le"], saisi["piece_expire_le"]
    if saisi["piece_type"] not in dict(codes(Liste.PIECE_IDENTITE, le)):
        raise RegleViolee("Choisissez le type de la pièce.", "piece_type")
    numero = saisi["piece_numero"]
    if not numero:
        raise RegleViolee("Recopiez le numéro de la pièce.", "piece_numero")
    if len(numero) > 40 or not all(c.isalnum() or c in " -/." for c in numero):
        raise RegleViolee("Un numéro de pièce a des lettres et des chiffres, quarante au plus.", "piece_numero")
    if vue_le is None:
        raise RegleViolee("Indiquez le jour où vous avez vu l'original.", "piece_vue_le")
    if vue_le > le:
        raise RegleViolee("Une pièce ne se voit pas d'avance : vérifiez la date.", "piece_vue_le")
    if vue_le < dossier.jeune.naissance:
        raise RegleViolee("Cette date précède la naissance de la personne.", "piece_vue_le")
    if expire_le and expire_le < vue_le:
        raise RegleViolee(
            "Cette pièce n'était plus valable le jour où vous l'avez vue : demandez-en une autre.", "piece_expire_le"
        )


def _appliquer(agent: Agent, dossier: Dossier, saisi: dict[str, Any], fait: str, champs: dict[str, str]) -> None:
    """Write what differs and one fact; nothing at all when nothing differs."""
    if all(getattr(dossier, c) == v for c, v in saisi.items()):
        return
    for champ, valeur in saisi.items():
        setattr(dossier, champ, valeur)
    dossier.completude = completude(dossier)
    dossier.version += 1
    enregistrer(dossier, champs=champs)
    consigner(agent, fait, dossier)

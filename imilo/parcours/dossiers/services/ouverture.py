"""Opening a dossier: the person, once in the country; the dossier of one structure; one fact."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date

from django.db import connection, transaction

from imilo.acteurs.models import Agent, Site, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.doublons import SANS_INDICE, Candidat, Indices, rapprocher
from imilo.jeunes.identite import Identite, nettoyer
from imilo.jeunes.models import Jeune
from imilo.jeunes.services import creer_jeune, refuser_le_nir_d_un_autre, verifier_identite
from imilo.journal.services import consigner
from imilo.parcours.dossiers.completude import completude
from imilo.parcours.dossiers.coordonnees import (
    Arrivee,
    Coordonnees,
    anomalies_de_l_arrivee,
    anomalies_des_coordonnees,
    indices_dits,
    nettoyer_coordonnees,
)
from imilo.parcours.dossiers.models import Completude, Dossier, Statut
from imilo.parcours.dossiers.services import referents
from imilo.parcours.dossiers.services.doublons import DoublonProbable, motif_de_l_ecart, signaler
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.socle.erreurs import RegleViolee

VERROU = 0x1D055  # the class of our advisory locks on a date of birth


@transaction.atomic
def ouvrir_dossier(
    agent: Agent,
    *,
    structure: Structure,
    identite: Identite,
    coordonnees: Coordonnees,
    arrivee: Arrivee,
    premier_accueil: date,
    referent: Agent | None = None,
    site: Site | None = None,
    nir_confirme: bool = False,
    meme_personne: int | None = None,
    doublon_ecarte: str = "",
    doublons_vus: Collection[int] | None = None,
    indices: Indices = SANS_INDICE,
) -> Dossier:
    """Open the dossier of a person in `structure`, whose perimeter is open. Fact `dossier.ouvert`.

    A likely double raises `DoublonProbable` unless `meme_personne` (a `jeune_id` among the candidates: their
    stored identity is kept, and a dossier of this structure is added) or `doublon_ecarte` (the reason, 10 to
    300 characters) is given; the reason holds for the persons of `doublons_vus` (None: for all). `indices` is what
    who sent the person says besides, and whom the linkage of their list recognised. Raises
    `RegleViolee` at the field for what can't be stored, `DifferencesDuNir` for a NIR that disagrees with the
    identity unless `nir_confirme`.
    """
    le = aujourd_hui(structure)
    identite = nettoyer(identite)
    verifier_identite(identite, le=le, nir_confirme=nir_confirme)
    coordonnees = nettoyer_coordonnees(coordonnees, structure=structure)
    _verifier(coordonnees, arrivee, premier_accueil=premier_accueil, le=le)
    _verifier_le_site(site, structure)
    _un_a_la_fois(identite.naissance)
    rapprochement = rapprocher(
        identite,
        telephones=(coordonnees.telephone, coordonnees.telephone_2),
        indices=indices_dits(coordonnees, numero_ft=arrivee.numero_ft, dits=indices),
    )
    refuser_le_nir_d_un_autre(rapprochement)
    motif = ""
    if meme_personne is None:
        motif = motif_de_l_ecart(rapprochement.candidats, motif=doublon_ecarte, vus=doublons_vus)
    else:
        _reconnaitre(rapprochement.candidats, meme_personne)
    dossier = Dossier(
        structure=structure,
        site=site,
        referent=referent,
        referent_depuis=le if referent else None,
        premier_accueil=premier_accueil,
        doublon_ecarte=motif,
        **asdict(coordonnees),
        **asdict(arrivee),
    )
    _enregistrer(dossier, creer_jeune(identite) if meme_personne is None else meme_personne)
    referents.signaler_ouverture(agent, dossier)
    signaler(dossier, rapprochement.candidats if motif else ())
    doublon = "ecarte" if motif else "meme_personne" if meme_personne else None
    consigner(agent, "dossier.ouvert", dossier, jeune=dossier.jeune_id, doublon=doublon)
    return dossier


def _enregistrer(dossier: Dossier, personne: Jeune | int) -> None:
    """Number it, bind it to the person (a new one, or the key of one of the country), and save."""
    dossier.numero, dossier.statut = _numero(), Statut.ACTIF
    dossier.jeune_id = personne.pk if isinstance(personne, Jeune) else personne
    if isinstance(personne, Jeune):
        dossier.jeune = personne
        dossier.completude = completude(dossier)
    enregistrer(dossier, champs={"dossier_rqth_dates": "rqth_au"}, premier=True)
    if not isinstance(personne, Jeune):
        # A person of the country is readable only now that this structure holds a dossier of theirs.
        complet = completude(dossier)
        if complet != Completude.PARTIEL:
            dossier.completude = complet
            dossier.save(update_fields=["completude", "modifie_le"])


def _verifier(coordonnees: Coordonnees, arrivee: Arrivee, *, premier_accueil: date, le: date) -> None:
    trouvees = anomalies_des_coordonnees(coordonnees, le=le)
    trouvees += anomalies_de_l_arrivee(arrivee, premier_accueil=premier_accueil, le=le)
    if trouvees:
        raise trouvees[0]


def _verifier_le_site(site: Site | None, structure: Structure) -> None:
    if site is not None and site.structure_id != structure.pk:
        raise RegleViolee("Ce site n'est pas de votre structure.", "site")


def _reconnaitre(candidats: tuple[Candidat, ...], jeune_id: int) -> None:
    """Raises when the person isn't one of the candidates, or has a dossier here already."""
    candidat = next((c for c in candidats if c.personne.jeune_id == jeune_id), None)
    if candidat is not None and candidat.personne.ici:
        raise RegleViolee("Cette personne a déjà un dossier dans votre structure : ouvrez-le.")
    if candidat is not None:
        return
    # Only who matches what was typed can be taken: an identifier alone opens nobody's identity.
    if candidats:
        raise DoublonProbable(candidats)
    raise RegleViolee("Cette personne ne correspond plus à ce que vous avez saisi : vérifiez l'identité.")


def _un_a_la_fois(naissance: date) -> None:
    """Two agents who open at the same instant a dossier for one person: the second waits, then sees the first."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s, %s)", [VERROU, naissance.toordinal()])


def _numero() -> int:
    with connection.cursor() as curseur:
        curseur.execute("SELECT nextval('dossiers_numero_seq')")
        return int(curseur.fetchone()[0])

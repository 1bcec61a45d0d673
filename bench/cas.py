"""What is measured: run as `python -m bench.cas` (role of batches), it prepares the cases and prints them as JSON."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass

JEUNES_D_UN_CONSEILLER = 300


@dataclass(frozen=True)
class Cas:
    """What is measured: an agent with 300 active young people, some thirty of them under contract; numbers of dossiers,
    a key, and searches."""

    agent_id: int
    structure_id: int
    numeros: list[int]
    justifies: list[int]
    cle: str
    noms: list[str]
    naissances: list[str]
    telephones: list[str]


_ATTRIBUER = """
UPDATE dossiers_dossier SET referent_id = %(agent)s, statut = 'actif', fin_le = NULL, fin_motif = ''
WHERE id IN (
    SELECT id FROM dossiers_dossier WHERE structure_id = %(structure)s
    ORDER BY id IN (
        SELECT dossier_id FROM contrats_contratengagement
        WHERE etat = 'signe' AND current_date BETWEEN debut AND fin_prevue ORDER BY dossier_id LIMIT 30) DESC,
        referent_id = %(agent)s AND statut = 'actif' DESC, id
    LIMIT %(combien)s)
"""
_RETIRER = """
UPDATE dossiers_dossier SET statut = 'en_veille'
WHERE structure_id = %(structure)s AND referent_id = %(agent)s AND statut = 'actif'
"""
_PERSONNES = """
SELECT j.nom_naissance || ' ' || j.prenom, to_char(j.naissance, 'DD/MM/YYYY'), d.telephone
FROM dossiers_dossier d JOIN jeunes_jeune j ON j.id = d.jeune_id
WHERE d.telephone LIKE '+33_________' ORDER BY md5(d.id::text) LIMIT 60
"""


def preparer_cas() -> Cas:
    """Choose what is measured, the same each time; gives the persona 300 active dossiers. Runs as imilo_lots."""
    from django.db import connection

    from imilo.acteurs.cles_api import creer_cle
    from imilo.acteurs.models import Affectation, FamilleApi
    from imilo.config.demonstration.personas import persona
    from imilo.jeunes.telephones import afficher
    from imilo.socle.perimetre import TOUTES, perimetre

    place = Affectation.objects.get(agent__courriel=persona("camille.larivaud").courriel)
    agent, structure = place.agent_id, place.structure_id
    _, secret = creer_cle(None, famille=FamilleApi.DOSSIER, nom="Mesures", structure=None)
    with perimetre(TOUTES), connection.cursor() as curseur:
        parametres = {"agent": agent, "structure": structure, "combien": JEUNES_D_UN_CONSEILLER}
        curseur.execute(_RETIRER, parametres)
        curseur.execute(_ATTRIBUER, parametres)
        curseur.execute("SELECT numero FROM dossiers_dossier WHERE referent_id = %s AND statut = 'actif'", [agent])
        numeros = [n for (n,) in curseur.fetchall()]
        curseur.execute(
            "SELECT numero FROM dossiers_dossier WHERE completude = 'justifie' ORDER BY md5(id::text) LIMIT 3000"
        )
        justifies = [n for (n,) in curseur.fetchall()]
        curseur.execute(_PERSONNES)
        personnes = curseur.fetchall()
    return Cas(
        agent,
        structure,
        numeros,
        justifies,
        secret,
        [nom for nom, _, _ in personnes],
        [naissance for _, naissance, _ in personnes],
        [afficher(telephone) for _, _, telephone in personnes],
    )


def lire(texte: str) -> Cas:
    return Cas(**json.loads(texte))


if __name__ == "__main__":
    os.environ["IMILO_ROLE"] = "lots"
    import django

    django.setup()
    json.dump(asdict(preparer_cas()), sys.stdout)

"""What the dossier itself holds of a person can be exported, and blanked without losing the dossier."""

from __future__ import annotations

from datetime import date

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.jeunes.models import Jeune
from imilo.parcours.dossiers.models import Completude, Dossier
from imilo.parcours.dossiers.services.identite import Piece, justifier_identite
from imilo.socle.familles import Famille, familles
from tests import fabriques


def famille(code: str) -> Famille:
    return next(f for f in familles() if f.code == code)


@pytest.fixture
def dossier(agent: Agent, dans_perimetre: Structure) -> Dossier:
    ouvert = fabriques.dossier(
        dans_perimetre, telephone="+33612345678", courriel="elise@exemple.fr", rqth_du=date(2025, 1, 1)
    )
    piece = Piece(piece_type="CNI", piece_numero="X4RTBPFW4", piece_vue_le=date(2026, 3, 2))
    return justifier_identite(agent, ouvert, piece=piece, version=1)


def test_exporter(dossier: Dossier) -> None:
    assert famille("coordonnees").exporter(dossier.jeune_id)[0]["telephone"] == "+33612345678"
    assert famille("piece_identite").exporter(dossier.jeune_id)[0]["piece_numero"] == "X4RTBPFW4"
    assert famille("sante_travail").exporter(dossier.jeune_id)[0]["rqth_du"] == date(2025, 1, 1)
    administratif = famille("dossier").exporter(dossier.jeune_id)[0]
    assert administratif["numero"] == dossier.numero
    assert "telephone" not in administratif
    assert famille("identite").exporter(dossier.jeune_id)[0]["prenom"] == "Dominique"


@pytest.mark.parametrize(
    ("code", "champ", "reste"),
    [("coordonnees", "telephone", "piece_numero"), ("sante_travail", "rqth_du", "telephone")],
)
def test_effacer_une_famille_laisse_les_autres(dossier: Dossier, code: str, champ: str, reste: str) -> None:
    assert famille(code).effacer(dossier.jeune_id) == 1
    lu = Dossier.objects.get()
    assert not getattr(lu, champ)
    assert getattr(lu, reste)


def test_effacer_la_piece_retire_la_justification(dossier: Dossier) -> None:
    famille("piece_identite").effacer(dossier.jeune_id)
    lu = Dossier.objects.get()
    assert (lu.piece_numero, lu.piece_vue_par, lu.completude) == ("", None, Completude.PARTIEL)


def test_effacer_les_dossiers_puis_ne_plus_trouver_la_personne(dossier: Dossier) -> None:
    famille("dossier").effacer(dossier.jeune_id)
    assert not Dossier.objects.exists()
    assert not Jeune.objects.exists()

"""Correcting identity and contact, proving the identity, and two counsellors at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pghistory
import pytest
from django.db import connection

from imilo.acteurs.models import Agent, Structure
from imilo.jeunes.identite import identite_de
from imilo.jeunes.models import Jeune
from imilo.parcours.dossiers.coordonnees import arrivee_de, coordonnees_de
from imilo.parcours.dossiers.models import Completude, Dossier
from imilo.parcours.dossiers.services.doublons import DoublonProbable
from imilo.parcours.dossiers.services.identite import (
    Piece,
    justifier_identite,
    modifier_coordonnees,
    modifier_identite,
)
from imilo.parcours.dossiers.services.versions import ModifieEntreTemps
from imilo.socle.erreurs import RegleViolee
from tests import fabriques

CNI = Piece(
    piece_type="CNI", piece_numero=" x4rtbpfw4 ", piece_vue_le=date(2026, 3, 2), piece_expire_le=date(2030, 1, 1)
)


@pytest.fixture
def dossier(dans_perimetre: Structure) -> Dossier:
    return fabriques.dossier(dans_perimetre, jeune_nom_naissance="Dupont", jeune_prenom="Élise")


def genres() -> list[str]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT genre FROM journal_fait ORDER BY id")
        return [g for (g,) in curseur.fetchall()]


def identite(agent: Agent, dossier: Dossier, version: int = 1, **champs: Any) -> Dossier:
    saisie = replace(identite_de(Jeune.objects.get(pk=dossier.jeune_id)), **champs)
    with pghistory.context(agent=agent.pk):
        return modifier_identite(agent, dossier, identite=saisie, version=version)


def test_corriger_l_identite(agent: Agent, dossier: Dossier) -> None:
    identite(agent, dossier, nom_naissance="Durand", nom_usage="Petit")
    jeune = Jeune.objects.get()
    assert (jeune.nom_naissance, jeune.nom_usage, jeune.version) == ("Durand", "Petit", 2)
    assert genres() == ["jeune.modifie"]


def test_rien_de_change_rien_d_ecrit(agent: Agent, dossier: Dossier) -> None:
    identite(agent, dossier)
    modifier_coordonnees(agent, dossier, coordonnees=coordonnees_de(dossier), arrivee=arrivee_de(dossier), version=1)
    assert genres() == []
    assert Dossier.objects.get().version == 1


def test_le_second_apprend_ce_qui_a_change(agent: Agent, dossier: Dossier) -> None:
    premier = fabriques.agent(dossier.structure, prenom="Nadia", nom="Benali")
    ouverte = identite_de(Jeune.objects.get())
    identite(premier, dossier, nom_naissance="Durand", autres_prenoms="Marie")
    with pytest.raises(ModifieEntreTemps) as refus:
        modifier_identite(agent, dossier, identite=replace(ouverte, nom_naissance="Dupond", sexe="M"), version=1)
    ecarts = {e.champ: e for e in refus.value.ecarts}
    assert set(ecarts) == {"nom_naissance", "autres_prenoms"}
    nom = ecarts["nom_naissance"]
    assert (nom.avant, nom.stocke, nom.saisi, nom.par) == ("Dupont", "Durand", "Dupond", "Nadia Benali")
    assert nom.dispute
    assert not ecarts["autres_prenoms"].dispute  # left as it was by the second: the stored value can be taken
    assert refus.value.version == 2
    assert "Nadia Benali" in refus.value.message
    assert genres() == ["jeune.modifie"]


def test_apres_fusion_le_second_enregistre(agent: Agent, dossier: Dossier) -> None:
    identite(agent, dossier, autres_prenoms="Marie")
    identite(agent, dossier, version=2, nom_naissance="Durand")
    assert (Jeune.objects.get().autres_prenoms, Jeune.objects.get().nom_naissance) == ("Marie", "Durand")


def test_une_version_d_autres_champs_ne_gene_pas(agent: Agent, dossier: Dossier) -> None:
    """The référent changed meanwhile: the contact form isn't stale."""
    Dossier.objects.filter(pk=dossier.pk).update(version=2, referent=agent)
    saisie = replace(coordonnees_de(dossier), telephone="06 12 34 56 78")
    modifier_coordonnees(agent, dossier, coordonnees=saisie, arrivee=arrivee_de(dossier), version=1)
    lu = Dossier.objects.get()
    assert (lu.telephone, lu.version, lu.referent_id) == ("+33612345678", 3, agent.pk)


def test_une_version_inconnue_compare_tout(agent: Agent, dossier: Dossier) -> None:
    saisie = replace(coordonnees_de(dossier), courriel="elise@exemple.fr")
    with pytest.raises(ModifieEntreTemps) as refus:
        modifier_coordonnees(agent, dossier, coordonnees=saisie, arrivee=arrivee_de(dossier), version=99)
    assert [e.champ for e in refus.value.ecarts] == ["courriel"]


def test_devenir_le_double_d_un_autre(agent: Agent, dossier: Dossier) -> None:
    fabriques.dossier(dossier.structure, jeune_nom_naissance="Martin", jeune_prenom="Élise")
    with pytest.raises(DoublonProbable):
        identite(agent, dossier, nom_naissance="Martin")
    saisie = replace(identite_de(Jeune.objects.get(pk=dossier.jeune_id)), nom_naissance="Martin")
    modifier_identite(agent, dossier, identite=saisie, version=1, doublon_ecarte="Homonymes, deux pièces vues.")
    assert Dossier.objects.get(pk=dossier.pk).doublon_ecarte == "Homonymes, deux pièces vues."


def test_ce_qui_n_est_pas_touche_n_est_pas_rejuge(agent: Agent, dossier: Dossier) -> None:
    """A commune that ended since keeps nobody from correcting a telephone."""
    Dossier.objects.update(adresse_commune_id="01003")
    lu = Dossier.objects.get()
    saisie = replace(coordonnees_de(lu), telephone="0612345678")
    modifier_coordonnees(agent, lu, coordonnees=saisie, arrivee=arrivee_de(lu), version=1)
    assert Dossier.objects.get().telephone == "+33612345678"


def test_justifier(agent: Agent, dossier: Dossier) -> None:
    justifier_identite(agent, dossier, piece=CNI, version=1)
    lu = Dossier.objects.get()
    assert (lu.completude, lu.piece_numero, lu.piece_vue_par_id) == (Completude.JUSTIFIE, "X4RTBPFW4", agent.pk)
    assert genres() == ["dossier.justifie"]


@pytest.mark.parametrize(
    ("change", "champ"),
    [
        ({"piece_type": "CARTE_VITALE"}, "piece_type"),
        ({"piece_numero": "  "}, "piece_numero"),
        ({"piece_numero": "A" * 41}, "piece_numero"),
        ({"piece_numero": "🙂"}, "piece_numero"),
        ({"piece_vue_le": None}, "piece_vue_le"),
        ({"piece_vue_le": date(2090, 1, 1)}, "piece_vue_le"),
        ({"piece_vue_le": date(1999, 1, 1)}, "piece_vue_le"),
        ({"piece_expire_le": date(2026, 3, 1)}, "piece_expire_le"),
    ],
)
def test_piece_refusee(agent: Agent, dossier: Dossier, change: dict[str, Any], champ: str) -> None:
    with pytest.raises(RegleViolee) as refus:
        justifier_identite(agent, dossier, piece=replace(CNI, **change), version=1)
    assert refus.value.champ == champ
    assert Dossier.objects.get().completude == Completude.PARTIEL


def test_le_numero_de_la_piece_n_est_pas_en_clair_dans_l_historique(agent: Agent, dossier: Dossier) -> None:
    justifier_identite(agent, dossier, piece=CNI, version=1)
    with connection.cursor() as curseur:
        curseur.execute("SELECT count(*) FROM dossiers_dossierevent WHERE piece_numero LIKE %s::bytea", [b"%X4RTB%"])
        assert curseur.fetchone() == (0,)

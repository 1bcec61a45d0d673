"""Every datum of the file tells its history, its source and how fresh it is: rows, and what the dossier holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pghistory
import pytest
from django.db import models

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.models import Jeune
from imilo.parcours.dossiers.coordonnees import arrivee_de, coordonnees_de
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.identite import modifier_coordonnees
from imilo.parcours.fiche import selectors
from imilo.parcours.fiche.historiques import historique_de_la_rubrique, historique_du_dossier
from imilo.parcours.fiche.models import Confirmation
from imilo.parcours.fiche.rubriques import PAR_CODE, RUBRIQUES
from imilo.parcours.fiche.rubriques_du_dossier import DU_DOSSIER, DU_DOSSIER_PAR_CODE
from imilo.parcours.fiche.selectors import RubriqueLue
from imilo.parcours.fiche.services import donnees
from tests import fabriques
from tests.parcours.fiche.exemples import EXEMPLES

pytestmark = pytest.mark.django_db

# Of the dossier, what says how it is followed; of both, what the program computes.
HORS_FICHE = {
    "id", "cree_le", "modifie_le", "version", "numero", "jeune", "structure", "site", "referent", "referent_depuis",
    "statut", "completude", "doublon_ecarte", "fin_le", "fin_motif", "nir_empreinte", "mots",
}  # fmt: skip


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(
        dans_perimetre, agent, telephone="+33612345678", jeune_nir="2040537001001", rqth_du=date(2024, 1, 1)
    )


def lue(dossier: Dossier, code: str) -> RubriqueLue:
    le = aujourd_hui(dossier.structure)
    dossier = Dossier.objects.select_related("jeune", "structure").get(pk=dossier.pk)
    dites = selectors.dites_du_dossier(dossier)
    return selectors.lire_rubrique_du_dossier(dossier, DU_DOSSIER_PAR_CODE[code], dites, profil="conseiller", le=le)


def changer(agent: Agent, dossier: Dossier, **champs: Any) -> None:
    stocke = Dossier.objects.get(pk=dossier.pk)
    coordonnees = replace(coordonnees_de(stocke), **champs)
    with pghistory.context(agent=agent.pk):
        modifier_coordonnees(agent, stocke, coordonnees=coordonnees, arrivee=arrivee_de(stocke), version=stocke.version)


def test_every_field_of_the_person_and_dossier_belongs_to_one_section() -> None:
    def colonnes(modele: type[models.Model]) -> set[str]:
        return {c.name for c in modele._meta.concrete_fields} - HORS_FICHE

    for modele, tenus in (
        (Dossier, [r.champs for r in DU_DOSSIER]),
        (Jeune, [r.champs_de_la_personne for r in DU_DOSSIER]),
    ):
        a_plat = [champ for champs in tenus for champ in champs]
        assert len(a_plat) == len(set(a_plat))
        assert set(a_plat) == colonnes(modele)


@pytest.mark.parametrize("code", [r.code for r in RUBRIQUES])
def test_what_was_taken_out_of_a_section_stays_in_its_history(code: str, agent: Agent, dossier: Dossier) -> None:
    rubrique, le = PAR_CODE[code], aujourd_hui(dossier.structure)
    with pghistory.context(agent=agent.pk):
        ligne = donnees.ajouter(agent, dossier, rubrique, valeurs=EXEMPLES[code])
        donnees.retirer(agent, ligne, version=1)
    (retrait,) = historique_de_la_rubrique(dossier, rubrique, le=le)
    assert (retrait.retire, retrait.auteur) == (True, str(agent))
    assert retrait.sujet
    dits = {nom: avant for nom, avant, _ in retrait.ecarts}
    for secret in rubrique.secrets:
        assert dits[str(rubrique.modele._meta.get_field(secret).verbose_name)] == "un numéro (masqué)"  # type: ignore[union-attr]  # a column
    assert EXEMPLES[code].get("iban", "?") not in str(retrait)


def test_a_section_of_the_dossier_tells_each_change_and_by_whom(agent: Agent, dossier: Dossier) -> None:
    changer(agent, dossier, telephone="0698765432")
    collegue = fabriques.agent(dossier.structure)
    changer(collegue, dossier, courriel="ines@exemple.fr")
    relu = Dossier.objects.select_related("jeune").get(pk=dossier.pk)
    dernier, premier = historique_du_dossier(relu, DU_DOSSIER_PAR_CODE["coordonnees"], profil=Profil.CONSEILLER)
    assert (dernier.auteur, dernier.ecarts) == (str(collegue), (("courriel", "vide", "ines@exemple.fr"),))
    assert premier.auteur == str(agent)
    assert premier.ecarts == (("téléphone", "06 12 34 56 78", "06 98 76 54 32"),)
    assert historique_du_dossier(relu, DU_DOSSIER_PAR_CODE["rqth"], profil=Profil.CONSEILLER) == []


def test_who_may_not_see_a_number_isn_t_told_that_it_changed(agent: Agent, dossier: Dossier) -> None:
    dossier.jeune.nir = "2040537001002"
    dossier.jeune.save()
    identite = DU_DOSSIER_PAR_CODE["identite"]
    (vu,) = historique_du_dossier(dossier, identite, profil=Profil.CONSEILLER)
    assert vu.ecarts == (("numéro de sécurité sociale (NIR)", "un numéro (masqué)", "un numéro (masqué)"),)
    assert historique_du_dossier(dossier, identite, profil="personne") == []


def test_how_fresh_is_a_section_of_the_dossier(agent: Agent, dossier: Dossier) -> None:
    """Typed at the opening, confirmed, then corrected: the last of them is told."""
    le = aujourd_hui(dossier.structure)
    Dossier.objects.filter(pk=dossier.pk).update(cree_le=dossier.cree_le - timedelta(days=400))
    ouverte = lue(dossier, "coordonnees")
    assert (ouverte.saisi, ouverte.confirme_par, ouverte.a_confirmer) == (True, "", True)

    collegue = fabriques.agent(dossier.structure)
    donnees.confirmer(collegue, dossier, rubriques={"coordonnees"})
    confirmee = lue(dossier, "coordonnees")
    assert (confirmee.saisi, confirmee.confirme_par, confirmee.a_confirmer) == (False, str(collegue), False)

    # One transaction has one instant in the database: the confirmation is sent back to the day before.
    hier = Confirmation.objects.get().modifie_le - timedelta(days=1)
    Confirmation.objects.update(confirme_le=le - timedelta(days=1), modifie_le=hier)
    changer(agent, dossier, telephone="0698765432")
    corrigee = lue(dossier, "coordonnees")
    assert (corrigee.saisi, corrigee.confirme_par, corrigee.confirme_le) == (True, str(agent), le)
    assert lue(dossier, "rqth").confirme_par == ""  # the others are as they were


def test_a_section_that_a_list_told_says_so_until_somebody_types_it(agent: Agent, dossier: Dossier) -> None:
    donnees.noter_l_origine(dossier, rubriques=["coordonnees", "niveau"], origine="liste", precision="Lycée Balzac")
    assert Confirmation.objects.get().rubrique == "coordonnees"  # of an empty section nothing is said
    assert lue(dossier, "coordonnees").origine == "Liste reçue : Lycée Balzac"
    donnees.confirmer(agent, dossier, rubriques={"coordonnees"})
    confirmee = lue(dossier, "coordonnees")
    assert (confirmee.origine, confirmee.confirme_par) == ("Liste reçue : Lycée Balzac", str(agent))
    Confirmation.objects.update(modifie_le=Confirmation.objects.get().modifie_le - timedelta(days=1))
    changer(agent, dossier, telephone="0698765432")
    assert lue(dossier, "coordonnees").origine == ""

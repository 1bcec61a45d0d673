"""The perimeter of a transaction, nested, after an error, and out of it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from imilo.acteurs.models import Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques


def _pose() -> str:
    with connection.cursor() as curseur:
        curseur.execute("SELECT current_setting('imilo.structure', true)")
        return str(curseur.fetchone()[0] or "")


def test_sans_perimetre_rien_ne_se_lit_ni_ne_s_ecrit(structure: Structure) -> None:
    with perimetre(structure.pk):
        fabriques.dossier(structure)
        assert Dossier.objects.count() == 1
    assert Dossier.objects.count() == 0
    with pytest.raises(DatabaseError), perimetre(None):
        fabriques.dossier(structure)


def test_on_n_ecrit_pas_pour_une_autre_structure(structure: Structure, autre_structure: Structure) -> None:
    with pytest.raises(DatabaseError), perimetre(structure.pk):
        fabriques.dossier(autre_structure)


def test_imbrique_il_rend_le_precedent(structure: Structure, autre_structure: Structure) -> None:
    with perimetre(structure.pk):
        with perimetre(autre_structure.pk):
            assert _pose() == str(autre_structure.pk)
        assert _pose() == str(structure.pk)


def test_imbrique_il_rend_le_precedent_apres_une_erreur(structure: Structure, autre_structure: Structure) -> None:
    with perimetre(structure.pk):
        with pytest.raises(DatabaseError), perimetre(autre_structure.pk):
            fabriques.dossier(structure)
        assert _pose() == str(structure.pk)


def test_toutes_n_ouvre_rien_au_role_de_l_application(structure: Structure) -> None:
    with perimetre(structure.pk):
        fabriques.dossier(structure)
    with pytest.raises(DatabaseError), perimetre("*"):
        Dossier.objects.count()


def test_une_personne_ne_se_lit_que_par_un_dossier(structure: Structure, autre_structure: Structure) -> None:
    from imilo.jeunes.models import Jeune

    with perimetre(structure.pk):
        fabriques.dossier(structure)
        assert Jeune.objects.count() == 1
    with perimetre(autre_structure.pk):
        assert Jeune.objects.count() == 0
        assert Jeune.objects.update(prenom="X") == 0

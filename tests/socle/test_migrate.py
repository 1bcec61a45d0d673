"""The classes that migrations are given stay right although most of them are not drawn again."""

from __future__ import annotations

import pytest
from django.core.management import call_command, load_command_class
from django.db import models
from django.db.migrations import operations
from django.db.migrations.state import ProjectState

from imilo.socle.management.commands.migrate import Command, sans_refaire_les_classes

CLE = ("id", models.BigAutoField(primary_key=True))
AGE = models.CheckConstraint(condition=models.Q(age__gte=16), name="personne_age")
INDEX = models.Index(fields=["age"], name="personne_par_age")


def _etat() -> ProjectState:
    etat = ProjectState()
    operations.CreateModel("Personne", [CLE, ("age", models.IntegerField())]).state_forwards("essai", etat)
    _ = etat.apps  # from here on, Django keeps classes
    return etat


def test_c_est_la_commande_que_django_trouve() -> None:
    assert isinstance(load_command_class("imilo.socle", "migrate"), Command)


def test_une_contrainte_et_un_index_arrivent_a_la_classe_qui_est_la() -> None:
    with sans_refaire_les_classes():
        etat = _etat()
        classe = etat.apps.get_model("essai", "Personne")
        operations.AddConstraint("Personne", AGE).state_forwards("essai", etat)
        operations.AddIndex("Personne", INDEX).state_forwards("essai", etat)

        assert etat.apps.get_model("essai", "Personne") is classe
        assert [c.name for c in classe._meta.constraints] == ["personne_age"]
        assert [i.name for i in classe._meta.indexes] == ["personne_par_age"]

        operations.RemoveConstraint("Personne", "personne_age").state_forwards("essai", etat)
        assert classe._meta.constraints == []


def _lier(etat: ProjectState, **options: object) -> None:
    lien = models.ForeignKey("essai.Personne", models.CASCADE, related_name="actes", **options)
    operations.CreateModel("Acte", [CLE, ("personne", lien)]).state_forwards("essai", etat)


def test_un_nouveau_modele_se_lit_des_deux_cotes() -> None:
    with sans_refaire_les_classes():
        etat = _etat()
        _lier(etat)
        personne, acte = (etat.apps.get_model("essai", nom) for nom in ("Personne", "Acte"))
        assert acte._meta.get_field("personne").related_model is personne
        assert personne._meta.get_field("actes").related_model is acte


def test_un_champ_change_sa_classe_et_une_fonction_recoit_des_classes_qui_s_accordent() -> None:
    with sans_refaire_les_classes():
        etat = _etat()
        _lier(etat)
        acte = etat.apps.get_model("essai", "Acte")
        operations.AddField("Personne", "nom", models.TextField(default="")).state_forwards("essai", etat)
        operations.AlterField("Personne", "age", models.BigIntegerField()).state_forwards("essai", etat)
        personne = etat.apps.get_model("essai", "Personne")
        assert personne._meta.get_field("nom")
        assert isinstance(personne._meta.get_field("age"), models.BigIntegerField)
        assert etat.apps.get_model("essai", "Acte") is acte  # not drawn again

        etat.clear_delayed_apps_cache()  # what RunPython asks before it calls its function
        personne, acte = (etat.apps.get_model("essai", nom) for nom in ("Personne", "Acte"))
        assert acte._meta.get_field("personne").related_model is personne
        assert personne._meta.get_field("actes").related_model is acte


def test_un_champ_auquel_une_cle_pointe_refait_les_classes() -> None:
    with sans_refaire_les_classes():
        etat = _etat()
        operations.AddField("Personne", "code", models.TextField(unique=True)).state_forwards("essai", etat)
        _lier(etat, to_field="code")
        code = models.CharField(max_length=8, unique=True)
        operations.AlterField("Personne", "code", code).state_forwards("essai", etat)
        lien = etat.apps.get_model("essai", "Acte")._meta.get_field("personne")
        assert lien.target_field.max_length == 8


def test_django_reprend_ensuite_sa_facon_de_faire() -> None:
    d_origine = ProjectState.add_model, ProjectState._append_option, ProjectState.reload_model
    with sans_refaire_les_classes():
        assert ProjectState.add_model is not d_origine[0]
    assert (ProjectState.add_model, ProjectState._append_option, ProjectState.reload_model) == d_origine

    etat = _etat()
    avant = etat.apps.get_model("essai", "Personne")
    operations.AddConstraint("Personne", AGE).state_forwards("essai", etat)
    assert etat.apps.get_model("essai", "Personne") is not avant


@pytest.mark.django_db
def test_les_modeles_et_les_migrations_s_accordent() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0, skip_checks=True)

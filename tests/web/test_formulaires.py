"""Forms: cleaned text, French messages at the field, refusals of services and of the database."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from imilo.acteurs.models import Affectation
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.web.formulaires import FormulaireDSFR, nettoyer
from tests import fabriques


class Essai(FormulaireDSFR):
    nom = forms.CharField(label="Nom", help_text="Tel qu'il est écrit sur la pièce.")
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    le = forms.DateField(label="Le", required=False)
    choix = forms.ChoiceField(label="Choix", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False)
    vu = forms.BooleanField(label="Vu", required=False)


def remplir(**champs: str) -> Essai:
    donnees = QueryDict(mutable=True)
    donnees.update({"nom": "O'Neill", **champs})
    return Essai(donnees)


@pytest.mark.parametrize(
    ("saisi", "garde"),
    [
        ("Zoé\x00\x1f\x7f", "Zoé"),
        ("Zoe\u0301", "Zoé"),
        ("\u202enoel\u202c", "noel"),
        ("نور 👩‍🚀 O’Neill", "نور 👩‍🚀 O’Neill"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("  bords  ", "bords"),
    ],
)
def test_text_is_cleaned_and_names_stay_what_they_are(saisi: str, garde: str) -> None:
    form = remplir(nom=saisi)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["nom"] == garde


@given(st.text(max_size=300))
def test_cleaning_twice_is_cleaning_once(texte: str) -> None:
    propre = nettoyer(texte)
    assert nettoyer(propre) == propre
    assert "\x00" not in propre


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"nom": ""}, "Remplissez ce champ."),
        ({"nom": "x" * 5000}, "200"),
        ({"note": "x" * 20_000}, "10000"),
        ({"le": "31/02/2026"}, "Cette date n'existe pas"),
        ({"le": "demain"}, "Cette date n'existe pas"),
        ({"le": "0001-01-01"}, "trop ancienne"),
        ({"le": "9999-12-31"}, "trop lointaine"),
        ({"choix": "c"}, "Choisissez une valeur de la liste."),
    ],
)
def test_what_is_wrong_is_said_in_french_and_what_was_typed_is_kept(champs: dict[str, str], message: str) -> None:
    form = remplir(**champs)
    assert not form.is_valid()
    champ = next(iter(champs))
    assert message in " ".join(map(str, form.errors[champ]))
    if champ == "le":
        assert champs["le"] in str(form["le"])


@pytest.mark.parametrize("texte", ["2026-03-01", "01/03/2026", "1/3/2026", "01-03-2026", "01.03.2026"])
def test_a_date_is_read_as_people_write_it(texte: str) -> None:
    form = remplir(le=texte)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["le"] == date(2026, 3, 1)


def test_a_field_says_its_hint_and_its_error_to_a_screen_reader() -> None:
    form = remplir(nom="")
    form.is_valid()
    html = str(form["nom"].as_field_group())
    saisie = re.search(r"<input[^>]*>", html)
    assert saisie
    assert 'aria-describedby="id_nom_helptext id_nom_error"' in saisie[0]
    assert 'aria-invalid="true"' in saisie[0]
    assert 'id="id_nom_helptext"' in html
    assert 'id="id_nom_error"' in html
    assert "fr-input-group--error" in html


def test_each_widget_gets_the_group_of_the_design_system() -> None:
    form = remplir()
    assert "fr-radio-group" in str(form["choix"].as_field_group())
    assert "fr-checkbox-group" in str(form["vu"].as_field_group())
    assert 'type="date"' in str(form["le"])


def test_nothing_typed_is_ever_markup() -> None:
    form = remplir(nom='"><script>alert(1)</script>', le='"><b>')
    form.is_valid()
    html = "".join(str(champ.as_field_group()) for champ in form)
    assert "<script" not in html
    assert "<b>" not in html


# -- Refusals --


def refuser(erreur: Exception) -> None:
    raise erreur


@pytest.mark.django_db
@pytest.mark.parametrize(("champ", "ou"), [("nom", "nom"), (None, "__all__"), ("inconnu", "__all__")])
def test_the_refusal_of_a_service_is_shown_at_its_field(champ: str | None, ou: str) -> None:
    form = remplir()
    assert form.is_valid()
    assert form.accepte(refuser, RegleViolee("Ce nom est déjà pris.", champ)) is False
    assert form.errors[ou] == ["Ce nom est déjà pris."]


@pytest.mark.django_db
def test_a_constraint_of_the_database_speaks_french() -> None:
    agent = fabriques.agent(fabriques.structure())
    form = remplir()
    assert form.is_valid()

    def seconde_principale(**champs: Any) -> Affectation:
        return Affectation.objects.create(agent=agent, du=date(2020, 1, 1), **champs)

    ailleurs = fabriques.structure()
    assert form.appliquer(seconde_principale, structure=ailleurs, profil="accueil", principale=True) is None
    assert form.errors["__all__"] == ["Cet agent a déjà une affectation principale à ces dates."]
    # The transaction goes on: only what was refused was undone.
    assert Affectation.objects.filter(agent=agent).count() == 1


@pytest.mark.django_db
def test_what_the_profile_forbids_is_no_error_of_the_form() -> None:
    form = remplir()
    assert form.is_valid()
    with pytest.raises(NonHabilite):
        form.appliquer(refuser, NonHabilite("Non."))

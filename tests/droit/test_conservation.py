"""How long data is kept: what holds whatever the dates, and above all whatever isn't known yet."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.droit import conservation
from imilo.droit.conservation import FaitsConservation, echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.lectures import Lectures

JOURS = st.dates(date(2025, 1, 3), date(2055, 12, 31))
NATURES: tuple[conservation.NatureDonnee, ...] = get_args(conservation.NatureDonnee)
LITIGES: tuple[conservation.Litige, ...] = get_args(conservation.Litige)
LECTURES = st.fixed_dictionaries(
    {
        "conservation.age_maximal": st.sampled_from(["fin_de_l_age", "anniversaire"]),
        "conservation.age_maximal_rqth": st.sampled_from(["celui_du_cej", "le_meme_pour_tous"]),
        "conservation.connexion": st.sampled_from(["registre", "notice"]),
        "conservation.fse_des_personnes": st.sampled_from(["jeunes_seuls", "jeunes_et_agents"]),
        "conservation.interruption": st.sampled_from(["ajoutee", "nouveau_depart"]),
        "conservation.litige": st.sampled_from(["jusqu_a_la_decision", "sans_effet"]),
    }
).map(Lectures.choisir)


@st.composite
def donnees(draw: st.DrawFn) -> FaitsConservation:
    """Draw whole facts: nothing is missing but what doesn't exist, nothing written is to come."""
    litige = draw(st.sampled_from(LITIGES))
    fse = draw(st.booleans())
    debut = draw(st.none() | JOURS) if fse else None
    return FaitsConservation(
        nature=draw(st.sampled_from(NATURES)),
        date_naissance=draw(st.dates(date(1995, 1, 1), date(2012, 12, 31))),
        programme=draw(st.booleans()),
        suivi_regulier=draw(st.booleans()),
        programme_fin=draw(st.none() | JOURS),
        rqth_en_cej=draw(st.booleans()),
        fse=fse,
        dernier_enregistrement_le=draw(st.dates(date(2015, 1, 1), date(2025, 1, 3))),
        interruption_debut=debut,
        interruption_fin=None
        if debut is None
        else draw(st.none() | st.integers(0, 900).map(lambda n: debut + timedelta(days=n))),
        habilitation_arretee_le=draw(JOURS),
        compte_desactive_le=draw(JOURS),
        connexion_le=draw(st.dates(date(2015, 1, 1), date(2025, 1, 3))),
        litige=litige,
        litige_clos_le=draw(JOURS) if litige == "clos" else None,
    )


CACHABLES = (
    "date_naissance",
    "programme",
    "suivi_regulier",
    "rqth_en_cej",
    "fse",
    "dernier_enregistrement_le",
    "habilitation_arretee_le",
    "compte_desactive_le",
    "connexion_le",
)


@given(donnees(), JOURS, st.sets(st.sampled_from(CACHABLES)), LECTURES)
def test_un_effacement_dit_le_reste_quoi_qu_on_apprenne(
    faits: FaitsConservation, le: date, caches: set[str], lectures: Lectures
) -> None:
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    dit = echeance(replace(faits, **inconnus), le, lectures=lectures).resultat
    entier = echeance(faits, le, lectures=lectures).resultat
    assert entier["a_effacer"] is not None
    assert set(dit["a_completer"]) <= caches
    assert dit["a_effacer"] in (None, entier["a_effacer"])
    assert dit["a_effacer"] is not None or dit["a_completer"]
    assert dit["acces"] in (None, entier["acces"])


@given(donnees(), JOURS, LECTURES)
def test_une_donnee_s_efface_le_lendemain_de_son_dernier_jour(
    faits: FaitsConservation, le: date, lectures: Lectures
) -> None:
    resultat = echeance(faits, le, lectures=lectures).resultat
    dernier, courant = resultat["dernier_jour"], resultat["usage_courant_jusqu_au"]
    if dernier is None:
        assert resultat["a_effacer"] is False
        return
    assert resultat["a_effacer"] == (le > dernier)
    assert (resultat["acces"] == "aucun") == resultat["a_effacer"]
    assert courant is not None
    assert courant <= dernier
    assert (resultat["acces"] == "courant") == (le <= courant)


@given(donnees(), JOURS, st.integers(1, 4000))
def test_une_donnee_effacee_ne_revient_pas(faits: FaitsConservation, le: date, de_plus: int) -> None:
    if echeance(faits, le).resultat["a_effacer"]:
        assert echeance(faits, le + timedelta(days=de_plus)).resultat["a_effacer"]


@given(donnees(), JOURS)
def test_le_fonds_social_europeen_ne_raccourcit_jamais(faits: FaitsConservation, le: date) -> None:
    faits = replace(faits, interruption_debut=None, interruption_fin=None)
    sans = echeance(replace(faits, fse=False), le).resultat
    avec = echeance(replace(faits, fse=True), le).resultat
    assert avec["usage_courant_jusqu_au"] == sans["usage_courant_jusqu_au"]
    if sans["dernier_jour"] is not None and avec["dernier_jour"] is not None:
        assert avec["dernier_jour"] >= sans["dernier_jour"]
    if faits.nature not in conservation.DU_JEUNE:
        assert avec == sans


@given(donnees(), JOURS)
def test_une_procedure_ne_raccourcit_jamais(faits: FaitsConservation, le: date) -> None:
    faits = replace(faits, nature="dossier", fse=True, litige="aucun", litige_clos_le=None, programme=False)
    sans = echeance(replace(faits, interruption_debut=None, interruption_fin=None), le).resultat["dernier_jour"]
    avec = echeance(faits, le).resultat["dernier_jour"]
    assert sans is not None
    assert avec is None or avec >= sans


@pytest.mark.parametrize(
    "champ", [c.name for c in fields(FaitsConservation) if c.name.endswith(("_le", "_fin", "_debut", "_naissance"))]
)
def test_un_texte_n_est_pas_un_jour(champ: str) -> None:
    if champ == "precision_naissance":
        return
    with pytest.raises(FaitInvalide) as refus:
        FaitsConservation("dossier", **{champ: "2025-01-01"})  # type: ignore[arg-type]  # what an untyped caller may pass
    assert refus.value.champ == champ


@pytest.mark.parametrize("champ", ["programme", "suivi_regulier", "rqth_en_cej", "fse"])
def test_un_texte_n_est_pas_une_reponse(champ: str) -> None:
    with pytest.raises(FaitInvalide) as refus:
        FaitsConservation("dossier", **{champ: "oui"})  # type: ignore[arg-type]  # the same
    assert refus.value.champ == champ

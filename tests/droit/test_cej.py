"""CEJ and contract: what holds whatever the person, and above all whatever isn't known yet."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.droit import cej, contrat_engagement, delais
from imilo.droit.cej.droits import Suspensif
from imilo.droit.cej.examen import CejPrecedent
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Precision
from imilo.droit.ressources import NATURES

JOURS = st.dates(date(2025, 1, 1), date(2030, 12, 31))
NAISSANCES = st.dates(date(1990, 1, 1), date(2015, 12, 31))
OUI_NON = st.booleans()


@st.composite
def situations(draw: st.DrawFn) -> tuple[cej.FaitsEligibilite, date]:
    """Draw whole facts and a day; a running CEJ isn't past on that day, nor is an ended one to come."""
    le = draw(JOURS)
    precedent: CejPrecedent = draw(st.sampled_from(["aucun", "termine", "en_cours"]))
    fins = {"aucun": st.none(), "termine": st.dates(date(2024, 1, 1), le), "en_cours": st.dates(le, date(2031, 12, 31))}
    faits = cej.FaitsEligibilite(
        date_naissance=draw(NAISSANCES),
        rqth=draw(OUI_NON),
        etudiant=draw(OUI_NON),
        en_formation=draw(OUI_NON),
        difficulte_emploi_durable=draw(OUI_NON),
        cej_precedent=precedent,
        fin_cej_precedent=draw(fins[precedent]),
        circonstances_particulieres=draw(OUI_NON),
        engagements_respectes=draw(OUI_NON),
        difficultes_specifiques=draw(OUI_NON),
    )
    return faits, le


CACHABLES = (
    "rqth",
    "etudiant",
    "en_formation",
    "difficulte_emploi_durable",
    "fin_cej_precedent",
    "engagements_respectes",
    "difficultes_specifiques",
)


@given(situations(), st.sets(st.sampled_from(CACHABLES)))
def test_une_reponse_donnee_tient_quoi_qu_on_apprenne(
    situation: tuple[cej.FaitsEligibilite, date], caches: set[str]
) -> None:
    """A yes or a no said with facts missing is the one that the whole facts give."""
    faits, le = situation
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    resultat = cej.eligibilite(replace(faits, **inconnus), le).resultat
    if resultat["eligible"] is not None:
        assert resultat["eligible"] == cej.eligibilite(faits, le).resultat["eligible"]
    else:
        assert resultat["a_completer"]
    assert set(resultat["a_completer"]) <= caches


@given(situations(), st.sampled_from(["mois", "annee"]))
def test_une_naissance_imprecise_ne_donne_que_des_reponses_sures(
    situation: tuple[cej.FaitsEligibilite, date], precision: Precision
) -> None:
    faits, le = situation
    resultat = cej.eligibilite(replace(faits, precision_naissance=precision), le).resultat
    if resultat["eligible"] is not None:
        assert resultat["eligible"] == cej.eligibilite(faits, le).resultat["eligible"]
    else:
        assert resultat["a_completer"] == ("date_naissance",)


@given(situations())
def test_les_bornes_disent_la_meme_chose_que_les_points(situation: tuple[cej.FaitsEligibilite, date]) -> None:
    faits, le = situation
    rendue = cej.eligibilite(faits, le)
    points = ("age_minimum", "age_maximum", "delai_depuis_dernier_cej")
    remplis = all(rendue.motif(point).satisfait for point in points)
    debut, fin = rendue.resultat["a_partir_du"], rendue.resultat["jusqu_au"]
    assert debut is not None
    assert fin is not None
    assert remplis == (debut <= le <= fin)


@given(situations())
def test_six_points_chacun_une_fois(situation: tuple[cej.FaitsEligibilite, date]) -> None:
    faits, le = situation
    codes = [motif.code for motif in cej.eligibilite(faits, le).motifs]
    assert len(codes) == len(set(codes)) == 6


@given(JOURS, st.integers(0, 900))
def test_la_duree_de_dix_huit_mois_prolonge_celle_de_douze(debut: date, ecart: int) -> None:
    le = debut + timedelta(days=ecart)
    douze = cej.duree(cej.FaitsDuree(debut), le).resultat
    dix_huit = cej.duree(cej.FaitsDuree(debut, prolongation="exceptionnelle", prolongation_motivee=True), le).resultat
    assert douze["dernier_jour_possible"] is not None
    assert dix_huit["dernier_jour_possible"] is not None
    assert douze["dernier_jour_possible"] < dix_huit["dernier_jour_possible"]
    assert douze["jours_restants"] == max(0, (douze["dernier_jour_possible"] - le).days)
    assert 364 <= (douze["dernier_jour_possible"] - debut).days <= 365


@given(JOURS, st.integers(0, 400))
def test_un_relais_finit_un_dernier_jour_de_mois(debut: date, duree: int) -> None:
    parcours_debut = debut + timedelta(days=30)
    fin = parcours_debut + timedelta(days=duree)
    faits = cej.FaitsDuree(
        debut,
        fin_initiale=delais.dernier_jour(debut, 12),
        prolongation="parcours_relais",
        parcours_debut=parcours_debut,
        parcours_fin=fin,
        parcours_sur_la_liste=True,
    )
    limite = cej.duree(faits, debut).resultat["dernier_jour_possible"]
    assert limite is not None
    assert limite >= fin
    assert limite in (delais.fin_du_mois(limite), delais.dernier_jour(debut, 12))


DROITS = st.builds(
    cej.FaitsDroitAllocation,
    contrat_signe_le=st.none() | JOURS,
    logement=st.sampled_from([None, "hors_foyer_parental", "foyer_parental"]),
    soutien_parental=st.sampled_from([None, "aucun", "limite", "suffisant"]),
    rsa=st.sampled_from([None, "non", "beneficiaire", "conjoint", "personne_a_charge"]),
    prime_activite=st.sampled_from([None, "non", "ouverte", "activite_anterieure", "personne_a_charge"]),
    suspensif=st.sampled_from([None, "aucun", "service_civique"]),
)


@given(DROITS, DROITS, JOURS)
def test_un_droit_dit_ouvert_ou_ferme_le_reste_quoi_qu_on_apprenne(
    partiels: cej.FaitsDroitAllocation, autres: cej.FaitsDroitAllocation, le: date
) -> None:
    complement = {
        champ.name: getattr(autres, champ.name) for champ in fields(partiels) if getattr(partiels, champ.name) is None
    }
    dit = cej.droit_allocation(partiels, le).resultat
    assert (dit["ouvert"] is None) <= bool(dit["a_completer"])
    if dit["ouvert"] is not None:
        assert cej.droit_allocation(replace(partiels, **complement), le).resultat["ouvert"] == dit["ouvert"]


def test_ce_qui_suspend_le_droit_est_ce_qui_ne_se_cumule_pas() -> None:
    """R. 5131-24 III: one list of codes, in the right to the allowance and in its amount."""
    suspensifs = {nature.code for nature in NATURES if nature.article.startswith("R. 5131-24 III")}
    assert suspensifs == set(Suspensif.__args__) - {"aucun"}  # type: ignore[attr-defined]  # a Literal has its values


@given(st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.integers(-5, 60))
def test_le_delai_de_signature_s_ecoule_jour_par_jour(notifiee: date, ecart: int) -> None:
    le = notifiee + timedelta(days=ecart)
    resultat = contrat_engagement.delai_signature(contrat_engagement.FaitsDelaiSignature(notifiee), le).resultat
    assert resultat["limite"] is not None
    assert 28 <= (resultat["limite"] - notifiee).days <= 31
    assert resultat["echu"] == (le > resultat["limite"])
    assert resultat["jours_restants"] == max(0, (resultat["limite"] - le).days)


@pytest.mark.parametrize("jour", ["2025-01-01", 20250101])
@pytest.mark.parametrize("champ", ["debut", "fin", "fin_initiale", "parcours_debut", "parcours_fin"])
def test_un_texte_n_est_pas_un_jour(champ: str, jour: object) -> None:
    faits = {"debut": date(2025, 1, 1), champ: jour}
    with pytest.raises(FaitInvalide) as refus:
        cej.FaitsDuree(**faits)  # type: ignore[arg-type]  # what an untyped caller may pass
    assert refus.value.champ == champ

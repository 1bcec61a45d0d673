"""Orientation, its notification and the month to sign; the assessment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json, rejouer
from imilo.droit.lectures import Lectures
from imilo.journal.models import Fait
from imilo.parcours.diagnostics import selectors
from imilo.parcours.diagnostics.models import Diagnostic, Organisme, Orientation, SituationEmploi, Valeur
from imilo.parcours.diagnostics.services import (
    OrientationSaisie,
    ThemeSaisi,
    decider_orientation,
    demander_nouvelle_orientation,
    etablir_diagnostic,
    notifier_orientation,
)
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.socle.erreurs import RegleViolee, VersionPerimee
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db

SAISIE = OrientationSaisie(
    decidee_le=date(2026, 3, 2),
    beneficiaire_rsa=False,
    qualification="NV5",
    situation_emploi=SituationEmploi.PLUS_UN_AN,
    aspirations="Devenir cuisinière",
    difficultes=("logement", "mobilite"),
    numero_ft="1234567a890",
    inscrit_ft_le=date(2026, 3, 1),
)


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent)


def test_la_decision_note_aussi_l_inscription_a_france_travail(agent: Agent, dossier: Dossier) -> None:
    orientation = decider_orientation(agent, dossier, saisie=SAISIE)
    dossier.refresh_from_db()
    assert (dossier.numero_ft, dossier.inscrit_ft_le, dossier.version) == ("1234567A890", date(2026, 3, 1), 2)
    assert dossier.niveau_diplome == "NV5"
    assert orientation.difficultes == ["logement", "mobilite"]
    assert list(Fait.objects.values_list("genre", "objet_id")) == [("orientation.decidee", orientation.pk)]


def test_au_rsa_le_departement_decide(agent: Agent, dossier: Dossier) -> None:
    """L. 5411-5-1 II 2°."""
    with pytest.raises(RegleViolee, match=r"Vous êtes au RSA.*L\. 5411-5-1 II 2°") as refus:
        decider_orientation(agent, dossier, saisie=replace(SAISIE, beneficiaire_rsa=True))
    assert refus.value.champ == "beneficiaire_rsa"
    for autre in (Organisme.CAP_EMPLOI, Organisme.DELEGATAIRE):
        with pytest.raises(RegleViolee, match="président du conseil départemental décide") as refus:
            decider_orientation(agent, dossier, saisie=replace(SAISIE, beneficiaire_rsa=True, decidee_par=autre))
        assert refus.value.champ == "decidee_par"
    notee = decider_orientation(
        agent, dossier, saisie=replace(SAISIE, beneficiaire_rsa=True, decidee_par=Organisme.DEPARTEMENT)
    )
    assert notee.decidee_par == Organisme.DEPARTEMENT
    assert notee.competence is not None
    assert notee.competence["resultat"]["decideur"] == "departement"


def test_au_rsa_france_travail_decide_par_delegation(agent: Agent, dossier: Dossier) -> None:
    """L. 5411-5-1 II 2°: to note that it decided is to note that the département delegated."""
    notee = decider_orientation(
        agent, dossier, saisie=replace(SAISIE, beneficiaire_rsa=True, decidee_par=Organisme.FRANCE_TRAVAIL)
    )
    assert notee.competence is not None
    assert notee.competence["faits"]["delegation"] is True
    assert notee.competence["resultat"]["decideur"] == "france_travail"


def test_hors_du_rsa_le_departement_ne_decide_pas(agent: Agent, dossier: Dossier) -> None:
    """L. 5411-5-1 II 3°: who came to the mission locale is oriented by it."""
    with pytest.raises(RegleViolee, match=r"La mission locale décide.*L\. 5411-5-1 II 3°") as refus:
        decider_orientation(agent, dossier, saisie=replace(SAISIE, decidee_par=Organisme.DEPARTEMENT))
    assert refus.value.champ == "decidee_par"
    assert not Orientation.objects.exists()


def test_la_decision_de_la_loi_est_gardee_et_se_rejoue(agent: Agent, dossier: Dossier) -> None:
    """L. 5411-1, L. 5411-5-1 II 3°: registered, out of the RSA, in the age: the mission locale decides."""
    gardee = decider_orientation(agent, dossier, saisie=SAISIE).competence
    assert gardee is not None
    assert (gardee["regle"], gardee["le"]) == ("orientation.competence", "2026-03-02")
    assert gardee["resultat"]["competent"] is True
    assert gardee["resultat"]["decideur"] == "mission_locale"
    assert rejouer(depuis_json(gardee)).identique


def test_ce_qui_n_est_pas_su_ne_ferme_pas_la_porte(agent: Agent, dossier: Dossier) -> None:
    """L. 5411-1: neither registered nor known to look for work; the decision kept names what is to be completed."""
    gardee = decider_orientation(agent, dossier, saisie=replace(SAISIE, numero_ft="", inscrit_ft_le=None)).competence
    assert gardee is not None
    assert gardee["resultat"]["inscrite"] is None
    assert set(gardee["resultat"]["a_completer"]) == {"invalidite", "deja_inscrite", "recherche_emploi"}


def test_avant_l_entree_en_vigueur_rien_ne_se_decide(agent: Agent, dossier: Dossier) -> None:
    with pytest.raises(RegleViolee, match="01/01/2025") as refus:
        decider_orientation(agent, dossier, saisie=replace(SAISIE, decidee_le=date(2024, 12, 31)))
    assert refus.value.champ == "decidee_le"


def test_la_base_refuse_une_decision_de_la_mission_locale_au_rsa(agent: Agent, dossier: Dossier) -> None:
    orientation = decider_orientation(agent, dossier, saisie=SAISIE)
    with pytest.raises(IntegrityError, match="orientation_rsa_par_le_departement"), transaction.atomic():
        Orientation.objects.filter(pk=orientation.pk).update(beneficiaire_rsa=True)


@pytest.mark.parametrize(
    ("naissance", "rqth", "accepte"),
    [
        (date(2010, 3, 2), False, True),  # 16 years old on the very day
        (date(2010, 3, 3), False, False),  # 16 the day after
        (date(2000, 3, 3), False, True),  # 26 the day after: 25 révolus
        (date(2000, 3, 2), False, False),  # 26 on the day
        (date(2000, 3, 2), True, True),  # with the RQTH, until 29 révolus (last paragraph of L. 5314-2)
        (date(1996, 3, 3), True, True),  # 30 the day after
        (date(1996, 3, 2), True, False),  # 30 on the day
    ],
)
def test_de_seize_a_vingt_cinq_ans_revolus(
    agent: Agent, dans_perimetre: Structure, naissance: date, rqth: bool, accepte: bool
) -> None:
    """L. 5314-2, first and last paragraphs (reading `orientation.age_rqth`)."""
    rqth_du = date(2020, 1, 1) if rqth else None
    dossier = fabriques.dossier(dans_perimetre, agent, jeune_naissance=naissance, rqth_du=rqth_du)
    if accepte:
        assert decider_orientation(agent, dossier, saisie=SAISIE).pk
    else:
        with pytest.raises(RegleViolee, match=r"L\. 5314-2") as refus:
            decider_orientation(agent, dossier, saisie=SAISIE)
        assert refus.value.champ == "decidee_le"


def test_le_meme_age_pour_tous_si_la_structure_lit_ainsi(
    agent: Agent, dans_perimetre: Structure, settings: Settings
) -> None:
    """L. 5314-2 by the reading `comme_les_autres`: the RQTH moves nothing."""
    settings.IMILO_LECTURES = Lectures.choisir({"orientation.age_rqth": "comme_les_autres"})
    dossier = fabriques.dossier(dans_perimetre, agent, jeune_naissance=date(2000, 3, 2), rqth_du=date(2020, 1, 1))
    with pytest.raises(RegleViolee, match=r"25 ans.*L\. 5314-2"):
        decider_orientation(agent, dossier, saisie=SAISIE)


def test_au_dela_france_travail_oriente_vers_nous(agent: Agent, dans_perimetre: Structure) -> None:
    """L. 5411-5-1 II 1°: a person of 30 years, past every age of L. 5314-2."""
    dossier = fabriques.dossier(dans_perimetre, agent, jeune_naissance=date(1996, 3, 1), rqth_du=date(2020, 1, 1))
    notee = decider_orientation(agent, dossier, saisie=replace(SAISIE, decidee_par=Organisme.FRANCE_TRAVAIL))
    assert notee.competence is not None
    assert notee.competence["resultat"]["decideur"] == "france_travail"


def test_une_naissance_au_mois_pres_ne_ferme_pas_la_porte(agent: Agent, dans_perimetre: Structure) -> None:
    dossier = fabriques.dossier(
        dans_perimetre, agent, jeune_naissance=date(2000, 3, 1), jeune_naissance_precision="mois"
    )
    assert decider_orientation(agent, dossier, saisie=SAISIE).pk


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("decidee_le", date(2099, 1, 1)),
        ("decidee_le", date(1990, 1, 1)),
        ("qualification", "BAC+12"),
        ("numero_ft", "12 345"),
        ("numero_ft", "123456789012"),
        ("inscrit_ft_le", date(2099, 1, 1)),
        ("situation_emploi", "astronaute"),
        ("difficultes", ("argent",)),
    ],
)
def test_saisie_refusee_a_son_champ(agent: Agent, dossier: Dossier, champ: str, valeur: object) -> None:
    with pytest.raises(RegleViolee) as refus:
        decider_orientation(agent, dossier, saisie=replace(SAISIE, **{champ: valeur}))  # type: ignore[arg-type]  # one field at a time
    assert refus.value.champ == champ
    assert not Orientation.objects.exists()
    assert not Fait.objects.exists()


def test_un_dossier_clos_ne_s_oriente_plus(agent: Agent, dossier: Dossier) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(statut=Statut.FIN, fin_le=date(2026, 1, 5), fin_motif="AGE")
    with pytest.raises(RegleViolee, match="a pris fin"):
        decider_orientation(agent, dossier, saisie=SAISIE)


def test_le_mois_court_de_la_reception(agent: Agent, dossier: Dossier) -> None:
    """D. 5411-14-1: received on 31 January 2026, to be signed by 28 February."""
    orientation = decider_orientation(agent, dossier, saisie=replace(SAISIE, decidee_le=date(2026, 1, 20)))
    assert selectors.orientation_notifiee(dossier=dossier) is None
    notifiee = notifier_orientation(
        agent, orientation, version=1, notifiee_le=date(2026, 1, 31), moyen="LRAR", reference="1A 234"
    )
    assert notifiee.a_signer_avant_le == date(2026, 2, 28)
    assert notifiee.delai is not None
    assert "D. 5411-14-1" in notifiee.delai["articles"]
    assert selectors.orientation_notifiee(dossier=dossier) == notifiee


def test_une_orientation_vers_ailleurs_ne_fait_pas_courir_le_mois(agent: Agent, dossier: Dossier) -> None:
    orientation = decider_orientation(agent, dossier, saisie=replace(SAISIE, vers=Organisme.FRANCE_TRAVAIL))
    notifiee = notifier_orientation(agent, orientation, version=1, notifiee_le=date(2026, 3, 3), moyen="LRE")
    assert notifiee.a_signer_avant_le is None
    assert selectors.orientation_notifiee(dossier=dossier) is None


@pytest.mark.parametrize(
    ("notifiee_le", "moyen", "champ"),
    [
        (date(2026, 3, 1), "LRAR", "notifiee_le"),
        (date(2099, 3, 1), "LRAR", "notifiee_le"),
        (date(2026, 3, 3), "SMS", "moyen"),
    ],
)
def test_notification_refusee(agent: Agent, dossier: Dossier, notifiee_le: date, moyen: str, champ: str) -> None:
    orientation = decider_orientation(agent, dossier, saisie=SAISIE)
    with pytest.raises(RegleViolee) as refus:
        notifier_orientation(agent, orientation, version=1, notifiee_le=notifiee_le, moyen=moyen)
    assert refus.value.champ == champ


def test_on_ne_notifie_qu_une_fois_et_jamais_une_page_perimee(agent: Agent, dossier: Dossier) -> None:
    orientation = decider_orientation(agent, dossier, saisie=SAISIE)
    notifier_orientation(agent, orientation, version=1, notifiee_le=date(2026, 3, 3), moyen="LRAR")
    with pytest.raises(VersionPerimee):
        notifier_orientation(agent, orientation, version=1, notifiee_le=date(2026, 3, 4), moyen="LRAR")
    with pytest.raises(RegleViolee, match="déjà notifiée"):
        notifier_orientation(agent, orientation, version=2, notifiee_le=date(2026, 3, 4), moyen="LRAR")


def test_une_nouvelle_decision_attend_la_notification_de_la_derniere(agent: Agent, dossier: Dossier) -> None:
    premiere = decider_orientation(agent, dossier, saisie=SAISIE)
    with pytest.raises(RegleViolee, match="notifiez-la d'abord"):
        decider_orientation(agent, dossier, saisie=SAISIE)
    notifier_orientation(agent, premiere, version=1, notifiee_le=date(2026, 3, 3), moyen="LRAR")
    with pytest.raises(RegleViolee, match="plus récente") as refus:
        decider_orientation(agent, dossier, saisie=replace(SAISIE, decidee_le=date(2026, 3, 1)))
    assert refus.value.champ == "decidee_le"
    decider_orientation(agent, dossier, saisie=replace(SAISIE, decidee_le=date(2026, 4, 1)))
    # D. 5411-8-2: until it is notified, the month no longer runs.
    assert selectors.orientation_notifiee(dossier=dossier) is None


THEMES = (ThemeSaisi("EMPLOI", Valeur.POINT_FORT, "Deux stages"), ThemeSaisi("MOBILITE", Valeur.BESOIN))


def _diagnostiquer(agent: Agent, dossier: Dossier, **champs: object) -> Diagnostic:
    defauts: dict[str, object] = {
        "etabli_le": date(2026, 3, 4),
        "objectifs": "Trouver un apprentissage",
        "synthese": "",
        "themes": THEMES,
        "avec_la_personne": True,
    }
    return etablir_diagnostic(agent, dossier, **{**defauts, **champs})  # type: ignore[arg-type]  # one field at a time


def test_un_diagnostic_remplace_le_precedent_sans_y_toucher(agent: Agent, dossier: Dossier) -> None:
    premier = _diagnostiquer(agent, dossier)
    second = _diagnostiquer(agent, dossier, objectifs="Passer le permis")
    assert selectors.dernier_diagnostic(dossier=dossier) == second
    premier.refresh_from_db()
    assert premier.objectifs == "Trouver un apprentissage"
    assert [t.theme for t in second.themes.all()] == ["EMPLOI", "MOBILITE"]
    assert list(Fait.objects.values_list("genre", flat=True)) == ["diagnostic.saisi"] * 2


def test_une_version_venue_entre_temps_se_voit_avant_d_etre_remplacee(agent: Agent, dossier: Dossier) -> None:
    premier = _diagnostiquer(agent, dossier, vu=0)
    second = _diagnostiquer(agent, dossier, vu=premier.pk, objectifs="Passer le permis")
    with pytest.raises(VersionPerimee) as refus:
        _diagnostiquer(agent, dossier, vu=premier.pk)
    assert refus.value.version == second.pk
    assert selectors.dernier_diagnostic(dossier=dossier) == second


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("avec_la_personne", False),
        ("objectifs", "  "),
        ("themes", (ThemeSaisi("EMPLOI", Valeur.NON_EXPLORE),)),
        ("themes", (ThemeSaisi("ASTROLOGIE", Valeur.BESOIN),)),
        ("etabli_le", date(2099, 1, 1)),
    ],
)
def test_diagnostic_refuse(agent: Agent, dossier: Dossier, champ: str, valeur: object) -> None:
    with pytest.raises(RegleViolee) as refus:
        _diagnostiquer(agent, dossier, **{champ: valeur})
    assert refus.value.champ == champ


def test_une_nouvelle_orientation_demandee_arrete_le_mois(agent: Agent, dossier: Dossier) -> None:
    """D. 5411-8-2: the month stops, and another starts with the next notification."""
    orientation = decider_orientation(agent, dossier, saisie=SAISIE)
    with pytest.raises(RegleViolee, match="une fois notifiée"):
        demander_nouvelle_orientation(agent, orientation, version=1, le=date(2026, 3, 5), raison="Loin")
    notifiee = notifier_orientation(agent, orientation, version=1, notifiee_le=date(2026, 3, 3), moyen="LRAR")
    with pytest.raises(RegleViolee, match=r"d'abord faire .* le point .*L\. 5411-5-2 II"):
        demander_nouvelle_orientation(agent, notifiee, version=2, le=date(2026, 3, 5), raison="Loin")
    _diagnostiquer(agent, dossier)
    demandee = demander_nouvelle_orientation(agent, notifiee, version=2, le=date(2026, 3, 20), raison="Loin")
    assert (demandee.a_signer_avant_le, demandee.interrompue) == (None, True)
    assert demandee.delai is not None
    assert demandee.delai["resultat"]["interrompu"] is True
    assert demandee.reorientation is not None
    assert demandee.reorientation["resultat"]["saisir"] == "mission_locale"
    assert demandee.reorientation["resultat"]["effet"] == "delai_interrompu"
    assert selectors.orientation_notifiee(dossier=dossier) is None
    with pytest.raises(RegleViolee, match="déjà demandée"):
        demander_nouvelle_orientation(agent, demandee, version=3, le=date(2026, 3, 20), raison="Loin")
    nouvelle = decider_orientation(agent, dossier, saisie=replace(SAISIE, decidee_le=date(2026, 4, 10)))
    notifier_orientation(agent, nouvelle, version=1, notifiee_le=date(2026, 4, 12), moyen="LRAR")
    reprise = selectors.orientation_notifiee(dossier=dossier)
    assert reprise is not None
    assert reprise.a_signer_avant_le == date(2026, 5, 12)
    assert Fait.objects.filter(genre="orientation.redemandee").count() == 1


@pytest.mark.parametrize(
    ("le", "raison", "champ"),
    [(date(2026, 3, 2), "Loin", "le"), (date(2099, 1, 1), "Loin", "le"), (date(2026, 3, 5), " ", "raison")],
)
def test_nouvelle_orientation_refusee(agent: Agent, dossier: Dossier, le: date, raison: str, champ: str) -> None:
    orientation = decider_orientation(agent, dossier, saisie=SAISIE)
    notifiee = notifier_orientation(agent, orientation, version=1, notifiee_le=date(2026, 3, 3), moyen="LRAR")
    _diagnostiquer(agent, dossier)
    with pytest.raises(RegleViolee) as refus:
        demander_nouvelle_orientation(agent, notifiee, version=2, le=le, raison=raison)
    assert refus.value.champ == champ


def test_une_autre_structure_ne_voit_rien(
    agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    decider_orientation(agent, dossier, saisie=SAISIE)
    _diagnostiquer(agent, dossier)
    tables = ("diagnostics_orientation", "diagnostics_diagnostic", "diagnostics_diagnostictheme")
    for autre in (autre_structure.pk, None):
        with perimetre(autre), connection.cursor() as curseur:
            for table in tables:
                curseur.execute(f"SELECT count(*) FROM {table}")
                assert curseur.fetchone()[0] == 0, table


def test_le_jour_est_celui_de_la_structure(agent: Agent, dossier: Dossier, structure: Structure) -> None:
    demain = aujourd_hui(structure) + timedelta(days=1)
    with pytest.raises(RegleViolee, match="d'avance"):
        _diagnostiquer(agent, dossier, etabli_le=demain)
    assert _diagnostiquer(agent, dossier, etabli_le=aujourd_hui(structure)).pk

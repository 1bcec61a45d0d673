"""The letters of a sanction, each read by a PDF reader: PDF/UA-1, the facts, the measure, the ten days, the appeals."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pikepdf
import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.parcours.fiche.models import Protection, Representant
from imilo.parcours.sanctions import services
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import Manquement, Procedure
from tests.parcours import parcours_sanction as ps
from tests.parcours.contrats.test_lettres import lu
from tests.parcours.parcours_sanction import CONSTAT, EXAMEN, MOYEN, SUSPENSION, Regler
from tests.parcours.sanctions.test_cas import ouvrir

FAITS = "Trois ateliers manqués sans prévenir."
RECOURS = ("revoir cette décision, par un recours gracieux, dans les deux mois", "tribunal administratif")
SUPPRESSION = Mesure("suppression", Decimal(1), 2)
AVERTISSEMENT = Mesure("avertissement", fin_le=date(2026, 4, 20))
SANS_ALLOCATION = replace(EXAMEN, allocation=False)


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> Regler:
    return ps.calendrier(monkeypatch)


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent, directrice: Agent, regler: Regler) -> Dossier:
    return ouvrir(
        dans_perimetre, agent, directrice, regler, jeune_prenom="Zoé", jeune_nom_naissance="Diop",
        adresse_numero="12", adresse_voie="rue Nationale", adresse_code_postal="37000",
    )  # fmt: skip


def lettre(document: Document | None, titre: str) -> str:
    """What a reader reads of a letter, that it announces under this title."""
    assert document is not None
    document = Document.objects.get(pk=document.pk)
    with pikepdf.open(io.BytesIO(bytes(document.contenu))) as pdf, pdf.open_metadata() as xmp:
        assert "".join(str(xmp["dc:title"]).replace("’", "'").split()).startswith("".join(titre.split()))
    return lu(document)


def dit(lettre_lue: str, *attendus: str) -> None:
    """All of it, in this order: a screen reader goes through the tags from the first to the last."""
    compacte, ou = "".join(lettre_lue.split()), 0
    for attendu in attendus:
        trouve = compacte.find("".join(attendu.split()), ou)
        assert trouve >= 0, (attendu, lettre_lue)
        ou = trouve


def test_la_sanction_envisagee(agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler) -> None:
    """R. 5412-7: the facts, the sanction thought of, ten days, written or heard, assisted by whom they choose."""
    procedure = ps.envisagee(regler, agent, directrice, dossier)
    lue = lettre(procedure.intention_document, "Une sanction est envisagée : vous pouvez répondre")
    dit(
        lue,
        "Zoé Diop",
        "12 rue Nationale",
        "À remettre par un moyen qui donne une date de réception certaine",
        "Une sanction est envisagée : vous pouvez répondre",
        "Ce qui vous est reproché",
        "Constaté le 2 mars 2026",
        FAITS,
        "Ce que vous avez déjà dit",
        "Rien n'est décidé. La mission locale envisage : suspension de 30 % de votre allocation, pendant 1 mois.",
        "Vous avez 10 jours pour répondre",
        "écrire vos observations",
        "demander à être entendu(e). Vous choisissez librement la personne qui vous accompagne",
        procedure.envisagee_pouvoir,
        "R. 5412-1",
        "R. 5412-7",
    )
    assert "représentant légal de Zoé" not in lue


class Cas(NamedTuple):
    """A decision: its measure, the failing and its examination, what its letter says."""

    mesure: Mesure
    champs: dict[str, Any]
    titre: str
    attendus: tuple[str, ...]


DECISIONS = {
    "suspension": Cas(
        SUSPENSION,
        {},
        "Décision : suspension de 30 % de votre allocation, pendant 1 mois",
        ("Le premier mois touché est celui d'avril 2026", "Pour que la suspension s'arrête plus tôt", "R. 5412-1"),
    ),
    "suppression": Cas(
        SUPPRESSION,
        {"manquement": Manquement.REFUS_OFFRES, "refus": 2},
        "Décision : suppression de la totalité de votre allocation, pendant 2 mois",
        (
            "une radiation de la liste des demandeurs d'emploi pendant 2 mois",
            "la propose à France Travail",
            "R. 5412-3",
        ),
    ),
    "avertissement": Cas(
        AVERTISSEMENT,
        {"examen": SANS_ALLOCATION},
        "Avertissement : ce que vous devez faire, et jusqu'à quand",
        ("avertissement, à respecter jusqu'au 20 avril 2026 inclus", "R. 5412-3-3"),
    ),
}


@pytest.mark.parametrize("cas", DECISIONS.values(), ids=DECISIONS)
def test_la_decision(agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler, cas: Cas) -> None:
    """R. 5412-7-1: reasoned, with the ways and delays of appeal, and how long a striking off lasts."""
    procedure = ps.decidee(regler, agent, directrice, dossier, mesure=cas.mesure, **cas.champs)
    lue = lettre(procedure.decision_document, cas.titre)
    motifs = ("La décision", FAITS, "Pourquoi", "Trois absences sans prévenir.")
    dit(lue, "Zoé Diop", "12 rue Nationale", cas.titre, *motifs)
    dit(lue, "Nous n'avons reçu ni observations écrites", *RECOURS, procedure.pouvoir)
    for attendu in cas.attendus:
        dit(lue, attendu)


def levee(regler: Regler, agent: Agent, directrice: Agent, dossier: Dossier) -> Procedure:
    procedure = ps.executoire(regler, agent, directrice, dossier)
    return _lever(regler, agent, directrice, procedure)


def _lever(regler: Regler, agent: Agent, directrice: Agent, procedure: Procedure) -> Procedure:
    jour = date(2026, 4, 8)
    regler(jour)
    convenue = services.definir_conditions(agent, procedure, version=procedure.version, conditions="Venir à l'atelier.")
    return services.lever_suspension(directrice, convenue, version=convenue.version, conforme_le=jour)


def test_la_levee(agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler) -> None:
    """R. 5412-1: the suspension ends when what was agreed is done."""
    procedure = levee(regler, agent, directrice, dossier)
    titre = "La suspension de votre allocation prend fin"
    dit(
        lettre(procedure.levee_document, titre),
        "Zoé Diop",
        titre,
        "La suspension de votre allocation a pris fin le 8 avril 2026.",
        "Vous avez fait ce qui vous était demandé le 8 avril 2026",
        *RECOURS,
        procedure.pouvoir,
        "R. 5412-1",
    )


def _recue(agent: Agent, procedure: Procedure, le: date, service: str) -> Procedure:
    """By the person and by who represents them."""
    noter = getattr(services, service)
    return noter(agent, procedure, version=procedure.version, personne_le=le, representants_le=le, moyen=MOYEN)  # type: ignore[no-any-return]  # one of two services


def _jusqu_a_la_levee(regler: Regler, agent: Agent, directrice: Agent, dossier: Dossier) -> Procedure:
    procedure = ps.envisagee(regler, agent, directrice, dossier)
    regler(ps.RECU)
    procedure = _recue(agent, procedure, ps.RECU, "noter_reception")
    regler(ps.JOUR_DE_DECISION)
    procedure = services.decider_sanction(
        directrice, procedure, version=procedure.version, mesure=SUSPENSION, motivation="Absences.",
        premier_mois=date(2026, 4, 1),
    )  # fmt: skip
    procedure = _recue(agent, procedure, ps.JOUR_DE_DECISION, "noter_remise_de_la_decision")
    return _lever(regler, agent, directrice, procedure)


def _chaque_lettre_va_aussi_a(procedure: Procedure, qui: str, adresse: str) -> None:
    """R. 5412-7, R. 5412-7-1: to the representatives in the same forms, the whole letter under their own address."""
    for document, titre in (
        (procedure.intention_document, "Une sanction est envisagée : vous pouvez répondre"),
        (procedure.decision_document, "Décision : suspension de 30 % de votre allocation, pendant 1 mois"),
        (procedure.levee_document, "La suspension de votre allocation prend fin"),
    ):
        lue = lettre(document, titre)
        dit(lue, procedure.dossier.jeune.nom_complet, titre, qui, adresse, titre)
        assert "Copie pour le représentant légal de" in lue
        assert "".join(lue.split()).count("".join(titre.split())) >= 2
    intention = lettre(procedure.intention_document, "Une sanction")
    assert "vous ou vos représentants légaux : le dernier qui la reçoit" in intention
    assert intention.count(FAITS) == 2


def test_un_mineur_et_sa_mere(dans_perimetre: Structure, agent: Agent, directrice: Agent, regler: Regler) -> None:
    dossier = ouvrir(
        dans_perimetre, agent, directrice, regler, jeune_naissance=date(2009, 1, 5),
        representant_nom="Rose Essai", representant_qualite="Mère",
    )  # fmt: skip
    Representant.objects.create(
        dossier=dossier, structure=dossier.structure, nom="Rose Essai", qualite="mere", confirme_par=agent,
        adresse="3 impasse des Lilas, 37100 Tours", confirme_le=CONSTAT,
    )  # fmt: skip
    procedure = _jusqu_a_la_levee(regler, agent, directrice, dossier)
    _chaque_lettre_va_aussi_a(procedure, "Rose Essai (mère)", "3 impasse des Lilas, 37100 Tours")


def test_un_majeur_protege_et_son_curateur(agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler) -> None:
    Protection.objects.create(
        dossier=dossier, structure=dossier.structure, mesure="curatelle", organisme="UDAF 37",
        contact="21 rue de Beaumont, 37000 Tours", confirme_le=CONSTAT, confirme_par=agent,
    )  # fmt: skip
    procedure = _jusqu_a_la_levee(regler, agent, directrice, dossier)
    _chaque_lettre_va_aussi_a(procedure, "UDAF 37", "21 rue de Beaumont, 37000 Tours")

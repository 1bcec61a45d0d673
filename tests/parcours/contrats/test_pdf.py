"""What the contract on paper says, read back as a person would."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pikepdf
import pytest

from imilo.acteurs.models import Agent, Site, Structure
from imilo.droit.francais import euros
from imilo.parcours.contrats.models import Amenagement, ContratEngagement, FoyerFiscal
from imilo.parcours.contrats.pdf import adresse_du_dossier, donnees_du_contrat, pdf_du_contrat
from imilo.parcours.contrats.services import modifier_contrat
from imilo.parcours.contrats.textes import textes
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.referentiels.models import Commune
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.parcours.dossiers.test_documents import texte

pytestmark = pytest.mark.django_db
A = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    Site.objects.create(structure=dans_perimetre, nom="Siège", adresse="8 rue de la Gare, 37000 Tours", siege=True)
    return fabriques.dossier(
        dans_perimetre,
        agent,
        jeune_prenom="Zoé",
        jeune_nom_naissance="N'Guessan #1",
        jeune_nom_usage="محمد",
        adresse_voie="rue Nationale",
        adresse_numero="12",
        adresse_code_postal="37000",
        adresse_commune=Commune.objects.get(pk="37261"),
        numero_ft="1234567A",
    )


def _donnees(contrat: ContratEngagement, **champs: Any) -> dict[str, Any]:
    for champ, valeur in champs.items():
        setattr(contrat, champ, valeur)
    return donnees_du_contrat(contrat, a=A)


def test_le_projet_dit_tout_ce_que_la_loi_demande(agent: Agent, dossier: Dossier) -> None:
    """L. 5411-6 II, R. 5411-15, R. 5131-16: parties, référent, durée, heures, plan, engagements, droits, recours."""
    contrat = cej.preparer(agent, dossier)
    assert contrat.allocation_maximum is not None
    lu = texte(pdf_du_contrat(contrat, a=A))
    for attendu in (
        "Contrat d'engagement jeune", "Projet à lire et à signer", "Zoé محمد", "N'Guessan #1", "1er mai 2004",
        "12 rue Nationale, 37000 Tours", "1234567A", dossier.structure.nom_officiel, "8 rue de la Gare",
        "02 47 00 00 00", str(agent), "au moins 15 heures d'activité par semaine", "Atelier CV",
        "Trouver un emploi de cuisinier",
        "Restaurant Chez Léa", "Venir aux rendez-vous", "Proposer des actions", "L. 5412-1",
        "R. 5412-7", euros(contrat.allocation_maximum),
        "tribunal administratif", "Lu et approuvé, date et signature", contrat.reference,
    ):  # fmt: skip
        assert "".join(attendu.split()) in "".join(lu.split()), attendu


def test_le_contrat_signe_porte_les_signatures(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.signer(directrice, cej.preparer(agent, dossier), traits_jeune=[[[0, 0], [900, 200]]])
    contenu = bytes(Document.objects.get(pk=contrat.document_id).contenu)
    lu = texte(contenu)
    assert f"{directrice}, représentant légal de {dossier.structure.nom_officiel}" in lu
    assert lu.count("Lu et accepté le") == 2
    assert "Projet" not in lu
    with pikepdf.open(io.BytesIO(contenu)) as pdf, pdf.open_metadata() as xmp:
        assert xmp["dc:title"] == "Contrat d'engagement jeune de Zoé محمد"
        assert pdf.Root.MarkInfo.Marked


def test_un_mineur_et_son_representant(agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    donnees = _donnees(contrat, representant_nom="Awa Diop", representant_qualite="mère")
    assert ["Représentant légal", "Awa Diop, mère"] in donnees["jeune"]
    assert [c["titre"] for c in donnees["signatures"]] == [
        "Le jeune",
        "Le représentant légal",
        "Pour la mission locale, au nom de l'État",
    ]


@pytest.mark.parametrize(
    ("heures", "amenagement", "attendu"),
    [
        ("17.5", Amenagement.AUCUN, "au moins 17,5 heures d'activité par semaine"),
        ("10.0", Amenagement.INDIVIDUEL, "10 heures d'activité par semaine (durée réduite"),
        ("0", Amenagement.SANTE, "sans durée hebdomadaire d'activité, à la demande de la personne"),
    ],
)
def test_heures_en_mots(agent: Agent, dossier: Dossier, heures: str, amenagement: str, attendu: str) -> None:
    """The reason of a reduced duration is printed (L. 5411-6 II), never a ground of health."""
    contrat = cej.preparer(agent, dossier)
    raison = "Garde son frère le matin, jusqu'à la rentrée"
    donnees = _donnees(contrat, heures_hebdo=Decimal(heures), amenagement=amenagement, amenagement_raison=raison)
    assert donnees["accompagnement"][1][1].startswith(attendu)
    assert "santé" not in str(donnees["accompagnement"])
    lu = texte(pdf_du_contrat(contrat, a=A)).replace("’", "'")  # the apostrophe of the document
    assert (raison in lu) == (amenagement == Amenagement.INDIVIDUEL)
    assert ("Raison de la durée réduite" in lu) == (amenagement == Amenagement.INDIVIDUEL)


def test_sans_allocation(agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    saisi = cej.saisi(agent, debut=contrat.debut, foyer_fiscal=FoyerFiscal.AU_DELA)
    contrat = modifier_contrat(agent, contrat, version=1, saisi=saisi, actions=cej.ACTIONS)
    assert donnees_du_contrat(contrat, a=A)["allocation"].startswith("Aucune allocation")


@pytest.mark.parametrize(
    ("precision", "attendu"), [("jour", "le 1er mai 2004"), ("mois", "en mai 2004"), ("annee", "en 2004")]
)
def test_une_naissance_telle_qu_elle_est_connue(agent: Agent, dossier: Dossier, precision: str, attendu: str) -> None:
    contrat = cej.preparer(agent, dossier)
    dossier.jeune.naissance_precision = precision
    contrat.dossier = dossier
    assert ["Naissance", attendu] in _donnees(contrat)["jeune"]


def test_une_personne_sans_adresse_existe(dossier: Dossier) -> None:
    assert adresse_du_dossier(dossier) == "12 rue Nationale, 37000 Tours"
    dossier.sans_adresse = True
    assert adresse_du_dossier(dossier) == "sans adresse stable"


def test_les_textes_sont_dates_et_verifies() -> None:
    assert textes(date(2020, 1, 1)) == textes(date(2026, 11, 22))
    en_vigueur = textes(date(2026, 11, 22))
    for mention in (*en_vigueur.droits, *en_vigueur.sanctions, *en_vigueur.recours):
        assert mention.texte.endswith(".")
        assert mention.article

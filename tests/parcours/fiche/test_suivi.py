"""Demands and their answers, documents, notes, tags, household links."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Fait
from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.documents import titre_sur
from imilo.parcours.dossiers.models import Document, Dossier, Proposition
from imilo.parcours.fiche import selectors
from imilo.parcours.fiche.models import Demande, EtiquettePosee, Justificatif, LienDeFoyer, Note, TitreSejour
from imilo.parcours.fiche.rubriques import PAR_CODE
from imilo.parcours.fiche.services import demandes, documents, donnees, equipe
from imilo.socle.erreurs import RegleViolee, VersionPerimee
from imilo.socle.familles import familles
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.fichiers import un_pdf, une_image
from tests.parcours.fiche.exemples import EXEMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent, jeune_naissance=date(2004, 5, 1))


@pytest.fixture
def autre(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent)


@pytest.fixture
def le(structure: Structure) -> date:
    return aujourd_hui(structure)


def genres(dossier: Dossier) -> list[str]:
    return list(Fait.objects.filter(dossier_id=dossier.pk).order_by("id").values_list("genre", flat=True))


def demander(agent: Agent, dossier: Dossier, jour: date, **champs: Any) -> Demande:
    return demandes.saisir_demande(agent, dossier, **{"theme": "LOGEMENT", "texte": "Un toit", "le": jour, **champs})


def test_a_demand_is_answered_moves_on_and_ends_with_an_issue(agent: Agent, dossier: Dossier, le: date) -> None:
    demande = demander(agent, dossier, le)
    proposition = demandes.repondre(agent, demande, intitule="Dossier FJT", le=le)
    demande.refresh_from_db()
    assert (demande.etat, proposition.theme) == ("en_cours", "LOGEMENT")
    close = demandes.modifier_demande(
        agent, demande, version=2, theme="LOGEMENT", texte="Un toit", le=le, etat="close", issue="satisfaite"
    )
    assert close.close_le == le
    with pytest.raises(RegleViolee, match="rouvrez"):
        demandes.repondre(agent, demande, intitule="Encore", le=le)
    rouverte = demandes.modifier_demande(
        agent, demande, version=3, theme="LOGEMENT", texte="Un toit", le=le, etat="en_cours", issue="satisfaite"
    )
    assert (rouverte.issue, rouverte.close_le) == ("", None)
    with pytest.raises(VersionPerimee):
        demandes.modifier_demande(agent, demande, version=3, theme="LOGEMENT", texte="x", le=le, etat="ouverte")
    assert genres(dossier) == ["demande.saisie", "proposition.saisie", "demande.modifiee", "demande.modifiee"]


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"theme": "LUNE"}, "theme"),
        ({"le": date(2098, 1, 1)}, "le"),
        ({"le": date(1990, 1, 1)}, "le"),
        ({"texte": " "}, "texte"),
    ],
)
def test_a_demand_that_cannot_be(agent: Agent, dossier: Dossier, le: date, champs: dict[str, Any], champ: str) -> None:
    with pytest.raises(RegleViolee) as refus:
        demander(agent, dossier, le, **champs)
    assert refus.value.champ == champ
    assert not Demande.objects.exists()


def test_a_closed_demand_says_how_it_ended(agent: Agent, dossier: Dossier, le: date) -> None:
    demande = demander(agent, dossier, le)
    with pytest.raises(RegleViolee, match="terminée") as refus:
        demandes.modifier_demande(agent, demande, version=1, theme="LOGEMENT", texte="x", le=le, etat="close")
    assert refus.value.champ == "issue"


def test_a_proposition_made_already_answers_once_and_in_its_own_dossier(
    agent: Agent, dossier: Dossier, autre: Dossier, le: date
) -> None:
    demande = demander(agent, dossier, le)
    commun: dict[str, Any] = {"structure": dossier.structure, "theme": "LOGEMENT", "intitule": "CLLAJ", "le": le}
    sienne = Proposition.objects.create(dossier=dossier, **commun)
    ailleurs = Proposition.objects.create(dossier=autre, **commun)
    demandes.rattacher_proposition(agent, demande, proposition=sienne)
    with pytest.raises(RegleViolee, match="déjà"):
        demandes.rattacher_proposition(agent, demande, proposition=sienne)
    with pytest.raises(RegleViolee, match="autre dossier"):
        demandes.rattacher_proposition(agent, demande, proposition=ailleurs)


def deposer(agent: Agent, dossier: Dossier, contenu: bytes, **champs: Any) -> Justificatif:
    return documents.deposer(agent, dossier, **{"type": "sejour", "titre": "Titre", "contenu": contenu, **champs})


def test_a_document_is_filed_described_again_and_taken_out_with_its_bytes(
    agent: Agent, dossier: Dossier, le: date
) -> None:
    depose = deposer(agent, dossier, un_pdf(), expire_le=le + timedelta(days=10))
    assert depose.document.type_mime == "application/pdf"
    decrit = documents.requalifier(agent, depose, version=1, type="identite", emis_le=None, expire_le=None)
    with pytest.raises(VersionPerimee):
        documents.retirer_document(agent, depose, version=1)
    documents.retirer_document(agent, decrit, version=2)
    assert not Document.objects.exists()
    assert genres(dossier) == ["document.depose", "document.modifie", "document.retire"]


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (b"", "vide"),
        (b"MZ\x90\x00 un programme", "pas un PDF"),
        (b"%PDF-1.7 sans rien", "pas un PDF"),
        (b"<html><script>alert(1)</script></html>", "pas un PDF"),
        (b"PK\x03\x04" + b"\0" * 100, "pas un PDF"),
        (b"%PDF-1.7" + b"\0" * (10 * 1024 * 1024), "10 Mo"),
    ],
)
def test_wrong_files_are_refused_whatever_their_name(agent: Agent, dossier: Dossier, contenu: bytes, dit: str) -> None:
    with pytest.raises(RegleViolee, match=dit) as refus:
        deposer(agent, dossier, contenu, titre="rib.pdf")
    assert refus.value.champ == "fichier"
    assert not Document.objects.exists()


def test_a_hostile_name_is_a_plain_title(agent: Agent, dossier: Dossier) -> None:
    """Words are kept, a date with its bars too; what comes from the name of a file loses its folders at the door."""
    nom = "../../etc/pass\u202ewd\x00.png"
    assert deposer(agent, dossier, une_image("PNG"), titre=nom).document.titre == "../../etc/pass wd .png"
    assert titre_sur(nom) == "pass wd .png"


def test_the_same_file_twice_under_one_type_is_one(agent: Agent, dossier: Dossier) -> None:
    deposer(agent, dossier, une_image("JPEG"))
    with pytest.raises(RegleViolee, match="déjà dans le dossier"):
        deposer(agent, dossier, une_image("JPEG"))
    deposer(agent, dossier, une_image("JPEG"), type="identite")


def test_permits_and_documents_about_to_end_are_deadlines_of_the_day(
    agent: Agent, dossier: Dossier, structure: Structure, le: date, settings: Any
) -> None:
    settings.ALERTE_SEJOUR_JOURS, settings.ALERTE_DOCUMENT_JOURS = 60, 30

    def jours() -> list[tuple[str, int]]:
        toutes = alertes.echeances(agent=agent, structure=structure, le=le)
        return [(e.libelle, (e.le - le).days) for e in toutes if e.dossier == dossier]

    def titre(dans: int) -> None:
        valeurs = EXEMPLES["sejour"] | {"delivre_le": None, "expire_le": le + timedelta(days=dans)}
        donnees.ajouter(agent, dossier, PAR_CODE["sejour"], valeurs=valeurs)

    titre(61)
    assert jours() == []
    TitreSejour.objects.update(expire_le=le + timedelta(days=60))
    assert jours() == [("Fin du titre de séjour", 60)]
    TitreSejour.objects.update(expire_le=le - timedelta(days=3))
    assert jours() == [("Fin du titre de séjour", -3)]
    assert "n'est plus valable" in str([a.message for a in alertes.alertes(dossier, le=le)])
    titre(400)  # renewed: the former one is no longer to be seen to
    assert jours() == []
    deposer(agent, dossier, un_pdf(), type="rqth", expire_le=le + timedelta(days=30))
    Dossier.objects.update(piece_expire_le=le + timedelta(days=5))
    assert jours() == [("Fin de la pièce d'identité", 5), ("Fin de validité : Notification de la MDPH (RQTH, AAH)", 30)]
    deposer(agent, dossier, un_pdf(2), type="rqth", expire_le=le + timedelta(days=300))
    assert [j for _, j in jours()] == [5]
    collegue = fabriques.agent(structure)
    assert alertes.echeances(agent=collegue, structure=structure, le=le) == []


def test_a_minor_without_a_representative_is_told(agent: Agent, dans_perimetre: Structure, le: date) -> None:
    mineur = fabriques.dossier(dans_perimetre, agent, jeune_naissance=le.replace(day=1, year=le.year - 17))
    assert "représentant" in str([a.message for a in alertes.alertes(mineur, le=le)])
    valeurs = EXEMPLES["representants"]
    donnees.ajouter(agent, mineur, PAR_CODE["representants"], valeurs=valeurs)
    assert "représentant" not in str([a.message for a in alertes.alertes(mineur, le=le)])


def test_restricted_notes_are_for_whoever_accompanies(agent: Agent, dossier: Dossier) -> None:
    equipe.ecrire_note(agent, dossier, texte="Entre nous", portee="restreinte")
    ouverte = equipe.ecrire_note(agent, dossier, texte="Bravo", portee="visible")
    assert [n.texte for n in selectors.notes(dossier, profil="accueil")] == ["Bravo"]
    assert selectors.notes(dossier, profil="conseiller").count() == 2
    dits = [(e.titre, e.detail) for e in chronologie.entrees(dossier, genre="note")]
    assert ("Note", "Entre nous") not in dits
    equipe.corriger_note(agent, ouverte, version=1, texte="Bravo !", portee="restreinte")
    with pytest.raises(VersionPerimee):
        equipe.retirer_note(agent, ouverte, version=1)
    equipe.retirer_note(agent, ouverte, version=2)
    assert Note.objects.count() == 1
    with pytest.raises(RegleViolee):
        equipe.ecrire_note(agent, dossier, texte="  ", portee="visible")


def test_tags_are_of_the_structure_s_list(
    agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    une = equipe.creer_etiquette(agent, structure, nom="  Projet   vélo ")
    deux = equipe.creer_etiquette(agent, structure, nom="Suivi renforcé")
    with perimetre(autre_structure.pk):
        ailleurs = equipe.creer_etiquette(agent, autre_structure, nom="Projet vélo")
    assert une.nom == "Projet vélo"
    with pytest.raises(RegleViolee, match="déjà"):
        equipe.creer_etiquette(agent, structure, nom="projet VÉLO")
    assert equipe.etiqueter(agent, dossier, etiquettes=[une.pk, deux.pk]) == (2, 0)
    with pytest.raises(RegleViolee, match="de votre structure"):
        equipe.etiqueter(agent, dossier, etiquettes=[ailleurs.pk])
    equipe.modifier_etiquette(agent, une, version=1, nom="Vélo", active=False)
    assert equipe.etiqueter(agent, dossier, etiquettes=[une.pk]) == (0, 1)  # closed, it stays where it is
    assert [e.nom for e in selectors.etiquettes_de(dossier)] == ["Vélo"]
    assert list(selectors.etiquettes_proposees(structure)) == [deux]
    assert equipe.etiqueter(agent, dossier, etiquettes=[une.pk]) == (0, 0)
    assert genres(dossier) == ["dossier.etiquete", "dossier.etiquete"]


@pytest.mark.parametrize(
    ("nature", "en_face"), [("fratrie", "fratrie"), ("couple", "couple"), ("parent", "enfant"), ("enfant", "parent")]
)
def test_a_household_link_shows_on_both_sides(
    agent: Agent, dossier: Dossier, autre: Dossier, nature: str, en_face: str
) -> None:
    lien = equipe.lier(agent, dossier, autre=autre, nature=nature)
    (ici,), (la,) = selectors.liens_de(dossier), selectors.liens_de(autre)
    assert (ici.autre, ici.lien.nature, la.autre, la.lien.nature) == (autre, nature, dossier, en_face)
    with pytest.raises(RegleViolee, match="déjà liés"):
        equipe.lier(agent, autre, autre=dossier, nature=nature)
    equipe.delier(agent, lien)
    assert selectors.liens_de(dossier) == selectors.liens_de(autre) == []
    assert genres(dossier) == ["foyer.lie", "foyer.delie"]


def test_nobody_is_their_own_household(agent: Agent, dossier: Dossier, autre_structure: Structure) -> None:
    with pytest.raises(RegleViolee, match="l'autre personne"):
        equipe.lier(agent, dossier, autre=dossier, nature="fratrie")
    with perimetre(autre_structure.pk):
        ailleurs = fabriques.dossier(autre_structure)
    with pytest.raises(Dossier.DoesNotExist):
        equipe.lier(agent, dossier, autre=ailleurs, nature="fratrie")


def test_linked_dossiers_are_not_merged_before_the_link_is_taken_out(
    agent: Agent, dossier: Dossier, autre: Dossier
) -> None:
    famille = next(f for f in familles() if f.code == "fiche_liens")
    assert famille.empecher(dossier.pk, autre.pk) == []
    lien = equipe.lier(agent, dossier, autre=autre, nature="fratrie")
    assert "retirez d'abord" in famille.empecher(dossier.pk, autre.pk)[0]
    equipe.delier(agent, lien)
    tiers = fabriques.dossier(dossier.structure)
    equipe.lier(agent, dossier, autre=tiers, nature="fratrie")
    deplaces = famille.rattacher(dossier.pk, autre.pk)
    assert [lu.autre for lu in selectors.liens_de(autre)] == [tiers]
    assert sum(len(c) for c in deplaces.values()) == 1


def test_a_merge_keeps_both_data_of_a_section_until_somebody_decides(
    agent: Agent, dossier: Dossier, autre: Dossier, le: date
) -> None:
    for d in (dossier, autre):
        donnees.ajouter(agent, d, PAR_CODE["logement"], valeurs=EXEMPLES["logement"])
    next(f for f in familles() if f.code == "fiche_logement").rattacher(dossier.pk, autre.pk)
    lue = selectors.lire_rubrique(autre, PAR_CODE["logement"], profil="conseiller", le=le)
    assert (len(lue.lignes), lue.a_departager) == (2, True)
    donnees.retirer(agent, lue.lignes[1].donnee, version=1)
    assert not selectors.lire_rubrique(autre, PAR_CODE["logement"], profil="conseiller", le=le).a_departager


def test_what_a_person_asks_of_us_is_exported_and_erased(agent: Agent, dossier: Dossier, le: date) -> None:
    jeune = dossier.jeune_id
    for code, valeurs in EXEMPLES.items():
        if code != "nir":
            donnees.ajouter(agent, dossier, PAR_CODE[code], valeurs=valeurs)
    demander(agent, dossier, le)
    siennes = [f for f in familles() if f.code.startswith("fiche_")]
    exportees = {f.code: f.exporter(jeune) for f in siennes}
    assert exportees["fiche_compte"][0]["iban"] == EXEMPLES["compte"]["iban"]
    assert not any(
        isinstance(v, bytes | memoryview) for lignes in exportees.values() for x in lignes for v in x.values()
    )
    for famille in siennes:
        assert famille.effacer(jeune) >= len(exportees[famille.code])
        assert famille.exporter(jeune) == []


def test_links_and_tags_of_another_structure_are_unseen(
    agent: Agent, dossier: Dossier, autre: Dossier, autre_structure: Structure
) -> None:
    equipe.lier(agent, dossier, autre=autre, nature="couple")
    une = equipe.creer_etiquette(agent, dossier.structure, nom="Vélo")
    equipe.etiqueter(agent, dossier, etiquettes=[une.pk])
    with perimetre(autre_structure.pk):
        assert not LienDeFoyer.objects.exists()
        assert not EtiquettePosee.objects.exists()
        assert selectors.etiquettes_de(dossier) == []

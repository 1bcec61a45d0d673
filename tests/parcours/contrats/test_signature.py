"""The signature: power, dates, minors, proof; one running contract in the whole country; the end."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from imilo.acteurs.models import Agent, Delegation, Portee, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Fait
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratEngagement, ModeSignature, Partie, Signature
from imilo.parcours.contrats.selectors import droits_nationaux
from imilo.parcours.contrats.services import (
    examiner_eligibilite,
    preparer_contrat,
    signer_contrat,
    terminer_contrat,
)
from imilo.parcours.dossiers.models import Document, Dossier, GenreDocument
from imilo.socle.erreurs import NonHabilite, RegleViolee, VersionPerimee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.fichiers import un_pdf
from tests.parcours import parcours_cej as cej

pytestmark = pytest.mark.django_db

SCAN = un_pdf()
TRACE = [[[10, 10], [500, 150], [990, 290]]]


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent, jeune_prenom="Zoé", jeune_nom_naissance="N'Guessan-D'Été")


def _papier(signataire: Agent | None, dossier: Dossier, **champs: Any) -> Any:
    return cej.ecran(
        dossier, mode=ModeSignature.PAPIER, acceptation_jeune="", signataire=signataire, fichier=SCAN, **champs
    )


def test_signe_a_l_ecran_la_preuve_est_gardee(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    signe = cej.signer(directrice, contrat, traits_jeune=TRACE)
    document = Document.objects.get(pk=signe.document_id)
    assert (signe.etat, signe.mode_signature, signe.signe_le) == (Etat.SIGNE, "ecran", aujourd_hui(dossier.structure))
    assert signe.document_sha256 == document.sha256 == hashlib.sha256(bytes(document.contenu)).hexdigest()
    assert (document.genre, document.type_mime) == (GenreDocument.CONTRAT_SIGNE, "application/pdf")
    assert signe.orientation is not None
    assert signe.diagnostic is not None
    jeune, etat = Signature.objects.all()
    assert (jeune.partie, jeune.nom, jeune.traits) == (Partie.JEUNE, "Zoé N'Guessan-D'Été", TRACE)
    assert (etat.partie, etat.agent) == (Partie.ETAT, directrice)
    assert "représentant légal" in etat.qualite
    fait = Fait.objects.get(genre="contrat.signe")
    assert fait.identifiants == {"mode": "ecran", "document": document.pk, "signataire": directrice.pk}


def test_sans_delegation_on_ne_signe_pas(agent: Agent, dossier: Dossier) -> None:
    """R. 5131-15."""
    contrat = cej.preparer(agent, dossier)
    with pytest.raises(NonHabilite, match="délégation"):
        cej.signer(agent, contrat)
    with pytest.raises(RegleViolee) as refus:
        signer_contrat(agent, contrat, version=1, saisie=_papier(agent, dossier))
    assert refus.value.champ == "signataire"
    assert not Signature.objects.exists()


def test_une_delegation_datee_permet_de_signer(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    le = aujourd_hui(dossier.structure)
    Delegation.objects.create(
        structure=dossier.structure, delegant=directrice, profil=Profil.CONSEILLER, portee=Portee.CONTRATS, du=le
    )
    cej.signer(agent, cej.preparer(agent, dossier))
    assert "par délégation de signature" in Signature.objects.get(partie=Partie.ETAT).qualite


def test_pas_de_signature_avant_la_notification(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    le = aujourd_hui(dossier.structure)
    cej.orienter(agent, dossier, le=le)
    cej.diagnostiquer(agent, dossier, le=le)
    examiner_eligibilite(agent, dossier, reponses=cej.OUI)
    contrat = preparer_contrat(agent, dossier, saisi=cej.saisi(agent, debut=le), actions=cej.ACTIONS)
    with pytest.raises(RegleViolee, match="n'est pas notifiée"):
        cej.signer(directrice, contrat)


@pytest.mark.parametrize("jours", [-11, 1])
def test_le_jour_de_la_signature_sur_papier(directrice: Agent, agent: Agent, dossier: Dossier, jours: int) -> None:
    """Neither before the orientation was received, ten days ago, nor tomorrow."""
    contrat = cej.preparer(agent, dossier)
    le = aujourd_hui(dossier.structure) + timedelta(days=jours)
    with pytest.raises(RegleViolee) as refus:
        signer_contrat(agent, contrat, version=1, saisie=_papier(directrice, dossier, signe_le=le))
    assert refus.value.champ == "signe_le"


def test_le_contrat_ne_commence_pas_avant_sa_signature(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier, debut=aujourd_hui(dossier.structure) - timedelta(days=1))
    with pytest.raises(RegleViolee, match="avant sa signature"):
        cej.signer(directrice, contrat)


@pytest.mark.parametrize("ecrit", ["", "x", "Zoé", "N'Guessan", "Zoé N'Guessan-D'Été Dupont"])
def test_accepter_c_est_ecrire_son_nom(directrice: Agent, agent: Agent, dossier: Dossier, ecrit: str) -> None:
    contrat = cej.preparer(agent, dossier)
    with pytest.raises(RegleViolee) as refus:
        cej.signer(directrice, contrat, acceptation_jeune=ecrit)
    assert refus.value.champ == "acceptation_jeune"


def test_le_nom_s_ecrit_sans_accent_ni_ordre(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    assert cej.signer(directrice, contrat, acceptation_jeune="n guessan d ete ZOE").etat == Etat.SIGNE


@pytest.mark.parametrize(
    "traits",
    ["x", [[]], [[[0]]], [[[0, 301]]], [[[-1, 0]]], [[[0.5, 1]]], [[["0", 1]]], [[[True, 1]]], [[[0, 0]] * 6001]],
)
def test_un_trace_est_fait_de_nombres(directrice: Agent, agent: Agent, dossier: Dossier, traits: Any) -> None:
    contrat = cej.preparer(agent, dossier)
    with pytest.raises(RegleViolee, match="signature tracée"):
        cej.signer(directrice, contrat, traits_jeune=traits)


def test_un_mineur_signe_avec_son_representant(directrice: Agent, agent: Agent, dans_perimetre: Structure) -> None:
    le = aujourd_hui(dans_perimetre)
    dossier = fabriques.dossier(dans_perimetre, agent, jeune_naissance=date(le.year - 17, 1, 1))
    contrat = cej.preparer(agent, dossier)
    with pytest.raises(RegleViolee, match="mineure"):
        cej.signer(directrice, contrat)
    ContratEngagement.objects.filter(pk=contrat.pk).update(representant_nom="Awa Diop", representant_qualite="mère")
    with pytest.raises(RegleViolee) as refus:
        cej.signer(directrice, contrat)
    assert refus.value.champ == "acceptation_representant"
    cej.signer(directrice, contrat, acceptation_representant="Awa Diop")
    assert [s.partie for s in Signature.objects.all()] == ["jeune", "representant", "etat"]


def test_un_mineur_emancipe_signe_seul(directrice: Agent, agent: Agent, dans_perimetre: Structure) -> None:
    le = aujourd_hui(dans_perimetre)
    dossier = fabriques.dossier(dans_perimetre, agent, jeune_naissance=date(le.year - 17, 1, 1))
    contrat = cej.preparer(agent, dossier, mineur_emancipe=True)
    cej.signer(directrice, contrat)
    assert Signature.objects.count() == 2


def test_sur_papier_le_fichier_est_verifie_par_son_contenu(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    for contenu in (b"", b"MZ renamed to .pdf", b"%PDF-1.7 cut before its end", b"x" * (10 * 1024 * 1024 + 1)):
        with pytest.raises(RegleViolee) as refus:
            signer_contrat(agent, contrat, version=1, saisie=replace(_papier(directrice, dossier), fichier=contenu))
        assert refus.value.champ == "fichier"
    signe = signer_contrat(agent, contrat, version=1, saisie=_papier(directrice, dossier))
    assert bytes(Document.objects.get(pk=signe.document_id).contenu) == SCAN
    assert signe.document_sha256 == hashlib.sha256(SCAN).hexdigest()


def test_une_page_perimee_ne_signe_pas_deux_fois(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    signe = cej.signer(directrice, contrat)
    with pytest.raises(VersionPerimee):
        signer_contrat(directrice, contrat, version=1, saisie=cej.ecran(dossier))
    with pytest.raises(RegleViolee, match="n'est plus possible"):
        signer_contrat(directrice, signe, version=2, saisie=cej.ecran(dossier))
    assert Fait.objects.filter(genre="contrat.signe").count() == 1


def test_la_base_refuse_un_contrat_signe_sans_preuve(agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    with pytest.raises(IntegrityError, match="contrat_signe_complet"), transaction.atomic():
        ContratEngagement.objects.filter(pk=contrat.pk).update(etat=Etat.SIGNE, signe_le=contrat.debut)


# The country


@pytest.fixture
def ailleurs(autre_structure: Structure, dossier: Dossier) -> Dossier:
    """The same person's dossier in another structure."""
    from imilo.jeunes.models import Jeune

    jeune = Jeune.objects.get(pk=dossier.jeune_id)
    with perimetre(autre_structure.pk):
        return fabriques.dossier(autre_structure, fabriques.agent(autre_structure), jeune=jeune)


def _signer_ailleurs(dossier: Dossier) -> ContratEngagement:
    directeur = fabriques.agent(dossier.structure, Profil.DIRECTION, representant_legal=True)
    with perimetre(dossier.structure_id):
        return cej.signer(directeur, cej.preparer(directeur, dossier))


def test_un_cej_ailleurs_se_voit_sans_rien_en_dire(ailleurs: Dossier, dossier: Dossier) -> None:
    le = aujourd_hui(dossier.structure)
    with perimetre(dossier.structure_id):
        assert (droits_nationaux(dossier=dossier, le=le).en_cours, ContratEngagement.objects.count()) == (False, 0)
    _signer_ailleurs(ailleurs)
    with perimetre(dossier.structure_id):
        droits = droits_nationaux(dossier=dossier, le=le)
        assert (droits.en_cours, droits.derniere_fin) == (True, None)
        assert ContratEngagement.objects.count() == 0


def test_droits_nationaux_ne_repondent_que_pour_ses_dossiers(ailleurs: Dossier, dossier: Dossier, db: None) -> None:
    """A structure without a dossier of this person, and no perimeter at all, learn nothing."""
    _signer_ailleurs(ailleurs)
    etrangere = fabriques.structure()
    for structure_id in (etrangere.pk, None):
        with perimetre(structure_id), connection.cursor() as curseur:
            curseur.execute("SELECT * FROM droits_cej(%s, %s)", [dossier.jeune_id, date(2026, 11, 22)])
            assert curseur.fetchall() == [(False, None)]


def test_pas_deux_cej_en_cours_dans_deux_structures(
    ailleurs: Dossier, agent: Agent, directrice: Agent, dossier: Dossier
) -> None:
    """Even when the second was prepared before the first was signed, the database refuses."""
    with perimetre(dossier.structure_id):
        contrat = cej.preparer(agent, dossier)
    _signer_ailleurs(ailleurs)
    with perimetre(dossier.structure_id):
        with pytest.raises(RegleViolee, match="déjà un CEJ en cours"):
            cej.signer(directrice, contrat)
        champs = {
            "etat": Etat.SIGNE,
            "signe_le": contrat.debut,
            "mode_signature": "papier",
            "document_sha256": "0" * 64,
        }
        document = Document.objects.create(
            dossier=dossier,
            structure_id=dossier.structure_id,
            genre=GenreDocument.CONTRAT_SIGNE,
            titre="x",
            type_mime="application/pdf",
            taille=1,
            sha256="0" * 64,
            contenu=b"x",
            depose_par=agent,
        )
        from imilo.parcours.diagnostics.models import Diagnostic, Orientation

        with pytest.raises(IntegrityError, match="contrat_un_seul_par_jeune"), transaction.atomic():
            ContratEngagement.objects.filter(pk=contrat.pk).update(
                **champs, document=document, orientation=Orientation.objects.get(), diagnostic=Diagnostic.objects.get()
            )


def test_six_mois_apres_un_cej_d_ailleurs(ailleurs: Dossier, agent: Agent, dossier: Dossier) -> None:
    """R. 5131-16: the end of a contract of another structure is told, its motive isn't."""
    contrat = _signer_ailleurs(ailleurs)
    le = aujourd_hui(dossier.structure)
    with perimetre(ailleurs.structure_id):
        terminer_contrat(fabriques.agent(), cej.relire(contrat), version=2, fin_le=le, motif="EMPLOI")
    with perimetre(dossier.structure_id):
        droits = droits_nationaux(dossier=dossier, le=le + timedelta(days=1))
        assert (droits.en_cours, droits.derniere_fin) == (False, le)
        examen = examiner_eligibilite(agent, dossier, reponses=cej.OUI)
        assert examen.eligible is False
        assert examen.decision["faits"]["fin_cej_precedent"] == le.isoformat()


def test_la_personne_d_un_contrat_est_celle_de_son_dossier(agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    intrus = fabriques.jeune()
    ContratEngagement.objects.filter(pk=contrat.pk).update(jeune_id=intrus.pk)
    contrat.refresh_from_db()
    assert contrat.jeune_id == dossier.jeune_id
    Dossier.objects.filter(pk=dossier.pk).update(jeune_id=intrus.pk)
    contrat.refresh_from_db()
    assert contrat.jeune_id == intrus.pk


def test_une_autre_structure_ne_voit_rien(
    directrice: Agent, agent: Agent, dossier: Dossier, autre_structure: Structure
) -> None:
    cej.signer(directrice, cej.preparer(agent, dossier))
    tables = ("contratengagement", "examencej", "actionprevue", "signature")
    for structure_id in (autre_structure.pk, None):
        with perimetre(structure_id), connection.cursor() as curseur:
            for table in tables:
                curseur.execute(f"SELECT count(*) FROM contrats_{table}")
                assert curseur.fetchone()[0] == 0, table


# The end


@pytest.fixture
def signe(directrice: Agent, agent: Agent, dossier: Dossier) -> ContratEngagement:
    return cej.signer(directrice, cej.preparer(agent, dossier))


def test_rompre_puis_plus_rien(agent: Agent, signe: ContratEngagement) -> None:
    le = aujourd_hui(signe.dossier.structure)
    fini = terminer_contrat(agent, signe, version=2, fin_le=le, motif="EMPLOI")
    assert (fini.etat, fini.fin, fini.termine_par) == (Etat.ROMPU, le, agent)
    assert Fait.objects.get(genre="contrat.rompu").identifiants == {"motif": "emploi"}
    with pytest.raises(RegleViolee, match="n'est plus possible"):
        terminer_contrat(agent, fini, version=3, fin_le=le, motif="EMPLOI")


@pytest.mark.parametrize(
    ("jours", "saisie", "champ"),
    [
        (-1, ("EMPLOI", ""), "fin_le"),
        (1, ("EMPLOI", ""), "fin_le"),
        (0, ("", ""), "motif"),
        (0, ("FATIGUE", ""), "motif"),
        (0, ("TERME", ""), "motif"),
        (0, ("AUTRE", " "), "precision"),
    ],
)
def test_fin_refusee(agent: Agent, signe: ContratEngagement, jours: int, saisie: tuple[str, str], champ: str) -> None:
    motif, precision = saisie
    fin_le = aujourd_hui(signe.dossier.structure) + timedelta(days=jours)
    with pytest.raises(RegleViolee) as refus:
        terminer_contrat(agent, signe, version=2, fin_le=fin_le, motif=motif, precision=precision)
    assert refus.value.champ == champ


def test_un_contrat_prepare_ne_se_termine_pas(agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    with pytest.raises(RegleViolee, match="n'est plus possible"):
        terminer_contrat(agent, contrat, version=1, fin_le=contrat.debut, motif="EMPLOI")

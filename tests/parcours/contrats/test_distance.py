"""The signature on a telephone: what is sent, who signs, the proof, the refusal."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import Actualisation, ContratEngagement, ModeSignature, Partie, Signature
from imilo.parcours.contrats.rappels import rappeler
from imilo.parcours.contrats.services import (
    ActualisationSaisie,
    SignatureSaisie,
    abandonner_actualisation,
    envoyer_a_signer,
    envoyer_actualisation,
    modifier_contrat,
    noter_refus,
    preparer_actualisation,
    refuser_a_distance,
    refuser_actualisation_a_distance,
    regler_contrats,
    signer_a_distance,
    signer_actualisation,
    signer_actualisation_a_distance,
    signer_contrat,
    terminer_contrat,
)
from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.alertes import Echeance
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.parcours.liens.models import Fermeture, LienPersonnel
from imilo.parcours.liens.services import ouvrable
from imilo.parcours.messagerie.models import MessageSortant
from imilo.socle.erreurs import RegleViolee
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.parcours.dossiers.test_documents import texte

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(
        dans_perimetre, agent, jeune_prenom="Zoé", jeune_nom_naissance="Diop", telephone="+33612345678"
    )


def ouvert(
    contrat: ContratEngagement, *, nom: str = "", genre: str = "signature", objet_id: int | None = None
) -> LienPersonnel:
    """The link that was sent, its code given."""
    lien = LienPersonnel.objects.filter(objet_id=objet_id or contrat.pk, genre=genre, destinataire_nom=nom).first()
    assert lien is not None
    lien.ouvert_le = timezone.now()
    lien.save()
    return lien


def envoyer(agent: Agent, dossier: Dossier, **champs: object) -> ContratEngagement:
    contrat = cej.preparer(agent, dossier, **champs)
    return envoyer_a_signer(agent, contrat, version=contrat.version)


def conclure(agent: Agent, contrat: ContratEngagement) -> ContratEngagement:
    saisie = SignatureSaisie(mode=ModeSignature.TELEPHONE, signe_le=aujourd_hui(contrat.dossier.structure))
    return signer_contrat(agent, contrat, version=contrat.version, saisie=saisie)


def test_signer_sur_son_telephone(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = envoyer(agent, dossier)
    document = contrat.envoye_document
    assert document is not None
    with pytest.raises(RegleViolee, match="manque encore"):
        conclure(directrice, contrat)
    lien = ouvert(contrat)
    signature = signer_a_distance(lien, nom="diop zoe", lu=True)
    assert (signature.mode, signature.canal, signature.code_a) == (ModeSignature.TELEPHONE, "sms", lien.ouvert_le)
    assert (signature.lien, signature.lu_sha256, signature.agent_id) == (lien.pk, document.sha256, None)
    with pytest.raises(RegleViolee, match="déjà signé"):
        signer_a_distance(lien, nom="Zoé Diop", lu=True)
    signe = conclure(directrice, contrat)
    assert (signe.etat, signe.mode_signature) == (Etat.SIGNE, ModeSignature.TELEPHONE)
    assert [s.partie for s in signe.signatures.all()] == [Partie.JEUNE, Partie.ETAT]
    lu = texte(bytes(Document.objects.get(pk=signe.document_id).contenu))
    assert "sur son téléphone" in lu


def test_ce_qui_est_signe_est_ce_qui_a_ete_lu(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    """A change of the contract withdraws what was sent and what was signed of it."""
    contrat = envoyer(agent, dossier)
    lien = ouvert(contrat)
    signer_a_distance(lien, nom="Zoé Diop", lu=True)
    saisi = cej.saisi(agent, debut=contrat.debut, objectifs="Autre chose")
    with pytest.raises(RegleViolee, match="ne comptera plus") as refus:
        modifier_contrat(agent, contrat, version=contrat.version, saisi=saisi, actions=cej.ACTIONS)
    assert refus.value.champ == "resigner"
    change = modifier_contrat(agent, contrat, version=contrat.version, saisi=saisi, actions=cej.ACTIONS, resigner=True)
    gardee = change.signatures.get()
    assert (change.envoye_document_id, gardee.retiree_par, change.signatures.valables().count()) == (None, agent, 0)
    dites = [(e.titre, e.auteur) for e in chronologie.entrees(dossier, genre="contrat") if "Zoé Diop" in e.titre]
    assert dites == [
        (f"La signature de Zoé Diop, du {change.debut:%d/%m/%Y}, ne compte plus", str(agent)),
        ("Zoé Diop a signé le contrat sur son téléphone", ""),
    ]
    lien.refresh_from_db()
    assert (ouvrable(lien), lien.revoque_pour) == (False, Fermeture.CHANGE)
    with pytest.raises(RegleViolee, match="n'est plus à signer"):
        signer_a_distance(lien, nom="Zoé Diop", lu=True)
    with pytest.raises(RegleViolee, match="manque encore"):
        conclure(directrice, change)


@pytest.mark.parametrize(
    ("nom", "lu", "champ"), [("Zoé Diop", False, "lu"), ("Awa Diop", True, "nom"), ("", True, "nom")]
)
def test_signer_c_est_lire_et_ecrire_son_nom(agent: Agent, dossier: Dossier, nom: str, lu: bool, champ: str) -> None:
    lien = ouvert(envoyer(agent, dossier))
    with pytest.raises(RegleViolee) as refus:
        signer_a_distance(lien, nom=nom, lu=lu)
    assert refus.value.champ == champ
    assert not Signature.objects.exists()


def test_un_mineur_et_son_representant_signent_chacun(
    directrice: Agent, dans_perimetre: Structure, agent: Agent
) -> None:
    le = aujourd_hui(dans_perimetre)
    mineur = fabriques.dossier(
        dans_perimetre,
        agent,
        jeune_prenom="Léo",
        jeune_nom_naissance="Diop",
        jeune_naissance=le - timedelta(days=17 * 365),
        telephone="+33612345678",
    )
    sans = cej.preparer(agent, mineur, representant_nom="Awa Diop", representant_qualite="mère")
    with pytest.raises(RegleViolee, match="mobile ou le courriel de Awa Diop"):
        envoyer_a_signer(agent, sans, version=sans.version)
    saisi = cej.saisi(
        agent, debut=le, representant_nom="Awa Diop", representant_qualite="mère", representant_telephone="0698765432"
    )
    contrat = modifier_contrat(agent, sans, version=sans.version, saisi=saisi, actions=cej.ACTIONS)
    contrat = envoyer_a_signer(agent, contrat, version=contrat.version)
    signer_a_distance(ouvert(contrat), nom="Léo Diop", lu=True)
    with pytest.raises(RegleViolee, match="le représentant légal"):
        conclure(directrice, contrat)
    signer_a_distance(ouvert(contrat, nom="Awa Diop"), nom="Awa Diop", lu=True)
    signe = conclure(directrice, contrat)
    assert [s.partie for s in signe.signatures.all()] == [Partie.JEUNE, Partie.REPRESENTANT, Partie.ETAT]


def test_un_changement_se_signe_comme_le_contrat(directrice: Agent, dans_perimetre: Structure, agent: Agent) -> None:
    """L. 5411-6 I: the update of a minor's contract, behind two links; what was sent is what counts."""
    le = aujourd_hui(dans_perimetre)
    mineur = fabriques.dossier(
        dans_perimetre,
        agent,
        jeune_prenom="Léo",
        jeune_nom_naissance="Diop",
        jeune_naissance=le - timedelta(days=17 * 365),
        telephone="+33612345678",
    )
    projet = cej.preparer(agent, mineur, representant_nom="Awa Diop", representant_telephone="0698765432")
    contrat = cej.signer(directrice, projet, acceptation_representant="Awa Diop")
    saisie = ActualisationSaisie("demande", "Un stage commence.", cej.saisi(agent, debut=le, objectifs="Serveur"))
    objet = preparer_actualisation(agent, contrat, version=contrat.version, saisie=saisie)
    envoyee = envoyer_actualisation(agent, objet, version=1)
    document = envoyee.envoye_document
    assert document is not None
    premier = ouvert(contrat, genre="actualisation", objet_id=objet.pk)
    signature = signer_actualisation_a_distance(premier, nom="Léo Diop", lu=True)
    assert (signature.mode, signature.lien, signature.lu_sha256) == ("telephone", premier.pk, document.sha256)
    with pytest.raises(RegleViolee, match="déjà signé"):
        signer_actualisation_a_distance(premier, nom="Léo Diop", lu=True)

    with pytest.raises(RegleViolee, match="ne comptera plus"):
        envoyer_actualisation(agent, envoyee, version=2)
    renvoyee = envoyer_actualisation(agent, envoyee, version=2, resigner=True)
    assert (renvoyee.signatures.valables().count(), ouvrable(LienPersonnel.objects.get(pk=premier.pk))) == (0, False)
    for nom, signataire in (("", "Léo Diop"), ("Awa Diop", "Awa Diop")):
        with pytest.raises(RegleViolee, match="manque encore"):
            conclure_le_changement(directrice, renvoyee)
        lien = ouvert(contrat, genre="actualisation", objet_id=objet.pk, nom=nom)
        signer_actualisation_a_distance(lien, nom=signataire, lu=True)
    signee = conclure_le_changement(directrice, renvoyee)
    assert [s.partie for s in signee.signatures.valables()] == [Partie.JEUNE, Partie.REPRESENTANT, Partie.ETAT]
    assert signee.document is not None
    assert texte(bytes(signee.document.contenu)).count("sur son téléphone, avec un code") == 2
    contrat.refresh_from_db()
    assert contrat.objectifs == "Serveur"
    assert contrat.signatures.filter(actualisation__isnull=True).count() == 3
    with pytest.raises(RegleViolee, match="n'est plus à signer"):
        signer_actualisation_a_distance(lien, nom="Awa Diop", lu=True)


def test_un_changement_abandonne_ferme_ses_liens(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.signer(directrice, cej.preparer(agent, dossier))
    saisie = ActualisationSaisie("demande", "Un stage.", cej.saisi(agent, debut=contrat.debut))
    objet = envoyer_actualisation(
        agent, preparer_actualisation(agent, contrat, version=contrat.version, saisie=saisie), version=1
    )
    lien = ouvert(contrat, genre="actualisation", objet_id=objet.pk)
    abandonner_actualisation(agent, objet, version=2)
    lien.refresh_from_db()
    assert not ouvrable(lien)
    with pytest.raises(RegleViolee, match="n'est plus à signer"):
        refuser_actualisation_a_distance(lien, motif="")


def conclure_le_changement(agent: Agent, objet: Actualisation) -> Actualisation:
    objet.contrat.refresh_from_db()
    saisie = SignatureSaisie(mode=ModeSignature.TELEPHONE, signe_le=aujourd_hui(objet.contrat.dossier.structure))
    return signer_actualisation(agent, objet, version=objet.version, saisie=saisie)


def envoyer_un_changement(agent: Agent, directrice: Agent, dossier: Dossier) -> Actualisation:
    contrat = cej.signer(directrice, cej.preparer(agent, dossier))
    saisie = ActualisationSaisie("demande", "Un stage.", cej.saisi(agent, debut=contrat.debut))
    objet = preparer_actualisation(agent, contrat, version=contrat.version, saisie=saisie)
    return envoyer_actualisation(agent, objet, version=1)


def dans(jours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    instant = timezone.now() + timedelta(days=jours)
    monkeypatch.setattr(timezone, "now", lambda: instant)


def attendues(agent: Agent, structure: Structure) -> list[Echeance]:
    """What *Ma journée* says of updates that wait for their signature."""
    toutes = alertes.echeances(agent=agent, structure=structure, le=aujourd_hui(structure))
    return [e for e in toutes if "pas encore signé" in e.libelle]


@pytest.mark.parametrize("jours", [None, 10])
def test_un_changement_envoye_et_pas_signe_se_rappelle_une_fois(  # noqa: PLR0917  # who, and after how long
    directrice: Agent, agent: Agent, dossier: Dossier, dans_perimetre: Structure, monkeypatch: pytest.MonkeyPatch,
    jours: int | None,
) -> None:  # fmt: skip
    """Three days by default, or what the structure chose: the counsellor reads it, the young person is told once."""
    if jours:
        regler_contrats(directrice, structure_id=dans_perimetre.pk, cej_par_conseiller=30, rappel_signature_jours=jours)
    objet = envoyer_un_changement(agent, directrice, dossier)
    envoye_le = aujourd_hui(dans_perimetre)
    dans((jours or 3) - 1, monkeypatch)
    assert rappeler(dans_perimetre, le=aujourd_hui(dans_perimetre)).ecrits == 0
    assert attendues(agent, dans_perimetre) == []
    dans(1, monkeypatch)
    assert rappeler(dans_perimetre, le=aujourd_hui(dans_perimetre)).ecrits == 1
    (attendue,) = attendues(agent, dans_perimetre)
    assert (attendue.le, attendue.dossier.pk) == (envoye_le + timedelta(days=jours or 3), dossier.pk)
    assert francais.jour(envoye_le) in attendue.libelle
    assert attendues(fabriques.agent(dans_perimetre), dans_perimetre) == []  # of another's caseload
    message = MessageSortant.objects.filter(genre="lien.actualisation").latest("pk")
    assert "un changement de votre contrat attend d'être lu et signé" in message.corps
    assert rappeler(dans_perimetre, le=aujourd_hui(dans_perimetre)).ecrits == 0
    liens = LienPersonnel.objects.filter(genre="actualisation", objet_id=objet.pk)
    (ouvrable_encore,) = [lien for lien in liens if ouvrable(lien)]  # the former one is closed
    ouvrable_encore.ouvert_le = timezone.now()
    ouvrable_encore.save()
    signer_actualisation_a_distance(ouvrable_encore, nom=dossier.jeune.nom_complet, lu=True)
    assert attendues(agent, dans_perimetre) == []


def test_qui_ne_peut_pas_etre_joint_reste_dans_la_journee_du_conseiller(
    directrice: Agent, agent: Agent, dossier: Dossier, dans_perimetre: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    envoyer_un_changement(agent, directrice, dossier)
    dans(4, monkeypatch)
    Dossier.objects.filter(pk=dossier.pk).update(telephone="", courriel="")
    assert rappeler(dans_perimetre, le=aujourd_hui(dans_perimetre)).injoignables == 1
    assert len(attendues(agent, dans_perimetre)) == 1


def test_un_changement_dont_le_contrat_a_fini_ne_se_rappelle_pas(
    directrice: Agent, agent: Agent, dossier: Dossier, dans_perimetre: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    objet = envoyer_un_changement(agent, directrice, dossier)
    contrat = cej.relire(objet.contrat)
    terminer_contrat(agent, contrat, version=contrat.version, fin_le=aujourd_hui(dans_perimetre), motif="EMPLOI")
    dans(4, monkeypatch)
    assert rappeler(dans_perimetre, le=aujourd_hui(dans_perimetre)).ecrits == 0
    assert attendues(agent, dans_perimetre) == []


@pytest.mark.parametrize("jours", [0, 61])
def test_la_base_refuse_un_rappel_sans_jours(directrice: Agent, dans_perimetre: Structure, jours: int) -> None:
    with pytest.raises(IntegrityError, match="reglage_contrats_rappel"), transaction.atomic():
        regler_contrats(directrice, structure_id=dans_perimetre.pk, cej_par_conseiller=30, rappel_signature_jours=jours)


def test_refuser_sur_son_telephone(agent: Agent, dossier: Dossier) -> None:
    contrat = envoyer(agent, dossier)
    refuse = refuser_a_distance(ouvert(contrat), motif="Je pars à Lyon")
    assert (refuse.etat, refuse.refuse_par, refuse.refuse_motif) == (Etat.REFUSE, Partie.JEUNE, "Je pars à Lyon")
    assert refuse.refuse_le == aujourd_hui(dossier.structure)


def test_noter_un_refus_dit_au_conseiller(agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    with pytest.raises(RegleViolee, match="qui refuse"):
        noter_refus(agent, contrat, version=contrat.version, partie="etat")
    assert noter_refus(agent, contrat, version=contrat.version, partie="jeune").etat == Etat.REFUSE


def test_la_base_refuse_une_signature_a_distance_sans_preuve(agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    with pytest.raises(IntegrityError, match="signature_a_distance_prouvee"), transaction.atomic():
        Signature.objects.create(
            contrat=contrat,
            dossier=dossier,
            structure_id=dossier.structure_id,
            partie=Partie.JEUNE,
            nom="Zoé Diop",
            mode=ModeSignature.TELEPHONE,
            a=timezone.now(),
        )


def test_le_document_se_lit_par_un_lecteur(agent: Agent, dossier: Dossier) -> None:
    """PDF/UA-1: title, language, tags, and the text in its order."""
    document = envoyer(agent, dossier).envoye_document
    assert document is not None
    with pikepdf.open(io.BytesIO(bytes(document.contenu))) as pdf, pdf.open_metadata() as xmp:
        assert xmp["dc:title"] == "Contrat d'engagement jeune de Zoé Diop"
        assert xmp["pdfuaid:part"] == "1"
        assert str(pdf.Root.Lang) == "fr-FR"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert "/StructTreeRoot" in pdf.Root
    lu = texte(bytes(document.contenu))
    parties = ["Les parties", "plan d'action", "Vos droits", "Contester une décision", "Signatures"]
    rangs = [lu.replace("’", "'").index(p) for p in parties]
    assert rangs == sorted(rangs)

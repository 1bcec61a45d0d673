"""From a signed contract to a sum paid; what is held back; what comes back strange, late, twice, or not at all."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from imilo.echanges.connecteurs.asp import messages
from imilo.echanges.connecteurs.asp.a_envoyer import Motif, a_envoyer
from imilo.echanges.connecteurs.asp.corrections import classer, renvoyer
from imilo.echanges.connecteurs.asp.messages import Resultat, Versement
from imilo.echanges.connecteurs.asp.models import Envoi, EtatEnvoi, EtatLigne, EtatRetour, Liaison, Ligne, Retour
from imilo.journal.models import Fait
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
from tests.echanges.connecteurs.asp.scene import IBANS, Scene, ouvrir_la_scene

pytestmark = pytest.mark.django_db
SIGNE, SEPTEMBRE, OCTOBRE = date(2026, 9, 7), date(2026, 9, 1), date(2026, 10, 1)
LE = date(2026, 10, 7)
PAIE = date(2026, 11, 5)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return ouvrir_la_scene(tmp_path / "asp")


def etats(scene: Scene) -> list[str]:
    return [ligne.etat for ligne in scene.lignes()]


def retours(scene: Scene) -> list[Retour]:
    with perimetre(scene.structure.pk):
        return list(Retour.objects.order_by("pk"))


def test_le_contrat_puis_la_somme_puis_le_paiement(scene: Scene) -> None:
    contrat = scene.contrat(SIGNE)
    decision = scene.decision(contrat, SEPTEMBRE)
    scene.echanger(LE)
    assert [(x.reference, x.etat) for x in scene.lignes()] == [(contrat.reference, EtatLigne.ENVOYEE)]
    scene.asp_passe(LE)
    bilan = scene.echanger(LE)
    assert (bilan.appliques, bilan.fixes, bilan.deposes) == (1, 1, 1)
    scene.asp_passe(LE)
    scene.echanger(LE)
    assert etats(scene) == [EtatLigne.ACCEPTEE] * 2
    scene.asp_passe(PAIE)
    scene.echanger(PAIE)
    ligne = scene.lignes()[-1]
    assert (ligne.reference, ligne.etat, ligne.montant, ligne.paye) == (
        decision.reference, EtatLigne.PAYEE, Decimal("552.29"), Decimal("552.29"),
    )  # fmt: skip
    assert list(scene.asp.retrait.iterdir()) == []
    with perimetre(scene.structure.pk):
        assert {(e.etat, e.contenu) for e in Envoi.objects.all()} == {(EtatEnvoi.REPONDU, "")}
        faits = Counter(Fait.objects.filter(genre__startswith="asp.").values_list("genre", flat=True))
    assert faits == {"asp.fixe": 2, "asp.depose": 2, "asp.reponse": 2, "asp.paiements": 1}


def test_rien_ne_part_deux_fois(scene: Scene) -> None:
    scene.decision(scene.contrat(SIGNE), SEPTEMBRE)
    for jours in range(3):
        scene.aller_retour(LE + timedelta(days=jours))
    assert etats(scene) == [EtatLigne.ACCEPTEE] * 2
    ligne = scene.lignes()[-1]
    ligne.pk, ligne.numero = None, 2
    with perimetre(scene.structure.pk), pytest.raises(IntegrityError), transaction.atomic():
        ligne.save(force_insert=True)


def test_ce_qui_est_fixe_ne_change_plus_meme_si_la_fiche_change(scene: Scene) -> None:
    contrat = scene.contrat(SIGNE)
    scene.consigne(fermee=True)
    scene.asp_passe(LE)
    assert scene.echanger(LE).fixes == 1
    with perimetre(scene.structure.pk):
        avant = Envoi.objects.get()
        jeune = contrat.dossier.jeune
        jeune.nom_usage = "Autre"
        jeune.save()
    scene.consigne()
    scene.asp_passe(LE)
    scene.echanger(LE + timedelta(days=2))
    (depose,) = scene.asp.depot.iterdir()
    assert depose.name == avant.nom
    assert depose.read_bytes() == avant.contenu.encode()


@pytest.mark.parametrize(
    ("ibans", "motif"),
    [([], Motif.IBAN_ABSENT), ([IBANS[0], IBANS[1]], Motif.IBAN_DOUBLE), ([IBANS[0], IBANS[0]], None)],
)
def test_un_iban_et_un_seul(scene: Scene, ibans: list[str], motif: Motif | None) -> None:
    contrat = scene.contrat(SIGNE, iban=None)
    with perimetre(scene.structure.pk):
        for iban in ibans:
            scene.compte(contrat.dossier, iban)
    scene.decision(contrat, SEPTEMBRE)
    scene.aller_retour(LE)
    with perimetre(scene.structure.pk):
        retenues = a_envoyer(scene.structure).retenues
    assert [r.motif for r in retenues] == ([motif] if motif else [])
    assert len(scene.lignes()) == (1 if motif else 2)
    if motif:
        assert retenues[0].lien.args == (str(contrat.dossier), "compte")
        assert "IBAN" in retenues[0].phrase
        assert retenues[0].a_faire


def test_une_naissance_incomplete_retient_le_contrat_et_sa_somme(scene: Scene) -> None:
    contrat = scene.contrat(SIGNE)
    with perimetre(scene.structure.pk):
        jeune = contrat.dossier.jeune
        jeune.naissance, jeune.naissance_precision = date(2004, 1, 1), "annee"
        jeune.save()
    scene.decision(contrat, SEPTEMBRE)
    scene.aller_retour(LE)
    with perimetre(scene.structure.pk):
        assert [r.motif for r in a_envoyer(scene.structure).retenues] == [Motif.NAISSANCE, Motif.CONTRAT_REJETE]
    assert scene.lignes() == []


def test_un_rejet_attend_d_etre_dit_corrige_puis_repart(scene: Scene) -> None:
    contrat = scene.contrat(SIGNE)
    scene.decision(contrat, SEPTEMBRE)
    scene.consigne(rejets={contrat.reference: ("1102", 1)})
    scene.aller_retour(LE)
    (rejetee,) = scene.lignes()
    assert (rejetee.etat, rejetee.code, rejetee.a_corriger) == (EtatLigne.REJETEE, "1102", True)
    assert "NIR" in rejetee.sens.corriger
    scene.aller_retour(LE)
    assert len(scene.lignes()) == 1
    with perimetre(scene.structure.pk):
        assert [r.motif for r in a_envoyer(scene.structure).retenues] == [Motif.CONTRAT_REJETE]
        assert renvoyer(scene.directrice, structure=scene.structure, lignes=[rejetee.pk]) == 1
        with pytest.raises(RegleViolee):
            renvoyer(scene.directrice, structure=scene.structure, lignes=[rejetee.pk])
    scene.aller_retour(LE)
    assert etats(scene) == [EtatLigne.REJETEE, EtatLigne.ACCEPTEE, EtatLigne.ACCEPTEE]


def test_sept_cents_lignes_par_fichier(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LIGNES_MAX", 4)
    contrat = scene.contrat(SIGNE)
    for mois in range(1, 4):
        scene.decision(contrat, date(2026, 8 + mois, 1), f"{mois}00.00")
    le = date(2026, 12, 7)
    scene.aller_retour(le)
    with perimetre(scene.structure.pk):
        noms = list(Envoi.objects.order_by("nom").values_list("nom", "nombre"))
    horodatages = [n.split("_")[2] for n, _ in noms if n.startswith("ALL")]
    assert [n for _, n in noms] == [2, 1, 1]
    assert len(set(horodatages)) == 2
    assert etats(scene) == [EtatLigne.ACCEPTEE, EtatLigne.PAYEE, EtatLigne.PAYEE, EtatLigne.ACCEPTEE]


def test_au_passage_de_l_annee(scene: Scene) -> None:
    contrat = scene.contrat(date(2026, 12, 31))
    scene.decision(contrat, date(2026, 12, 1))
    scene.aller_retour(date(2027, 1, 1))
    assert etats(scene) == [EtatLigne.ACCEPTEE]  # the month is decided on the 6th
    scene.aller_retour(date(2027, 1, 6))
    scene.asp_passe(date(2027, 2, 4))
    scene.echanger(date(2027, 2, 4))
    assert etats(scene) == [EtatLigne.ACCEPTEE] * 2
    scene.asp_passe(date(2027, 2, 5))
    scene.echanger(date(2027, 2, 5))
    assert etats(scene) == [EtatLigne.ACCEPTEE, EtatLigne.PAYEE]


# --- what comes back strange ----------------------------------------------------------------------


def publier(scene: Scene, nom: str, octets: bytes) -> None:
    (scene.asp.retrait / nom).write_bytes(octets)


def test_une_reponse_pour_des_lignes_jamais_envoyees(scene: Scene) -> None:
    scene.contrat(SIGNE)
    scene.echanger(LE)
    (envoi,) = scene.asp.depot.iterdir()
    inconnu = f"CTR_{scene.structure.code}_20260101000000.csv"
    for nom, lignes in (
        (inconnu, [Resultat(inconnu, 1, "0000")]),
        (envoi.name, [Resultat(envoi.name, 1, "0000"), Resultat(envoi.name, 7, "0000")]),
        (envoi.name.replace("CTR", "ALL"), [Resultat(envoi.name, 1, "0000")]),
    ):
        publier(scene, messages.nom_de_la_reponse(nom), messages.ecrire_reponse(nom, lignes))
    assert scene.echanger(LE).ecartes == 3
    assert etats(scene) == [EtatLigne.ENVOYEE]
    assert {r.etat for r in retours(scene)} == {EtatRetour.ECARTE}
    assert sum("jamais envoyé" in r.raison for r in retours(scene)) == 2
    assert len(list(scene.asp.retrait.iterdir())) == 3
    assert scene.echanger(LE).ecartes == 3
    assert len(retours(scene)) == 3
    with perimetre(scene.structure.pk):
        assert Fait.objects.filter(genre="asp.ecarte").count() == 3
        classer(scene.directrice, retours(scene)[0])
        with pytest.raises(RegleViolee):
            classer(scene.directrice, retours(scene)[0])
    scene.echanger(LE)
    assert len(list(scene.asp.retrait.iterdir())) == 2


def test_une_reponse_qui_se_contredit_est_mise_de_cote(scene: Scene) -> None:
    scene.contrat(SIGNE)
    scene.aller_retour(LE)
    (ligne,) = scene.lignes()
    nom = ligne.envoi.nom
    publier(scene, messages.nom_de_la_reponse(nom), messages.ecrire_reponse(nom, [Resultat(nom, 1, "2002")]))
    assert scene.echanger(LE).ecartes == 1
    assert etats(scene) == [EtatLigne.ACCEPTEE]
    assert "laquelle vaut" in retours(scene)[-1].raison


def test_repondre_deux_fois_ne_change_rien(scene: Scene) -> None:
    scene.decision(scene.contrat(SIGNE), SEPTEMBRE)
    scene.consigne(deux_fois=True)
    for jours in range(6):
        scene.aller_retour(LE + timedelta(days=jours))
    for jours in range(3):
        scene.asp_passe(PAIE + timedelta(days=jours))
        scene.echanger(PAIE + timedelta(days=jours))
    assert etats(scene) == [EtatLigne.ACCEPTEE, EtatLigne.PAYEE]
    assert {r.etat for r in retours(scene)} == {EtatRetour.APPLIQUE}
    assert list(scene.asp.retrait.iterdir()) == []
    assert [(r, p) for r, _, _, p in scene.asp.lignes() if p] == [(scene.lignes()[1].reference, "2026-11-05")]


def test_une_reponse_coupee_attend_la_suite(scene: Scene) -> None:
    scene.contrat(SIGNE)
    scene.consigne(tronquer=True)
    scene.echanger(LE)
    scene.asp_passe(LE)
    assert scene.echanger(LE).incomplets == 1
    assert etats(scene) == [EtatLigne.ENVOYEE]
    assert [r.etat for r in retours(scene)] == [EtatRetour.INCOMPLET]
    scene.asp_passe(LE)
    assert scene.echanger(LE).appliques == 1
    assert etats(scene) == [EtatLigne.ACCEPTEE]
    assert [r.etat for r in retours(scene)] == [EtatRetour.APPLIQUE]


@pytest.mark.parametrize(
    ("versement", "dit"),
    [
        ({"reference": "AUTRE"}, "ce paiement dit AUTRE"),
        ({"ligne": 9}, "jamais envoyées"),
        ({"paye_le": date(2027, 1, 1)}, "un jour à venir"),
        ({"montant": Decimal("-1.00")}, "négatif"),
    ],
)
def test_un_paiement_qui_ne_va_pas_est_mis_de_cote(scene: Scene, versement: dict[str, object], dit: str) -> None:
    scene.decision(scene.contrat(SIGNE), SEPTEMBRE)
    scene.aller_retour(LE)
    ligne = scene.lignes()[-1]
    bon = {"fichier": ligne.envoi.nom, "ligne": 1, "reference": ligne.reference, "montant": Decimal("552.29")}
    paye = Versement(**{**bon, "paye_le": PAIE, **versement})  # type: ignore[arg-type]  # its fields
    nom = f"PAI_{scene.structure.code}_20261105060000.csv"
    publier(scene, nom, messages.ecrire_paiements(scene.structure.code, [paye]))
    assert scene.echanger(PAIE).ecartes == 1
    assert dit in retours(scene)[-1].raison
    assert etats(scene) == [EtatLigne.ACCEPTEE] * 2


def test_un_paiement_d_un_autre_montant_se_voit(scene: Scene) -> None:
    scene.decision(scene.contrat(SIGNE), SEPTEMBRE)
    scene.aller_retour(LE)
    ligne = scene.lignes()[-1]
    nom = f"PAI_{scene.structure.code}_20261105060000.csv"
    paye = Versement(ligne.envoi.nom, 1, ligne.reference, Decimal("500.00"), PAIE)
    publier(scene, nom, messages.ecrire_paiements(scene.structure.code, [paye]))
    scene.echanger(PAIE)
    assert (scene.lignes()[-1].montant, scene.lignes()[-1].paye) == (Decimal("552.29"), Decimal("500.00"))


def test_le_fichier_d_une_autre_structure_n_est_pas_touche(scene: Scene, tmp_path: Path) -> None:
    scene.contrat(SIGNE)
    publier(scene, "PAI_99999S00_20261105060000.csv", messages.ecrire_paiements("99999S00", []))
    publier(scene, "notes.csv", b"bonjour\n")
    bilan = scene.echanger(LE)
    assert bilan.inconnus == ["PAI_99999S00_20261105060000.csv", "notes.csv"]
    assert len(list(scene.asp.retrait.iterdir())) == 2


# --- the door -------------------------------------------------------------------------------------


def test_injoignable_trois_jours_puis_tout_part_une_fois(scene: Scene) -> None:
    scene.decision(scene.contrat(SIGNE), SEPTEMBRE)
    scene.consigne(fermee=True)
    scene.asp_passe(LE)
    essais = 0
    for heures in range(72):
        le = LE + timedelta(days=heures // 24)
        essais += bool(scene.echanger(le, heure=heures % 24).injoignable)
    with perimetre(scene.structure.pk):
        liaison = Liaison.objects.get()
    assert liaison.injoignable_depuis is not None
    assert liaison.injoignable_depuis.date() == LE - timedelta(days=1)  # midnight in Paris, in UTC
    assert essais == liaison.essais == 21
    assert "absent" in liaison.raison
    assert [x.etat for x in scene.lignes()] == [EtatLigne.ENVOYEE]
    scene.consigne()
    le = LE + timedelta(days=4)
    scene.asp_passe(le)
    scene.aller_retour(le)
    assert etats(scene) == [EtatLigne.ACCEPTEE] * 2
    with perimetre(scene.structure.pk):
        liaison = Liaison.objects.get()
    assert (liaison.injoignable_depuis, liaison.essais, liaison.raison) == (None, 0, "")


def test_en_retard_rien_n_est_perdu(scene: Scene) -> None:
    scene.decision(scene.contrat(SIGNE), SEPTEMBRE)
    scene.consigne(retard=2)
    for jours in range(5):
        scene.aller_retour(LE + timedelta(days=jours))
    assert etats(scene) == [EtatLigne.ACCEPTEE] * 2


def test_une_autre_structure_ne_voit_rien(scene: Scene, tmp_path: Path) -> None:
    scene.contrat(SIGNE)
    scene.aller_retour(LE)
    autre = ouvrir_la_scene(tmp_path / "autre")
    with perimetre(autre.structure.pk):
        assert not Ligne.objects.exists()
        assert not Envoi.objects.exists()
        assert not Retour.objects.exists()
        assert not Liaison.objects.exists()

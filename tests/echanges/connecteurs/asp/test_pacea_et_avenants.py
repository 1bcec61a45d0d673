"""One-off allowances of the PACEA sent, rejected, corrected and paid; ends, prolongations, suspensions told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from imilo.droit.montants import Montant
from imilo.echanges.connecteurs.asp import selectors
from imilo.echanges.connecteurs.asp.a_envoyer import Motif, a_envoyer
from imilo.echanges.connecteurs.asp.corrections import renvoyer
from imilo.echanges.connecteurs.asp.models import EtatLigne, GenreLigne
from imilo.parcours.allocations.models import AllocationPacea
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement, Suspension
from imilo.parcours.contrats.services import reprendre_les_activites, suspendre_contrat
from imilo.socle import chiffrement
from imilo.socle.perimetre import perimetre
from tests.echanges.connecteurs.asp.scene import IBANS, Scene, il_est, ouvrir_la_scene
from tests.parcours import parcours_cej

pytestmark = pytest.mark.django_db
SIGNE, JUILLET, AOUT = date(2026, 7, 6), date(2026, 7, 1), date(2026, 8, 1)
LE = date(2026, 10, 7)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return ouvrir_la_scene(tmp_path / "asp")


def dites(scene: Scene) -> list[tuple[str, str, date | None, date | None]]:
    return [(x.genre, x.etat, x.du, x.au) for x in scene.lignes()]


def motifs(scene: Scene) -> list[Motif]:
    with perimetre(scene.structure.pk):
        return [r.motif for r in a_envoyer(scene.structure).retenues]


# --- the one-off allowance ------------------------------------------------------------------------


def test_une_allocation_ponctuelle_du_contrat_au_paiement(scene: Scene) -> None:
    """L. 5131-5, R. 5131-8: the agency pays it; reconciled by month with those of CEJ, to the cent."""
    pacea = scene.contrat(SIGNE, cadre=Cadre.PACEA)
    cej = scene.contrat(SIGNE, iban=IBANS[1])
    une, deux = (scene.pacea(pacea, date(2026, 7, jour), montant) for jour, montant in ((10, "150.00"), (20, "33.33")))
    scene.decision(cej, JUILLET, "552.29")
    scene.echanger(LE)
    assert {x.genre for x in scene.lignes()} == {GenreLigne.CONTRAT}
    assert motifs(scene) == [Motif.CONTRAT_EN_ATTENTE] * 3
    scene.consigne(rejets={une.reference: ("1001", 1)})
    scene.aller_retour(LE)
    lignes = {x.reference: x for x in scene.lignes()}
    assert [lignes[x.reference].etat for x in (une, deux)] == [EtatLigne.REJETEE, EtatLigne.PAYEE]
    rejetee = lignes[une.reference]
    assert (rejetee.objet, rejetee.pacea_id) == ("Allocation ponctuelle de juillet 2026", une.pk)
    with perimetre(scene.structure.pk), il_est(LE):
        (juillet, _) = selectors.sommes(agent=scene.directrice, structure=scene.structure, depuis=JUILLET, jusqu_a=AOUT)
        # 552.29 + 150.00 + 33.33 = 735.62; paid 552.29 + 33.33 = 585.62
        assert (juillet.decides, juillet.decide, juillet.paye) == (3, Decimal("735.62"), Decimal("585.62"))
        assert (juillet.rejete, juillet.ecart) == (Decimal("150.00"), Decimal("150.00"))
        assert renvoyer(scene.directrice, structure=scene.structure, lignes=[rejetee.pk]) == 1
    scene.aller_retour(LE + timedelta(days=1))
    with perimetre(scene.structure.pk), il_est(LE):
        (juillet, total) = selectors.sommes(
            agent=scene.directrice, structure=scene.structure, depuis=JUILLET, jusqu_a=AOUT
        )
    assert (juillet.solde, total.paye) == (True, Decimal("735.62"))
    assert sum(Decimal(montant) for _, montant, _, paye in scene.asp.lignes() if paye) == Decimal("735.62")


def test_ce_qu_une_sanction_retient_ne_part_pas(scene: Scene) -> None:
    """L. 5412-1 I: 150.00 granted, 45.00 withheld: 105.00 leave and are paid; another one withheld whole sends none."""
    contrat = scene.contrat(SIGNE, cadre=Cadre.PACEA)
    une, entiere = (scene.pacea(contrat, date(2026, 7, jour)) for jour in (10, 20))
    with perimetre(scene.structure.pk):
        AllocationPacea.objects.filter(pk=une.pk).update(retenu=Montant("45.00"))
        AllocationPacea.objects.filter(pk=entiere.pk).update(retenu=Montant("150.00"))
    for jours in range(2):
        scene.aller_retour(LE + timedelta(days=jours))
    (_, ligne) = scene.lignes()
    assert (ligne.pacea_id, ligne.etat, ligne.montant) == (une.pk, EtatLigne.PAYEE, Decimal("105.00"))
    with perimetre(scene.structure.pk), il_est(LE):
        (juillet, _) = selectors.sommes(agent=scene.directrice, structure=scene.structure, depuis=JUILLET, jusqu_a=AOUT)
    assert (juillet.decide, juillet.paye, juillet.solde) == (Decimal("105.00"), Decimal("105.00"), True)


def test_une_allocation_ponctuelle_ne_part_qu_une_fois(scene: Scene) -> None:
    scene.pacea(scene.contrat(SIGNE, cadre=Cadre.PACEA), date(2026, 7, 10))
    for jours in range(3):
        scene.aller_retour(LE + timedelta(days=jours))
    (_, ligne) = scene.lignes()
    ligne.pk, ligne.numero = None, 2
    with perimetre(scene.structure.pk), pytest.raises(IntegrityError), transaction.atomic():
        ligne.save(force_insert=True)


def test_sans_compte_elle_attend(scene: Scene) -> None:
    contrat = scene.contrat(SIGNE, cadre=Cadre.PACEA, iban=None)
    scene.pacea(contrat, date(2026, 7, 10))
    scene.aller_retour(LE)
    with perimetre(scene.structure.pk):
        (retenue,) = a_envoyer(scene.structure).retenues
    assert (retenue.motif, retenue.objet) == (Motif.IBAN_ABSENT, "Allocation ponctuelle de juillet 2026")


# --- what changes in a contract -------------------------------------------------------------------


def test_une_fin_avant_terme_est_dite_et_le_mois_suivant_refuse(scene: Scene) -> None:
    """R. 5131-25 I: due for the month in which the right ends, and no longer."""
    contrat = scene.contrat(SIGNE)
    scene.aller_retour(LE)
    prevue = contrat.fin_prevue
    scene.finir(contrat, date(2026, 8, 12))
    scene.aller_retour(LE)
    assert dites(scene) == [
        (GenreLigne.CONTRAT, EtatLigne.ACCEPTEE, SIGNE, prevue),
        (GenreLigne.AVENANT, EtatLigne.ACCEPTEE, SIGNE, date(2026, 8, 12)),
    ]
    assert scene.lignes()[-1].objet == "Avenant : le contrat finit le 12 août 2026"
    assert scene.asp.contrat(contrat.reference) == ("2026-07-06", "2026-08-12")
    for mois in (AOUT, date(2026, 9, 1)):
        scene.decision(contrat, mois)
    scene.aller_retour(LE)
    assert [(x.mois, x.code) for x in scene.lignes()[2:]] == [(AOUT, "0000"), (date(2026, 9, 1), "3003")]
    scene.aller_retour(LE + timedelta(days=1))
    assert len(scene.lignes()) == 4  # said once


def test_un_contrat_fini_avant_de_partir_part_avec_sa_fin(scene: Scene) -> None:
    contrat = scene.contrat(SIGNE)
    scene.finir(contrat, date(2026, 8, 12))
    scene.aller_retour(LE)
    assert dites(scene) == [(GenreLigne.CONTRAT, EtatLigne.ACCEPTEE, SIGNE, date(2026, 8, 12))]


def prolonge(scene: Scene) -> tuple[ContratEngagement, date]:
    """A contract held by the agency, at its term on the eve of October, then prolonged to the end of November."""
    contrat = scene.contrat(SIGNE)
    with perimetre(scene.structure.pk):
        ContratEngagement.objects.filter(pk=contrat.pk).update(fin_prevue=date(2026, 9, 30))
    scene.aller_retour(date(2026, 9, 20))
    fin = date(2026, 11, 30)
    scene.prolonger(contrat, date(2026, 9, 30), fin)
    return contrat, fin


def test_une_prolongation_part_avant_les_sommes_des_mois_qu_elle_ajoute(scene: Scene) -> None:
    contrat, fin = prolonge(scene)
    scene.decision(contrat, date(2026, 9, 1))
    scene.decision(contrat, date(2026, 10, 1))
    le = date(2026, 11, 10)
    scene.echanger(le)
    assert [(x.genre, x.au) for x in scene.lignes()[1:]] == [
        (GenreLigne.AVENANT, fin),
        (GenreLigne.ALLOCATION, None),  # September was in the contract already
    ]
    assert motifs(scene) == [Motif.PROLONGATION]
    scene.asp_passe(le)
    scene.aller_retour(le)
    assert [x.etat for x in scene.lignes()] == [EtatLigne.ACCEPTEE] * 2 + [EtatLigne.PAYEE, EtatLigne.ACCEPTEE]
    assert motifs(scene) == []


def test_un_avenant_rejete_attend_d_etre_dit_corrige(scene: Scene) -> None:
    contrat, fin = prolonge(scene)
    scene.consigne(rejets={"AV-": ("2102", 1)})
    le = date(2026, 10, 7)
    scene.aller_retour(le)
    rejetee = scene.lignes()[-1]
    assert (rejetee.etat, rejetee.sens.libelle) == (EtatLigne.REJETEE, "Avenant hors du contrat")
    scene.aller_retour(le)
    assert len(scene.lignes()) == 2
    with perimetre(scene.structure.pk):
        renvoyer(scene.directrice, structure=scene.structure, lignes=[rejetee.pk])
    scene.aller_retour(le)
    assert [x.etat for x in scene.lignes()[1:]] == [EtatLigne.REJETEE, EtatLigne.ACCEPTEE]
    assert scene.asp.contrat(contrat.reference) == ("2026-07-06", fin.isoformat())


def test_deux_changements_avant_la_reponse_se_disent_l_un_apres_l_autre(scene: Scene) -> None:
    contrat, fin = prolonge(scene)
    le = date(2026, 10, 7)
    scene.echanger(le)
    scene.finir(contrat, le)
    scene.echanger(le)
    assert [x.au for x in scene.lignes()[1:]] == [fin]
    copie = scene.lignes()[-1]
    copie.pk, copie.numero = None, 2
    with perimetre(scene.structure.pk), pytest.raises(IntegrityError), transaction.atomic():
        copie.save(force_insert=True)
    scene.asp_passe(le)
    scene.aller_retour(le)
    assert [x.au for x in scene.lignes()[1:]] == [fin, le]
    assert scene.asp.contrat(contrat.reference) == ("2026-07-06", le.isoformat())


def test_une_suspension_est_dite_puis_sa_fin_sans_sa_raison(scene: Scene) -> None:
    contrat = scene.contrat(SIGNE)
    scene.aller_retour(LE)
    du, au = date(2026, 9, 1), date(2026, 10, 5)
    with il_est(LE), perimetre(scene.structure.pk):
        version = parcours_cej.relire(contrat).version
        suspension = suspendre_contrat(
            scene.conseillere, contrat, version=version, debut=du, motif="incarceration", precision="Maison d'arrêt"
        )
    scene.echanger(LE)
    (depose,) = scene.asp.depot.iterdir()
    octets = depose.read_text()
    assert depose.name.startswith("AVE_")
    assert f"1;AV-{contrat.reference}-S{suspension.pk}-20260901-O;{contrat.reference};S;2026-09-01;\n" in octets
    assert "carc" not in octets
    assert "arrêt" not in octets
    scene.aller_retour(LE)
    with il_est(LE), perimetre(scene.structure.pk):
        reprendre_les_activites(scene.conseillere, Suspension.objects.get(), version=suspension.version, fin=au)
    for jours in (1, 2):
        scene.aller_retour(LE + timedelta(days=jours))
    assert dites(scene)[1:] == [
        (GenreLigne.AVENANT, EtatLigne.ACCEPTEE, du, None),
        (GenreLigne.AVENANT, EtatLigne.ACCEPTEE, du, au),
    ]
    assert [x.objet for x in scene.lignes()[1:]] == [
        "Avenant : suspendu du 1er septembre 2026, sans date de reprise",
        "Avenant : suspendu du 1er septembre 2026 au 5 octobre 2026",
    ]


def test_le_contrat_qui_suit_attend_que_l_asp_sache_la_fin_de_l_autre(scene: Scene) -> None:
    """R. 5131-13: a PACEA ends on the eve of the CEJ; the agency would refuse the CEJ before it knows."""
    pacea = scene.contrat(SIGNE, cadre=Cadre.PACEA, jeune_nir="206059999900055")
    scene.aller_retour(date(2026, 7, 7))
    cej = scene.signe(pacea.dossier, date(2026, 9, 14))
    le = date(2026, 9, 15)
    scene.echanger(le)
    assert motifs(scene) == [Motif.PRECEDENT]
    scene.aller_retour(le)
    scene.aller_retour(le)
    assert [(x.genre, x.etat, x.au) for x in scene.lignes()[1:]] == [
        (GenreLigne.AVENANT, EtatLigne.ACCEPTEE, date(2026, 9, 13)),
        (GenreLigne.CONTRAT, EtatLigne.ACCEPTEE, cej.fin_prevue),
    ]


def test_choisir_ce_qui_part_ne_dechiffre_rien(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither IBAN nor NIR is opened to count what leaves; each is opened once, to be written."""
    for iban, nir in zip(IBANS[:2], ("206059999900055", "106059999900012"), strict=True):
        scene.decision(scene.contrat(SIGNE, iban=iban, jeune_nir=nir), AOUT)
    ouverts: list[str] = []
    dechiffrer = chiffrement.dechiffrer

    def compter(chiffre: bytes, contexte: str) -> str:
        ouverts.append(contexte)
        return dechiffrer(chiffre, contexte)

    monkeypatch.setattr(chiffrement, "dechiffrer", compter)
    for attendus in ("jeunes_jeune.nir", "fiche_comptebancaire.iban"):
        ouverts.clear()
        with perimetre(scene.structure.pk), il_est(LE):
            assert a_envoyer(scene.structure).nombre == 2
        assert ouverts == []
        scene.echanger(LE, relever=False)
        assert [o for o in ouverts if not o.startswith("asp_")] == [attendus] * 2
        scene.asp_passe(LE)
        scene.echanger(LE, deposer=False)

"""A sanction from the failing to its lifting: the delays of the law, who may, what is refused, what replays."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from imilo.acteurs.models import Agent, Delegation, Portee, Structure
from imilo.acteurs.profils import Profil
from imilo.droit.decision import depuis_json, rejouer
from imilo.journal.models import Fait
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.parcours.sanctions import services
from imilo.parcours.sanctions.etats import Etat
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import EtatMessage, GenreMessage, Manquement, MessagePartenaire, Procedure
from imilo.parcours.sanctions.sources import DECISIONS
from imilo.socle.erreurs import NonHabilite, RegleViolee, VersionPerimee
from tests import fabriques
from tests.parcours import parcours_sanction as ps
from tests.parcours.parcours_sanction import CONSTAT, EXAMEN, MOYEN, SUSPENSION, Regler


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> Regler:
    return ps.calendrier(monkeypatch)


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent, directrice: Agent, regler: Regler) -> Dossier:
    """A dossier whose CEJ runs since January."""
    dossier = fabriques.dossier(dans_perimetre, agent)
    ps.contrat_signe(regler, directrice, agent, dossier)
    regler(CONSTAT)
    return dossier


def texte(document: Document | None) -> str:
    assert document is not None
    contenu = bytes(Document.objects.get(pk=document.pk).contenu)
    pages = PdfReader(io.BytesIO(contenu)).pages
    return " ".join(" ".join(p.extract_text() for p in pages).replace("\u2019", "'").replace("\u00a0", " ").split())


def rejouer_tout(procedure: Procedure) -> list[str]:
    """Replay every stored decision; returns the fields that were."""
    stockee = Procedure.objects.get(pk=procedure.pk)
    ecrites = {champ: ecrite for champ in DECISIONS if (ecrite := getattr(stockee, champ)) is not None}
    for champ, ecrite in ecrites.items():
        assert rejouer(depuis_json(ecrite)).ecarts == (), champ
    return list(ecrites)


def test_du_manquement_a_la_levee(agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler) -> None:
    procedure = ps.executoire(regler, agent, directrice, dossier)
    assert procedure.etat == Etat.EXECUTOIRE
    # received on 5 March: 5 + 10 = 15 March; 15 March + 15 days = 30 March
    assert procedure.limite_observations == date(2026, 3, 15)
    assert procedure.limite_decision == date(2026, 3, 30)
    assert procedure.terme == date(2026, 4, 30)
    regler(date(2026, 4, 8))
    procedure = services.definir_conditions(
        agent, procedure, version=procedure.version, conditions="Venir à l'atelier CV."
    )
    procedure = services.lever_suspension(
        directrice, procedure, version=procedure.version, conforme_le=date(2026, 4, 8)
    )
    assert (procedure.etat, procedure.levee_le, procedure.fin) == (Etat.LEVEE, date(2026, 4, 8), date(2026, 4, 8))
    assert rejouer_tout(procedure) == ["rang", "quantum", "quantum_decide", "deroulement", "levee"]
    genres = list(Fait.objects.filter(genre__startswith="sanction.").order_by("pk").values_list("genre", flat=True))
    assert genres == [
        f"sanction.{g}"
        for g in ("constatee", "examinee", "envisagee", "intention_recue", "decidee", "notifiee", "conditions", "levee")
    ]


def test_les_courriers_disent_tout(agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler) -> None:
    procedure = ps.executoire(regler, agent, directrice, dossier)
    intention, decision = texte(procedure.intention_document), texte(procedure.decision_document)
    for attendu in (
        "Trois ateliers manqués sans prévenir.",
        "suspension de 30 % de votre allocation, pendant 1 mois",
        "Rien n'est décidé",
        "10 jours",
        "entendu(e)",
        "la personne qui vous accompagne",
        dossier.jeune.nom_complet,
    ):
        assert attendu in intention, attendu
    for attendu in ("Trois absences sans prévenir.", "tribunal administratif", "deux mois", "avril 2026", "R. 5412-1"):
        assert attendu in decision, attendu
    assert directrice.nom in decision


def test_une_raison_legitime_arrete_tout(agent: Agent, dossier: Dossier) -> None:
    examen = replace(EXAMEN, motif_legitime=True, motif_texte="Hospitalisée, certificat vu")
    procedure = ps.examinee(agent, dossier, examen=examen)
    assert (procedure.etat, procedure.close_raison) == (Etat.SANS_SUITE, "Hospitalisée, certificat vu")
    assert rejouer_tout(procedure) == ["quantum"]


def test_une_fraude_n_a_pas_de_raison_legitime(agent: Agent, dossier: Dossier) -> None:
    examen = replace(EXAMEN, motif_legitime=True, motif_texte="Oubli")
    with pytest.raises(RegleViolee, match="n'admet pas de raison légitime") as refus:
        ps.examinee(agent, dossier, examen=examen, manquement=Manquement.FRAUDE)
    assert refus.value.champ == "motif_legitime"


def test_le_conseiller_constate_mais_ne_decide_pas(agent: Agent, dossier: Dossier) -> None:
    procedure = ps.examinee(agent, dossier)
    with pytest.raises(NonHabilite, match=r"R\. 5412-4"):
        services.envisager_sanction(agent, procedure, version=procedure.version, mesure=SUSPENSION)


def test_une_delegation_pour_les_sanctions_suffit_et_elle_seule(
    agent: Agent, directrice: Agent, dossier: Dossier
) -> None:
    procedure = ps.examinee(agent, dossier)
    delegation = {"structure": dossier.structure, "delegant": directrice, "profil": Profil.CONSEILLER}
    Delegation.objects.create(**delegation, portee=Portee.ALLOCATIONS, du=date(2026, 1, 1))
    with pytest.raises(NonHabilite):
        services.envisager_sanction(agent, procedure, version=procedure.version, mesure=SUSPENSION)
    Delegation.objects.create(**delegation, portee=Portee.SANCTIONS, du=date(2026, 1, 1))
    services.envisager_sanction(agent, procedure, version=procedure.version, mesure=SUSPENSION)


@pytest.mark.parametrize(
    ("mesure", "phrase"),
    [
        (Mesure("suspension", Decimal("0.20"), 1), "ne permet pas"),
        (Mesure("suspension", Decimal("0.30"), 3), "ne permet pas"),
        (Mesure("suppression", Decimal(1), 1), "ne permet pas"),
        (Mesure("avertissement", fin_le=date(2026, 4, 1)), "ne permet pas"),
        (Mesure("suspension", Decimal("0.30")), "durée"),
        (Mesure("suspension", Decimal("1.5"), 1), "part"),
    ],
)
def test_une_sanction_hors_du_texte_est_refusee(
    agent: Agent, directrice: Agent, dossier: Dossier, mesure: Mesure, phrase: str
) -> None:
    procedure = ps.examinee(agent, dossier)
    with pytest.raises(RegleViolee, match=phrase):
        services.envisager_sanction(directrice, procedure, version=procedure.version, mesure=mesure)


def test_sans_allocation_un_avertissement_avec_son_delai(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    sans = replace(EXAMEN, allocation=False)
    avertissement = Mesure("avertissement", fin_le=date(2026, 4, 15))
    procedure = ps.executoire(regler, agent, directrice, dossier, examen=sans, mesure=avertissement)
    assert (procedure.etat, procedure.fin_le, procedure.premier_mois) == (Etat.EXECUTOIRE, date(2026, 4, 15), None)
    assert "15 avril 2026" in texte(procedure.decision_document)
    assert MessagePartenaire.objects.count() == 0  # L. 5426-1: of suspensions and suppressions


def test_un_avertissement_sans_delai_est_refuse(agent: Agent, directrice: Agent, dossier: Dossier) -> None:
    procedure = ps.examinee(agent, dossier, examen=replace(EXAMEN, allocation=False))
    with pytest.raises(RegleViolee) as refus:
        services.envisager_sanction(directrice, procedure, version=procedure.version, mesure=Mesure("avertissement"))
    assert refus.value.champ == "fin_le"


def test_la_decision_attend_la_fin_des_dix_jours(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.notifiee(regler, agent, directrice, dossier)
    regler(ps.DERNIER_JOUR_POUR_REPONDRE)
    with pytest.raises(RegleViolee, match="jusqu'au 15 mars 2026"):
        decider(directrice, procedure)
    regler(date(2026, 3, 16))
    assert decider(directrice, procedure).etat == Etat.DECIDEE


def decider(directrice: Agent, procedure: Procedure, **champs: Any) -> Procedure:
    return services.decider_sanction(
        directrice,
        procedure,
        **{
            "version": procedure.version,
            "mesure": SUSPENSION,
            "motivation": "Trois absences.",
            "premier_mois": date(2026, 4, 1),
            **champs,
        },
    )


def test_hors_delai_il_faut_l_assumer_avec_une_raison(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.notifiee(regler, agent, directrice, dossier)
    regler(date(2026, 3, 30))
    with pytest.raises(RegleViolee, match="pas dépassé"):
        services.assumer_le_retard(directrice, procedure, version=procedure.version, raison="Absente")
    regler(date(2026, 3, 31))
    with pytest.raises(RegleViolee, match="au plus tard le 30 mars 2026"):
        decider(directrice, procedure)
    with pytest.raises(NonHabilite):
        services.assumer_le_retard(agent, procedure, version=procedure.version, raison="Absente")
    with pytest.raises(RegleViolee, match="pourquoi"):
        services.assumer_le_retard(directrice, procedure, version=procedure.version, raison=" ")
    raison = "La directrice était en arrêt."
    procedure = services.assumer_le_retard(directrice, procedure, version=procedure.version, raison=raison)
    prise = decider(directrice, procedure)
    assert (prise.retard_assume_par, prise.retard_raison) == (directrice, raison)
    assert raison in texte(prise.decision_document)
    assert Fait.objects.filter(genre="sanction.retard_assume").count() == 1
    assert rejouer_tout(prise)


def test_une_audition_demandee_repousse_la_decision(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.notifiee(regler, agent, directrice, dossier)
    regler(date(2026, 3, 10))
    procedure = services.noter_observations(
        agent,
        procedure,
        version=procedure.version,
        observations_le=date(2026, 3, 9),
        observations="J'étais malade.",
        audition_demandee_le=date(2026, 3, 10),
    )
    assert procedure.limite_decision is None
    encore = {"observations_le": date(2026, 3, 10), "observations": "Voici le certificat."}
    procedure = services.noter_observations(agent, procedure, version=procedure.version, **encore)
    assert procedure.observations == "J'étais malade.\n\nVoici le certificat."
    regler(date(2026, 3, 20))
    with pytest.raises(RegleViolee, match="après son audition"):
        decider(directrice, procedure)
    procedure = services.noter_audition(
        directrice,
        procedure,
        version=procedure.version,
        audition_le=date(2026, 3, 20),
        assistance="sa tante",
        compte_rendu="Elle explique ses absences.",
    )
    assert procedure.limite_decision == date(2026, 4, 4)  # 20 March + 15 days
    prise = decider(directrice, procedure)
    assert "avec sa tante" in texte(prise.decision_document)


def test_on_ne_prononce_pas_plus_lourd_que_l_annonce(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.notifiee(regler, agent, directrice, dossier)
    regler(ps.JOUR_DE_DECISION)
    for lourde in (Mesure("suspension", Decimal("0.50"), 1), Mesure("suspension", Decimal("0.30"), 2)):
        with pytest.raises(RegleViolee, match="plus lourde que celle annoncée"):
            decider(directrice, procedure, mesure=lourde)


def test_une_decision_plus_legere_que_l_annonce_passe(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.notifiee(regler, agent, directrice, dossier, mesure=Mesure("suspension", Decimal(1), 2))
    regler(ps.JOUR_DE_DECISION)
    assert decider(directrice, procedure).part == Decimal("0.30")


def test_une_sanction_ne_revient_pas_en_arriere(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.notifiee(regler, agent, directrice, dossier)
    regler(ps.JOUR_DE_DECISION)
    for mois in (date(2026, 2, 1), date(2026, 6, 1), date(2026, 4, 2), None):
        with pytest.raises(RegleViolee, match="ne revient pas en arrière") as refus:
            decider(directrice, procedure, premier_mois=mois)
        assert refus.value.champ == "premier_mois"


def test_recue_apres_son_premier_mois_elle_commence_plus_tard(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    prise = ps.decidee(regler, agent, directrice, dossier)
    assert prise.premier_mois == date(2026, 4, 1)
    regler(date(2026, 5, 6))
    recue = services.noter_remise_de_la_decision(
        agent, prise, version=prise.version, personne_le=date(2026, 5, 6), moyen=MOYEN
    )
    assert (recue.premier_mois, recue.terme) == (date(2026, 5, 1), date(2026, 5, 31))


def test_france_travail_est_informe_une_fois_et_le_message_est_fixe(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    ps.decidee(regler, agent, directrice, dossier)
    assert MessagePartenaire.objects.count() == 0
    procedure = Procedure.objects.get()
    services.noter_remise_de_la_decision(
        agent, procedure, version=procedure.version, personne_le=procedure.decidee_le, moyen=MOYEN
    )
    message = MessagePartenaire.objects.get()
    assert (message.genre, message.destinataire, message.etat) == ("sanction", "france_travail", "a_transmettre")
    assert message.charge["part"] == "0.30"
    assert message.charge["premier_mois"] == "2026-04"
    assert "Trois ateliers" not in str(message.charge)
    envoye = services.noter_transmission(
        directrice, message, version=message.version, transmis_le=ps.JOUR_DE_DECISION, moyen="Courriel sécurisé"
    )
    assert envoye.etat == EtatMessage.TRANSMIS
    with pytest.raises(RegleViolee, match="déjà noté"):
        services.noter_transmission(
            directrice, envoye, version=envoye.version, transmis_le=ps.JOUR_DE_DECISION, moyen="Courriel"
        )


def test_une_procedure_s_abandonne_par_qui_decide(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.notifiee(regler, agent, directrice, dossier)
    with pytest.raises(NonHabilite):
        services.abandonner(agent, procedure, version=procedure.version, raison="Explications reçues")
    with pytest.raises(RegleViolee, match="pourquoi"):
        services.abandonner(directrice, procedure, version=procedure.version, raison="")
    procedure = services.abandonner(directrice, procedure, version=procedure.version, raison="Explications reçues")
    assert procedure.etat == Etat.ABANDONNEE
    with pytest.raises(RegleViolee, match="abandonnée"):
        decider(directrice, procedure)


def test_une_sanction_retiree_est_dite_a_france_travail_et_ne_compte_plus(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.executoire(regler, agent, directrice, dossier)
    services.retirer_sanction(directrice, procedure, version=procedure.version, raison="Recours gracieux accepté")
    assert set(MessagePartenaire.objects.values_list("genre", flat=True)) == {
        GenreMessage.SANCTION,
        GenreMessage.RETRAIT,
    }
    regler(date(2026, 5, 20))
    suivante = ps.examinee(agent, dossier, le=date(2026, 5, 20))
    assert suivante.rang is not None
    assert suivante.rang["resultat"]["rang"] == "premier"


def test_deux_personnes_a_la_fois(agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler) -> None:
    procedure = ps.notifiee(regler, agent, directrice, dossier)
    regler(ps.JOUR_DE_DECISION)
    vue = procedure.version
    decider(directrice, procedure)
    with pytest.raises(VersionPerimee):
        decider(directrice, Procedure.objects.get(), version=vue)


def test_le_meme_manquement_ne_se_note_pas_deux_fois(agent: Agent, dossier: Dossier) -> None:
    ps.constatee(agent, dossier)
    with pytest.raises(RegleViolee, match="déjà noté") as refus:
        ps.constatee(agent, dossier)
    assert refus.value.champ == "constate_le"


@pytest.mark.parametrize(
    ("champs", "champ", "phrase"),
    [
        ({"le": date(2026, 3, 3)}, "constate_le", "ne se note pas d'avance"),
        ({"le": date(2025, 3, 1)}, "constate_le", "Aucun contrat"),
        ({"le": date(2025, 3, 1), "manquement": "fraude"}, "constate_le", "depuis le 1er juin 2025"),
        ({"manquement": "refus_offres"}, "refus", "combien"),
        ({"manquement": "refus_offres", "refus": 1}, "refus", "commence à 2"),
    ],
)
def test_un_manquement_mal_note_est_refuse(
    agent: Agent, dossier: Dossier, champs: dict[str, Any], champ: str, phrase: str
) -> None:
    with pytest.raises(RegleViolee, match=phrase) as refus:
        ps.constatee(agent, dossier, **champs)
    assert refus.value.champ == champ


def test_les_jours_de_reception_sont_verifies(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.envisagee(regler, agent, directrice, dossier)
    for jour, phrase in ((date(2026, 3, 1), "pas pu être reçu avant"), (date(2026, 3, 3), "d'avance"), (None, "jour")):
        with pytest.raises(RegleViolee, match=phrase):
            services.noter_reception(agent, procedure, version=procedure.version, personne_le=jour, moyen=MOYEN)
    with pytest.raises(RegleViolee, match="date de réception certaine"):
        services.noter_reception(agent, procedure, version=procedure.version, personne_le=CONSTAT, moyen="SMS")


def test_une_suppression_ne_se_leve_pas(agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler) -> None:
    suppression = Mesure("suppression", Decimal(1), 6)
    procedure = ps.executoire(regler, agent, directrice, dossier, manquement=Manquement.FRAUDE, mesure=suppression)
    assert procedure.radiation_mois == 6
    assert {m.genre for m in MessagePartenaire.objects.all()} == {GenreMessage.SANCTION, GenreMessage.RADIATION}
    with pytest.raises(RegleViolee, match="Seule une suspension"):
        services.lever_suspension(directrice, procedure, version=procedure.version, conforme_le=ps.JOUR_DE_DECISION)


def test_sans_conditions_convenues_pas_de_levee(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.executoire(regler, agent, directrice, dossier)
    with pytest.raises(RegleViolee, match="reste à définir"):
        services.lever_suspension(directrice, procedure, version=procedure.version, conforme_le=ps.JOUR_DE_DECISION)


def test_le_contrat_du_jour_est_retenu(agent: Agent, dossier: Dossier) -> None:
    procedure = ps.constatee(agent, dossier)
    assert procedure.contrat == ContratEngagement.objects.get()

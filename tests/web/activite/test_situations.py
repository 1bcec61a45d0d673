"""What an operator sent is corrected by a counsellor; a situation without weekly hours is completed in place."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Fait
from imilo.parcours.activites import selectors
from imilo.parcours.activites.models import SituationNonProfessionnelle
from imilo.parcours.activites.services import SituationRecue, recevoir_situation
from imilo.parcours.dossiers.alertes import alertes
from imilo.parcours.dossiers.models import Categorie, Dossier, Situation
from imilo.parcours.dossiers.services.situations import SituationSaisie, saisir_situation
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.web.activite.objets import LUNDI, ouvrir, texte

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("horloge")]
MARDI = LUNDI + timedelta(days=1)


def recevoir(dossier: Dossier, agent: Agent) -> SituationNonProfessionnelle:
    recue = SituationRecue(LUNDI, MARDI, "EMPLOI", agent.courriel, "Forum")
    return recevoir_situation("cle_api:1", dossier, recue=recue)


def faites(dossier: Dossier, jour: date) -> int:
    with perimetre(dossier.structure_id):
        return selectors.semaines(dossiers=[dossier.pk], du=jour, au=jour)[dossier.pk][0].fait


@pytest.fixture
def snp(dossier: Dossier, agent: Agent) -> SituationNonProfessionnelle:
    """Monday and Tuesday, three hours counted on Tuesday."""
    with perimetre(dossier.structure_id):
        return recevoir(dossier, agent)


@pytest.fixture
def champs(snp: SituationNonProfessionnelle) -> dict[str, Any]:
    return {
        "version": snp.version, "debut": "2026-06-09", "fin": "2026-06-09", "mesure": "SANTE", "minutes": "90",
        "raison": "C'était un rendez-vous médical, la semaine d'avant.",
    }  # fmt: skip


def adresse(snp: SituationNonProfessionnelle) -> str:
    return reverse("web:snp", args=[str(snp.dossier), snp.pk])


def test_une_situation_recue_se_corrige_et_ses_heures_suivent(
    connecte: Client, dossier: Dossier, agent: Agent, snp: SituationNonProfessionnelle, champs: dict[str, Any]
) -> None:
    assert faites(dossier, MARDI) == 180
    assert adresse(snp) in ouvrir(connecte, dossier)
    assert "3 h" in texte(connecte.get(adresse(snp)))
    suite = texte(connecte.post(adresse(snp), champs, follow=True))
    assert "est corrigée" in suite
    assert (faites(dossier, MARDI), faites(dossier, date(2026, 6, 9))) == (0, 90)
    page = texte(connecte.get(adresse(snp)))
    assert "Reçue le" in page
    assert "du 15/06/2026 au 16/06/2026" in page
    assert "C'était un rendez-vous médical" in page
    with perimetre(dossier.structure_id):
        fait = Fait.objects.get(genre="snp.corrigee")
        assert (fait.agent_id, fait.dossier_id, fait.objet_id) == (agent.pk, dossier.pk, snp.pk)
        avant = SituationNonProfessionnelle.pgh_event_model.objects.get(pgh_obj_id=snp.pk)
        assert (avant.minutes, avant.mesure, avant.pgh_context["agent"]) == (180, "EMPLOI", agent.pk)
        assert recevoir(dossier, agent).pk == snp.pk  # sent again, it is found as it was corrected
        assert SituationNonProfessionnelle.objects.count() == 1


@pytest.mark.parametrize(
    ("faux", "phrase"),
    [
        ({"raison": " "}, "Remplissez ce champ"),
        ({"fin": "2026-06-01"}, "La fin de la situation précède son début."),
        ({"fin": "2026-06-20"}, "à venir"),
        ({"debut": "1990-01-01"}, "naissance"),
        ({"minutes": "1441"}, "1440"),
        ({"mesure": "LOISIRS"}, "Choisissez une valeur"),
    ],
)
def test_une_correction_fausse_se_dit_et_ce_qui_est_tape_reste(
    connecte: Client, snp: SituationNonProfessionnelle, champs: dict[str, Any], faux: dict[str, str], phrase: str
) -> None:
    page = texte(connecte.post(adresse(snp), champs | faux), 422)
    assert phrase in page
    assert "C'était un rendez-vous médical" in page or "raison" in faux
    with perimetre(snp.structure_id):
        assert SituationNonProfessionnelle.objects.get().version == 1


def test_deux_corrections_la_seconde_est_prevenue(
    connecte: Client, snp: SituationNonProfessionnelle, champs: dict[str, Any]
) -> None:
    assert connecte.post(adresse(snp), champs).status_code == 302
    page = texte(connecte.post(adresse(snp), champs | {"minutes": "30"}), 409)
    assert "Enregistrer ma version" in page
    assert connecte.post(adresse(snp), champs | {"minutes": "30", "version": 2}).status_code == 302


def test_une_situation_ne_compte_pour_rien_quand_on_le_dit(
    connecte: Client, dossier: Dossier, snp: SituationNonProfessionnelle, champs: dict[str, Any]
) -> None:
    connecte.post(adresse(snp), champs | {"minutes": "0", "raison": "Envoyée pour une autre personne."})
    assert faites(dossier, date(2026, 6, 9)) == 0


def test_la_base_veut_une_raison_et_au_plus_un_jour(
    dossier: Dossier, agent: Agent, snp: SituationNonProfessionnelle
) -> None:
    toutes = SituationNonProfessionnelle.objects.filter(pk=snp.pk)
    with perimetre(dossier.structure_id):
        for faux in ({"raison": "Parce que."}, {"corrigee_par": agent}, {"minutes": 1441}):
            with pytest.raises(IntegrityError), transaction.atomic():
                toutes.update(**faux)


@pytest.mark.parametrize(("profil", "statut"), [(Profil.ACCUEIL, 403), (Profil.CONSEILLER, 200)])
def test_qui_corrige(snp: SituationNonProfessionnelle, profil: Profil, statut: int, autre_structure: Structure) -> None:
    client = Client()
    client.force_login(fabriques.agent(snp.structure, profil))
    assert client.get(adresse(snp)).status_code == statut
    ailleurs = Client()
    ailleurs.force_login(fabriques.agent(autre_structure, profil))
    assert ailleurs.get(adresse(snp)).status_code in (403, 404)


def test_la_situation_d_un_autre_dossier_ne_s_ouvre_pas_par_celui_ci(
    connecte: Client, structure: Structure, agent: Agent, snp: SituationNonProfessionnelle
) -> None:
    """The same profile, another young person."""
    with perimetre(structure.pk):
        autre = fabriques.dossier(structure, agent)
    assert connecte.get(reverse("web:snp", args=[str(autre), snp.pk])).status_code == 404


@pytest.fixture
def formation(dossier: Dossier, agent: Agent) -> Situation:
    """A training since Monday, without its weekly hours."""
    with perimetre(dossier.structure_id):
        return saisir_situation(
            agent, dossier, saisie=SituationSaisie(Categorie.FORMATION, LUNDI, libelle="CAP cuisine <i>")
        )


def messages_d_alerte(dossier: Dossier) -> str:
    with perimetre(dossier.structure_id):
        relu = Dossier.objects.get(pk=dossier.pk)
        return " ".join(a.message for a in alertes(relu, le=aujourd_hui(relu.structure)))


def test_une_situation_sans_heures_se_dit_et_se_complete_sur_place(
    connecte: Client, dossier: Dossier, formation: Situation
) -> None:
    assert "Heures à préciser : Formation, CAP cuisine <i>" in messages_d_alerte(dossier)
    page = ouvrir(connecte, dossier)
    assert "CAP cuisine &lt;i&gt;" in page
    vers = reverse("web:situation-heures", args=[str(dossier), formation.pk])
    assert vers in page
    faux = texte(connecte.post(vers, {"version": 1, "heures_hebdo": "61"}), 422)
    assert "60 ou moins" in faux
    assert 'value="61"' in faux
    assert "Remplissez ce champ" in texte(connecte.post(vers, {"version": 1, "heures_hebdo": ""}), 422)
    suite = texte(connecte.post(vers, {"version": 1, "heures_hebdo": "35"}, follow=True))
    assert vers not in suite
    # 35 h a week, Monday to Friday: five days of seven hours.
    assert faites(dossier, MARDI) == 5 * 7 * 60
    assert "Heures à préciser" not in messages_d_alerte(dossier)
    with perimetre(dossier.structure_id):
        relue = Situation.objects.get(pk=formation.pk)
        assert (relue.heures_hebdo, relue.libelle, relue.version) == (Decimal(35), "CAP cuisine <i>", 2)
        assert Fait.objects.filter(genre="situation.modifiee", objet_id=formation.pk).count() == 1
    perimee = texte(connecte.post(vers, {"version": 1, "heures_hebdo": "20"}), 422)
    assert "modifiée depuis" in perimee


def test_zero_heure_est_une_reponse(connecte: Client, dossier: Dossier, formation: Situation) -> None:
    connecte.post(
        reverse("web:situation-heures", args=[str(dossier), formation.pk]), {"version": 1, "heures_hebdo": "0"}
    )
    assert "Heures à préciser" not in messages_d_alerte(dossier)


@pytest.mark.parametrize(
    ("categorie", "debut", "fin"),
    [
        (Categorie.DEMANDEUR, LUNDI, None),  # counts for no hour
        (Categorie.FORMATION, LUNDI + timedelta(days=14), None),  # to come
        (Categorie.FORMATION, date(2026, 1, 5), date(2026, 3, 1)),  # over before the contract
    ],
)
def test_ce_qui_ne_compte_pas_maintenant_ne_demande_pas_d_heures(  # noqa: PLR0917  # what it is, and its days
    connecte: Client, dossier: Dossier, agent: Agent, categorie: str, debut: date, fin: date | None
) -> None:
    with perimetre(dossier.structure_id):
        saisir_situation(agent, dossier, saisie=SituationSaisie(categorie, debut, fin=fin))
    assert "Heures à préciser" not in messages_d_alerte(dossier)
    assert "Heures à préciser" not in ouvrir(connecte, dossier)


def test_sans_contrat_qui_demande_des_heures_rien_n_est_a_preciser(
    structure: Structure, agent: Agent, formation: Situation
) -> None:
    with perimetre(structure.pk):
        libre = fabriques.dossier(structure, agent)
        saisir_situation(agent, libre, saisie=SituationSaisie(Categorie.FORMATION, LUNDI))
    assert "Heures à préciser" not in messages_d_alerte(libre)

"""A dossier that another structure takes over: asked, answered, what follows the person and what stays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.models import Jeune
from imilo.journal.models import Fait
from imilo.parcours.acces.models import AccesMotive
from imilo.parcours.acces.restrictions import restreindre
from imilo.parcours.agenda.models import RendezVous, StatutRendezVous
from imilo.parcours.dossiers.models import Acte, Dossier, Proposition, Situation, Statut
from imilo.parcours.dossiers.selectors.recherche import rechercher
from imilo.parcours.dossiers.services.acces import demander_dossier
from imilo.parcours.doublons.models import Fusion
from imilo.parcours.doublons.services.fusion import fusionner
from imilo.parcours.doublons.services.separation import refus, separer
from imilo.parcours.fiche.models import CompteBancaire, Foyer, Justificatif, Langue, Ressource
from imilo.parcours.fiche.models import Demande as DemandeDeLaPersonne
from imilo.parcours.fiche.rubriques import PAR_CODE as PAR_RUBRIQUE
from imilo.parcours.fiche.rubriques import RUBRIQUES
from imilo.parcours.fiche.selectors import document_lisible
from imilo.parcours.fiche.services import demandes, donnees
from imilo.parcours.fiche.services.documents import deposer
from imilo.parcours.transferts import selectors
from imilo.parcours.transferts.contenu import CONTENU, PAR_CODE
from imilo.parcours.transferts.models import EtatTransfert, Passation, Transfert
from imilo.parcours.transferts.services import Demande, accepter, annuler_transfert, demander, refuser
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.fichiers import un_pdf
from tests.parcours.doublons.lignes import paire
from tests.parcours.fiche.exemples import EXEMPLES, IBAN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]

TOUT = tuple(PAR_CODE)
PDF = un_pdf()


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    """A dossier with something of each kind that follows, or stays."""
    dossier = fabriques.dossier(
        structure, agent, telephone="+33611223344", niveau_diplome="NIV3", rqth_du=date(2025, 1, 1), courriel="a@b.fr"
    )
    acte = Acte.objects.create(
        dossier=dossier, structure=structure, agent=agent, le=date(2026, 3, 4), duree=30, type="ACCOMPAGNEMENT",
        modalite="INDIVIDUEL", theme="EMPLOI", compte_rendu="Dit en confiance",
    )  # fmt: skip
    commun = {"dossier": dossier, "structure": structure}
    for etat in ("proposee", "realisee"):
        Proposition.objects.create(**commun, acte=acte, theme="EMPLOI", intitule=f"Offre {etat}", etat=etat, le=acte.le)
    Situation.objects.create(**commun, categorie="Emploi", debut=date(2026, 2, 1), libelle="Boulangerie")
    RendezVous.objects.create(
        **commun, agent=agent, debut=timezone.now() + timedelta(days=3), modalite="INDIVIDUEL", duree=30
    )
    return dossier


@pytest.fixture
def accueillante(autre_structure: Structure) -> Agent:
    """A counsellor of the structure that is asked."""
    return fabriques.agent(autre_structure)


def une_demande(cible: Structure, **champs: Any) -> Demande:
    options: dict[str, Any] = {
        "motif": "demenagement",
        "familles": TOUT,
        "accord_le": date(2026, 11, 2),
        "accord_forme": "ecrit",
        **champs,
    }
    return Demande(cible, **options)


def demande(agent: Agent, dossier: Dossier, cible: Structure, **champs: Any) -> Transfert:
    return demander(agent, dossier, demande=une_demande(cible, **champs))


def accepte(qui: Agent, chez: Structure, transfert: Transfert) -> tuple[Dossier, Passation]:
    with perimetre(chez.pk, agent_id=qui.pk):
        return accepter(qui, structure=chez, origine_id=transfert.structure_id, transfert_id=transfert.pk, referent=qui)


def test_the_structure_asked_sees_the_request_and_nothing_of_the_dossier(
    agent: Agent, dossier: Dossier, autre_structure: Structure
) -> None:
    transfert = demande(agent, dossier, autre_structure)
    with perimetre(autre_structure.pk):
        (recu,) = selectors.recus()
        assert not Transfert.objects.exists()
        assert not Dossier.objects.exists()
    assert (recu.transfert_id, recu.personne, recu.origine_nom) == (
        transfert.pk, dossier.jeune.nom_complet, dossier.structure.nom
    )  # fmt: skip
    assert recu.demande_par == str(agent)
    assert recu.transmis[0] == "Téléphones, courriel, adresse"
    assert not recu.deja_ici
    assert "+336" not in repr(recu)
    with perimetre(fabriques.structure().pk):
        assert selectors.recus() == []
    (fait,) = Fait.objects.filter(genre="transfert.demande")
    assert fait.identifiants == {"vers": autre_structure.pk, "familles": len(CONTENU)}


def test_accepted_a_dossier_opens_there_with_what_was_agreed(
    agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure, accueillante: Agent
) -> None:
    nouveau, passation = accepte(accueillante, autre_structure, demande(agent, dossier, autre_structure))
    with perimetre(autre_structure.pk):
        recu = Dossier.objects.get(pk=nouveau.pk)
        assert (recu.jeune_id, recu.referent, recu.statut) == (dossier.jeune_id, accueillante, Statut.ACTIF)
        assert (recu.telephone, recu.niveau_diplome, recu.rqth_du) == ("+33611223344", "NIV3", date(2025, 1, 1))
        assert recu.piece_type == ""
        assert [s.libelle for s in Situation.objects.all()] == ["Boulangerie"]
        assert [p.intitule for p in Proposition.objects.all()] == ["Offre proposee"]
        assert not Acte.objects.exists()
        assert not RendezVous.objects.exists()
        assert passation.copies == {
            "coordonnees": 2, "parcours": 1, "sante_travail": 1, "situations": 1, "propositions": 1
        }  # fmt: skip
        assert Fait.objects.filter(genre="transfert.accepte", dossier_id=nouveau.pk).count() == 1
    # What was done stays where it was done.
    ancien = Dossier.objects.get(pk=dossier.pk)
    assert (ancien.statut, ancien.fin_motif, ancien.fin_le) == (Statut.FIN, "DEMENAGEMENT", aujourd_hui(structure))
    assert ancien.telephone == "+33611223344"
    assert Acte.objects.count() == 1
    assert Proposition.objects.count() == 2
    assert RendezVous.objects.get().statut == StatutRendezVous.ANNULE
    assert Transfert.objects.get().etat == EtatTransfert.ACCEPTE


def remplir_la_fiche(agent: Agent, dossier: Dossier) -> None:
    Jeune.objects.filter(pk=dossier.jeune_id).update(nir_empreinte=b"x" * 32)
    for rubrique in RUBRIQUES:
        if rubrique.code != "nir":  # its state is checked against a number
            donnees.ajouter(agent, dossier, rubrique, valeurs=EXEMPLES[rubrique.code])
    demandes.saisir_demande(agent, dossier, theme="LOGEMENT", texte="Un logement", le=date(2026, 3, 4))
    deposer(agent, dossier, type="diplome", titre="CAP", contenu=PDF, expire_le=date(2027, 3, 4))


def test_the_full_file_follows_the_person(
    agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure, accueillante: Agent
) -> None:
    """What describes the person is there, said to come from the former structure, as old as it was; the rest isn't."""
    Dossier.objects.filter(pk=dossier.pk).update(adresse_commune="37261", adresse_voie="Rue")
    remplir_la_fiche(agent, Dossier.objects.select_related("jeune", "structure").get(pk=dossier.pk))
    CompteBancaire.objects.update(confirme_le=date(2026, 2, 3))
    nouveau, passation = accepte(accueillante, autre_structure, demande(agent, dossier, autre_structure))
    with perimetre(autre_structure.pk):
        recues = {r.code for r in RUBRIQUES if r.modele._default_manager.filter(dossier=nouveau).exists()}
        assert recues == {r.code for r in RUBRIQUES} - {"nir", "prescripteur"}
        compte = CompteBancaire.objects.get()
        assert (compte.iban, compte.confirme_le, compte.confirme_par) == (IBAN, date(2026, 2, 3), None)
        assert (compte.origine, compte.origine_precision) == ("partenaire", structure.nom)
        assert Ressource.objects.get().numero_allocataire == "1234567"
        (justificatif,) = Justificatif.objects.select_related("document")
        assert (justificatif.type, justificatif.expire_le) == ("diplome", date(2027, 3, 4))
        assert bytes(justificatif.document.contenu) == PDF
        assert document_lisible(justificatif.document_id, profil=Profil.ACCUEIL)
        assert [d.texte for d in DemandeDeLaPersonne.objects.all()] == ["Un logement"]
        assert passation.copies["fiche_foyer"] == 3


def test_what_the_new_dossier_says_already_isn_t_doubled(
    agent: Agent, dossier: Dossier, autre_structure: Structure, accueillante: Agent
) -> None:
    for code in ("foyer", "langues"):
        donnees.ajouter(agent, dossier, PAR_RUBRIQUE[code], valeurs=EXEMPLES[code])
    with perimetre(autre_structure.pk, agent_id=accueillante.pk):
        sien = fabriques.dossier(autre_structure, accueillante, jeune=dossier.jeune)
        donnees.ajouter(
            accueillante,
            sien,
            PAR_RUBRIQUE["foyer"],
            valeurs=EXEMPLES["foyer"] | {"situation": "marie", "personnes": 2},
        )
        donnees.ajouter(accueillante, sien, PAR_RUBRIQUE["langues"], valeurs=EXEMPLES["langues"])
    _, passation = accepte(accueillante, autre_structure, demande(agent, dossier, autre_structure))
    with perimetre(autre_structure.pk):
        assert [f.personnes for f in Foyer.objects.all()] == [2]
        assert Langue.objects.count() == 1
    assert {"fiche_foyer", "fiche_formation"} & set(passation.copies) == set()


def test_a_dossier_that_took_another_in_is_transferred(
    agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure, accueillante: Agent
) -> None:
    """The merge stands: its number still leads to the former dossier, in the address and in the search."""
    absorbe = fabriques.dossier(structure, agent)
    Situation.objects.create(dossier=absorbe, structure=structure, categorie="Scolarité", debut=date(2025, 2, 1))
    faite = fusionner(agent, paire(dossier, absorbe), garde_id=dossier.pk)
    nouveau, _ = accepte(accueillante, autre_structure, demande(agent, dossier, autre_structure))
    with perimetre(autre_structure.pk):
        assert Situation.objects.filter(dossier=nouveau).count() == 2
        assert not Fusion.objects.exists()
    with perimetre(structure.pk, agent_id=agent.pk):
        assert demander_dossier(agent, structure=structure, numero=str(absorbe)).pk == dossier.pk
        trouves = rechercher(agent=agent, structure=structure, texte=str(absorbe))
        assert [d.pk for d in trouves.ici] == [dossier.pk]
        assert refus(faite) == ""
        separer(agent, faite)
        assert Situation.objects.get(dossier=absorbe.pk).categorie == "Scolarité"


def test_only_what_was_agreed_leaves(
    agent: Agent, dossier: Dossier, autre_structure: Structure, accueillante: Agent
) -> None:
    transfert = demande(agent, dossier, autre_structure, familles=("situations",))
    nouveau, passation = accepte(accueillante, autre_structure, transfert)
    with perimetre(autre_structure.pk):
        assert Situation.objects.count() == 1
        assert not Proposition.objects.exists()
        assert (nouveau.telephone, nouveau.rqth_du) == ("", None)
    assert passation.brief == []


def test_without_agreement_the_identity_alone(
    agent: Agent, dossier: Dossier, autre_structure: Structure, accueillante: Agent
) -> None:
    transfert = demande(agent, dossier, autre_structure, familles=(), accord_le=None, accord_forme="")
    nouveau, passation = accepte(accueillante, autre_structure, transfert)
    assert (passation.brief, passation.copies) == ([], {})
    with perimetre(autre_structure.pk):
        assert Dossier.objects.get(pk=nouveau.pk).jeune.nom_complet == dossier.jeune.nom_complet
        assert not Situation.objects.exists()


def test_the_brief_says_what_is_open_and_what_was_promised(
    agent: Agent, dossier: Dossier, autre_structure: Structure, accueillante: Agent
) -> None:
    _, passation = accepte(accueillante, autre_structure, demande(agent, dossier, autre_structure))
    parties = {p["titre"]: p["lignes"] for p in passation.brief}
    assert parties["Ce qui a été proposé et reste ouvert"] == ["Offre proposee : proposée, le 04/03/2026"]
    (rendez_vous,) = parties["Rendez-vous à venir"]
    assert f"avec {agent} : annulé par le transfert" in rendez_vous
    assert parties["Allocations en attente"] == ["Rien d'ouvert."]
    assert "Dit en confiance" not in str(passation.brief)


def test_the_former_referent_reads_for_thirty_days(
    agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure, accueillante: Agent
) -> None:
    nouveau, _ = accepte(accueillante, autre_structure, demande(agent, dossier, autre_structure))
    with perimetre(autre_structure.pk):
        (acces,) = AccesMotive.objects.all()
    assert (acces.agent, acces.origine, acces.dossier_id) == (agent, structure, nouveau.pk)
    assert acces.expire_le - acces.ouvert_le == timedelta(days=30)
    assert acces.motif == "transfert"


def test_a_dossier_that_is_there_already_is_woken_and_completed(
    agent: Agent, dossier: Dossier, autre_structure: Structure, accueillante: Agent
) -> None:
    with perimetre(autre_structure.pk):
        deja = fabriques.dossier(
            autre_structure, jeune=dossier.jeune, telephone="+33699887766", statut=Statut.FIN,
            fin_le=date(2025, 6, 1), fin_motif="DEMANDE",
        )  # fmt: skip
        emploi = {"dossier": deja, "structure": autre_structure, "categorie": "Emploi"}
        Situation.objects.create(**emploi, debut=date(2026, 1, 1), libelle="Une autre place")
    transfert = demande(agent, dossier, autre_structure)
    with perimetre(autre_structure.pk):
        assert selectors.recus()[0].deja_ici
    nouveau, passation = accepte(accueillante, autre_structure, transfert)
    with perimetre(autre_structure.pk):
        repris = Dossier.objects.get(pk=nouveau.pk)
        assert repris.pk == deja.pk
        assert (repris.statut, repris.fin_le, repris.referent) == (Statut.ACTIF, None, accueillante)
        assert (repris.telephone, repris.courriel) == ("+33699887766", "a@b.fr")  # blanks only
        # Two jobs at once can't stand: theirs is kept, ours stays in the former dossier.
        assert [s.libelle for s in Situation.objects.all()] == ["Une autre place"]
    assert "situations" not in passation.copies


def test_asked_twice_at_once(agent: Agent, dossier: Dossier, autre_structure: Structure) -> None:
    demande(agent, dossier, autre_structure)
    with pytest.raises(RegleViolee, match="attend déjà une réponse"):
        demande(agent, dossier, fabriques.structure())


def test_answered_once(agent: Agent, dossier: Dossier, autre_structure: Structure, accueillante: Agent) -> None:
    transfert = demande(agent, dossier, autre_structure)
    accepte(accueillante, autre_structure, transfert)
    with pytest.raises(RegleViolee, match="n'attend plus de réponse : accepté par"):
        accepte(accueillante, autre_structure, transfert)
    with pytest.raises(RegleViolee, match="n'attend plus de réponse"):
        annuler_transfert(agent, transfert)
    with perimetre(autre_structure.pk):
        assert Dossier.objects.count() == 1
        assert Passation.objects.count() == 1


def test_cancelled_it_can_t_be_accepted_then_asked_again(
    agent: Agent, dossier: Dossier, autre_structure: Structure, accueillante: Agent
) -> None:
    transfert = demande(agent, dossier, autre_structure)
    annuler_transfert(agent, transfert)
    with perimetre(autre_structure.pk):
        assert selectors.recus() == []
    with pytest.raises(RegleViolee, match="annulé"):
        accepte(accueillante, autre_structure, transfert)
    assert Dossier.objects.get(pk=dossier.pk).statut == Statut.ACTIF
    assert demande(agent, dossier, autre_structure).pk != transfert.pk


def refuse(qui: Agent, chez: Structure, transfert: Transfert, reponse: str) -> None:
    with perimetre(chez.pk, agent_id=qui.pk):
        refuser(qui, structure=chez, origine_id=transfert.structure_id, transfert_id=transfert.pk, reponse=reponse)


def test_refused_with_a_reason(agent: Agent, dossier: Dossier, autre_structure: Structure, accueillante: Agent) -> None:
    transfert = demande(agent, dossier, autre_structure)
    with pytest.raises(RegleViolee) as erreur:
        refuse(accueillante, autre_structure, transfert, "non")
    assert erreur.value.champ == "reponse"
    refuse(accueillante, autre_structure, transfert, "La personne n'habite pas notre secteur.")
    stocke = Transfert.objects.get()
    assert (stocke.etat, stocke.repondu_par) == (EtatTransfert.REFUSE, accueillante)
    assert Dossier.objects.get(pk=dossier.pk).statut == Statut.ACTIF
    assert Fait.objects.filter(genre="transfert.refuse", agent_id=accueillante.pk).count() == 1


def test_who_may_ask(structure: Structure, dossier: Dossier, directrice: Agent, autre_structure: Structure) -> None:
    collegue, accueil = fabriques.agent(structure), fabriques.agent(structure, Profil.ACCUEIL)
    for qui in (collegue, accueil, fabriques.agent(autre_structure)):
        with pytest.raises(NonHabilite):
            demande(qui, dossier, autre_structure)
    assert demande(directrice, dossier, autre_structure)


def test_who_may_answer(agent: Agent, dossier: Dossier, autre_structure: Structure) -> None:
    transfert = demande(agent, dossier, autre_structure)
    with pytest.raises(NonHabilite):
        accepte(fabriques.agent(autre_structure, Profil.ACCUEIL), autre_structure, transfert)
    tiers = fabriques.structure()
    with pytest.raises(RegleViolee, match="pas adressée"):
        accepte(fabriques.agent(tiers), tiers, transfert)
    with pytest.raises(RegleViolee, match="pas adressée"):
        refuse(fabriques.agent(tiers), tiers, transfert, "Nous n'en voulons pas ici.")


def test_the_new_referent_accompanies_there(agent: Agent, dossier: Dossier, autre_structure: Structure) -> None:
    transfert = demande(agent, dossier, autre_structure)
    direction = fabriques.agent(autre_structure, Profil.DIRECTION)
    with perimetre(autre_structure.pk), pytest.raises(RegleViolee) as erreur:
        accepter(
            direction, structure=autre_structure, origine_id=dossier.structure_id, transfert_id=transfert.pk,
            referent=agent,
        )  # fmt: skip
    assert erreur.value.champ == "referent"
    assert Dossier.objects.get(pk=dossier.pk).statut == Statut.ACTIF


@pytest.mark.parametrize(
    ("champ", "champs"),
    [
        ("motif", {"motif": "envie"}),
        ("precision", {"motif": "autre", "precision": "parce"}),
        ("familles", {"familles": ("nir",)}),
        ("accord_le", {"accord_le": None}),
        ("accord_le", {"accord_forme": ""}),
        ("accord_le", {"accord_le": date(2090, 1, 1)}),
    ],
)
def test_what_is_refused_says_where(
    agent: Agent, dossier: Dossier, autre_structure: Structure, champ: str, champs: dict[str, Any]
) -> None:
    with pytest.raises(RegleViolee) as erreur:
        demande(agent, dossier, autre_structure, **champs)
    assert erreur.value.champ == champ


def test_what_can_t_leave(agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure) -> None:
    for cible in (structure, fabriques.structure(active=False)):
        with pytest.raises(RegleViolee) as erreur:
            demande(agent, dossier, cible)
        assert erreur.value.champ == "cible"
    fini = fabriques.dossier(structure, agent, statut=Statut.FIN, fin_le=date(2026, 1, 1), fin_motif="AGE")
    with pytest.raises(RegleViolee, match="a pris fin"):
        demande(agent, fini, autre_structure)


def test_a_restricted_dossier_stays(
    agent: Agent, dossier: Dossier, directrice: Agent, autre_structure: Structure, accueillante: Agent
) -> None:
    transfert = demande(agent, dossier, autre_structure)
    au = aujourd_hui(dossier.structure) + timedelta(days=9)
    restreindre(directrice, dossier, agents=[agent.pk], motif="proche", au=au)
    with pytest.raises(RegleViolee, match="restreint"):
        accepte(accueillante, autre_structure, transfert)
    assert Transfert.objects.get().etat == EtatTransfert.DEMANDE
    annuler_transfert(agent, transfert)
    with pytest.raises(RegleViolee, match="restreint"):
        demande(agent, dossier, autre_structure)

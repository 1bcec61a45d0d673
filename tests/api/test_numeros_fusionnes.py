"""The number of a merged dossier, asked over the operator contract: the same person under the number that was kept."""

from __future__ import annotations

from django.test import Client

from imilo.acteurs.cles_api import creer_cle
from imilo.acteurs.models import FamilleApi, Structure
from imilo.journal.models import Consultation
from imilo.parcours.doublons.services.fusion import fusionner
from imilo.parcours.doublons.services.separation import separer
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.api.test_dossiers import JUSTIFIE, lire
from tests.parcours.doublons.lignes import paire


def test_the_old_number_answers_with_the_kept_dossier(
    client: Client, structure: Structure, autre_structure: Structure
) -> None:
    agent = fabriques.agent(structure)
    cle, ailleurs = (
        creer_cle(None, famille=FamilleApi.DOSSIER, nom="Application CEJ", structure=s)[1]
        for s in (structure, autre_structure)
    )
    with perimetre(structure.pk):
        garde = fabriques.dossier(structure, jeune_nom_naissance="Ndiaye", **JUSTIFIE)
        absorbe = fabriques.dossier(structure, jeune_nom_naissance="N'Diaye", **JUSTIFIE)
        fusion = fusionner(agent, paire(garde, absorbe), garde_id=garde.pk)
    ancien, actuel = lire(client, absorbe.numero, cle), lire(client, garde.numero, cle)
    assert ancien.status_code == 200
    assert ancien.json() == actuel.json()
    assert (ancien.json()["idDossier"], ancien.json()["nomNaissance"]) == (garde.numero, "Ndiaye")
    assert lire(client, absorbe.numero, ailleurs).status_code == 404
    with perimetre(structure.pk):
        assert set(Consultation.objects.values_list("genre", "dossier_id")) == {("sue", garde.pk)}
        separer(agent, fusion)
    assert lire(client, absorbe.numero, cle).json()["nomNaissance"] == "N'Diaye"

"""Personal links: what a token, a code and a half hour open, and what they don't."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.journal.models import Fait
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.liens import genres, services
from imilo.parcours.liens.genres import GenreDeLien
from imilo.parcours.liens.models import Destinataire, LienPersonnel
from imilo.parcours.liens.selectors import liens_du_dossier, resoudre
from imilo.parcours.messagerie.models import MessageSortant
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]

ESSAI = GenreDeLien("essai", "Lire une page d'essai", vue="jeune_porte", duree=timedelta(days=2))


@pytest.fixture(autouse=True)
def genre(monkeypatch: pytest.MonkeyPatch) -> GenreDeLien:
    monkeypatch.setitem(genres._genres, "essai", ESSAI)
    return ESSAI


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(structure, agent, telephone="+33612345678", courriel="lou@exemple.fr")


def textes() -> list[str]:
    """What was written, oldest first."""
    return [m.corps for m in MessageSortant.objects.order_by("pk")]


def jeton_recu() -> str:
    trouve = re.search(r"/l/([\w-]+)$", textes()[-1])
    assert trouve is not None
    return trouve[1]


def code_recu() -> str:
    trouve = re.match(r"(\d{6}) ", textes()[-1])
    assert trouve is not None
    return trouve[1]


def plus_tard(monkeypatch: pytest.MonkeyPatch, **duree: int) -> None:
    instant = timezone.now() + timedelta(**duree)
    monkeypatch.setattr(timezone, "now", lambda: instant)


def test_the_link_leaves_by_sms_and_only_its_hash_is_kept(agent: Agent, dossier: Dossier) -> None:
    lien = services.envoyer_lien(agent, dossier, genre="essai", objet_id=7)
    message = MessageSortant.objects.get()
    assert (message.canal, message.destinataire) == ("sms", "+33612345678")
    assert message.corps.startswith(f"{dossier.structure} : lire une page d'essai. http://127.0.0.1:8000/l/")
    jeton = jeton_recu()
    with connection.cursor() as curseur:
        curseur.execute("SELECT l::text || m::text FROM liens_lienpersonnel l, messagerie_messagesortant m")
        brut = curseur.fetchone()[0]
    assert jeton not in brut
    assert "612345678" not in brut
    adresse = resoudre(jeton)
    assert adresse is not None
    assert (adresse.lien_id, adresse.dossier_id, adresse.structure_id) == (lien.pk, dossier.pk, dossier.structure_id)
    fait = Fait.objects.get(genre="lien.envoye")
    assert fait.identifiants == {"pour": "essai", "canal": "sms", "destinataire": "jeune"}


@pytest.mark.parametrize("jeton", ["", " ", "x", "é" * 400, "' OR 1=1"])
def test_a_token_that_nobody_gave_leads_nowhere(agent: Agent, dossier: Dossier, jeton: str) -> None:
    services.envoyer_lien(agent, dossier, genre="essai")
    assert resoudre(jeton) is None


def test_without_a_perimeter_the_token_gives_numbers_and_nothing_else(agent: Agent, dossier: Dossier) -> None:
    services.envoyer_lien(agent, dossier, genre="essai")
    jeton = jeton_recu()
    with perimetre(None):
        assert resoudre(jeton) is not None
        assert not LienPersonnel.objects.exists()


def test_the_right_code_opens_half_an_hour(agent: Agent, dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    lien = services.envoyer_code(services.envoyer_lien(agent, dossier, genre="essai"))
    code = code_recu()
    ouverture = services.verifier_code(lien, f"{code[:3]} {code[3:]}")
    lien.refresh_from_db()
    assert services.session_valable(lien, ouverture.session)
    assert not services.session_valable(lien, ouverture.session[:-1])
    assert not services.session_valable(lien, "")
    assert Fait.objects.get(genre="lien.ouvert").acteur == f"lien:{lien.pk}"
    assert services.verifier_code(lien, code).refus == "Ce code n'est plus valable. Demandez-en un nouveau."
    plus_tard(monkeypatch, minutes=30)
    assert not services.session_valable(lien, ouverture.session)


def test_five_tries_then_another_code(agent: Agent, dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    lien = services.envoyer_code(services.envoyer_lien(agent, dossier, genre="essai"))
    bon = code_recu()
    faux = "000000" if bon != "000000" else "111111"
    refus = [services.verifier_code(lien, faux).refus for _ in range(5)]
    assert refus[0] == "Ce n'est pas le bon code. Il vous reste 4 essais."
    assert refus[3] == "Ce n'est pas le bon code. Il vous reste 1 essai."
    assert refus[4] == "Ce code a été faux trop de fois. Demandez-en un nouveau."
    assert services.verifier_code(lien, bon).session == ""
    assert Fait.objects.filter(genre="lien.code_refuse").count() == 6
    with pytest.raises(RegleViolee, match="attendez une minute"):
        services.envoyer_code(lien)
    plus_tard(monkeypatch, minutes=1)
    services.envoyer_code(lien)
    assert services.verifier_code(lien, code_recu()).session


def test_a_code_too_short_is_not_a_try(agent: Agent, dossier: Dossier) -> None:
    lien = services.envoyer_code(services.envoyer_lien(agent, dossier, genre="essai"))
    assert "6 chiffres" in services.verifier_code(lien, "12").refus
    lien.refresh_from_db()
    assert lien.code_essais == 0


def test_a_code_lives_ten_minutes(agent: Agent, dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    lien = services.envoyer_code(services.envoyer_lien(agent, dossier, genre="essai"))
    code = code_recu()
    plus_tard(monkeypatch, minutes=10, seconds=1)
    assert "plus valable" in services.verifier_code(lien, code).refus


def test_five_codes_for_one_link(agent: Agent, dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    lien = services.envoyer_lien(agent, dossier, genre="essai")
    for _ in range(5):
        services.envoyer_code(lien)
        plus_tard(monkeypatch, minutes=2)
    with pytest.raises(RegleViolee, match="Demandez un nouveau lien"):
        services.envoyer_code(lien)


def test_the_code_of_a_link_does_not_open_another(agent: Agent, dossier: Dossier) -> None:
    un = services.envoyer_lien(agent, dossier, genre="essai", objet_id=1)
    autre = services.envoyer_code(services.envoyer_lien(agent, dossier, genre="essai", objet_id=2))
    services.envoyer_code(un)
    assert services.verifier_code(autre, code_recu()).session == "" or code_recu() == textes()[-2][:6]
    session = services.verifier_code(un, code_recu()).session
    autre.refresh_from_db()
    assert session
    assert not services.session_valable(autre, session)


def test_a_new_link_closes_the_one_before(agent: Agent, dossier: Dossier) -> None:
    premier = services.envoyer_lien(agent, dossier, genre="essai", objet_id=1)
    ailleurs = services.envoyer_lien(agent, dossier, genre="essai", objet_id=2)
    second = services.envoyer_lien(agent, dossier, genre="essai", objet_id=1)
    ouvrables = {lien.pk for lien in liens_du_dossier(dossier=dossier) if services.ouvrable(lien)}
    assert ouvrables == {ailleurs.pk, second.pk}
    with pytest.raises(RegleViolee, match="plus valable"):
        services.envoyer_code(premier)


def test_the_representative_and_the_young_person_have_their_own(agent: Agent, dossier: Dossier) -> None:
    sien = services.envoyer_lien(agent, dossier, genre="essai")
    contact = services.Contact("courriel", "mere@exemple.fr", nom="Ana LIMA")
    du_parent = services.envoyer_lien(agent, dossier, genre="essai", contact=contact)
    assert du_parent.destinataire == Destinataire.REPRESENTANT
    assert MessageSortant.objects.order_by("pk").last() is not None
    assert [m.destinataire for m in MessageSortant.objects.order_by("pk")] == ["+33612345678", "mere@exemple.fr"]
    sien.refresh_from_db()
    assert services.ouvrable(sien)


@pytest.mark.parametrize(
    ("champs", "canal", "attendu"),
    [
        ({"telephone": "+33247000000", "courriel": ""}, "", "ni téléphone mobile ni adresse électronique"),
        ({"telephone": "", "courriel": "lou@exemple.fr"}, "sms", "pas de téléphone mobile"),
        ({"telephone": "+33612345678", "courriel": ""}, "courriel", "pas d'adresse électronique"),
        ({"telephone": "+33612345678", "courriel": ""}, "pigeon", "ni téléphone mobile ni adresse"),
    ],
)
def test_whom_nobody_can_reach(
    structure: Structure, agent: Agent, champs: dict[str, Any], canal: str, attendu: str
) -> None:
    dossier = fabriques.dossier(structure, agent, **champs)
    with pytest.raises(RegleViolee, match=attendu):
        services.contact_de(dossier, canal)


def test_each_act_starts_the_half_hour_again_two_hours_at_most(
    agent: Agent, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    lien = services.envoyer_code(services.envoyer_lien(agent, dossier, genre="essai"))
    session = services.verifier_code(lien, code_recu()).session
    lien.refresh_from_db()
    debut = timezone.now()
    services.prolonger_session(lien)  # at once: not worth a write
    for minutes, jusqu_a in ((25, 55), (50, 80), (75, 105), (100, 120), (118, 120)):
        instant = debut + timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda instant=instant: instant)
        assert services.session_valable(lien, session), minutes
        services.prolonger_session(lien)
        lien.refresh_from_db()
        assert lien.session_expire_le is not None
        ecart = lien.session_expire_le - (debut + timedelta(minutes=jusqu_a))
        assert abs(ecart) < timedelta(seconds=30), minutes
    monkeypatch.setattr(timezone, "now", lambda: debut + timedelta(minutes=120, seconds=1))
    assert not services.session_valable(lien, session)
    avant = LienPersonnel.objects.get(pk=lien.pk)
    services.fermer_session(lien)
    services.prolonger_session(avant)  # read before it was closed: it stays closed
    lien.refresh_from_db()
    assert (lien.session_empreinte, lien.session_expire_le, lien.session_limite_le) == (None, None, None)


def test_revoked_it_opens_nothing_even_an_open_half_hour(agent: Agent, dossier: Dossier) -> None:
    lien = services.envoyer_code(services.envoyer_lien(agent, dossier, genre="essai"))
    session = services.verifier_code(lien, code_recu()).session
    services.revoquer(agent, lien)
    services.revoquer(agent, lien)
    lien.refresh_from_db()
    assert not services.ouvrable(lien)
    assert not services.session_valable(lien, session)
    assert Fait.objects.filter(genre="lien.revoque").count() == 1


def test_once_is_once(agent: Agent, dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    une_fois = GenreDeLien("essai", "Signer", vue="jeune_porte", une_fois=True)
    lien = services.envoyer_lien(agent, dossier, genre="essai")
    services.utiliser(lien)
    lien.refresh_from_db()
    assert services.ouvrable(lien)
    monkeypatch.setitem(genres._genres, "essai", une_fois)
    assert not services.ouvrable(lien)


def test_rolled_back_nothing_is_sent(agent: Agent, dossier: Dossier) -> None:
    class Panne(Exception):
        pass

    def envoyer_puis_tomber() -> None:
        with perimetre(dossier.structure_id):
            services.envoyer_lien(agent, dossier, genre="essai")
            raise Panne

    with pytest.raises(Panne):
        envoyer_puis_tomber()
    assert not MessageSortant.objects.exists()
    with connection.cursor() as curseur:
        curseur.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'messagerie_envoyer'")
        assert curseur.fetchone() == (0,)

"""Messages that leave: once at most, in the transaction of what they say, with their secrets masked."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx
from django.core import mail
from django.db import connection
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.journal.models import Fait
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.messagerie import services
from imilo.parcours.messagerie.expediteurs import CourrielSmtp, NonParti, PasserelleSms, Pli, Refuse
from imilo.parcours.messagerie.models import EtatMessage, MessageSortant
from imilo.parcours.messagerie.selectors import adresses, messages_du_dossier
from imilo.parcours.messagerie.sources import alertes_du_dossier, entrees
from imilo.socle.erreurs import RegleViolee
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(structure, agent, telephone="+33612345678", courriel="lou@exemple.fr")


def ecrit(dossier: Dossier, **champs: Any) -> MessageSortant:
    options = {
        "canal": "sms", "adresse": "+33612345678", "genre": "rappel", "objet": "Rappel", "corps": "À demain 10 h.",
    }  # fmt: skip
    return services.ecrire(None, dossier, **{**options, **champs})


class Transporteur:
    """A sender whose answer is chosen; it counts what it was given."""

    def __init__(self, reponse: Callable[[Pli], str]) -> None:
        self.reponse, self.plis = reponse, list[Pli]()

    def pret(self) -> str:
        return ""

    def expedier(self, pli: Pli) -> str:
        self.plis.append(pli)
        return self.reponse(pli)


def remplacer(monkeypatch: pytest.MonkeyPatch, reponse: Callable[[Pli], str]) -> Transporteur:
    transporteur = Transporteur(reponse)
    monkeypatch.setattr(services, "expediteur", lambda canal: transporteur)
    return transporteur


def lever(erreur: Exception) -> Callable[[Pli], str]:
    def reponse(pli: Pli) -> str:
        raise erreur

    return reponse


def en_file() -> list[tuple[int, bool]]:
    """Jobs of the queue: the message, and whether it waits for a later instant."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT (args->>'message_id')::bigint, scheduled_at IS NOT NULL FROM procrastinate_jobs "
            "WHERE task_name = 'messagerie_envoyer' ORDER BY id"
        )
        return list(curseur.fetchall())


def test_it_is_queued_with_what_it_says_and_leaves_once(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    transporteur = remplacer(monkeypatch, lambda pli: "ref-1")
    message = ecrit(dossier)
    assert en_file() == [(message.pk, False)]
    assert services.partir(message.pk, dossier.structure_id) == EtatMessage.ENVOYE
    assert services.partir(message.pk, dossier.structure_id) == EtatMessage.ENVOYE
    assert transporteur.plis == [Pli("+33612345678", "Rappel", "À demain 10 h.", f"imilo-{message.pk}")]
    message.refresh_from_db()
    assert (message.reference, message.tentatives) == ("ref-1", 1)
    assert message.envoye_le is not None
    assert Fait.objects.filter(genre="message.envoye", objet_id=message.pk, dossier_id=dossier.pk).count() == 1
    assert messages_du_dossier(dossier=dossier) == [message]


def test_stopped_between_the_attempt_and_the_answer_it_does_not_leave_again(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tue(BaseException):
        """What a kill looks like from inside: nothing catches it."""

    def mourir(pli: Pli) -> str:
        raise Tue

    transporteur = remplacer(monkeypatch, mourir)
    message = ecrit(dossier)
    with pytest.raises(Tue):
        services.partir(message.pk, dossier.structure_id)
    message.refresh_from_db()
    assert message.etat == EtatMessage.EN_COURS
    assert services.partir(message.pk, dossier.structure_id) == EtatMessage.INCERTAIN
    assert len(transporteur.plis) == 1


def test_an_answer_that_says_nothing_clear_is_not_tried_again(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    transporteur = remplacer(monkeypatch, lever(httpx.ReadTimeout("…")))
    message = ecrit(dossier)
    assert services.partir(message.pk, dossier.structure_id) == EtatMessage.INCERTAIN
    assert services.partir(message.pk, dossier.structure_id) == EtatMessage.INCERTAIN
    assert len(transporteur.plis) == 1


def test_what_surely_did_not_leave_is_tried_five_times(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    transporteur = remplacer(monkeypatch, lever(NonParti("la passerelle de SMS ne répond pas")))
    message = ecrit(dossier)
    etats = [services.partir(message.pk, dossier.structure_id) for _ in range(5)]
    assert etats == [EtatMessage.EN_ATTENTE] * 4 + [EtatMessage.ECHEC]
    assert len(transporteur.plis) == 5
    assert en_file() == [(message.pk, False)] + [(message.pk, True)] * 4
    message.refresh_from_db()
    assert message.raison == "la passerelle de SMS ne répond pas"


def test_refused_for_good(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    remplacer(monkeypatch, lever(Refuse("cette adresse est refusée")))
    message = ecrit(dossier)
    assert services.partir(message.pk, dossier.structure_id) == EtatMessage.ECHEC
    assert Fait.objects.get(genre="message.echoue").identifiants == {"etat": "echec"}


def test_too_late_it_stays(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    transporteur = remplacer(monkeypatch, lambda pli: "")
    message = ecrit(dossier, perime_le=timezone.now() - timedelta(seconds=1))
    assert services.partir(message.pk, dossier.structure_id) == EtatMessage.PERIME
    assert transporteur.plis == []


def test_a_secret_is_masked_once_it_has_left(dossier: Dossier, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.BOITE_VISIBLE = False
    transporteur = remplacer(monkeypatch, lambda pli: "")
    message = ecrit(dossier, corps="123456 est votre code.", secret="123456")
    services.partir(message.pk, dossier.structure_id)
    message.refresh_from_db()
    assert transporteur.plis[0].corps == "123456 est votre code."
    assert (message.corps, message.secret) == ("•••••• est votre code.", "")


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"adresse": ""}, "pas de numéro de téléphone"),
        ({"canal": "courriel", "adresse": ""}, "pas d'adresse électronique"),
        ({"corps": "é" * 481}, "480 signes au plus : celui-ci en a 481"),
    ],
)
def test_what_cannot_be_written(dossier: Dossier, champs: dict[str, str], attendu: str) -> None:
    with pytest.raises(RegleViolee, match=attendu):
        ecrit(dossier, **champs)
    assert not MessageSortant.objects.exists()


def test_a_channel_that_is_not_set_up_says_so_at_once(dossier: Dossier, settings: Any) -> None:
    chemin = "imilo.parcours.messagerie.expediteurs"
    settings.EXPEDITEURS = {"sms": f"{chemin}.PasserelleSms", "courriel": f"{chemin}.CourrielSmtp"}
    with pytest.raises(RegleViolee, match="IMILO_SMS_URL"):
        ecrit(dossier)
    with pytest.raises(RegleViolee, match="IMILO_SMTP"):
        ecrit(dossier, canal="courriel", adresse="lou@exemple.fr")


def test_whom_an_sms_can_reach(structure: Structure, agent: Agent) -> None:
    fixe = fabriques.dossier(structure, agent, telephone="+33247000000", telephone_2="+33612345678")
    assert adresses(fixe) == {"sms": "+33612345678"}
    assert adresses(fabriques.dossier(structure, agent, telephone="+33247000000")) == {}
    assert adresses(fabriques.dossier(structure, agent, courriel="a@b.fr")) == {"courriel": "a@b.fr"}
    assert adresses(fabriques.dossier(structure, agent, telephone="+262692123456")) == {"sms": "+262692123456"}


PLI = Pli("+33612345678", "Rappel", "À demain.", "imilo-7")


@pytest.fixture
def passerelle(settings: Any) -> PasserelleSms:
    settings.SMS_ADRESSE, settings.SMS_JETON = "https://sms.exemple.fr/envois", "jeton"
    return PasserelleSms()


@respx.mock
def test_the_gateway_receives_what_is_documented(passerelle: PasserelleSms) -> None:
    route = respx.post("https://sms.exemple.fr/envois").respond(201, json={"id": "abc"})
    assert passerelle.pret() == ""
    assert passerelle.expedier(PLI) == "abc"
    requete = route.calls.last.request
    assert requete.headers["Authorization"] == "Bearer jeton"
    assert requete.headers["Idempotency-Key"] == "imilo-7"
    assert httpx.Response(200, content=requete.content).json() == {
        "to": "+33612345678", "text": "À demain.", "reference": "imilo-7",
    }  # fmt: skip


@respx.mock
@pytest.mark.parametrize(
    ("reponse", "erreur"),
    [
        (httpx.Response(429), NonParti),
        (httpx.Response(503), NonParti),
        (httpx.Response(400), Refuse),
        (httpx.Response(500), httpx.HTTPStatusError),
        (httpx.ConnectError("refused"), NonParti),
        (httpx.ReadTimeout("slow"), httpx.ReadTimeout),
    ],
)
def test_what_the_gateway_s_answers_mean(
    passerelle: PasserelleSms, reponse: httpx.Response | Exception, erreur: type[Exception]
) -> None:
    route = respx.post("https://sms.exemple.fr/envois")
    if isinstance(reponse, Exception):
        route.mock(side_effect=reponse)
    else:
        route.mock(return_value=reponse)
    with pytest.raises(erreur):
        passerelle.expedier(PLI)


@respx.mock
def test_a_body_that_cannot_be_read_was_taken_all_the_same(passerelle: PasserelleSms) -> None:
    respx.post("https://sms.exemple.fr/envois").respond(200, text="OK")
    assert passerelle.expedier(PLI) == ""


def test_an_e_mail_is_plain_text(settings: Any) -> None:
    settings.EMAIL_HOST = "smtp.exemple.fr"
    assert CourrielSmtp().pret() == ""
    CourrielSmtp().expedier(Pli("lou@exemple.fr", "Signer votre contrat", "Bonjour", "imilo-9"))
    (parti,) = mail.outbox
    assert (parti.to, parti.subject, parti.body) == (["lou@exemple.fr"], "Signer votre contrat", "Bonjour")
    assert parti.extra_headers["Message-ID"] == "<imilo-9@imilo>"


@pytest.mark.parametrize(
    ("erreur", "attendue"),
    [
        (smtplib.SMTPRecipientsRefused({}), Refuse),
        (ConnectionRefusedError(), NonParti),
        (smtplib.SMTPServerDisconnected(), smtplib.SMTPServerDisconnected),
    ],
)
def test_what_the_mail_server_s_errors_mean(
    monkeypatch: pytest.MonkeyPatch, erreur: Exception, attendue: type[Exception]
) -> None:
    def envoyer(*args: Any, **kwargs: Any) -> None:
        raise erreur

    monkeypatch.setattr("imilo.parcours.messagerie.expediteurs.EmailMessage.send", envoyer)
    with pytest.raises(attendue):
        CourrielSmtp().expedier(PLI)


def test_the_dossier_tells_what_was_written_and_whether_it_left(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    remplacer(monkeypatch, lever(Refuse("cette adresse est refusée")))
    refuse = ecrit(dossier, objet="Rappel de rendez-vous")
    services.partir(refuse.pk, dossier.structure_id)
    ecrit(dossier, genre="code", objet="Votre code", corps="123456 est votre code.")
    (entree,) = entrees(dossier)
    assert entree.titre == "SMS : Rappel de rendez-vous (pas parti : cette adresse est refusée)"
    assert (entree.genre, entree.detail) == ("messages", "")
    (alerte,) = alertes_du_dossier(dossier, timezone.localdate())
    assert "cette adresse est refusée" in alerte.message
    assert "vérifiez le numéro de mobile" in alerte.message
    assert alerte.lien is not None
    assert alerte.lien.vue == "dossier-coordonnees"
    courriel = ecrit(dossier, canal="courriel", adresse="lou@exemple.fr")
    MessageSortant.objects.filter(pk=courriel.pk).update(etat=EtatMessage.INCERTAIN)
    toutes = [a.message for a in alertes_du_dossier(dossier, timezone.localdate())]
    assert len(toutes) == 2
    assert "demandez à la personne" in toutes[0]
    remplacer(monkeypatch, lambda pli: "ref")
    services.partir(ecrit(dossier).pk, dossier.structure_id)  # a later SMS left: only the e-mail is still told
    (reste,) = alertes_du_dossier(dossier, timezone.localdate())
    assert "Courriel" in reste.message
    MessageSortant.objects.update(cree_le=timezone.now() - timedelta(days=31))
    assert list(alertes_du_dossier(dossier, timezone.localdate())) == []

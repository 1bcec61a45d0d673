"""Before deciding: the person is told of the facts and of the sanction thought of, and answers (R. 5412-7)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.droit.decision import Decision, vers_json
from imilo.droit.sanction import ResultatQuantum
from imilo.journal.services import consigner
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import GenreDocument
from imilo.parcours.sanctions import faits, pdf, personnes
from imilo.parcours.sanctions.etats import Etat
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import Procedure
from imilo.parcours.sanctions.services.commun import (
    exiger_pouvoir,
    exiger_texte,
    garder,
    passer,
    reprendre_procedure,
    suivre,
    verifier_moyen,
    verifier_passe,
)
from imilo.socle.erreurs import RegleViolee


def verifier_mesure(procedure: Procedure, mesure: Mesure, *, rang: str, le: date) -> Decision[ResultatQuantum]:
    """What the law says of this measure. Raises `RegleViolee` when it isn't one that may be pronounced here."""
    quantum = faits.decider_quantum(procedure, rang=rang, le=le, mesure=mesure)
    if quantum.resultat["competente"] is False:
        raise RegleViolee("Pour ce manquement, la loi ne donne rien à prononcer à la mission locale.", "nature")
    if quantum.resultat["conforme"] is None:
        raise RegleViolee(" ".join(m.phrase for m in quantum.motifs if m.satisfait is None), "fin_le")
    if not quantum.resultat["conforme"]:
        permises = " ".join(m.phrase for m in quantum.motifs if m.satisfait and m.code.endswith(_OBJETS))
        raise RegleViolee(f"Le texte ne permet pas cette sanction. Il permet : {permises}", "nature")
    return quantum


_OBJETS = ("_allocation", "_inscription")


@transaction.atomic
def envisager_sanction(agent: Agent, procedure: Procedure, *, version: int, mesure: Mesure) -> Procedure:
    """Tell the person what is held against them and the sanction thought of: its letter. Fact `sanction.envisagee`.

    R. 5412-7: the one who may pronounce it says so beforehand. Raises `NonHabilite`, `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.CONSTATE,))
    dossier = stockee.dossier
    le = aujourd_hui(dossier.structure)
    pouvoir = exiger_pouvoir(agent, stockee, le=le)
    if stockee.rang is None or stockee.motif_legitime is None:
        raise RegleViolee("Examinez d'abord la raison donnée et la situation de la personne.")
    rang = faits.decider_rang(stockee, le=le)
    quantum = verifier_mesure(stockee, mesure, rang=rang.resultat["rang"] or "premier", le=le)
    stockee.rang, stockee.quantum = vers_json(rang), vers_json(quantum)
    stockee.envisagee_nature, stockee.envisagee_part = mesure.nature, mesure.part
    stockee.envisagee_mois, stockee.envisagee_fin_le = mesure.mois, mesure.fin_le
    stockee.envisagee_le, stockee.envisagee_par, stockee.envisagee_pouvoir = le, agent, pouvoir.mention
    stockee.mineur = personnes.est_mineur(stockee, le=le)
    stockee.protege = personnes.est_protege(dossier, le=le)
    if stockee.represente:
        stockee.representants = "\n".join(d.nom for d in personnes.representants(dossier, le=le))
        if not stockee.representants:
            raise RegleViolee(
                "Cette personne est mineure ou protégée : notez d'abord ses représentants légaux dans sa fiche, ils "
                "reçoivent chaque courrier (R. 5412-7)."
            )
    stockee.intention_document = enregistrer_document(
        agent,
        dossier=dossier,
        genre=GenreDocument.SANCTION,
        titre=pdf.objet_de_l_intention(stockee),
        contenu=pdf.courrier_d_intention(stockee, a=timezone.now()),
        type_mime=PDF,
    )
    passer(stockee, Etat.ENVISAGEE)
    consigner(agent, "sanction.envisagee", stockee, nature=mesure.nature)
    return garder(stockee)


def verifier_reception(
    procedure: Procedure, personne_le: date | None, representants_le: date | None, *, depuis: date | None, le: date
) -> None:
    """Days of reception that may stand. Raises `RegleViolee` at their field."""
    if personne_le is None and representants_le is None:
        raise RegleViolee("Indiquez le jour où le courrier a été reçu.", "personne_le")
    if representants_le is not None and not procedure.represente:
        raise RegleViolee("Cette personne n'a pas de représentant légal : laissez ce jour vide.", "representants_le")
    for champ, jour in (("personne_le", personne_le), ("representants_le", representants_le)):
        verifier_passe(jour, le, champ, "Une réception")
        if jour is not None and depuis is not None and jour < depuis:
            raise RegleViolee(f"Le courrier est du {francais.jour(depuis)} : il n'a pas pu être reçu avant.", champ)


@transaction.atomic
def noter_reception(
    agent: Agent,
    procedure: Procedure,
    *,
    version: int,
    personne_le: date | None,
    representants_le: date | None = None,
    moyen: str,
) -> Procedure:
    """Note who received the letter of intention, and when: the ten days run. Fact `sanction.intention_recue`.

    With representatives, the two may be noted one after the other. Raises `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.ENVISAGEE,))
    le = aujourd_hui(stockee.dossier.structure)
    verifier_reception(stockee, personne_le, representants_le, depuis=stockee.envisagee_le, le=le)
    verifier_moyen(moyen, le)
    if personne_le is not None:
        stockee.notifiee_le, stockee.notification_moyen = personne_le, moyen
    if representants_le is not None:
        stockee.representants_notifies_le, stockee.representants_moyen = representants_le, moyen
    suivre(stockee)
    if stockee.limite_observations is not None:
        passer(stockee, Etat.NOTIFIEE)
    consigner(agent, "sanction.intention_recue", stockee, moyen=moyen.lower())
    return garder(stockee)


def _apres_le_courrier(procedure: Procedure, jour: date, champ: str) -> None:
    recu = min(j for j in (procedure.notifiee_le, procedure.representants_notifies_le) if j is not None)
    if jour < recu:
        raise RegleViolee(f"Le courrier a été reçu le {francais.jour(recu)} : ce jour ne peut pas le précéder.", champ)


@transaction.atomic
def noter_observations(
    agent: Agent,
    procedure: Procedure,
    *,
    version: int,
    observations_le: date | None = None,
    observations: str = "",
    audition_demandee_le: date | None = None,
) -> Procedure:
    """Note what the person wrote, or that they ask to be heard. Fact `sanction.observations`.

    Raises `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.NOTIFIEE,))
    le = aujourd_hui(stockee.dossier.structure)
    if observations_le is None and audition_demandee_le is None:
        raise RegleViolee("Indiquez un jour : celui des observations, ou celui de la demande d'audition.")
    for champ, jour, quoi in (
        ("observations_le", observations_le, "Une observation"),
        ("audition_demandee_le", audition_demandee_le, "Une demande"),
    ):
        verifier_passe(jour, le, champ, quoi)
        if jour is not None:
            _apres_le_courrier(stockee, jour, champ)
    if observations_le is not None:
        texte = exiger_texte(observations, "observations", "Recopiez ou résumez ce que la personne a écrit.")
        # A second letter follows the first: nothing that the person said is lost.
        stockee.observations = "\n\n".join(filter(None, (stockee.observations, texte)))
        stockee.observations_le = stockee.observations_le or observations_le
    if audition_demandee_le is not None:
        stockee.audition_demandee_le = audition_demandee_le
    consigner(agent, "sanction.observations", stockee, audition=audition_demandee_le is not None)
    return garder(stockee)


@transaction.atomic
def noter_audition(
    agent: Agent, procedure: Procedure, *, version: int, audition_le: date, assistance: str = "", compte_rendu: str
) -> Procedure:
    """Note the hearing held, or the one for which the person was summoned and didn't come. Fact `sanction.audition`.

    Raises `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.NOTIFIEE,))
    le = aujourd_hui(stockee.dossier.structure)
    if stockee.audition_demandee_le is None:
        raise RegleViolee("Notez d'abord le jour où la personne a demandé à être entendue.")
    verifier_passe(audition_le, le, "audition_le", "Une audition")
    if audition_le < stockee.audition_demandee_le:
        raise RegleViolee("L'audition ne peut pas précéder sa demande.", "audition_le")
    stockee.audition_le, stockee.audition_assistance = audition_le, assistance.strip()
    stockee.audition_compte_rendu = exiger_texte(
        compte_rendu, "compte_rendu", "Dites ce qui a été dit, ou que la personne n'est pas venue."
    )
    consigner(agent, "sanction.audition", stockee)
    return garder(stockee)


@transaction.atomic
def abandonner(agent: Agent, procedure: Procedure, *, version: int, raison: str) -> Procedure:
    """Stop before any sanction: nothing is pronounced. Facts `sanction.sans_suite`, `sanction.abandonnee`.

    Once the letter of intention is made, only who may decide stops it. Raises `NonHabilite`, `RegleViolee`,
    `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.CONSTATE, Etat.ENVISAGEE, Etat.NOTIFIEE))
    le = aujourd_hui(stockee.dossier.structure)
    vers = Etat.SANS_SUITE if stockee.etat == Etat.CONSTATE else Etat.ABANDONNEE
    if vers == Etat.ABANDONNEE:
        exiger_pouvoir(agent, stockee, le=le)
    stockee.close_raison = exiger_texte(raison, "raison", "Dites pourquoi la procédure s'arrête.")
    stockee.close_le, stockee.close_par = le, agent
    passer(stockee, vers)
    consigner(agent, f"sanction.{vers}", stockee)
    return garder(stockee)

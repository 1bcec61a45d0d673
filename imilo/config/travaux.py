"""The periodic work, done by the background worker as the batch role."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

journal = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="journal_sceller", queueing_lock="journal_sceller")
def journal_sceller(timestamp: int) -> None:
    """Chain and seal what is behind the writers, each minute.

    No procrastinate `lock`: a worker killed at work would keep it. The sealer has its own, gone with it.
    """
    from imilo.journal.chainage import Occupe
    from imilo.journal.sceau import sceller

    try:
        bilan = sceller()
    except Occupe:
        journal.info("Le journal est déjà en cours de scellement.")
    else:
        journal.info("Journal : %s inscriptions chaînées, sceau %s.", bilan.chaines, bilan.sceau)


@app.periodic(cron="17 3 * * *")
@app.task(name="journal_partitions", queueing_lock="journal_partitions")
def journal_partitions(timestamp: int) -> None:
    """Make the partitions of the coming months, each night."""
    from imilo.journal.partitions import hors_des_mois, preparer_mois_a_venir

    preparation = preparer_mois_a_venir()
    if preparation.creees:
        journal.info("Journal : %s partitions créées.", preparation.creees)
    hors_des_mois()


@app.periodic(cron="5 4 * * *")
@app.task(name="apprentissage_du_jour", queueing_lock="apprentissage_du_jour")
def apprentissage_du_jour(timestamp: int) -> None:
    """Hand over the broken contracts whose day has come, and revoke the CFA's keys that sleep, each night."""
    from imilo.echanges.connecteurs.apprentissage.organismes import revoquer_les_endormies
    from imilo.echanges.connecteurs.apprentissage.transmission import transmettre_du_jour

    journal.info("Ruptures transmises : %s ; clés révoquées : %s.", transmettre_du_jour(), revoquer_les_endormies())


@app.task(name="importer_liste")
def importer_liste(import_id: int, structure_id: int) -> None:
    """Read a list that was deposited. Started again after a stop, it goes on where it was."""
    from imilo.echanges.connecteurs.listes.services import traiter

    traiter(import_id, structure_id)


@app.task(name="messagerie_envoyer")
def messagerie_envoyer(message_id: int, structure_id: int) -> None:
    """Send one message to a person. Started again after a stop, it doesn't send what may have left."""
    from imilo.parcours.messagerie.services import partir

    partir(message_id, structure_id)


@app.task(name="allocations_lot")
def allocations_lot(lot_id: int, structure_id: int) -> None:
    """Take the decisions of a batch. Started again after a stop, it goes on where it was."""
    from imilo.parcours.allocations.services import traiter_lot

    traiter_lot(lot_id, structure_id)


@app.periodic(cron="30 7 * * *")
@app.task(name="allocations_rappels", queueing_lock="allocations_rappels")
def allocations_rappels(timestamp: int) -> None:
    """Ask for the resources of the last month, each morning, where the structure wants it."""
    from imilo.parcours.allocations.rappels import rappeler_partout

    journal.info("Ressources demandées : %s liens.", rappeler_partout())


@app.task(name="allocations_courriers")
def allocations_courriers(structure_id: int) -> None:
    """Make the letters of the decisions of a batch, each in its own transaction."""
    from imilo.parcours.allocations.services import faire_les_courriers

    journal.info("Courriers d'allocation faits : %s.", faire_les_courriers(structure_id))


@app.periodic(cron="*/5 * * * *")
@app.task(name="asp_echanger", queueing_lock="asp_echanger")
def asp_echanger(timestamp: int) -> None:
    """Read what the paying agency answered and paid, then send what may leave, every five minutes."""
    from imilo.echanges.connecteurs.asp.echange import echanger

    journal.info("ASP : %s", echanger().phrase)


@app.task(name="asp_echanger_structure")
def asp_echanger_structure(structure_id: int) -> None:
    """The same at once for a structure, because somebody asked."""
    from imilo.acteurs.models import Structure
    from imilo.echanges.connecteurs.asp.echange import echanger

    echanger(Structure.objects.filter(pk=structure_id), malgre_l_attente=True)


@app.periodic(cron="17 2 * * *")
@app.task(name="doublons_chercher", queueing_lock="doublons_chercher")
def doublons_chercher(timestamp: int) -> None:
    """Fill the queues of likely doubles of the whole country, each night."""
    from imilo.parcours.doublons.recherche import Occupe, chercher

    try:
        bilan = chercher()
    except Occupe:
        journal.info("Une recherche de doublons est déjà en cours.")
    else:
        journal.info("Doublons : %s paires probables, %s lignes à décider.", bilan.probables, bilan.file)


@app.periodic(cron="42 3 * * *")
@app.task(name="sessions_oublier", queueing_lock="sessions_oublier")
def sessions_oublier(timestamp: int) -> None:
    """Forget sessions out of date and the tokens of forms already received, each night."""
    from imilo.web.sessions import oublier_le_perime

    journal.info("Sessions et formulaires oubliés : %s.", oublier_le_perime())


@app.periodic(cron="52 3 * * *")
@app.task(name="annuaire_oublier", queueing_lock="annuaire_oublier")
def annuaire_oublier(timestamp: int) -> None:
    """Forget the words of names that nobody bears any more, each night."""
    from imilo.jeunes.annuaire import oublier_les_mots

    journal.info("Mots oubliés de l'annuaire : %s.", oublier_les_mots())


@app.periodic(cron="27 4 * * *")
@app.task(name="arrivees_veiller", queueing_lock="arrivees_veiller")
def arrivees_veiller(timestamp: int) -> None:
    """Close arrivals without news, erase those whose term is over and what lists and CFA said, each night."""
    from imilo.echanges.connecteurs.apprentissage.conservation import oublier_les_termines
    from imilo.echanges.connecteurs.listes.conservation import oublier
    from imilo.parcours.arrivees.conservation import veiller

    bilan = veiller()
    journal.info(
        "Arrivées : %s sans nouvelles, %s hors d'âge, %s effacées ; %s lignes de listes, %s apprentis effacés.",
        bilan.expirees, bilan.hors_age, bilan.oubliees, oublier(), oublier_les_termines(),
    )  # fmt: skip


@app.periodic(cron="*/5 * * * *")
@app.task(name="listes_relever", queueing_lock="listes_relever")
def listes_relever(timestamp: int) -> None:
    """Load the lists that were left in the drop folder, every five minutes."""
    from pathlib import Path

    from django.conf import settings

    from imilo.echanges.connecteurs.listes.depot import Occupe, relever

    if not settings.DEPOT_LISTES:
        return
    try:
        bilan = relever(Path(settings.DEPOT_LISTES))
    except Occupe:
        journal.info("Le dossier des listes est déjà en cours de relève.")
    else:
        journal.info("Listes relevées : %s ; en cours d'écriture : %s.", len(bilan.releves), len(bilan.en_attente))


@app.periodic(cron="12 5 * * *")
@app.task(name="controles_tirer", queueing_lock="controles_tirer")
def controles_tirer(timestamp: int) -> None:
    """Draw the random controls of the month where they aren't yet: each night, so that none is missed."""
    from imilo.parcours.sanctions.tirages import tirer_partout

    journal.info("Contrôles tirés au sort dans %s structures.", tirer_partout())


@app.periodic(cron="35 7 * * *")
@app.task(name="contrats_rappeler", queueing_lock="contrats_rappeler")
def contrats_rappeler(timestamp: int) -> None:
    """Remind young people of their contracts, each morning: to sign, to update, about to end."""
    from imilo.parcours.contrats.rappels import rappeler_partout

    bilan = rappeler_partout()
    journal.info("Rappels de contrats : %s écrits, %s personnes injoignables.", bilan.ecrits, bilan.injoignables)

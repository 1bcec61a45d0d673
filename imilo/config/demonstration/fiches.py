"""The full file of the small demonstration's dossiers, told by the services after the stories: filled on the day of
the first reception, confirmed the day before the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pghistory

from imilo.acteurs.models import Agent, Structure
from imilo.config.demonstration import fictif
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.personnes import FRANCE
from imilo.config.demonstration.territoire import Territoire
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.fiche import selectors
from imilo.parcours.fiche.models import Etiquette, Note
from imilo.parcours.fiche.rubriques import PAR_CODE
from imilo.parcours.fiche.services import demandes, documents, donnees, equipe
from imilo.socle.perimetre import perimetre

ETIQUETTES = ("Projet mobilité", "Sortant de l'ASE", "Sport et emploi", "À relancer", "Forum des métiers")
METIERS = ("G1602", "K1304", "N1103", "D1106", "F1702", "M1805", "A1203", "J1501")
DEMANDES = (
    ("LOGEMENT", "Quitter le canapé d'un ami avant l'hiver.", "Dossier en résidence pour jeunes"),
    ("MOBILITE", "Passer le permis B, le code est déjà obtenu.", "Aide au permis de la région"),
    ("FORMATION", "Se former sans repasser par l'école.", "Réunion d'information du CFA"),
    ("SANTE", "Trouver un médecin traitant.", "Bilan de santé de la CPAM"),
)
NOTES = (
    ("Préfère être appelé(e) par son prénom d'usage.", "visible"),
    ("A proposé de témoigner au prochain forum.", "visible"),
    ("Situation familiale tendue : ne pas appeler chez les parents.", "restreinte"),
)
IBAN = "FR7630006000011234567890189"  # the banks' own example: it pays nobody


def fiches(gens: dict[str, Agent], territoires: dict[str, Territoire], *, jour: date) -> None:
    """Fill the file of both structures' dossiers; all of it for one dossier of each."""
    _fiches(territoires[TOURS].structure, gens["helene.montbrizac"], jour=jour)
    _fiches(territoires[REUNION].structure, gens["ludovic.grondalin"], jour=jour)


def _fiches(structure: Structure, direction: Agent, *, jour: date) -> None:
    hier = datetime.combine(jour - timedelta(days=1), time(17, 30), tzinfo=structure.zone)
    with perimetre(structure.pk):
        siens = Dossier.objects.filter(structure=structure, premier_accueil__lt=jour - timedelta(days=20))
        dossiers = list(siens.select_related("jeune", "structure", "referent").order_by("numero"))
        actifs = [d for d in dossiers if d.statut == Statut.ACTIF and d.referent_id and d.jeune.nir and _adulte(d)]
        with a_l_instant(hier), pghistory.context(agent=direction.pk, structure=structure.pk):
            etiquettes = [equipe.creer_etiquette(direction, structure, nom=nom) for nom in ETIQUETTES]
        for dossier in dossiers:
            if dossier.referent is not None:
                _remplir(dossier, etiquettes, hier, tout=dossier == actifs[0])
        with a_l_instant(hier + timedelta(minutes=5)), pghistory.context(agent=direction.pk, structure=structure.pk):
            _revoir(direction, actifs[0], actifs[1], etiquettes)


def _adulte(dossier: Dossier) -> bool:
    """Old enough to have worked and to have a child."""
    return (dossier.premier_accueil - dossier.jeune.naissance).days > 19 * 366


def _remplir(dossier: Dossier, etiquettes: list[Etiquette], hier: datetime, *, tout: bool) -> None:
    """What was said at the first reception, in the evening; what the team adds, the day before."""
    assert dossier.referent is not None
    h = Random(f"fiche/{dossier.numero}")  # noqa: S311  # invented data, the same each time
    accueil = datetime.combine(dossier.premier_accueil, time(17, 45), tzinfo=dossier.structure.zone)
    contexte = {"agent": dossier.referent_id, "structure": dossier.structure_id}
    with a_l_instant(accueil), pghistory.context(**contexte):
        for code, valeurs in _rubriques(dossier, h, jour=hier.date(), tout=tout):
            donnees.ajouter(dossier.referent, dossier, PAR_CODE[code], valeurs=valeurs)
        if tout:
            donnees.confirmer(dossier.referent, dossier, rubriques={"identite", "coordonnees"})
    with a_l_instant(hier), pghistory.context(**contexte):
        if tout or h.random() < 0.5:
            equipe.etiqueter(dossier.referent, dossier, etiquettes=[e.pk for e in h.sample(etiquettes, 2)])
        if tout or h.random() < 0.3:
            texte, portee = h.choice(NOTES)
            equipe.ecrire_note(dossier.referent, dossier, texte=texte, portee=portee)
        if tout or h.random() < 0.4:
            theme, texte, proposition = h.choice(DEMANDES)
            le = hier.date()
            demande = demandes.saisir_demande(dossier.referent, dossier, theme=theme, texte=texte, le=le)
            demandes.repondre(dossier.referent, demande, intitule=proposition, le=le)
        if tout:
            _deposer(dossier, hier.date())


def _deposer(dossier: Dossier, le: date) -> None:
    assert dossier.referent is not None
    contenu = fictif.document()[0]
    for type_document, dans in (("domicile", None), ("rqth", 21), ("cv", None)):
        documents.deposer(
            dossier.referent,
            dossier,
            type=type_document,
            titre=f"{type_document}.pdf",
            contenu=contenu,
            emis_le=le,
            expire_le=le + timedelta(days=dans) if dans else None,
        )


def _revoir(agent: Agent, dossier: Dossier, voisin: Dossier, etiquettes: list[Etiquette]) -> None:
    """A year later: everything is confirmed, some of it corrected; a link is made, undone, made better."""
    donnees.confirmer(agent, dossier, rubriques=selectors.rubriques_modifiables("direction"))
    lien = equipe.lier(agent, dossier, autre=voisin, nature="foyer")
    equipe.delier(agent, lien)
    equipe.lier(agent, dossier, autre=voisin, nature="fratrie")
    posees = selectors.etiquettes_de(dossier)
    equipe.etiqueter(agent, dossier, etiquettes=[e.pk for e in posees[:1]])
    fermee = etiquettes[-1]
    equipe.modifier_etiquette(agent, fermee, version=fermee.version, nom="Forum des métiers 2025", active=False)
    note = Note.objects.filter(dossier=dossier)[0]
    equipe.corriger_note(agent, note, version=note.version, texte=f"{note.texte} Confirmé.", portee=note.portee)
    piece = selectors.justificatifs(dossier)[0]
    piece.dossier = dossier
    documents.requalifier(
        agent, piece, version=piece.version, type=piece.type, emis_le=piece.emis_le, expire_le=piece.expire_le
    )


def _rubriques(dossier: Dossier, h: Random, *, jour: date, tout: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Sections to fill, with their values on the day of the first reception."""
    le = dossier.premier_accueil
    age = (le - dossier.jeune.naissance).days // 365
    for code, valeurs, part in (*_de_la_vie(dossier, h, le), *_du_parcours(h, le, age)):
        if tout or h.random() < part:
            yield code, valeurs
    if tout or age < 18:
        nom = f"{h.choice(('Claude', 'Dominique', 'Camille'))} {dossier.jeune.nom_naissance}"
        yield "representants", {"nom": nom, "qualite": h.choice(("mere", "pere")), "telephone": fictif.telephone(77)}
    if tout or (dossier.jeune.nationalite_id not in (None, FRANCE) and h.random() < 0.8):
        fin = le + timedelta(days=h.choice((180, 365, 730)))
        if tout:  # about to end on the day of the demonstration
            fin = jour + timedelta(days=40)
        yield "sejour", {
            "type": "carte_temporaire", "numero": f"DEMO{dossier.numero}", "delivre_le": le, "expire_le": fin,
            "travail": "oui",
        }  # fmt: skip
    if dossier.jeune.nir and (tout or h.random() < 0.5):
        yield "nir", {"etat": "verifie", "preuve": h.choice(("carte_vitale", "attestation_droits")), "vu_le": le}


Part = tuple[str, dict[str, Any], float]


def _de_la_vie(dossier: Dossier, h: Random, le: date) -> Iterator[Part]:
    """Household, housing, resources: shares of what missions locales publish of their public."""
    seul = h.random() < 0.2
    logement = h.choices(("propre", "parents", "famille", "tiers", "fjt"), weights=(20, 60, 9, 9, 2))[0]
    yield "foyer", {
        "situation": "celibataire" if h.random() < 0.8 else "couple", "vit_avec": "seul" if seul else "parents",
        "personnes": 1 if seul else h.randint(2, 6), "quotient": h.randint(200, 900),
    }, 0.8  # fmt: skip
    naissance = max(le - timedelta(days=h.randint(60, 900)), dossier.jeune.naissance + timedelta(days=17 * 365))
    if naissance <= le:
        yield "enfants", {"naissance": naissance, "residence": "toujours", "garde": "recherche"}, 0.09
    yield "logement", {"type": logement, "hebergeur": "", "depuis": None, "demande": ""}, 0.85
    yield "ressources", {"nature": h.choice(("aucune", "salaire", "pension", "aide_logement")), "debut": le}, 0.6
    nom = dossier.jeune.nom_complet
    yield "compte", {"titulaire": "personne", "titulaire_nom": nom, "iban": IBAN, "rib_vu_le": le}, 0.3
    yield "contact", {
        "canal": h.choice(("telephone", "sms", "sms", "courriel")), "creneaux": h.sample(("matin", "midi", "soir"), 2),
    }, 0.7  # fmt: skip
    yield "protection", {"mesure": "sauvegarde", "organisme": "Service d'essai", "debut": le}, 0.02
    yield "prescripteur", {"organisme": "Collège des Essais", "personne": "Le CPE", "le": le}, 0.2
    yield "territoire", {
        "qpv": (qpv := "oui" if h.random() < 0.18 else "non"), "qpv_code": "QN03701M" if qpv == "oui" else "",
        "zrr": "non", "constate_le": le,
    }, 0.6  # fmt: skip


def _du_parcours(h: Random, le: date, age: int) -> Iterator[Part]:
    """Schooling, languages, mobility, work."""
    fin = le - timedelta(days=h.randint(30, 700))
    yield "scolarite", {
        "classe": h.choice(("Troisième", "Seconde pro", "CAP 2e année", "Terminale")), "etablissement": "Lycée d'essai",
        "academie": "", "sortie_le": fin, "ine": f"{h.randint(10**9, 10**10 - 1)}A",
    }, 0.7  # fmt: skip
    yield "diplomes", {
        "intitule": "CAP", "niveau": "NV5", "etat": h.choice(("obtenu", "non_obtenu")), "le": fin,
    }, 0.5  # fmt: skip
    yield "langues", {"langue": "fr", "niveau": h.choice(("maternelle", "maternelle", "B1", "A2"))}, 0.6
    yield "numerique", {"aisance": h.choice(("autonome", "messagerie", "aide")), "equipement": ["telephone"]}, 0.5
    yield "metiers", {"rome": h.choice(METIERS), "rang": 1}, 0.8
    if age >= 17:
        debut = le - timedelta(days=h.randint(60, 300))
        yield "experiences", {
            "intitule": "Stage ou petit emploi", "employeur": "Entreprise d'essai", "type": "cdd",
            "rome": h.choice(METIERS), "debut": debut, "fin": debut + timedelta(days=45),
        }, 0.5  # fmt: skip
    yield "competences", {"libelle": "Accueillir des clients", "niveau": "pratique"}, 0.4
    yield "permis", {"categorie": "B", "etat": h.choice(("obtenu", "code", "inscrit")), "le": le}, 0.34
    yield "mobilite", {"moyens": h.sample(("voiture", "velo", "transports"), 2), "rayon_km": h.choice((5, 15, 30))}, 0.6

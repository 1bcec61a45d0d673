"""A dossier with a row of every table that a family of personal data declares, a mark in each of its text fields,
and every page that shows something of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.echanges.connecteurs.listes.models import Import, LigneImport
from imilo.parcours.acces.models import AccesMotive, Restriction
from imilo.parcours.activites.models import SituationNonProfessionnelle
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.allocations.models import AllocationPacea, DecisionAllocation, LigneLotAllocations, TropPercu
from imilo.parcours.allocations.services import RessourceSaisie, SituationDuMois, declarer_ressources
from imilo.parcours.arrivees.lots import confier_un_lot
from imilo.parcours.arrivees.models import Arrivee, Repartition, Tentative
from imilo.parcours.contrats.models import FoyerFiscal, Logement
from imilo.parcours.dossiers.models import Acte, ActeCollectif, Document, Dossier, Proposition, Situation
from imilo.parcours.doublons.services.fusion import fusionner
from imilo.parcours.fiche.models import Etiquette, EtiquettePosee, Justificatif, LienDeFoyer, Note
from imilo.parcours.fiche.rubriques import RUBRIQUES
from imilo.parcours.fiche.services import demandes, donnees
from imilo.parcours.portefeuilles.models import ChangementReferent, LigneDeLot, Lot
from imilo.parcours.transferts.models import Passation, Transfert
from imilo.socle.chiffrement import ChampChiffre
from imilo.socle.familles import champs_declares
from tests import fabriques
from tests.code.test_portes import GARDEES, nom_complet
from tests.parcours import parcours_cej
from tests.parcours.doublons.lignes import paire
from tests.parcours.fiche.exemples import EXEMPLES
from tests.web.acces.lignes_des_salles import horloge, remplir_les_salles
from tests.web.acces.valeurs_rares import lisible, rares

MARQUE = "Zq{:03d}x"
MARQUES = re.compile(r"Zq\d{3}x")
ECRITES = (models.CharField, models.TextField)
# Codes of a list, numbers checked by a shape, addresses of a network: not text that somebody typed.
CODES = re.compile(
    r"(?:type|modalite|theme|venue|motif|moyen|niveau|telephone|telephone_2|adresse_code_postal|numero_ft"
    r"|rome_\w+|qualification|situation_emploi|code_postal|type_mime|sha256|document_sha256|mois|nature|categorie"
    r"|rubrique|cle|mots|code|sujet|valeur|genre|revoque_pour)\Z"
)
# Rows that reserve themselves, whatever the policy says of their family: who may read each, by action.
RESERVEES = {"Zq998x": ("dossier.suivre", "allocation.preparer"), "Zq999x": ("dossier.suivre",)}
# Tables that hold no row of a dossier that a page of ours could show, and why.
SANS_LIGNE = {
    "apprentissage.DossierApprenant": "the CFA's own list: agents read what it handed over, in the arrival",
    "apprentissage.Transmission": "no text",
    "apprentissage.Suite": "no text",
}


def remplir(structure: Structure, agent: Agent, directrice: Agent) -> Dossier:
    """A dossier brought to a signed contract and a month to decide, with a row of each other kind. In its perimeter."""
    dossier = fabriques.dossier(
        structure, agent, piece_type="CNI", piece_vue_le=date(2026, 1, 5), telephone_2="",
        jeune_nir="204053726100108", jeune_naissance=date(2004, 5, 1), adresse_commune_id="37261", adresse_voie="Rue",
        adresse_code_postal="37000",
    )  # fmt: skip
    _suivi(dossier, agent)
    _contrat(dossier, agent, directrice)
    _fiche(dossier, agent)
    _arrivee(dossier, agent)
    _entre_dossiers(dossier, agent)
    _equipe(dossier, agent)
    return dossier


def _suivi(dossier: Dossier, agent: Agent) -> None:
    commun = {"dossier": dossier, "structure": dossier.structure}
    acte = Acte.objects.create(
        **commun, agent=agent, le=date(2026, 3, 4), duree=30, type="ACCOMPAGNEMENT", modalite="INDIVIDUEL",
        theme="EMPLOI",
    )  # fmt: skip
    Proposition.objects.create(**commun, acte=acte, theme="EMPLOI", intitule="Offre", le=acte.le)
    Situation.objects.create(**commun, categorie="Scolarité", debut=date(2026, 2, 1))
    RendezVous.objects.create(
        **commun, agent=agent, debut=timezone.now() + timedelta(days=3), modalite="INDIVIDUEL", duree=30
    )
    for nature in ("cv", "rib"):
        document = Document.objects.create(
            **commun, genre="justificatif", titre="Pièce", type_mime="application/pdf", taille=3, sha256="0" * 64,
            contenu=b"%PDF", depose_par=agent,
        )  # fmt: skip
        Justificatif.objects.create(**commun, document=document, type=nature)


def _contrat(dossier: Dossier, agent: Agent, directrice: Agent) -> None:
    with horloge() as regler:  # long enough ago for a procedure to have come to its end
        regler(aujourd_hui(dossier.structure) - timedelta(days=40))
        contrat = parcours_cej.signer(directrice, parcours_cej.preparer(agent, dossier))
    assert contrat.signe_le is not None
    declarer_ressources(
        agent,
        contrat,
        mois=contrat.signe_le.replace(day=1),
        situation=SituationDuMois(logement=Logement.HORS_FOYER, foyer_fiscal=FoyerFiscal.NON_IMPOSABLE),
        ressources=(RessourceSaisie("salaire", Decimal(600)),),
        version=None,
    )
    remplir_les_salles(contrat, agent, directrice)


def _fiche(dossier: Dossier, agent: Agent) -> None:
    commun = {"dossier": dossier, "structure": dossier.structure}
    for rubrique in RUBRIQUES:
        donnees.ajouter(agent, dossier, rubrique, valeurs=EXEMPLES[rubrique.code])
    donnees.confirmer(agent, dossier, rubriques={"identite", "coordonnees"})
    demande = demandes.saisir_demande(agent, dossier, theme="LOGEMENT", texte="Un logement", le=date(2026, 3, 4))
    demandes.repondre(agent, demande, intitule="Dossier de foyer", le=date(2026, 3, 5))
    for portee in ("visible", "restreinte"):
        Note.objects.create(**commun, texte="Note", portee=portee, agent=agent)
    etiquette = Etiquette.objects.create(structure=dossier.structure, nom="Mobile")
    EtiquettePosee.objects.create(**commun, etiquette=etiquette, agent=agent)
    frere, lien = fabriques.dossier(dossier.structure, agent), uuid4()
    for sien in (dossier, frere):
        LienDeFoyer.objects.create(dossier=sien, structure=sien.structure, paire=lien, nature="fratrie")


def _arrivee(dossier: Dossier, agent: Agent) -> None:
    arrivee = Arrivee.objects.create(
        dossier=dossier, structure=dossier.structure, source="decrocheurs", cle="1", nom="Arrivé", prenom="Là",
        naissance=date(2008, 3, 4), depuis=date(2026, 6, 30), ine="1234567890A", assignee=agent,
        representants=[{"nom": "Jeanne", "lien": "mère", "telephone": "+33612345678", "courriel": "j@essai.example"}],
        details={"Classe": "Seconde"}, connu="sur", reconnue=dossier.jeune_id, probabilite=0.99,
        preuves=["même nom"], doute="Le prénom diffère",
    )  # fmt: skip
    confier_un_lot(agent, structure=dossier.structure, arrivees=[arrivee.pk], a=None)
    Tentative.objects.create(
        arrivee=arrivee, structure=dossier.structure, agent=agent, le=timezone.now(), moyen="sms", issue="joint"
    )
    charge = Import.objects.create(
        structure=dossier.structure, source="decrocheurs", fichier="liste.csv", taille=3, sha256="0" * 64,
        depose_par=agent, etat="termine",
    )  # fmt: skip
    LigneImport.objects.create(
        imports=charge, structure=dossier.structure, numero=2, effet="rejetee", raison="Date illisible",
        arrivee=arrivee,
    )  # fmt: skip


def _entre_dossiers(dossier: Dossier, agent: Agent) -> None:
    """What was merged into it, what may be its double here and elsewhere, who reads it, who is to take it over."""
    structure, loin = dossier.structure, fabriques.structure()
    fusionner(agent, paire(dossier, fabriques.dossier(structure, agent)), garde_id=dossier.pk)
    paire(dossier, fabriques.dossier(structure, agent))
    commun = {"dossier": dossier, "structure": structure}
    AccesMotive.objects.create(
        **commun, agent=fabriques.agent(), origine=loin, motif="urgence", precision="À dire",
        ouvert_le=timezone.now(), expire_le=timezone.now() + timedelta(hours=48),
    )  # fmt: skip
    Transfert.objects.create(
        **commun, cible=loin, motif="demenagement", demande_par=agent, demande_le=timezone.now(), precision="À dire"
    )
    Passation.objects.create(
        **commun, transfert=1, origine=loin, ancien_dossier=1, ancien_numero=1, recu_le=timezone.now(),
        recu_par=agent, brief=[{"titre": "Rendez-vous", "lignes": ["Aucun"]}],
    )  # fmt: skip
    le = aujourd_hui(structure)
    Restriction.objects.create(**commun, agents=[agent.pk], motif="proche", du=le, au=le, decidee_par=agent)


def _equipe(dossier: Dossier, agent: Agent) -> None:
    commun = {"dossier": dossier, "structure": dossier.structure}
    ChangementReferent.objects.create(**commun, apres=agent, apres_depuis=aujourd_hui(dossier.structure), par=agent)
    lot = Lot.objects.create(
        structure=dossier.structure, agent=agent, action="referent", valeur=str(agent.pk), libelle="Référent",
        le=aujourd_hui(dossier.structure),
    )  # fmt: skip
    LigneDeLot.objects.create(**commun, lot=lot)


def champs_de_texte() -> Iterator[tuple[type[models.Model], models.Field[Any, Any], str]]:
    """The text fields that a family declares, and the JSON that holds text of people."""
    for champ in sorted(champs_declares()):
        application, nom, colonne = champ.split(".")
        modele = apps.get_model(application, nom)
        f = modele._meta.get_field(colonne)
        texte = isinstance(f, ECRITES) and not f.choices and (f.max_length or 99) >= 7
        if (texte or isinstance(f, ChampChiffre) or champ in JSON) and not CODES.match(colonne):
            yield modele, f, champ


# What a person wrote inside a JSON column: its shape with a mark.
JSON: dict[str, Any] = {
    "arrivees.Arrivee.representants": lambda m: [{"nom": m, "lien": m, "telephone": "", "courriel": f"{m}@e.example"}],
    "arrivees.Arrivee.details": lambda m: {"Classe": m},
    "transferts.Passation.brief": lambda m: [{"titre": m, "lignes": [m]}],
}


def _valeur(f: models.Field[Any, Any], champ: str, marque: str) -> Any:
    if champ in JSON:
        return JSON[champ](marque)
    if isinstance(f, ChampChiffre):
        return f"{marque}0000000000"  # long enough that its mask isn't the whole of it
    return f"{marque}@essai.example" if isinstance(f, models.EmailField) else marque


def lignes_de(modele: type[models.Model], dossier: Dossier) -> models.QuerySet[Any]:
    """The rows of a table that are of this dossier, its person, or of an arrival bound to it."""
    noms = {c.name for c in modele._meta.concrete_fields}
    if modele._meta.label == "jeunes.Jeune":
        return modele._default_manager.filter(pk=dossier.jeune_id)
    if modele is Dossier:
        return modele._default_manager.filter(pk=dossier.pk)
    lien = next((n for n in ("dossier", "arrivee__dossier") if n.split("__")[0] in noms), None)
    return modele._default_manager.filter(**{lien: dossier}) if lien else modele._default_manager.none()


# Tables that the application may not rewrite: a mark goes in another row.
INTOUCHABLES = frozenset({"diagnostics.Commentaire"})


def _ecrire(lignes: models.QuerySet[Any], f: models.Field[Any, Any], valeur: Any) -> int:
    """Write it in every row whose state holds this field: a notification not made, a contract not ended don't."""
    if lignes.model._meta.label in INTOUCHABLES:
        for ligne in lignes[:1]:
            ligne.pk = None
            setattr(ligne, f.name, valeur)
            ligne.save(force_insert=True)
        return lignes.count()
    ecrites = 0
    for cle in list(lignes.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                ecrites += lignes.model._default_manager.filter(pk=cle).update(**{f.name: valeur})
        except IntegrityError:
            continue
    return ecrites


def marquer(dossier: Dossier) -> dict[str, str]:
    """Write a mark in every text field of the dossier, and the values known by themselves (`valeurs_rares`); mark to
    field, for those that were written."""
    posees: dict[str, str] = {}
    for n, (modele, f, champ) in enumerate(champs_de_texte()):
        marque = MARQUE.format(n)
        if _ecrire(lignes_de(modele, dossier), f, _valeur(f, champ, marque)):
            posees[marque] = champ
    for rare in rares():
        application, nom, colonne = rare.champ.split(".")
        modele = apps.get_model(application, nom)
        if _ecrire(lignes_de(modele, dossier), modele._meta.get_field(colonne), rare.valeur):  # type: ignore[arg-type]  # a column
            posees[rare.marque] = rare.champ
    rib = Justificatif.objects.filter(dossier=dossier, type="rib").values("document")
    Document.objects.filter(pk__in=rib).update(titre="Zq998x")
    Note.objects.filter(dossier=dossier, portee="restreinte").update(texte="Zq999x")
    return posees | {"Zq998x": "dossiers.Document.titre", "Zq999x": "fiche.Note.texte"}


def marques_lues(texte: str, posees: dict[str, str]) -> set[str]:
    """The marks and the odd values that somebody reads in a page, a file, an answer."""
    vu = lisible(texte)
    return set(MARQUES.findall(vu)) | {r.marque for r in rares() if r.marque in posees and r.se_lit(vu)}


# Parameters of routes that lead to nobody's dossier.
D_AILLEURS = frozenset(
    {
        "affectation_id", "delegation_id", "cle_id", "etiquette_id", "recherche_id", "remplacement_id", "structure_id",
        "acces_id", "retour_id",
    }
)  # fmt: skip
SANS_PARAMETRE = frozenset(
    {
        "journee", "accueil", "recherche", "recherche-export", "recherche-propositions", "doublons",
        "doublons-export", "arrivees", "arrivees-export", "repartitions", "imports", "portefeuille",
        "portefeuille-export",
        "portefeuille-export-xlsx", "portefeuille-lots", "acces", "acces-recus", "acces-recus-export", "restrictions",
        "transferts", "journal", "journal-export", "presence", "contrats", "contrats-export", "semaine",
        "contrats-financements", "contrats-financements-export", "semaine-export", "semaine-export-xlsx",
        "collectifs", "collectif-nouveau", "allocations-courant", "trop-percus", "sanctions", "sanctions-export",
        "messages-partenaires", "messages-partenaires-export", "controles", "asp", "asp-lignes", "asp-lignes-export",
        "asp-fichiers", "recours", "recours-export",
    }
)  # fmt: skip
# They answer to a POST alone, and lead to a page of the walk.
POSTEES = frozenset(
    {"rubrique-confirmer", "fiche-confirmer", "doublon-differentes", "doublon-reprendre", "doublon-demander",
     "doublon-repondre", "recherche-propositions", "message-transmettre", "asp-renvoyer",
     "contrats-financements-preciser"}
)  # fmt: skip
REQUETES = {
    "portefeuille": "?referent=tous", "portefeuille-export": "?referent=tous&statut=tous", "accueil": "?q=Zq",
    "portefeuille-export-xlsx": "?referent=tous", "recherche": "?q=Zq", "recherche-export": "?q=Zq",
    "doublons": "?etat=tous", "doublons-export": "?etat=tous",
    "arrivees": "?etat=toutes", "arrivees-export": "?etat=toutes",
    "recours": "?etat=tous", "recours-export": "?etat=tous",
}  # fmt: skip


def _par_nom() -> dict[str, type[models.Model]]:
    """ "rendezvous" to its model: what a parameter `rendez_vous_id` names."""
    return {m._meta.model_name or "": m for m in apps.get_models() if m.__module__.startswith("imilo.")}


ABREGES = {
    "contrat": "contratengagement", "lien": "liendefoyer", "action": "actionprevue", "controle": "controlealeatoire",
    "message": "messagepartenaire", "phase": "phasepacea", "decision": "decisioncontrat",
    "collectif": "actecollectif",
}  # fmt: skip
# What a parameter named `cle` is the key of, by the beginning of its route's name.
CLES = {
    "trop-percu": TropPercu, "pacea-": AllocationPacea, "allocations-lot": LigneLotAllocations,
    "snp": SituationNonProfessionnelle,
}  # fmt: skip


def _cles(nom: str, dossier: Dossier) -> list[int]:
    """The rows of this dossier that a parameter such as `acte_id` may lead to."""
    objet = nom.removesuffix("_id").replace("_", "")
    modele = _par_nom().get(ABREGES.get(objet, objet))
    if modele is None:
        return []
    if modele._meta.label == "listes.Import":
        return list(LigneImport.objects.filter(arrivee__dossier=dossier).values_list("imports_id", flat=True))
    if modele is Repartition:  # the lists of the structure: this dossier's arrival is in one
        return list(Repartition.objects.filter(structure=dossier.structure).values_list("pk", flat=True))
    if modele is ActeCollectif:
        siens = modele.objects.filter(Q(actes__dossier=dossier) | Q(absences__dossier=dossier))
        return list(siens.distinct().values_list("pk", flat=True))
    if modele is Lot:
        return list(LigneDeLot.objects.filter(dossier=dossier).values_list("lot_id", flat=True))
    if modele is Arrivee or "dossier" in {c.name for c in modele._meta.concrete_fields}:
        return list(modele._default_manager.filter(dossier=dossier).values_list("pk", flat=True))
    return []


def _cles_de(route: str, dossier: Dossier) -> list[int]:
    """The rows of this dossier that `cle` may lead to, on that route."""
    modele = next(m for debut, m in CLES.items() if route.startswith(debut))
    colonne = "lot_id" if modele is LigneLotAllocations else "pk"
    return list(modele._default_manager.filter(dossier=dossier).values_list(colonne, flat=True))


def _valeurs(route: str, noms: set[str], dossier: Dossier) -> Iterator[dict[str, Any]]:
    """The parameters of each address that a route has for this dossier."""
    decision = DecisionAllocation.objects.get(dossier=dossier)
    uniques: dict[str, Any] = {"numero": str(dossier), "mois": f"{decision.mois:%Y-%m}"}
    if "code" in noms:
        for r in RUBRIQUES:
            ligne = r.modele._default_manager.get(dossier=dossier)
            yield {n: v for n, v in (uniques | {"code": r.code, "ligne_id": ligne.pk}).items() if n in noms}
        return
    if "objet" in noms:
        yield {"numero": str(dossier), "source": "allocation-droit", "objet": decision.pk}
        return
    valeurs = {n: v for n, v in uniques.items() if n in noms}
    restants = sorted(noms - set(valeurs))
    for cles in product(*(_cles_de(route, dossier) if nom == "cle" else _cles(nom, dossier) for nom in restants)):
        yield valeurs | dict(zip(restants, cles, strict=True))


def adresses(dossier: Dossier) -> dict[str, list[str]]:
    """Every page that shows something of the dossier, by route; a route that leads to none has an empty list."""
    trouvees: dict[str, list[str]] = {}
    for _, espaces, route in GARDEES:
        nom, noms = nom_complet(espaces, route), set(route.pattern.converters)
        if noms & D_AILLEURS or route.name in POSTEES or (not noms and route.name not in SANS_PARAMETRE):
            continue
        pages = trouvees.setdefault(nom, [])
        for valeurs in _valeurs(route.name or "", noms, dossier):
            try:
                pages.append(reverse(nom, kwargs=valeurs) + REQUETES.get(route.name or "", ""))
            except NoReverseMatch:
                continue
    return trouvees

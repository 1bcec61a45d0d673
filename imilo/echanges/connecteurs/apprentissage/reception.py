"""What a CFA's software sends: each item checked, written once under its key, handed over when its day has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from imilo.acteurs.models import Structure
from imilo.acteurs.territoire import Lieu, structures_des_lieux
from imilo.echanges.connecteurs.apprentissage.messages import Erreur, Item, ItemLu, lire_item
from imilo.echanges.connecteurs.apprentissage.models import CleOrganisme, DossierApprenant, Organisme
from imilo.echanges.connecteurs.apprentissage.organismes import Appelant
from imilo.echanges.connecteurs.apprentissage.perimetre import perimetre_du_cfa
from imilo.echanges.connecteurs.apprentissage.transmission import transmettre_les_ruptures
from imilo.jeunes.models import Sexe
from imilo.jeunes.telephones import e164
from imilo.journal.services import consigner
from imilo.referentiels.models import Commune

ITEMS_MAX = 2_000
VERROU = 0x1D058  # the class of our advisory locks on the writings of a responsible establishment

# What is stored as it came, in `autres`.
AUTRES = (
    "statut_apprenant", "date_metier_mise_a_jour_statut", "date_rqth_apprenant", "annee_formation", "formation_rncp",
    "formation_cfd", "duree_theorique_formation", "duree_theorique_formation_mois", "obtention_diplome_formation",
    "date_obtention_diplome_formation", "cause_exclusion_formation", "derniere_situation", "dernier_organisme_uai",
    "type_cfa", "date_inscription_formation",
)  # fmt: skip
CLE = ("organisme", "annee_scolaire", "id_erp_apprenant")
Qui = tuple[str, str]  # UAI, SIRET


@dataclass
class Resultat:
    """What became of one element of the array, in its place."""

    id_erp_apprenant: str = ""
    erreurs: list[Erreur] = field(default_factory=list)
    avertissements: list[Erreur] = field(default_factory=list)

    def donnees(self) -> dict[str, Any]:
        """As the contract answers: `has_error`, and `validation_errors` where there are some."""
        corps: dict[str, Any] = {"id_erp_apprenant": self.id_erp_apprenant, "has_error": bool(self.erreurs)}
        if self.erreurs:
            corps["validation_errors"] = [e.donnees() for e in self.erreurs]
        if self.avertissements:
            corps["warnings"] = [e.donnees() for e in self.avertissements]
        return corps


def recevoir(appelant: Appelant, bruts: Sequence[object]) -> list[Resultat]:
    """Write what can be written of `bruts` (2,000 at most); one result for each, in their order.

    One transaction; facts `apprenants.recus` and, where broken contracts are handed over, `arrivees.transmises`.
    """
    resultats, lus = _lire(bruts)
    with perimetre_du_cfa(appelant.organisme.pk):
        with connection.cursor() as curseur:
            # Two calls of one CFA about the same apprentices: the second finds what the first wrote.
            curseur.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)",
                [VERROU, appelant.organisme.responsable_id or appelant.organisme.pk],
            )
        gardes = _de_ses_etablissements(appelant.organisme, lus, resultats)
        ecrits = _ecrire(gardes)
        erreurs = sum(bool(r.erreurs) for r in resultats)
        consigner(
            None,
            "apprenants.recus",
            appelant.organisme,
            acteur=appelant.acteur,
            ecrits=len(ecrits),
            refuses=erreurs or None,
        )
        transmettre_les_ruptures(ecrits)
    return resultats


@dataclass
class _ALire:
    lu: ItemLu
    resultat: Resultat
    formateur: Organisme | None = None
    responsable: Organisme | None = None


def _lire(bruts: Sequence[object]) -> tuple[list[Resultat], list[_ALire]]:
    resultats, lus = [], []
    for brut in bruts:
        numero = brut.get("id_erp_apprenant") if isinstance(brut, dict) else None
        # What can't be written in the answer (half of a pair of UTF-16) is marked: the other items have theirs.
        dit = str(numero).encode(errors="replace").decode()[:100] if isinstance(numero, str | int) else ""
        resultat = Resultat(dit)
        lu = lire_item(brut)
        if isinstance(lu, ItemLu):
            resultat.avertissements += lu.avertissements
            lus.append(_ALire(lu, resultat))
        else:
            resultat.erreurs = lu
        resultats.append(resultat)
    return resultats, lus


def _etablissements(item: Item) -> tuple[Qui, Qui]:
    """(formateur, responsable) of an item."""
    return (
        (item.etablissement_formateur_uai, item.etablissement_formateur_siret),
        (item.etablissement_responsable_uai, item.etablissement_responsable_siret),
    )


def _de_ses_etablissements(moi: Organisme, lus: list[_ALire], resultats: list[Resultat]) -> list[_ALire]:
    """The items that the key may write: of its establishment or of one that it answers for. The others are refused.

    An establishment named for the first time beside its responsible one is known from then on as answered for by it,
    which never takes one that has its own key, or another responsible one.
    """
    connus = {(o.uai, o.siret): o for o in _nommes(lus)}
    a_cle = set(CleOrganisme.objects.filter(organisme__in=connus.values()).values_list("organisme_id", flat=True))
    gardes = []
    for element in lus:
        formateur, responsable = _etablissements(element.lu.item)
        if (moi.uai, moi.siret) not in (formateur, responsable):
            voulu = connus.get(formateur)
            permis = voulu is not None and voulu.responsable_id == moi.pk
        elif formateur == (moi.uai, moi.siret):
            permis = True
        else:
            voulu = connus.get(formateur)
            permis = voulu is None or voulu.responsable_id == moi.pk
            if voulu is not None and voulu.responsable_id is None and voulu.pk not in a_cle:
                voulu.responsable = moi
                voulu.save(update_fields=["responsable", "modifie_le"])
                permis = True
        if not permis:
            message = "Votre clé n'écrit que pour votre établissement et ceux dont vous répondez."
            element.resultat.erreurs = [Erreur(message, ("etablissement_formateur_uai",))]
            continue
        element.responsable = _connaitre(connus, responsable, moi, repond=None)
        element.formateur = _connaitre(connus, formateur, moi, repond=moi)
        gardes.append(element)
    return gardes


def _nommes(lus: list[_ALire]) -> list[Organisme]:
    cles = {qui for element in lus for qui in _etablissements(element.lu.item)}
    trouves = Organisme.objects.filter(uai__in={uai for uai, _ in cles}, siret__in={siret for _, siret in cles})
    return list(trouves)


def _connaitre(connus: dict[Qui, Organisme], qui: Qui, moi: Organisme, *, repond: Organisme | None) -> Organisme:
    """The establishment; made, when nobody knew it, with `repond` who answers for it."""
    if qui == (moi.uai, moi.siret):
        return moi
    if qui not in connus:
        connus[qui], _ = Organisme.objects.get_or_create(uai=qui[0], siret=qui[1], defaults={"responsable": repond})
    return connus[qui]


def _ecrire(gardes: list[_ALire]) -> list[DossierApprenant]:
    """Upsert under (formateur, school year, number in the software): the last of a key in the array wins."""
    lieux = {id(g): _lieu(g.lu.item) for g in gardes}
    territoires = structures_des_lieux(lieux.values())
    codes = {c for g in gardes for c in _codes(g.lu.item)}
    communes = set(Commune.objects.filter(code__in=codes).values_list("code", flat=True))
    dossiers = {}
    for garde in gardes:
        territoire = territoires[lieux[id(garde)]]
        dossier = _dossier(garde, territoire, communes)
        dossiers[(dossier.organisme_id, dossier.annee_scolaire, dossier.id_erp_apprenant)] = dossier
    champs = [c.name for c in DossierApprenant._meta.concrete_fields if c.name not in (*CLE, "id", "cree_le")]
    return DossierApprenant.objects.bulk_create(
        list(dossiers.values()), update_conflicts=True, unique_fields=CLE, update_fields=champs, batch_size=500
    )


def _lieu(item: Item) -> Lieu:
    return (item.code_commune_insee_apprenant or "", item.code_postal_apprenant or "")


def _codes(item: Item) -> list[str]:
    codes = (item.code_commune_insee_apprenant, item.code_commune_insee_de_naissance_apprenant)
    return [code for code in codes if code]


def _dossier(garde: _ALire, territoire: Structure | None, communes: set[str]) -> DossierApprenant:
    assert garde.formateur is not None
    assert garde.responsable is not None
    item, resultat = garde.lu.item, garde.resultat
    telephone = e164(item.tel_apprenant or "", territoire.code_departement if territoire else "")
    if item.tel_apprenant and not telephone:
        resultat.avertissements.append(Erreur("Ce téléphone est illisible : il n'est pas gardé.", ("tel_apprenant",)))
    if territoire is None:
        lieu = "code_commune_insee_apprenant"
        message = "Adresse inconnue ou sans mission locale : une rupture ne sera transmise à personne."
        resultat.avertissements.append(Erreur(message, (lieu,)))
    commune, naissance = item.code_commune_insee_apprenant, item.code_commune_insee_de_naissance_apprenant
    return DossierApprenant(
        organisme=garde.formateur,
        responsable=garde.responsable,
        annee_scolaire=item.annee_scolaire,
        id_erp_apprenant=item.id_erp_apprenant,
        nom=item.nom_apprenant,
        prenom=item.prenom_apprenant,
        naissance=item.date_de_naissance_apprenant,
        sexe=item.sexe_apprenant or Sexe.INCONNU,
        ine=item.ine_apprenant or "",
        nir_donne=garde.lu.nir_donne,
        courriel=item.email_contact or "",
        telephone=telephone,
        courriels_responsables=[c for c in (item.responsable_apprenant_mail1, item.responsable_apprenant_mail2) if c],
        adresse=item.adresse_apprenant or "",
        code_postal=item.code_postal_apprenant or "",
        commune_id=commune if commune in communes else None,
        commune_naissance_id=naissance if naissance in communes else None,
        rqth=bool(item.rqth_apprenant),
        conjoint=bool(item.accompagnement_conjoint),
        rappel=bool(item.rappel_demande),
        formation=item.libelle_court_formation or "",
        date_entree=item.date_entree_formation,
        date_fin=item.date_fin_formation,
        date_exclusion=item.date_exclusion_formation,
        contrats=item.contrats(),
        autres={nom: v for nom in AUTRES if (v := _json(getattr(item, nom))) is not None},
        territoire=territoire,
    )


def _json(valeur: Any) -> Any:
    return valeur.isoformat() if hasattr(valeur, "isoformat") else valeur

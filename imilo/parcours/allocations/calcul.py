"""What the law answers for one month: is the allowance open, how much, what is left of it. Facts in, decisions out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from imilo.droit import cej
from imilo.droit.comptes import oppose, total
from imilo.droit.decision import Decision, vers_json
from imilo.droit.delais import fin_du_mois
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.droit.montants import ZERO, Montant
from imilo.droit.ressources import Ressource
from imilo.parcours.allocations.models import (
    DecisionAllocation,
    Declaration,
    PiecesAttendues,
    Reglement,
    RessourceDeclaree,
    Sens,
    Suite,
    TropPercu,
)
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.sanctions.effets import retenir
from imilo.parcours.sanctions.models import Procedure
from imilo.parcours.sanctions.selectors import retenues
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer

MAYOTTE = "976"
AUCUN_MOIS: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Contexte:
    """What is known of a contract beside the declaration of the month.

    `conservatoires`: months paid by a provisional decision. `verse`: by month, what the decisions taken leave to the
    person, less what is claimed back. `retenues`: the measures on this person's allowance, whoever pronounced them.
    """

    pieces: PiecesAttendues | None = None
    conservatoires: frozenset[date] = AUCUN_MOIS
    verse: dict[date, Montant] | None = None
    retenues: tuple[Procedure, ...] = ()

    def deja_verse(self, mois: date) -> Montant:
        return (self.verse or {}).get(mois, ZERO)


RIEN_D_AUTRE = Contexte()


@dataclass(frozen=True)
class ReponseDuDroit:
    """The decisions of the law for a month, and what they come to.

    `effets`: decisions of `sanction.effet_allocation` on this month, in order; the last one says what is left.
    """

    droit: Decision[Any]
    calcul: Decision[Any]
    pieces: Decision[Any] | None = None
    effets: tuple[Decision[Any], ...] = ()
    regularisation: Decision[Any] | None = None

    @property
    def mois(self) -> str:
        return str(self.calcul.faits.mois)

    @property
    def perdu(self) -> bool:
        """Whether the documents came too late for this month (R. 5131-25 II)."""
        return self.pieces is not None and self.mois in self.pieces.resultat["mois_perdus"]

    @property
    def conservatoire(self) -> bool:
        return self.pieces is not None and self.mois in self.pieces.resultat["mois_acquis"]

    @property
    def sens(self) -> Sens:
        ouvert = self.droit.resultat["ouvert"] is True and self.droit.resultat["suspendu"] is False
        return Sens.ACCORD if ouvert and self.calcul.resultat["due"] and not self.perdu else Sens.REFUS

    @property
    def du(self) -> Montant:
        """What the computation leaves once the sanctions are applied, late documents aside."""
        du: Montant = self.effets[-1].resultat["mois"][0]["du"] if self.effets else self.calcul.resultat["montant"]
        return du

    @property
    def montant(self) -> Montant:
        return self.du if self.sens == Sens.ACCORD else ZERO

    @property
    def suite(self) -> str:
        """What a correction leads to (`imilo.droit.cej.trop_percu.Suite`); "" for a first decision."""
        return "" if self.regularisation is None else str(self.regularisation.resultat["lignes"][0]["suite"])

    @property
    def ecart(self) -> Montant:
        """The difference of a correction, never negative: what becomes of it is `suite`."""
        assert self.regularisation is not None
        ecart: Montant = self.regularisation.resultat["lignes"][0]["ecart"]
        return ecart

    @property
    def attend_des_pieces(self) -> bool:
        """Whether the whole file is still awaited, and no provisional decision covers the month."""
        return self.pieces is not None and self.pieces.faits.dossier_complet_le is None and not self.conservatoire

    @property
    def conservatoire_decide(self) -> bool:
        """Whether somebody decided to pay while documents are awaited, be it for other months than this one."""
        return self.pieces is not None and self.pieces.faits.decision_conservatoire_le is not None

    def appliquer(self, decision: DecisionAllocation) -> None:
        """Write the answer on the row."""
        decision.sens, decision.montant = self.sens, self.montant
        decision.forfait = self.calcul.resultat["forfait"]
        decision.conservatoire = self.conservatoire
        decision.droit, decision.calcul = vers_json(self.droit), vers_json(self.calcul)
        decision.pieces = vers_json(self.pieces) if self.pieces else None
        decision.effets = [vers_json(effet) for effet in self.effets]
        decision.regularisation = vers_json(self.regularisation) if self.regularisation else None
        if self.regularisation is not None:
            decision.reste_a_verser = self.ecart if self.suite == "a_verser" else ZERO


def contextes(contrats: Collection[int]) -> dict[int, Contexte]:
    """What is known of each of these contracts (keys), in five queries whatever their number."""
    pieces = {p.contrat_id: p for p in PiecesAttendues.objects.filter(contrat__in=contrats)}
    conservatoires: dict[int, set[date]] = defaultdict(set)
    verses: dict[int, dict[date, list[Montant]]] = defaultdict(lambda: defaultdict(list))
    prises = DecisionAllocation.objects.prises().filter(contrat__in=contrats)
    for d in prises.only("contrat_id", "mois", "rang", "montant", "reste_a_verser", "conservatoire"):
        if d.conservatoire:
            conservatoires[d.contrat_id].add(d.mois)
        verses[d.contrat_id][d.mois].append(d.a_verser)
    reclames = (
        TropPercu.objects.filter(decision__contrat__in=contrats, suite=Suite.A_REMBOURSER)
        .exclude(reglement=Reglement.REMIS)
        .select_related("decision")
        .only("montant", "decision__contrat_id", "decision__mois")
    )
    for trop in reclames:
        verses[trop.decision.contrat_id][trop.decision.mois].append(oppose(trop.montant))
    jeunes = dict(ContratEngagement.objects.filter(pk__in=contrats).values_list("pk", "dossier__jeune_id"))
    mesures = retenues(jeunes=set(jeunes.values()))
    return {
        cle: Contexte(
            pieces.get(cle),
            frozenset(conservatoires[cle]),
            {mois: total(montants) for mois, montants in verses[cle].items()},
            tuple(mesures.get(jeunes[cle], ())),
        )
        for cle in contrats
    }


def _a_mayotte(contrat: ContratEngagement) -> bool:
    """Where the young person lives, else where the structure is: Mayotte has its own amounts (D. 5131-19 III)."""
    commune = contrat.dossier.adresse_commune
    departement = commune.departement_id if commune else contrat.dossier.structure.code_departement
    return departement == MAYOTTE


def _faits_du_droit(contrat: ContratEngagement, declaration: Declaration) -> cej.FaitsDroitAllocation:
    return cej.FaitsDroitAllocation(
        contrat_signe_le=contrat.signe_le,
        logement=declaration.logement,  # type: ignore[arg-type]  # its choices are the law's
        soutien_parental=declaration.soutien_parental or None,  # type: ignore[arg-type]  # its choices are the law's
        rsa=declaration.rsa,  # type: ignore[arg-type]  # its choices are the law's
        prime_activite=declaration.prime_activite,  # type: ignore[arg-type]  # its choices are the law's
        suspensif=declaration.suspensif,  # type: ignore[arg-type]  # its choices are the law's
    )


def _faits_du_montant(
    contrat: ContratEngagement, declaration: Declaration, ressources: Sequence[RessourceDeclaree]
) -> cej.FaitsAllocation:
    jeune = contrat.dossier.jeune
    return cej.FaitsAllocation(
        date_naissance=jeune.naissance,
        precision_naissance=jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
        foyer=declaration.foyer_fiscal,  # type: ignore[arg-type]  # its choices are the law's
        autonomie_fiscale=declaration.autonomie_fiscale,  # type: ignore[arg-type]  # its choices are the law's
        mayotte=_a_mayotte(contrat),
        mois=f"{declaration.mois:%Y-%m}",
        ressources=tuple(Ressource(r.nature, r.montant) for r in ressources),
        contrat_debut=contrat.signe_le,
        contrat_fin=contrat.fin,
        emancipe=contrat.mineur_emancipe,
    )


def repondre_sur_les_pieces(
    contrat: ContratEngagement,
    pieces: PiecesAttendues,
    *,
    conservatoires: Collection[date],
    a_payer: date | None = None,
    le: date,
) -> Decision[Any]:
    """Ask `cej.pieces` on the day `le`.

    `conservatoires`: months paid by the provisional decision; `a_payer`: one more that would be.
    """
    assert contrat.signe_le is not None
    faits = cej.FaitsPieces(
        contrat_signe_le=contrat.signe_le,
        contrat_fin=contrat.fin,
        dossier_complet_le=pieces.completes_le,
        eligibilite_demontree=pieces.eligibilite_demontree,
        decision_conservatoire_le=pieces.conservatoire_le,
        mois_conservatoires=tuple(f"{mois:%Y-%m}" for mois in sorted(conservatoires)),
        mois_conservatoire_a_payer=f"{a_payer:%Y-%m}" if a_payer else None,
    )
    return appliquer(cej.pieces, faits, le)


def _pieces(contrat: ContratEngagement, contexte: Contexte, mois: date, le: date) -> Decision[Any] | None:
    """What the law says of the documents; a month decided while they are awaited is one more of the provisional ones.

    But one that begins after the contract: nothing of it is to be paid provisionally (R. 5131-25 I).
    """
    pieces = contexte.pieces
    if pieces is None:
        return None
    attendues = pieces.completes_le is None and pieces.conservatoire_le is not None and mois <= contrat.fin
    a_payer = mois if attendues and mois not in contexte.conservatoires else None
    return repondre_sur_les_pieces(contrat, pieces, conservatoires=contexte.conservatoires, a_payer=a_payer, le=le)


def _ecart(reponse: ReponseDuDroit, contexte: Contexte, cause: str, mois: date, le: date) -> Decision[Any]:
    """Compare what was paid with what is due now that the month is corrected."""
    un = cej.MoisPaye(
        mois=reponse.mois,
        verse=contexte.deja_verse(mois),
        du=reponse.du if reponse.perdu else reponse.montant,
        conservatoire=mois in contexte.conservatoires,
        perdu=reponse.perdu,
        cause=cause,  # type: ignore[arg-type]  # its choices are the law's
    )
    return appliquer(cej.trop_percu, cej.FaitsTropPercu((un,)), le)


def repondre(
    contrat: ContratEngagement,
    *,
    declaration: Declaration,
    ressources: Sequence[RessourceDeclaree],
    le: date,
    contexte: Contexte = RIEN_D_AUTRE,
    cause: str = "",
) -> ReponseDuDroit:
    """Ask the law about the month of `declaration`, on the day `le`. Raises `RegleViolee` at the field.

    The right is looked at on the last day of the month (or today when the month still runs). A correction (`cause`) is
    compared with what the decisions taken before it left to the person.
    """
    mois = declaration.mois
    try:
        reponse = ReponseDuDroit(
            droit=appliquer(cej.droit_allocation, _faits_du_droit(contrat, declaration), min(fin_du_mois(mois), le)),
            calcul=appliquer(cej.allocation, _faits_du_montant(contrat, declaration, ressources), le),
            pieces=_pieces(contrat, contexte, mois, le),
        )
        if contexte.retenues and reponse.sens == Sens.ACCORD:
            effets = retenir(contexte.retenues, mois=mois, montant=reponse.montant, le=le)
            reponse = replace(reponse, effets=tuple(effets))
        if cause:
            reponse = replace(reponse, regularisation=_ecart(reponse, contexte, cause, mois, le))
    except FaitInvalide as erreur:
        raise RegleViolee(erreur.message, erreur.champ) from erreur
    except HorsPeriode as erreur:
        raise RegleViolee(str(erreur), "mois") from erreur
    return reponse

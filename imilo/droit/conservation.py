"""Until when a piece of personal data is kept, and why.

Sources: the register of the DGEFP and the privacy notice of I-MILO, which agree but for connections (the register
alone speaks of them); the arrêté of 3 January 2025 says who may look for the European Social Fund; L. 5314-2 gives
the age. Neither source knows a term of its own for a decision or a payment: those follow the young person's data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit import age, delais, francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    Precision,
    verifier_choix,
    verifier_choix_facultatif,
    verifier_jour_facultatif,
    verifier_oui_non,
)
from imilo.droit.registre import Redaction, regle

NatureDonnee = Literal["dossier", "decision", "paiement", "utilisateur", "partenaire", "connexion"]
"""The first three are data about the young person."""

Litige = Literal["aucun", "en_cours", "clos"]
Acces = Literal["courant", "controle_fse", "litige", "aucun"]
"""What the data may be used for on a day; `aucun` is the day to erase it."""

DU_JEUNE = ("dossier", "decision", "paiement")
AGE, REGISTRE, NOTICE = "L. 5314-2", "registre de la DGEFP, I-MILO", "notice d'information I-MILO"
CONTROLE, LITIGE = "arrêté du 3 janvier 2025, article 1er", "règlement (UE) 2016/679, article 17"


@dataclass(frozen=True, slots=True)
class FaitsConservation:
    """What kind of data, and the days that its term starts from; None means *not known yet*.

    `programme_fin`, `litige_clos_le` and `interruption_fin` are None while the thing runs.
    """

    nature: Annotated[NatureDonnee, Fait("nature de la donnée")]
    date_naissance: Annotated[date | None, Fait("date de naissance du jeune")] = None
    precision_naissance: Annotated[
        Precision, Fait("part connue de la date de naissance ; le reste de la date est ignoré")
    ] = "jour"
    programme: Annotated[bool | None, Fait("le jeune est inscrit dans un programme")] = None
    suivi_regulier: Annotated[bool | None, Fait("le jeune est suivi régulièrement dans ce programme")] = None
    programme_fin: Annotated[date | None, Fait("dernier jour du programme")] = None
    rqth_en_cej: Annotated[bool | None, Fait("le jeune, reconnu travailleur handicapé, est accompagné dans un CEJ")] = (
        None
    )
    fse: Annotated[bool | None, Fait("l'accompagnement est financé par le Fonds social européen")] = None
    dernier_enregistrement_le: Annotated[date | None, Fait("jour où la dernière donnée du dossier a été écrite")] = None
    interruption_debut: Annotated[date | None, Fait("premier jour d'une procédure qui interrompt le délai du FSE")] = (
        None
    )
    interruption_fin: Annotated[date | None, Fait("dernier jour de cette procédure")] = None
    habilitation_arretee_le: Annotated[date | None, Fait("jour où l'habilitation de l'agent s'est arrêtée")] = None
    compte_desactive_le: Annotated[date | None, Fait("jour où le compte du partenaire a été désactivé")] = None
    connexion_le: Annotated[date | None, Fait("jour de la connexion")] = None
    litige: Annotated[Litige | None, Fait("réclamation ou procès auquel la donnée peut servir")] = None
    litige_clos_le: Annotated[date | None, Fait("jour de la décision définitive sur ce litige")] = None

    def __post_init__(self) -> None:
        verifier_choix("nature", self.nature, NatureDonnee)
        verifier_choix("precision_naissance", self.precision_naissance, Precision)
        verifier_choix_facultatif("litige", self.litige, Litige)
        for champ in ("programme", "suivi_regulier", "rqth_en_cej", "fse"):
            verifier_oui_non(champ, getattr(self, champ))
        for champ in _JOURS:
            verifier_jour_facultatif(champ, getattr(self, champ))
        debut, fin = self.interruption_debut, self.interruption_fin
        if fin is not None and (debut is None or fin < debut):
            raise FaitInvalide("interruption_fin", "La fin de la procédure vient après son début : indiquez les deux.")
        if debut is not None and self.fse is False:
            raise FaitInvalide(
                "interruption_debut", "Cette procédure n'interrompt que le délai du Fonds social européen."
            )
        if self.litige_clos_le is not None and self.litige != "clos":
            raise FaitInvalide("litige", "Ce jour suppose un litige clos.")


_JOURS = (
    "date_naissance",
    "programme_fin",
    "dernier_enregistrement_le",
    "interruption_debut",
    "interruption_fin",
    "habilitation_arretee_le",
    "compte_desactive_le",
    "connexion_le",
    "litige_clos_le",
)


class ResultatConservation(TypedDict):
    """`dernier_jour`: last day kept, None while a fact is missing or something still runs.

    `usage_courant_jusqu_au`: last day of ordinary use, None likewise; beyond it and to `dernier_jour`, the data is set
    apart for what `acces` names. `a_effacer` and `acces` speak of the day asked, and are None while `a_completer` could
    change them.
    """

    dernier_jour: Echeance | None
    usage_courant_jusqu_au: Echeance | None
    a_effacer: bool | None
    acces: Acces | None
    a_completer: tuple[str, ...]


class _Terme:
    """One reason to keep: to a known day, without end yet (`sans_fin`), or not known for want of `manquants`.

    `au_moins` and `au_plus`: days to which, and past which, the missing facts change nothing.
    """

    def __init__(
        self,
        jour: Echeance | None,
        *manquants: str,
        sans_fin: bool = False,
        au_moins: Echeance | None = None,
        au_plus: Echeance | None = None,
    ) -> None:
        self.jour, self.manquants, self.sans_fin = jour, manquants, sans_fin
        self.au_moins, self.au_plus = au_moins, au_plus

    def tient(self, le: date) -> bool | None:
        """Say whether this reason still keeps the data on the day `le`."""
        if self.sans_fin or (self.au_moins is not None and le <= self.au_moins):
            return True
        if self.au_plus is not None and le > self.au_plus:
            return False
        return None if self.manquants else self.jour is not None and le <= self.jour


@regle("conservation.echeance", version="1")
def echeance(faits: FaitsConservation, le: date, redaction: Redaction) -> ResultatConservation:
    """Say until when the data is kept, and whether it is to be erased on the day `le`."""
    _refuser_l_avenir(faits, le)
    courant = _COURANTS[faits.nature](faits, le, redaction)
    termes: dict[Acces, _Terme] = {"courant": courant}
    if faits.nature in DU_JEUNE or (
        faits.nature != "connexion" and redaction.lecture("conservation.fse_des_personnes") == "jeunes_et_agents"
    ):
        termes["controle_fse"] = _fse(faits, le, redaction)
    termes["litige"] = _litige(faits, le, redaction)
    acces: Acces | None = "aucun"
    for nom, terme in termes.items():
        tient = terme.tient(le)
        if tient is not False:
            acces = nom if tient else None
            break
    a_effacer = False if any(terme.tient(le) for terme in termes.values()) else None if acces is None else True
    connus = [terme.jour for terme in termes.values() if terme.jour is not None]
    ouverts = any(terme.manquants or terme.sans_fin for terme in termes.values())
    return ResultatConservation(
        dernier_jour=None if ouverts or not connus else max(connus),
        usage_courant_jusqu_au=courant.jour,
        a_effacer=a_effacer,
        acces=acces,
        a_completer=tuple(manquant for terme in termes.values() for manquant in terme.manquants),
    )


def _refuser_l_avenir(faits: FaitsConservation, le: date) -> None:
    """Refuse what can't have happened yet on the day `le`."""
    if faits.date_naissance is not None:
        plus_tot, _ = age.naissance_possible(faits.date_naissance, faits.precision_naissance)
        if plus_tot > le:
            raise FaitInvalide("date_naissance", "La date de naissance est dans l'avenir.")
    for champ in ("dernier_enregistrement_le", "connexion_le"):
        jour = getattr(faits, champ)
        if jour is not None and jour > le:
            raise FaitInvalide(champ, "Ce jour est dans l'avenir.")


def _du_jeune(faits: FaitsConservation, le: date, redaction: Redaction) -> _Terme:
    """Write the term of the young person's data: some years after the greatest age, or the end of a programme."""
    redaction.citer(NOTICE)
    if faits.date_naissance is None:
        phrase = "Il faut la date de naissance pour savoir jusqu'à quand vos données sont conservées."
        redaction.motif("age_maximal", None, phrase, REGISTRE)
        return _Terme(None, "date_naissance")
    _, naissance = age.naissance_possible(faits.date_naissance, faits.precision_naissance)
    if faits.precision_naissance != "jour":
        redaction.avertir(
            "La date de naissance n'est pas connue au jour près : la conservation est comptée comme si la naissance "
            f"était du {francais.jour(naissance)}."
        )
    second_age = faits.rqth_en_cej is not False and redaction.lecture("conservation.age_maximal_rqth") == "celui_du_cej"
    certain = not second_age or faits.rqth_en_cej is True
    jour = _selon_l_age(naissance, le, redaction, second_age=second_age and certain, certain=certain)
    terme = _programme(faits, jour, le, redaction)
    if certain or terme.sans_fin:
        return terme
    phrase = (
        "Il faut dire si vous êtes en CEJ et reconnu(e) travailleur handicapé : l'âge maximal est alors plus élevé."
    )
    redaction.motif("age_maximal_rqth", None, phrase, AGE)
    if terme.jour is None:
        return _Terme(None, "rqth_en_cej", *terme.manquants, au_moins=terme.au_moins)
    second = _jour_de_l_age(naissance, "conservation.age_maximal_rqth", le, redaction)
    return _Terme(None, "rqth_en_cej", au_moins=terme.jour, au_plus=max(terme.jour, second))


def _jour_de_l_age(naissance: date, bareme: str, le: date, redaction: Redaction) -> Echeance:
    """Return the last day that the greatest age of the scale `bareme` gives."""
    atteint = redaction.entier(bareme, le) + redaction.entier("conservation.apres_age_maximal", le)
    if redaction.lecture("conservation.age_maximal") != "fin_de_l_age":
        atteint -= 1
    return Echeance.du(age.dernier_jour_revolu(naissance, atteint))


def _selon_l_age(naissance: date, le: date, redaction: Redaction, *, second_age: bool, certain: bool) -> Echeance:
    """Write the term that the age gives, by the second greatest age of L. 5314-2 or not; `certain`: it is this one."""
    bareme = "conservation.age_maximal_rqth" if second_age else "conservation.age_maximal"
    jour = _jour_de_l_age(naissance, bareme, le, redaction)
    suite = redaction.entier("conservation.apres_age_maximal", le)
    anniversaire = francais.ans(delais.lendemain(jour).year - naissance.year)
    redaction.etape("Dernier jour selon l'âge", f"veille des {anniversaire} = {francais.jour(jour)}", jour)
    if le > jour and not certain:
        phrase = f"Sans CEJ de travailleur handicapé, vos données étaient conservées jusqu'au {francais.jour(jour)}."
        redaction.motif("age_maximal", None, phrase, REGISTRE)
        return jour
    verbe = "sont" if le <= jour else "étaient"
    phrase = (
        f"D'après votre âge, vos données {verbe} conservées jusqu'au {francais.jour(jour)}, "
        f"{francais.ans(suite)} après l'âge maximal."
    )
    redaction.motif("age_maximal", le <= jour, phrase, REGISTRE)
    return jour


def _programme(faits: FaitsConservation, selon_l_age: Echeance, le: date, redaction: Redaction) -> _Terme:
    """Write whether a programme that runs on the last day draws the term out to its own end."""
    if faits.programme is False or faits.suivi_regulier is False:
        return _Terme(selon_l_age)
    fin = faits.programme_fin
    if fin is not None and fin <= selon_l_age:
        return _Terme(selon_l_age)
    manquants = [champ for champ in ("programme", "suivi_regulier") if getattr(faits, champ) is None]
    if manquants:
        phrase = "Il faut dire si vous êtes inscrit(e) dans un programme en cours, et suivi(e) régulièrement."
        redaction.motif("programme_en_cours", None, phrase, REGISTRE)
        return _Terme(None, *manquants, au_moins=selon_l_age)
    if fin is None:
        phrase = (
            f"Vos données restent accessibles au moins jusqu'au {francais.jour(selon_l_age)}, et jusqu'à la fin du "
            "programme où vous êtes suivi(e) s'il dure encore ce jour-là."
            if le <= selon_l_age
            else "Vos données restent accessibles jusqu'à la fin du programme où vous êtes suivi(e)."
        )
        redaction.motif("programme_en_cours", True, phrase, REGISTRE)
        return _Terme(None, sans_fin=True)
    verbe, suivi = ("restent", "êtes") if le <= fin else ("restaient", "étiez")
    phrase = (
        f"Vos données {verbe} accessibles jusqu'au {francais.jour(fin)}, fin du programme où vous {suivi} suivi(e)."
    )
    redaction.motif("programme_en_cours", le <= fin, phrase, REGISTRE)
    return _Terme(Echeance.du(fin))


def _utilisateur(faits: FaitsConservation, le: date, redaction: Redaction) -> _Terme:
    redaction.citer(NOTICE)
    return _apres(
        "habilitation_arretee_le",
        faits.habilitation_arretee_le,
        ("conservation.utilisateur", "l'arrêt de l'habilitation"),
        le,
        redaction,
    )


def _partenaire(faits: FaitsConservation, le: date, redaction: Redaction) -> _Terme:
    redaction.citer(NOTICE)
    return _apres(
        "compte_desactive_le",
        faits.compte_desactive_le,
        ("conservation.partenaire", "la désactivation du compte"),
        le,
        redaction,
    )


def _connexion(faits: FaitsConservation, le: date, redaction: Redaction) -> _Terme:
    """Write the term of a connection: the register alone gives one; the notice leaves it with the agent's data."""
    if redaction.lecture("conservation.connexion") == "notice":
        return _utilisateur(faits, le, redaction)
    return _apres("connexion_le", faits.connexion_le, ("conservation.connexion", "la connexion"), le, redaction)


def _apres(champ: str, depart: date | None, quoi: tuple[str, str], le: date, redaction: Redaction) -> _Terme:
    """Write a term that one day starts: `quoi` is the scale of its length and that day in words."""
    bareme, evenement = quoi
    if depart is None:
        phrase = f"Il faut le jour de {evenement} pour savoir jusqu'à quand la donnée est conservée."
        redaction.motif("duree", None, phrase, REGISTRE)
        return _Terme(None, champ)
    duree = redaction.entier(bareme, le)
    en_mois = bareme == "conservation.connexion"
    ecrite = f"{duree} mois" if en_mois else francais.ans(duree)
    jour = redaction.terme(depart, duree if en_mois else duree * delais.MOIS_PAR_AN)
    redaction.etape("Dernier jour", f"{francais.jour(depart)} + {ecrite} = {francais.jour(jour)}", jour)
    verbe = "est" if le <= jour else "était"
    phrase = f"La donnée {verbe} conservée jusqu'au {francais.jour(jour)}, {ecrite} après {evenement}."
    redaction.motif("duree", le <= jour, phrase, REGISTRE)
    return _Terme(jour)


def _fse(faits: FaitsConservation, le: date, redaction: Redaction) -> _Terme:
    """Write the term of a control of the European Social Fund, for that use alone."""
    if faits.fse is False:
        return _Terme(None)
    dernier = faits.dernier_enregistrement_le
    if faits.fse is None:
        phrase = "Il faut dire si l'accompagnement est financé par le Fonds social européen."
        redaction.motif("controle_fse", None, phrase, REGISTRE)
        return _Terme(None, "fse")
    if dernier is None:
        phrase = "Il faut le jour où la dernière donnée a été écrite, pour un contrôle du Fonds social européen."
        redaction.motif("dernier_enregistrement", None, phrase, REGISTRE)
        return _Terme(None, "dernier_enregistrement_le")
    redaction.citer(NOTICE)
    redaction.citer(CONTROLE)
    ans = redaction.entier("conservation.fse", le)
    jour = redaction.terme(dernier, ans * delais.MOIS_PAR_AN)
    redaction.etape(
        "Dernier jour pour un contrôle du Fonds social européen",
        f"{francais.jour(dernier)} + {francais.ans(ans)} = {francais.jour(jour)}",
        jour,
    )
    if faits.interruption_debut is not None and faits.interruption_debut <= jour:
        return _interrompu(faits, jour, ans, le, redaction)
    verbe = "peut" if le <= jour else "pouvait"
    phrase = f"Un contrôle du Fonds social européen {verbe} demander vos données jusqu'au {francais.jour(jour)}."
    redaction.motif("controle_fse", le <= jour, phrase, REGISTRE)
    return _Terme(jour)


def _interrompu(faits: FaitsConservation, jour: Echeance, ans: int, le: date, redaction: Redaction) -> _Terme:
    """Write what a procedure does to the term of the Fund: it runs, or it draws the term out."""
    debut, fin = faits.interruption_debut, faits.interruption_fin
    if debut is None or fin is None:
        phrase = "Une procédure interrompt le délai : un contrôle peut demander vos données tant qu'elle dure."
        redaction.motif("controle_fse", True, phrase, NOTICE)
        return _Terme(None, sans_fin=True)
    if redaction.lecture("conservation.interruption") == "ajoutee":
        duree = delais.lendemain(fin) - debut
        prolonge = Echeance.du(jour + duree)
        jours = "jour" if duree.days == 1 else "jours"
        formule = f"{francais.jour(jour)} + {duree.days} {jours} de procédure = {francais.jour(prolonge)}"
    else:
        prolonge = redaction.terme(fin, ans * delais.MOIS_PAR_AN)
        formule = f"{francais.jour(fin)} + {francais.ans(ans)} = {francais.jour(prolonge)}"
    redaction.etape("Dernier jour, après la procédure", formule, prolonge)
    verbe = "peut" if le <= prolonge else "pouvait"
    phrase = f"Après une procédure, un contrôle {verbe} demander vos données jusqu'au {francais.jour(prolonge)}."
    redaction.motif("controle_fse", le <= prolonge, phrase, NOTICE)
    return _Terme(prolonge)


def _litige(faits: FaitsConservation, le: date, redaction: Redaction) -> _Terme:
    """Write whether a dispute keeps the data for who must prove something."""
    if faits.litige == "aucun" or redaction.lecture("conservation.litige") == "sans_effet":
        return _Terme(None)
    if faits.litige == "en_cours":
        phrase = "Une réclamation ou un procès est en cours : la donnée qui peut y servir est gardée jusqu'à la fin."
        redaction.motif("litige", True, phrase, LITIGE)
        return _Terme(None, sans_fin=True)
    if faits.litige is None or faits.litige_clos_le is None:
        manquant = "litige" if faits.litige is None else "litige_clos_le"
        phrase = "Il faut dire si une réclamation ou un procès est en cours, et quand il a pris fin."
        redaction.motif("litige", None, phrase, LITIGE)
        return _Terme(None, manquant)
    clos = francais.jour(faits.litige_clos_le)
    redaction.motif("litige", le <= faits.litige_clos_le, f"La réclamation ou le procès a pris fin le {clos}.", LITIGE)
    return _Terme(Echeance.du(faits.litige_clos_le))


_COURANTS: dict[NatureDonnee, Callable[[FaitsConservation, date, Redaction], _Terme]] = {
    "dossier": _du_jeune,
    "decision": _du_jeune,
    "paiement": _du_jeune,
    "utilisateur": _utilisateur,
    "partenaire": _partenaire,
    "connexion": _connexion,
}

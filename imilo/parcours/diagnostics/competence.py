"""Who decides this orientation: what the dossier and the form say, then what the law answers."""

from __future__ import annotations

from datetime import date

from imilo.droit import pacea
from imilo.droit.decision import Decision
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.droit.orientation import FaitsCompetence, ResultatCompetence, Sollicite, competence
from imilo.parcours.diagnostics.models import Organisme
from imilo.parcours.dossiers.models import Categorie, Dossier
from imilo.parcours.dossiers.selectors.suivi import situation_courante
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer

Competence = Decision[ResultatCompetence]

# Who has decided tells whom the person had come to; for the others, they are here.
SOLLICITES: dict[str, Sollicite] = {
    Organisme.FRANCE_TRAVAIL: "france_travail",
    Organisme.CAP_EMPLOI: "cap_emploi",
}
# The form field of each reason for which the mission locale doesn't decide.
CHAMPS = {
    "age_mission_locale": "decidee_le",
    "hors_rsa": "beneficiaire_rsa",
    "inscription": "inscrit_ft_le",
}


def faits(
    dossier: Dossier, *, decidee_par: str, beneficiaire_rsa: bool | None, inscrite: bool, cherche: bool, le: date
) -> FaitsCompetence:
    """The facts of the rule. What isn't written in a dossier isn't a no: it is left to complete."""
    jeune = dossier.jeune
    # Another organism only decides for whom is on the list, and an invalidity that counts keeps out of it.
    sur_la_liste = inscrite or decidee_par != Organisme.MISSION_LOCALE
    return FaitsCompetence(
        date_naissance=jeune.naissance,
        precision_naissance=jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
        sollicite=SOLLICITES.get(decidee_par, "mission_locale"),
        recherche_emploi=cherche or None,
        rsa=None if beneficiaire_rsa is None else "beneficiaire" if beneficiaire_rsa else "non",
        deja_inscrite=sur_la_liste or None,
        invalidite=False if sur_la_liste else None,
        # Nobody but the département decides for its beneficiaries, unless it has delegated that to France Travail.
        delegation=decidee_par == Organisme.FRANCE_TRAVAIL if beneficiaire_rsa else None,
        # Past the age of all, the mission locale accompanies a recognised handicap alone: one not written is a no.
        rqth=dossier.rqth(le=le),
    )


def examiner(
    dossier: Dossier,
    *,
    le: date,
    decidee_par: str = Organisme.MISSION_LOCALE,
    beneficiaire_rsa: bool | None = None,
    inscrite: bool = False,
) -> Competence:
    """What the law says of who decides on the day `le`. Raises `FaitInvalide`, `HorsPeriode`.

    `inscrite`: the form says that the person is registered with France Travail; the dossier may say so too.
    """
    situation = situation_courante(dossier=dossier, le=le)
    questions = faits(
        dossier,
        decidee_par=decidee_par,
        beneficiaire_rsa=beneficiaire_rsa,
        inscrite=inscrite or bool(dossier.numero_ft) or dossier.inscrit_ft_le is not None,
        cherche=situation is not None and situation.categorie == Categorie.DEMANDEUR,
        le=le,
    )
    return appliquer(competence, questions, le)


def exiger_competence(
    dossier: Dossier,
    *,
    decidee_par: str,
    beneficiaire_rsa: bool,
    inscrite: bool,
    le: date,
    vers: str = Organisme.MISSION_LOCALE,
) -> Competence:
    """The decision of the law that lets `decidee_par` decide. Raises `RegleViolee` at the field that forbids it.

    Whoever decides, nobody is sent to a mission locale before the age that it accompanies from.

    A fact that isn't known yet forbids nothing: the decision kept says what is to be completed.
    """
    try:
        decision = examiner(
            dossier, le=le, decidee_par=decidee_par, beneficiaire_rsa=beneficiaire_rsa, inscrite=inscrite
        )
    except (FaitInvalide, HorsPeriode) as erreur:
        raise RegleViolee(erreur.message, "decidee_le") from erreur
    resultat = decision.resultat
    if decidee_par == Organisme.MISSION_LOCALE and resultat["competent"] is False:
        refus = next(m for m in decision.motifs if m.code in CHAMPS and m.satisfait is False)
        raise RegleViolee(f"{refus.phrase} ({refus.article})", CHAMPS[refus.code])
    if vers == Organisme.MISSION_LOCALE:
        _exiger_l_age(dossier, le=le)
    if resultat["decideur"] not in (None, decidee_par):
        refus = decision.motif("decideur")
        raise RegleViolee(f"{refus.phrase} ({refus.article})", "decidee_par")
    return decision


def _exiger_l_age(dossier: Dossier, *, le: date) -> None:
    """Raises `RegleViolee` before sixteen years (L. 5131-3, L. 5314-2); an age that isn't known yet forbids nothing."""
    jeune = dossier.jeune
    faits = pacea.FaitsEligibilite(
        date_naissance=jeune.naissance,
        precision_naissance=jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
    )
    motif = appliquer(pacea.eligibilite, faits, le).motif("age_minimum")
    if motif.satisfait is False:
        raise RegleViolee(f"{motif.phrase} ({motif.article})", "decidee_le")

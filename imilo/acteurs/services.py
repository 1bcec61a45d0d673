"""Who may do what: agents, their affectations, and delegations of signature.

`agent` is who acts; `None` is the system (imports, the demonstration). Each call writes one fact.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from imilo.acteurs.models import Affectation, Agent, Delegation, Portee, Site, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import est_representant_legal, habilite
from imilo.journal.services import consigner
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre


def exiger(agent: Agent | None, *, structure: Structure, action: str, le: date) -> None:
    """Raise `NonHabilite` unless a running affectation of the agent in the structure opens the action."""
    if agent is not None and not habilite(agent=agent, structure=structure, action=action, le=le):
        raise NonHabilite("Votre profil dans cette structure ne permet pas cette action.")


def _pas_soi_meme(agent: Agent | None, vise: Agent) -> None:
    if agent is not None and agent.pk == vise.pk:
        raise RegleViolee("Personne ne change ses propres habilitations : demandez-le à un autre responsable.")


@transaction.atomic
def creer_agent(
    agent: Agent | None, *, structure: Structure, courriel: str, nom: str, prenom: str = "", siret: str = "", le: date
) -> Agent:
    """Declare a professional of the structure; ProConnect will recognise them by e-mail and SIRET.

    `siret` is the employer's (14 digits); the structure's when empty. Raises `RegleViolee` for an e-mail
    already known.
    """
    exiger(agent, structure=structure, action="habilitation.gerer", le=le)
    courriel = courriel.strip().lower()
    if Agent.objects.filter(courriel__iexact=courriel).exists():
        raise RegleViolee("Un agent porte déjà ce courriel.", champ="courriel")
    nouveau = Agent.objects.create(courriel=courriel, nom=nom, prenom=prenom, siret=siret or structure.siret)
    consigner(agent, "agent.cree", nouveau, structure=structure)
    return nouveau


@transaction.atomic
def ouvrir_affectation(
    agent: Agent | None,
    *,
    vise: Agent,
    structure: Structure,
    profil: str,
    du: date,
    le: date,
    au: date | None = None,
    site: Site | None = None,
    principale: bool | None = None,
    representant_legal: bool = False,
) -> Affectation:
    """Give `vise` a profile in a structure, from `du` to `au` included (`None`: no end).

    `principale=None` makes it the main one when the agent has none in these dates. Raises `RegleViolee`
    for dates in the wrong order, the same profile twice, a legal representative who isn't the direction.
    """
    exiger(agent, structure=structure, action="habilitation.gerer", le=le)
    _pas_soi_meme(agent, vise)
    if au is not None and au < du:
        raise RegleViolee("La fin de l'affectation précède son début.", champ="au")
    if representant_legal:
        _verifier_representation(agent, structure=structure, profil=profil, du=du, le=le)
    if site is not None and site.structure_id != structure.pk:
        raise RegleViolee("Ce site est celui d'une autre structure.", champ="site")
    nouvelle = Affectation(
        agent=vise, structure=structure, site=site, profil=profil, representant_legal=representant_legal, du=du, au=au
    )
    nouvelle.principale = _sera_principale(nouvelle, voulue=principale)
    nouvelle.save()
    consigner(
        agent,
        "affectation.ouverte",
        nouvelle,
        structure=structure,
        vise=vise.pk,
        profil=profil,
        du=du.isoformat(),
        representant_legal=int(representant_legal),
    )
    return nouvelle


def _sera_principale(nouvelle: Affectation, *, voulue: bool | None) -> bool:
    """Whether it is the agent's main one; `None`: when there is no other in these dates. Two requests for the same
    agent wait for each other here. Raises `RegleViolee` for the same profile twice, for two main ones."""
    vise = Agent.objects.select_for_update().get(pk=nouvelle.agent_id)
    autres = _se_recouvrent(vise, nouvelle.du, nouvelle.au)
    if autres.filter(structure=nouvelle.structure, profil=nouvelle.profil).exists():
        raise RegleViolee("Cet agent a déjà ce profil dans votre structure à ces dates.", champ="profil")
    autre_principale = autres.filter(principale=True).exists()
    if voulue and autre_principale:
        raise RegleViolee("Cet agent a déjà une affectation principale à ces dates.", champ="principale")
    return not autre_principale if voulue is None else voulue


def _verifier_representation(agent: Agent | None, *, structure: Structure, profil: str, du: date, le: date) -> None:
    """Who may name a legal representative: the one in office; the RGC only when there is none, and from today.

    A power that starts in the past would make valid what nobody could sign.
    """
    if profil != Profil.DIRECTION:
        raise RegleViolee("Le représentant légal a le profil Direction.", champ="representant_legal")
    if agent is None:
        return
    if du < le:
        raise RegleViolee("Le pouvoir de représenter la structure ne commence pas dans le passé.", champ="du")
    en_fonction = Affectation.objects.en_cours(le=le).filter(structure=structure, representant_legal=True)
    if en_fonction.exists() and not en_fonction.filter(agent=agent).exists():
        raise RegleViolee(
            "La structure a un représentant légal : c'est à lui d'en désigner un autre, ou à sa fin de fonction.",
            champ="representant_legal",
        )


def _se_recouvrent(vise: Agent, du: date, au: date | None) -> QuerySet[Affectation]:
    affectations = Affectation.objects.filter(Q(au__isnull=True) | Q(au__gte=du), agent=vise)
    return affectations if au is None else affectations.filter(du__lte=au)


@transaction.atomic
def clore_affectation(agent: Agent | None, *, affectation: Affectation, au: date, le: date) -> Affectation:
    """End an affectation: `au` is its last day. One that never started is ended on its first day."""
    exiger(agent, structure=affectation.structure, action="habilitation.gerer", le=le)
    _pas_soi_meme(agent, affectation.agent)
    affectation = Affectation.objects.select_for_update().get(pk=affectation.pk)
    if affectation.au is not None and affectation.au < le:
        raise RegleViolee("Cette affectation est déjà terminée.")
    if au < affectation.du:
        raise RegleViolee("La fin de l'affectation précède son début.", champ="au")
    affectation.au = au
    affectation.save(update_fields=["au", "modifie_le"])
    consigner(agent, "affectation.close", affectation, vise=affectation.agent_id)
    return affectation


@transaction.atomic
def donner_delegation(
    agent: Agent,
    *,
    structure: Structure,
    portee: str,
    du: date,
    le: date,
    au: date | None = None,
    a_agent: Agent | None = None,
    a_profil: str = "",
) -> Delegation:
    """Delegate one's signature, as the legal representative, to an agent or to a profile, from `du` to `au`.

    R. 5131-15, R. 5131-25. It is never given for days gone: what was signed then was signed by nobody.
    """
    if not est_representant_legal(agent=agent, structure=structure, le=le):
        raise NonHabilite("Seul le représentant légal de la structure délègue sa signature.")
    if bool(a_agent) == bool(a_profil):
        raise RegleViolee("Désignez un agent, ou un profil.", champ="a_agent")
    if portee not in Portee.values:
        raise RegleViolee("Choisissez ce que la délégation permet de signer.", champ="portee")
    if du < le:
        raise RegleViolee("Une délégation ne remonte pas dans le temps.", champ="du")
    if au is not None and au < du:
        raise RegleViolee("La fin de la délégation précède son début.", champ="au")
    if a_agent is not None and a_agent.pk == agent.pk:
        raise RegleViolee("Vous signez déjà comme représentant légal.", champ="a_agent")
    delegation = Delegation.objects.create(
        structure=structure, delegant=agent, agent=a_agent, profil=a_profil, portee=portee, du=du, au=au
    )
    consigner(agent, "delegation.donnee", delegation, portee=portee, vise=a_agent.pk if a_agent else None)
    return delegation


@transaction.atomic
def retirer_delegation(agent: Agent, *, delegation: Delegation, le: date) -> Delegation:
    """End a delegation: `le` is its last day, or its first when it hasn't started."""
    if not est_representant_legal(agent=agent, structure=delegation.structure, le=le):
        raise NonHabilite("Seul le représentant légal de la structure retire une délégation.")
    delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if delegation.au is not None and delegation.au <= le:
        raise RegleViolee("Cette délégation est déjà terminée.")
    if delegation.du > le:
        consigner(agent, "delegation.retiree", delegation)
        delegation.delete()
        return delegation
    delegation.au = le
    delegation.save(update_fields=["au", "modifie_le"])
    consigner(agent, "delegation.retiree", delegation)
    return delegation


def choisir_affectation(agent: Agent, *, affectation: Affectation) -> None:
    """Note that the agent works from now on under another of their affectations (kept in the session)."""
    with perimetre(affectation.structure_id):
        consigner(agent, "structure.choisie", affectation)

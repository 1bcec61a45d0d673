"""`imilo allocations`: the decisions of a month taken together, their letters, late scales, as a named agent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from imilo.config.commandes.sortie import erreurs, explique, repondre
from imilo.socle.demarrage import Empechement

if TYPE_CHECKING:
    from datetime import date

    from imilo.acteurs.models import Agent, Structure

app = typer.Typer(help="Décider les allocations d'un mois.", no_args_is_help=True)
OptionStructure = Annotated[
    list[str], typer.Option("--structure", help="Le code d'une structure (répétable, pour tout un réseau).")
]
OptionJson = Annotated[bool, typer.Option("--json", help="Répondre en JSON.")]


@app.callback()
def groupe() -> None:
    """Décider les allocations d'un mois."""


@app.command("lot")
@explique
def lot(
    *,
    mois: Annotated[str, typer.Option("--mois", help="Le mois à décider : AAAA-MM.")],
    structure: OptionStructure,
    agent: Annotated[
        str,
        typer.Option(
            "--agent",
            help="Le courriel de la personne habilitée qui décide ; sinon, le représentant légal en fonction.",
        ),
    ] = "",
    exceptions: Annotated[bool, typer.Option("--exceptions", help="Décider aussi ce qui demande un regard.")] = False,
    courriers: Annotated[bool, typer.Option("--courriers", help="Faire les courriers tout de suite.")] = False,
    en_json: OptionJson = False,
) -> None:
    """Prendre, au nom d'une personne habilitée, les décisions prêtes du mois : comme la page des allocations.

    Sans --agent, ce nom est celui du représentant légal de la structure, dit avant de décider.
    Ce qui manque et ce qui demande un regard n'est pas décidé. Les courriers sont faits par le travailleur, ou
    aussitôt avec --courriers. Code de sortie 1 quand une structure a été refusée en entier.
    """
    premier = _mois(mois)
    with _base():
        nomme = _agent(agent) if agent else None
        decideurs = [(nomme or _representant(chez), chez) for chez in map(_structure, structure)]
        for qui, chez in decideurs:
            erreurs.print(f"{chez.code} : {qui} ({qui.courriel}) décide, au nom de l'État.", markup=False)
        with _progression(cachee=en_json) as avancer:
            bilans = [_un_lot(qui, chez, premier, exceptions, courriers, avancer) for qui, chez in decideurs]
    repondre(
        bilans,
        en_json=en_json,
        texte="\n".join(
            f"{b['structure']} : {b['decidees']} décidées, {b['refusees']} refusées, {b['manquent']} à compléter, "
            f"{b['a_regarder']} à regarder, en {b['secondes']} s." + (f" {b['refus']}" if b["refus"] else "")
            for b in bilans
        ),
    )
    if any(b["refus"] for b in bilans):
        raise typer.Exit(1)


def _un_lot(  # noqa: PLR0917  # what the command was asked, and where to tell how far it is
    qui: Agent, chez: Structure, premier: date, exceptions: bool, courriers: bool, avancer: Any
) -> dict[str, Any]:
    from imilo.acteurs.selectors import aujourd_hui
    from imilo.parcours.allocations import services
    from imilo.parcours.allocations.lots import avancement
    from imilo.parcours.allocations.mois import Section, mois_de_la_structure
    from imilo.socle.erreurs import NonHabilite, RegleViolee
    from imilo.socle.perimetre import perimetre

    debut = time.monotonic()
    bilan: dict[str, Any] = {"structure": chez.code, "mois": f"{premier:%Y-%m}", "lot": None, "refus": ""}
    bilan |= {"au_nom_de": qui.courriel}
    bilan |= {"decidees": 0, "refusees": 0, "pourquoi": {}}
    fait = None
    with perimetre(chez.pk, agent_id=qui.pk):
        le = aujourd_hui(chez)
        tout = mois_de_la_structure(agent=qui, structure=chez, mois=premier, le=le)
        bilan |= {"manquent": tout.comptes[Section.MANQUE], "a_regarder": tout.comptes[Section.EXCEPTIONS]}
        pretes = [*tout.de(Section.A_DECIDER), *(tout.de(Section.EXCEPTIONS) if exceptions else ())]
        choisies = {x.decision.pk: x.decision.version for x in pretes if x.decision}
        try:
            if choisies:
                fait = services.creer_lot(qui, structure=chez, mois=premier, choisies=choisies, en_file=False)
        except (NonHabilite, RegleViolee) as refus:
            bilan["refus"] = str(refus)
    if fait is not None:
        avancer(chez.code, 0, len(choisies))
        services.traiter_lot(fait.pk, chez.pk, avancer=lambda n: avancer(chez.code, n, len(choisies)))
        with perimetre(chez.pk, agent_id=qui.pk):
            etat = avancement(fait)
        bilan |= {"lot": fait.pk, "decidees": etat.faites, "refusees": etat.refusees}
        bilan["pourquoi"] = {ligne.decision_id: ligne.refus for ligne in etat.refus}
        if courriers:
            bilan["courriers"] = services.faire_les_courriers(chez.pk)
    return {**bilan, "secondes": round(time.monotonic() - debut, 2)}


@app.command("courriers")
@explique
def courriers(*, structure: OptionStructure, en_json: OptionJson = False) -> None:
    """Faire les courriers des décisions prises ensemble, sans attendre le travailleur."""
    with _base():
        from imilo.parcours.allocations.services import faire_les_courriers

        faits = {code: faire_les_courriers(_structure(code).pk) for code in structure}
    repondre(faits, en_json=en_json, texte="\n".join(f"{code} : {nombre} courriers." for code, nombre in faits.items()))


@app.command("baremes")
@explique
def baremes(*, structure: OptionStructure, en_json: OptionJson = False) -> None:
    """Lister les décisions qu'un barème publié tard touche : le montant d'alors, celui d'aujourd'hui."""
    with _base():
        from imilo.parcours.allocations.baremes import touchees
        from imilo.socle.perimetre import perimetre

        lignes = []
        for code in structure:
            chez = _structure(code)
            with perimetre(chez.pk):
                lignes += [
                    {
                        "structure": code,
                        "decision": t.decision.pk,
                        "reference": t.decision.reference,
                        "avant": str(t.avant),
                        "maintenant": str(t.montant),
                        "baremes": list(t.baremes),
                    }
                    for t in touchees(chez)
                ]
    texte = "\n".join(f"{x['reference']} : {x['avant']} €, {x['maintenant']} € aujourd'hui." for x in lignes)
    repondre(lignes, en_json=en_json, texte=texte or "Aucune décision n'est touchée.")


def _mois(ecrit: str) -> date:
    from imilo.droit.delais import premier_jour_du_mois_ecrit

    try:
        return premier_jour_du_mois_ecrit(ecrit)
    except ValueError:
        raise typer.BadParameter("Écrivez le mois ainsi : 2026-10.", param_hint="--mois") from None


@contextmanager
def _base() -> Iterator[None]:
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.LOTS)
        yield


def _structure(code: str) -> Structure:
    from imilo.acteurs.models import Structure

    trouvee = Structure.objects.filter(code=code.strip().upper()).first()
    if trouvee is None:
        raise Empechement(f"Aucune structure ne porte le code {code}.", f"No structure has code {code}.")
    return trouvee


def _agent(courriel: str) -> Agent:
    from imilo.acteurs.models import Agent

    trouve = Agent.objects.filter(courriel__iexact=courriel.strip(), is_active=True).first()
    if trouve is None:
        raise Empechement(f"Aucun agent actif n'a le courriel {courriel}.", f"No active agent has e-mail {courriel}.")
    return trouve


def _representant(structure: Structure) -> Agent:
    """Who decides when nobody is named: the legal representative in office today (R. 5131-25 I), if there is one."""
    from imilo.acteurs.selectors import aujourd_hui, representants_legaux

    trouves = representants_legaux(structure=structure, le=aujourd_hui(structure))
    if len(trouves) == 1:
        return trouves[0]
    if not trouves:
        raise Empechement(
            f"{structure.code} n'a pas de représentant légal en fonction : nommez qui décide avec --agent.",
            f"{structure.code} has no legal representative in office: name who decides with --agent.",
        )
    noms = ", ".join(f"{qui} ({qui.courriel})" for qui in trouves)
    raise Empechement(
        f"{structure.code} a plusieurs représentants légaux en fonction, {noms} : choisissez avec --agent.",
        f"{structure.code} has several legal representatives in office, {noms}: choose with --agent.",
    )


@contextmanager
def _progression(*, cachee: bool) -> Iterator[Any]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    colonnes = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*colonnes, console=erreurs, transient=True, disable=cachee) as barre:
        taches: dict[str, TaskID] = {}

        def avancer(etape: str, faites: int, total: int) -> None:
            if etape not in taches:
                taches[etape] = barre.add_task(etape, total=total)
            barre.advance(taches[etape], faites)

        yield avancer

"""`imilo journal`: verify and seal the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from imilo.config.commandes.sortie import erreurs, explique, repondre, resultats
from imilo.socle.demarrage import Empechement

if TYPE_CHECKING:
    from imilo.journal.anomalies import Anomalie
    from imilo.journal.verification import Comptes, Verification

app = typer.Typer(help="Vérifier et sceller le journal.", no_args_is_help=True)
ANOMALIES_MONTREES = 1000


@app.command("verifier")
@explique
def verifier(
    structure: Annotated[str, typer.Option(help="Ne vérifier que les chaînes de cette structure (son code).")] = "",
    en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Vérifier que rien n'a été changé, retiré ou déplacé dans le journal."""
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.LOTS)
        from imilo.journal.verification import Verification

        codes = _codes_des_structures()
        verification = Verification(structure=_numero(structure, codes) if structure else None)
        trouvees: list[Anomalie] = []
        nombre = graves = 0
        with _progression(verification, visible=not en_json), _second_lieu_lisible():
            for anomalie in verification.anomalies():
                nombre, graves = nombre + 1, graves + anomalie.grave
                if len(trouvees) < ANOMALIES_MONTREES:
                    trouvees.append(anomalie)
    nommer = _nommer(codes)
    if en_json:
        repondre(_en_json(verification.comptes, trouvees, nombre, graves, nommer), en_json=True, texte="")
    else:
        _afficher(verification.comptes, trouvees, nombre, graves, nommer)
    if graves:
        raise typer.Exit(1)


@app.command("sceller")
@explique
def sceller(en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False) -> None:
    """Chaîner les inscriptions en attente et sceller les chaînes au second lieu."""
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.LOTS)
        from imilo.journal.chainage import Occupe
        from imilo.journal.sceau import sceller as sceller_le_journal
        from imilo.journal.second_lieu import SecondLieuInattendu

        try:
            bilan = sceller_le_journal()
        except Occupe:
            raise Empechement(
                "Un autre scellement est en cours (celui de chaque minute, peut-être). Réessayez dans un instant.",
                "Another sealing is under way (the one of each minute, maybe). Try again in a moment.",
            ) from None
        except SecondLieuInattendu as erreur:
            raise Empechement(
                str(erreur), "The chains are made; their seal could not be written to the second place."
            ) from erreur
    sceau = "rien de neuf à sceller" if bilan.sceau is None else f"sceau n° {bilan.sceau}, {bilan.tetes} chaîne(s)"
    donnees = {"chaines": bilan.chaines, "tetes": bilan.tetes, "sceau": bilan.sceau}
    repondre(donnees, en_json=en_json, texte=f"{bilan.chaines} inscription(s) chaînée(s) ; {sceau}.")


@contextmanager
def _second_lieu_lisible() -> Iterator[None]:
    try:
        yield
    except OSError as erreur:
        raise Empechement(
            f"Le second lieu ne se lit pas ({erreur.filename} : {erreur.strerror}). Rétablissez l'accès à ce dossier, "
            "puis relancez la vérification.",
            f"The second place can't be read ({erreur.filename}: {erreur.strerror}). Restore access to it, then retry.",
        ) from erreur


def _codes_des_structures() -> dict[int, str]:
    from imilo.acteurs.models import Structure

    return dict(Structure.objects.values_list("pk", "code"))


def _numero(code: str, codes: dict[int, str]) -> int:
    for numero, connu in codes.items():
        if connu == code.strip().upper():
            return numero
    raise Empechement(
        f"Aucune structure ne porte le code {code}. Un code a huit caractères, par exemple 65440S00.",
        f"No structure has the code {code}. A code has eight characters, such as 65440S00.",
    )


def _nommer(codes: dict[int, str]) -> Callable[[int], str]:
    return lambda numero: f"la structure {codes[numero]}" if numero in codes else f"la structure n° {numero}"


@contextmanager
def _progression(verification: Verification, *, visible: bool) -> Iterator[None]:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    colonnes = (SpinnerColumn(), TextColumn("{task.completed} inscriptions vérifiées"), TimeElapsedColumn())
    montrer = visible and erreurs.is_terminal
    with Progress(*colonnes, console=erreurs, transient=True, disable=not montrer) as progression:
        tache = progression.add_task("journal", total=None)
        verification.suivi = lambda nombre: progression.advance(tache, nombre)
        yield


def _en_json(
    comptes: Comptes, trouvees: list[Anomalie], nombre: int, graves: int, nommer: Callable[[int], str]
) -> dict[str, Any]:
    return {
        "valide": not graves,
        "anomalies": [{**a.donnees(), "phrase": a.phrase(nommer)} for a in trouvees],
        "anomalies_en_tout": nombre,
        "comptes": comptes.donnees(),
    }


def _afficher(
    comptes: Comptes, trouvees: list[Anomalie], nombre: int, graves: int, nommer: Callable[[int], str]
) -> None:
    for anomalie in trouvees:
        style, debut = ("red", "✗") if anomalie.grave else ("yellow", "!")
        resultats.print(f"{debut} {anomalie.phrase(nommer)}", style=style, markup=False)
    if nombre > len(trouvees):
        resultats.print(f"… et {nombre - len(trouvees)} autres.", style="red")
    if graves and graves >= comptes.faits + comptes.consultations:
        resultats.print("Rien ne se vérifie : IMILO_CLE_SCEAU est-elle bien celle de cette base ?", style="yellow")
    resultats.print(_resume(comptes))
    if graves:
        resultats.print(f"Le journal n'est pas intact : {graves} anomalie(s).", style="bold red")
    else:
        resultats.print("Le journal est intact.", style="bold green")


def _resume(comptes: Comptes) -> str:
    vu = f"{comptes.faits} faits et {comptes.consultations} consultations dans {comptes.chaines} chaînes"
    sceaux = f"{comptes.sceaux} sceaux au second lieu"
    if comptes.dernier_sceau is not None:
        sceaux += f", le dernier du {comptes.dernier_sceau:%d/%m/%Y à %H:%M} UTC"
    return f"{vu} ; {comptes.en_attente} en attente ; {sceaux}."

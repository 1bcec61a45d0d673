"""The command line `imilo`. One file per group; Django is loaded by the commands that need it only."""

from __future__ import annotations

import typer

from imilo.config.commandes import (
    allocations,
    asp,
    bench,
    chiffrement,
    cles,
    demo,
    doublons,
    droit,
    importer,
    journal,
    listes,
    migrate,
    rapprocher,
    serve,
    travailleur,
)

app = typer.Typer(
    name="imilo",
    help="I-MILO, système d'information ouvert des missions locales.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they may hold personal data
    add_completion=False,
)
app.command("serve")(serve.serve)
app.command("migrate")(migrate.migrate)
app.command("demo")(demo.demo)
app.command("travailleur", hidden=True)(travailleur.travailleur)
app.command("rapprocher")(rapprocher.rapprocher)
app.add_typer(importer.app, name="importer")
app.add_typer(listes.app, name="listes")
app.add_typer(journal.app, name="journal")
app.add_typer(droit.app, name="droit")
app.add_typer(allocations.app, name="allocations")
app.add_typer(doublons.app, name="doublons")
app.add_typer(cles.app, name="cles")
app.add_typer(chiffrement.app, name="chiffrement")
app.add_typer(asp.app, name="asp")
app.add_typer(bench.app, name="bench")

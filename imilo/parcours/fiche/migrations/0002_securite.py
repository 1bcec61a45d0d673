"""Row-level security of the full file."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable

DONNEES = (
    "competence", "comptebancaire", "confirmation", "demande", "diplome", "enfant", "etatnir", "etiquetteposee",
    "experience", "foyer", "justificatif", "langue", "liendefoyer", "logement", "metiervise", "mobilite", "note",
    "numerique", "permis", "preferencecontact", "prescripteur", "protection", "representant", "ressource", "scolarite",
    "territoire", "titresejour",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("fiche", "0001_initial"), ("dossiers", "0002_securite")]
    operations = [
        *(ProtegerTable(f"fiche_{nom}") for nom in (*DONNEES, "reponse")),
        ProtegerTable("fiche_etiquette", dossier=False),  # the list of a structure, bound to no dossier
        *(ProtegerHistorique(f"fiche_{nom}event") for nom in (*DONNEES, "etiquette")),
    ]

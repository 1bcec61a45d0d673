"""The linkage of a list reads two more numbers of each person: the keyed hash of the INE, France Travail's number."""

from importlib import import_module

from django.db import migrations

# ruff: noqa: S608  # a function made once from constants of these files

_LECTURE = import_module("imilo.jeunes.migrations.0010_rapprochement").LECTURE
_RENDUES, _LUES, _NUMEROS = "courriel text, nir text\n)", "encode(p.nir_empreinte, 'hex')\n", " AS numeros\n"
assert _LECTURE.count(_RENDUES) == _LECTURE.count(_LUES) == _LECTURE.count(_NUMEROS) == 1
_AJOUTES = _LECTURE.replace(_RENDUES, "courriel text, nir text, ine text, identifiant text\n)").replace(
    _NUMEROS, " AS numeros, max(x.numero_ft) AS numero_ft\n"
)
LECTURE = "DROP FUNCTION rapprochement_dossiers(bigint, int);" + _AJOUTES.replace(
    _LUES,
    """encode(p.nir_empreinte, 'hex'),
        (SELECT encode(s.ine_empreinte, 'hex') FROM fiche_scolarite s JOIN dossiers_dossier x ON x.id = s.dossier_id
        WHERE x.jeune_id = p.id AND s.ine_empreinte IS NOT NULL ORDER BY s.modifie_le DESC, s.id DESC LIMIT 1),
        NULLIF(n.numero_ft, '')
""",
)


class Migration(migrations.Migration):
    dependencies = [("jeunes", "0013_indices")]
    operations = [migrations.RunSQL(LECTURE, reverse_sql=migrations.RunSQL.noop)]

"""The reference: Splink as its own tutorial sets it up for persons (its library's comparisons, two blocking rules,
random sampling then EM on the lists at hand), on the same files. `python -m bench.rapprochement_reference LISTE BASE
RESULTAT` writes the links and prints seconds and memory.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from pathlib import Path

SEUIL = 0.99
LECTURE = """
    SELECT reference, lower(prenom) AS first_name, lower(nom) AS surname,
        strftime(coalesce(try_strptime(naissance, '%Y-%m-%d'), try_strptime(naissance, '%d/%m/%Y')), '%Y-%m-%d') AS dob,
        lower(commune) AS city, lower(courriel) AS email, code_postal AS postcode
    FROM read_csv('{}', delim = ';', header = true, all_varchar = true)
"""


def rapprocher(liste: Path, base: Path, resultat: Path) -> None:
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    connexion = duckdb.connect()
    for nom, chemin in (("a_liste", liste), ("b_base", base)):
        connexion.execute(f"CREATE TABLE {nom} AS {LECTURE.format(chemin)}")
    reglages = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="reference",
        blocking_rules_to_generate_predictions=[block_on("first_name", "surname"), block_on("surname", "dob")],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
    )
    api = DuckDBAPI(connexion)
    linker = Linker([api.register(n, dataset_display_name=n) for n in ("a_liste", "b_base")], reglages, log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first_name", "surname", "dob"), block_on("email")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for regle in (block_on("first_name", "surname"), block_on("dob", "city")):
        linker.training.estimate_parameters_using_expectation_maximisation(regle, max_pairs=1e6)
    predites = linker.inference.predict(threshold_match_probability=SEUIL)
    # Lists of persons: the best link of each line.
    connexion.execute(
        f"""
        COPY (
            SELECT reference_l, reference_r, match_probability FROM {predites.physical_name}
            QUALIFY row_number() OVER (PARTITION BY reference_l ORDER BY match_weight DESC, reference_r) = 1
        ) TO '{resultat}' (HEADER)
        """  # noqa: S608  # tables and files of the measure's own
    )


if __name__ == "__main__":
    debut = time.monotonic()
    rapprocher(*(Path(p) for p in sys.argv[1:4]))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    temps = {"secondes": time.monotonic() - debut, "secondes_processeur": usage.ru_utime + usage.ru_stime}
    print(json.dumps({**{nom: round(s, 2) for nom, s in temps.items()}, "memoire_mio": usage.ru_maxrss // 1024}))

"""Mutation testing of the law: each small change of a rule must be seen by an example or a kept decision.

    uv run --group mutants python -m outils.mutants --json bilan.json [--tests] [age.py cej …]

Cosmic Ray makes the mutants. Each is judged in a process of its own: the changed module and those that import it are
imported anew, the worked examples of the rules among them are decided and their kept decisions replayed. One that
survives is then given, with `--tests`, to the property tests of the folder; one that is proved to say the same as the
rule for every possible value (`outils/equivalence.py`) is counted apart. Annotations and decorators aren't mutated:
they change nothing of the law.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import pickle
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from multiprocessing.pool import ThreadPool
from pathlib import Path
from types import CodeType
from typing import Any

from outils.equivalence import prouve

RACINE = Path(__file__).parents[1]
DROIT = RACINE / "imilo" / "droit"
SANS_REGLE = {"porte.py", "colonnes.py", "francais.py"}  # the door and the columns are held by tests of their own
_DU_MEME_NOM = ("baremes", "comptes", "decision", "faits", "lectures", "ressources", "sanction")
TESTS_DU_NOYAU = {nom: (nom,) for nom in _DU_MEME_NOM} | {
    "delais": ("delais", "lectures"),
    "pmsmp": ("faits",),
    "registre": ("decision",),
    "serialisation": ("decision",),
}
PATIENCE, PATIENCE_DES_TESTS = 600, 600  # seconds
# Identity instead of equality is the same thing on codes and small numbers; the others change names, not the law.
INUTILES = ("VariableReplacer", "VariableInserter", "RemoveDecorator", "ExceptionReplacer")
IDENTITES = ("_Is", "_IsNot")
CODE = re.compile(r'[!=]*= *("|[A-Z]{2})')


@dataclass(frozen=True)
class Mutant:
    """One change: where, which operator, the line before and after, and its `genre`: `""` for most.

    `ordre`: an equality with a code (text, or a constant that names one) turned into *at most* or *at least*, an
    inequality into *less* or *more*. Codes have no order that means something: whether it is seen hangs on the
    alphabet. `identite`: *is* turned into `==`, the same thing on True, False, None and types. Both are made and
    judged like the others, and the report counts with and without them.
    """

    module: str
    ligne: int
    operateur: str
    avant: str
    apres: str
    genre: str
    source: str


def modules(choisis: list[str]) -> list[Path]:
    """Return the modules of the law to mutate."""
    trouves = [c for c in sorted(DROIT.rglob("*.py")) if c.name not in SANS_REGLE]
    return [c for c in trouves if not choisis or any(str(c.relative_to(DROIT)).startswith(p) for p in choisis)]


def mutants(chemin: Path) -> Iterator[Mutant]:
    """Yield every mutant of a module, the same change once."""
    source = chemin.read_text(encoding="utf-8")
    lignes, ecartees, vus = source.splitlines(), _lignes_inertes(source), {source}
    for operateur, mute in _sources_mutees(source):
        if mute in vus:
            continue
        vus.add(mute)
        nouvelles = mute.splitlines()
        ligne = next((i for i, (a, b) in enumerate(zip(lignes, nouvelles, strict=False), 1) if a != b), len(lignes))
        if ligne not in ecartees:
            avant, apres = lignes[ligne - 1].strip(), nouvelles[min(ligne, len(nouvelles)) - 1].strip()
            genre = _genre(operateur, avant, apres)
            yield Mutant(str(chemin.relative_to(RACINE)), ligne, operateur, avant, apres, genre, mute)


def _sources_mutees(source: str) -> Iterator[tuple[str, str]]:
    """Yield each operator with a source that it changed once; the module is parsed once, and copied for each."""
    from cosmic_ray import plugins
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import MutationVisitor

    arbre = get_ast(source)
    noeuds, copie = list(ast_nodes(arbre)), pickle.dumps(arbre)
    for nom in plugins.operator_names():
        court = nom.partition("/")[2]
        if court.startswith(INUTILES) or nom.endswith(IDENTITES):
            continue
        operateur = plugins.get_operator(nom)()
        for rang in range(sum(len(list(operateur.mutation_positions(noeud))) for noeud in noeuds)):
            mute = MutationVisitor(rang, operateur).walk(pickle.loads(copie))  # noqa: S301  # written just above
            yield court, mute.get_code()


def _genre(operateur: str, avant: str, apres: str) -> str:
    debut = next((i for i, (a, b) in enumerate(zip(avant, apres, strict=False)) if a != b), 0)
    change = avant[debut:]
    if operateur.endswith(("_Eq_LtE", "_Eq_GtE", "_NotEq_Lt", "_NotEq_Gt")) and CODE.match(change):
        return "ordre"
    return "identite" if operateur.endswith(("_Is_Eq", "_IsNot_NotEq")) else ""


def _lignes_inertes(source: str) -> set[int]:
    """Return the lines of annotations, imports for types and decorators."""
    inertes: set[int] = set()
    for noeud in ast.walk(ast.parse(source)):
        notes: list[ast.expr | ast.stmt | None] = []
        if isinstance(noeud, ast.AnnAssign):
            notes = [noeud.annotation]
        elif isinstance(noeud, ast.FunctionDef):
            arguments = [*noeud.args.args, *noeud.args.kwonlyargs]
            notes = [noeud.returns, *(argument.annotation for argument in arguments), *noeud.decorator_list]
        elif isinstance(noeud, ast.ClassDef):
            notes = [*noeud.decorator_list]
        elif isinstance(noeud, ast.If) and isinstance(noeud.test, ast.Name) and noeud.test.id == "TYPE_CHECKING":
            notes = [noeud]
        for note in notes:
            if note is not None:
                inertes.update(range(note.lineno, (note.end_lineno or note.lineno) + 1))
    return inertes


def juger(mutant: Mutant) -> bool:
    """Say whether the examples and the kept decisions see the mutant."""
    pid = os.fork()
    if pid == 0:
        os._exit(_juger_ici(mutant))
    return os.waitpid(pid, 0)[1] != 0


def _juger_ici(mutant: Mutant) -> int:
    """0 when nothing differs. Any exception, or too long a time, is a difference."""
    signal.alarm(PATIENCE)
    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  # the process ends with it
    try:
        nom = _nom_du_module(RACINE / mutant.module)
        refaits = dependants(nom)
        _oublier(refaits)
        _importer_mute(mutant, nom)
        verifier(nom, refaits)
    except BaseException:  # noqa: BLE001  # whatever a mutant raises, it was seen
        return 1
    return 0


def verifier(mute: str, refaits: Collection[str]) -> None:
    """Run the tests of the examples, of the kept decisions and of the sentences, without their runner.

    Only those of the rules that a module of `refaits` writes; first those of the module `mute`.
    """
    from imilo.droit.registre import regles
    from tests.droit import phrases_dites, test_decision

    _ranger_les_versions()
    concernees = {regle.nom: regle.__module__ for regle in regles() if regle.__module__ in refaits}
    _juger_les_exemples(concernees, mute)
    for gardee in test_decision.GARDEES:
        if json.loads(gardee.read_text(encoding="utf-8"))["regle"] in concernees:
            test_decision.test_une_decision_gardee_se_rejoue_a_l_identique(gardee)
    for chemin in phrases_dites.DOSSIER.glob("*.txt"):
        if chemin.stem in concernees:
            assert phrases_dites.phrases(chemin.stem) == chemin.read_text(encoding="utf-8")
    partie = mute.removeprefix("imilo.droit.").partition(".")[0]
    if partie == "contrat_engagement":
        _juger_les_anciens()
    elif partie in TESTS_DU_NOYAU:
        _juger_le_noyau(TESTS_DU_NOYAU[partie])


def _juger_les_exemples(concernees: Mapping[str, str], mute: str) -> None:
    from tests.droit import test_exemples

    retenus = [exemple for exemple in test_exemples.EXEMPLES if exemple.brut["regle"] in concernees]
    for exemple in sorted(retenus, key=lambda e: concernees[e.brut["regle"]] != mute):
        if "resultat" in exemple.brut:
            test_exemples.test_exemple(exemple)
        elif "erreur" in exemple.brut:
            test_exemples.test_fait_refuse(exemple)
        else:
            test_exemples.test_hors_periode(exemple)


def _juger_les_anciens() -> None:
    """Run the examples of the versions that are no longer the current ones."""
    from tests.droit import test_contrat_engagement as anciens

    for exemple in anciens.ANCIENS:
        if "erreur" in exemple:
            anciens.test_la_premiere_version_refuse_toujours(exemple)
        elif "resultat" in exemple:
            anciens.test_la_premiere_version_dit_toujours_la_meme_chose(exemple)


def _juger_le_noyau(noms: Iterable[str]) -> None:
    """Run the tests of the scales, days, decisions or readings themselves, which no example shows alone."""
    import pytest

    tests = [str(RACINE / "tests" / "droit" / f"test_{nom}.py") for nom in noms]
    options = ["-x", "-q", "-c", os.devnull, f"--rootdir={RACINE}", "-p", "no:cacheprovider", "--noconftest"]
    assert pytest.main([*options, *tests]) == 0


def _ranger_les_versions() -> None:
    """Put the versions of each rule back in order: the last one is the current one, whichever was imported last."""
    from imilo.droit import registre

    for versions in registre._REGLES.values():
        for version in sorted(versions, key=int):
            versions[version] = versions.pop(version)


def prechauffer() -> None:
    """Import the law and its tests once, and read every YAML file, before the mutants' processes, which inherit it."""
    import yaml

    charger, lus = yaml.safe_load, {}

    def safe_load(texte: Any) -> Any:
        if texte not in lus:
            lus[texte] = charger(texte)
        return lus[texte]

    setattr(yaml, "safe_load", safe_load)  # noqa: B010  # a plain assignment is refused by the types of yaml
    from tests.droit import phrases_dites, test_contrat_engagement, test_decision, test_exemples  # noqa: F401  # for the children

    for chemin in [*(RACINE / "tests" / "droit").rglob("*.yaml"), *DROIT.rglob("*.yaml")]:
        safe_load(chemin.read_text(encoding="utf-8"))

    _imports()


def _nom_du_module(chemin: Path) -> str:
    relatif = str(chemin.relative_to(RACINE))
    return relatif.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def dependants(nom: str) -> frozenset[str]:
    """Return the module `nom` of the law, and those that import it, directly or not."""
    trouves, reste = {nom}, [nom]
    while reste:
        cherche = reste.pop()
        nouveaux = {module for module, importes in _imports().items() if cherche in importes} - trouves
        trouves |= nouveaux
        reste += nouveaux
    return frozenset(trouves)


@cache
def _imports() -> dict[str, set[str]]:
    """Return what each module of the law names in its imports, those inside functions included."""
    sources = {_nom_du_module(chemin): chemin.read_text(encoding="utf-8") for chemin in DROIT.rglob("*.py")}
    trouves: dict[str, set[str]] = {}
    for nom, source in sources.items():
        importes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ImportFrom) and n.module in sources]
        precis = [(str(n.module), f"{n.module}.{alias.name}") for n in importes for alias in n.names]
        trouves[nom] = {membre if membre in sources else paquet for paquet, membre in precis}
    return trouves


def _oublier(refaits: Collection[str]) -> None:
    """Forget the modules to import anew, their rules, and the tests, which hold objects of them."""
    from imilo.droit import registre

    for versions in registre._REGLES.values():
        for version in [v for v, regle in versions.items() if regle.__module__ in refaits]:
            del versions[version]
    for nom in [*refaits, *(nom for nom in sys.modules if nom.startswith("tests.droit."))]:
        oublie, (paquet, _, court) = sys.modules.pop(nom, None), nom.rpartition(".")
        if oublie is not None and paquet in sys.modules:
            vars(sys.modules[paquet]).pop(court, None)  # else `from package import module` would find it again


def _importer_mute(mutant: Mutant, nom: str) -> None:
    chemin = str(RACINE / mutant.module)

    class Chargeur(importlib.machinery.SourceFileLoader):
        """The loader of the file, for the data beside it, with another source."""

        def get_code(self, fullname: str) -> CodeType:
            return compile(mutant.source, chemin, "exec")

    class Chercheur(importlib.abc.MetaPathFinder):
        def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
            if fullname != nom:
                return None
            return importlib.util.spec_from_file_location(nom, chemin, loader=Chargeur(nom, chemin))

    sys.meta_path.insert(0, Chercheur())


def survit_aux_tests(mutant: Mutant) -> bool:
    """Say whether the other tests of the law, properties included, pass with the mutant in a copy of the package."""
    with tempfile.TemporaryDirectory() as copie:
        for nom in ("tests", "outils", "docs", "bench", "pyproject.toml"):
            (Path(copie) / nom).symlink_to(RACINE / nom)
        shutil.copytree(RACINE / "imilo", Path(copie) / "imilo", ignore=shutil.ignore_patterns("__pycache__"))
        (Path(copie) / mutant.module).write_text(mutant.source, encoding="utf-8")
        tests = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "tests/droit", "--ignore=tests/droit/test_porte.py"]
        tests += ["--ignore=tests/droit/test_oracle_openfisca.py", "--ignore=tests/droit/test_code_du_droit.py"]
        try:
            rendu = subprocess.run(  # noqa: S603  # our own tests
                [sys.executable, "-m", "pytest", *tests],
                cwd=copie,
                env={**os.environ, "PYTHONPATH": copie},
                capture_output=True,
                timeout=PATIENCE_DES_TESTS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        return rendu.returncode == 0


def main() -> None:
    lecteur = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    lecteur.add_argument("modules", nargs="*", help="chemins dans imilo/droit ; tous par défaut")
    lecteur.add_argument("--json", type=Path, required=True, help="où écrire le bilan et les survivants")
    lecteur.add_argument("--taches", type=int, default=os.cpu_count() or 1)
    lecteur.add_argument("--part", type=float, default=1.0, help="part des mutants, tirée au sort (1 : tous)")
    lecteur.add_argument("--graine", type=int, default=2025, help="graine de ce tirage")
    lecteur.add_argument("--tests", action="store_true", help="donner aussi les survivants aux autres tests du droit")
    lecteur.add_argument("--suite", type=Path, help="bilan du même code : ne juger à nouveau que ses survivants")
    options = lecteur.parse_args()
    debut, hasard = time.monotonic(), random.Random(options.graine)  # noqa: S311  # a sample, not a secret
    prechauffer()
    gc.freeze()  # else the collector of each child would copy the memory that it shares with this process
    gc.disable()
    bilan: dict[str, dict[str, int]] = {}
    survivants: list[Mutant] = []
    prouves: list[Mutant] = []
    deja = json.loads(options.suite.read_text(encoding="utf-8")) if options.suite else None
    with ThreadPool(options.taches) as equipe:
        for chemin in modules(options.modules):
            module = str(chemin.relative_to(RACINE))
            if juger(Mutant(module, 0, "aucun", "", "", "", chemin.read_text(encoding="utf-8"))):
                sys.exit(f"{chemin} : des exemples ou des décisions gardées échouent sans mutant.")
            faits = [mutant for mutant in mutants(chemin) if hasard.random() < options.part]
            bilan[module] = dict(Counter(mutant.genre for mutant in faits))
            if deja is not None:
                assert deja["mutants"][module] == bilan[module], f"{module} : ce bilan est celui d'un autre code"
                faits = [
                    mutant for mutant in faits if _ecrit(mutant) in [*deja["survivants"], *deja.get("equivalents", [])]
                ]
            restent = [m for m, vu in zip(faits, equipe.map(juger, faits), strict=True) if not vu]
            if options.tests:
                restent = [
                    m for m, survit in zip(restent, equipe.map(survit_aux_tests, restent), strict=True) if survit
                ]
            prouves += [m for m in restent if prouve(m.avant, m.apres, m.module)]
            survivants += [m for m in restent if m not in prouves]
            print(module, len(faits), len(restent), flush=True)
            _ecrire(options.json, bilan, survivants, prouves, time.monotonic() - debut)
    total = sum(sum(genres.values()) for genres in bilan.values())
    print(f"{total} mutants, {len(prouves)} équivalents, {len(survivants)} survivants")


def _ecrit(mutant: Mutant) -> dict[str, Any]:
    return {cle: valeur for cle, valeur in asdict(mutant).items() if cle != "source"}


def _ecrire(
    ou: Path, bilan: dict[str, dict[str, int]], survivants: list[Mutant], prouves: list[Mutant], secondes: float
) -> None:
    """Write the counts by module and what is left, after each module: a long run that stops keeps what it found."""
    restent = {"survivants": [_ecrit(m) for m in survivants], "equivalents": [_ecrit(m) for m in prouves]}
    rendu = {"mutants": bilan, **restent, "secondes": round(secondes)}
    ou.write_text(json.dumps(rendu, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The door of the calls about one dossier: a key of their family, in the header of the operator contract.

One statement checks the key, opens the perimeter of the structure that holds the dossier, writes the line in the
journal and reads: one round trip, and one transaction that commits before the answer leaves.
"""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest
from ninja.security import APIKeyHeader

from imilo.acteurs.cles_api import presenter
from imilo.acteurs.models import FamilleApi
from imilo.journal.genres import CONSULTATIONS
from imilo.journal.services import GenreInconnu
from imilo.socle import preparees
from imilo.socle.perimetre import perimetre

NUMERO = re.compile(r"\A[0-9]{1,7}\Z")
# The reading takes what the door returns: PostgreSQL can't start it before the perimeter is open.
PASSAGE = "SELECT porte.verdict, ({lecture})::text FROM api_ouvrir_dossier(%s, %s, %s, %s, %s) porte"


@dataclass(frozen=True)
class Passage:
    """`verdict`: ouvert, non_justifie, inconnu (or out of the key's perimeter) or numero_incorrect.

    `contenu`: what was read, as text, of a dossier that is *ouvert*.
    """

    verdict: str
    contenu: str | None


class PorteDuDossier(APIKeyHeader):
    """Lets in the valid keys of one family (`X-Gravitee-Api-Key`); `requete.auth` is then the `Passage`.

    `genre` is the kind of consultation noted; `lecture`, SQL, is what is read of the dossier `porte.dossier`, under
    row-level security. Raises `GenreInconnu`.
    """

    param_name = "X-Gravitee-Api-Key"

    def __init__(self, famille: FamilleApi, *, genre: str, lecture: str) -> None:
        if genre not in CONSULTATIONS:
            raise GenreInconnu(f"Genre de consultation inconnu : {genre!r}.")
        self.famille, self.genre = famille.value, genre
        self.requete = PASSAGE.format(lecture=lecture)
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str | None) -> Passage | None:
        presentee = presenter(key or "")
        if presentee is None:
            return None
        texte = request.resolver_match.kwargs["idDossier"] if request.resolver_match else ""
        numero = int(texte) if NUMERO.match(texte) and int(texte) else None
        # Alone, the perimeter ends with the statement; inside a transaction, it is given back.
        with perimetre(None) if connection.in_atomic_block else nullcontext():
            ligne = preparees.lire(self.requete, [*presentee, self.famille, numero, self.genre])
        verdict, contenu = ligne or ("cle_refusee", None)
        return None if verdict == "cle_refusee" else Passage(verdict, contenu)

"""The folder that holds what one installation keeps: IMILO_HOME (no Django here)."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path


def dossier_imilo() -> Path:
    """The installation's folder: `IMILO_HOME`, else `.imilo/` where the command is run."""
    return Path(os.environ.get("IMILO_HOME", ".imilo")).expanduser().resolve()


def ecrire_prive(chemin: Path, texte: str) -> None:
    """Write `texte` so that only this account reads it and a crash leaves the old file or the new one."""
    chemin.parent.mkdir(parents=True, exist_ok=True)
    provisoire = chemin.with_name(f".{chemin.name}.{os.getpid()}")
    with os.fdopen(os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as fichier:
        fichier.write(texte)
        fichier.flush()
        os.fsync(fichier.fileno())
    provisoire.replace(chemin)


def lire_ou_creer_secrets(home: Path) -> dict[str, str]:
    """The secrets of an installation outside production, made at its first start."""
    chemin = home / "secrets.json"
    if chemin.exists():
        return dict(json.loads(chemin.read_text()))

    def cle(octets: int = 32) -> str:
        return base64.b64encode(secrets.token_bytes(octets)).decode()

    valeurs = {
        "secret_key": secrets.token_urlsafe(50),
        "chiffrement": f"1:{cle()}",
        "empreinte": cle(),
        "sceau": cle(),
        "proconnect": secrets.token_urlsafe(32),
    }
    ecrire_prive(chemin, json.dumps(valeurs, indent=1))
    return valeurs

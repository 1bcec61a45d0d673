#!/bin/sh
# Puts the pinned uv into a folder of this project: uv.sh PYTHON FOLDER VERSION.
# Needs a Python 3.11 or later with venv or pip. Writes the Python it found to FOLDER/python.
set -eu
python=$1 dossier=$2 version=$3

assez_recent() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

trouve=
for candidat in "$python" python3.11 python3.12 python3.13 python3.14 python3; do
    if assez_recent "$candidat"; then trouve=$("$candidat" -c 'import sys; print(sys.executable)'); break; fi
done
if [ -z "$trouve" ]; then
    vu=$("$python" --version 2>&1) || vu="aucun"
    echo "I-MILO demande Python 3.11 ou plus récent (trouvé : $vu). Installez-le, ou nommez-le : make run PYTHON=/chemin/vers/python3.11" >&2
    echo "I-MILO needs Python 3.11 or later (found: $vu). Install it, or name it: make run PYTHON=/path/to/python3.11" >&2
    exit 1
fi

installer() {  # a virtual environment; else pip's own target folder; both use the machine's package index
    rm -rf "$dossier"
    if "$trouve" -m venv "$dossier" >/dev/null 2>&1; then
        "$dossier/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$version"
    elif "$trouve" -m pip --version >/dev/null 2>&1; then
        rm -rf "$dossier"
        "$trouve" -m pip install --quiet --disable-pip-version-check --target "$dossier" "uv==$version"
    else
        rm -rf "$dossier"
        return 2
    fi
}

code=0
installer || code=$?
if [ "$code" -eq 2 ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installation de python3-venv (Debian)…" >&2
    apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends python3-venv >&2
    code=0
    installer || code=$?
fi
if [ "$code" -eq 2 ]; then
    echo "Il manque à Python de quoi faire un environnement. Sur Debian ou Ubuntu : sudo apt install python3-venv ; puis relancez." >&2
    echo "Python lacks what makes an environment. On Debian or Ubuntu: sudo apt install python3-venv; then try again." >&2
    exit 1
elif [ "$code" -ne 0 ]; then
    echo "uv n'a pas pu être installé : l'index de paquets répond-il ? (PIP_INDEX_URL en donne un autre.) Puis relancez." >&2
    echo "uv could not be installed: does the package index answer? (PIP_INDEX_URL gives another.) Then try again." >&2
    exit 1
fi
printf '%s' "$trouve" > "$dossier/python"

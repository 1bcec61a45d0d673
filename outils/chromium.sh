#!/bin/sh
# Makes sure that the browser tests have a Chromium: chromium.sh BIN (the environment's programs).
# Debian's package when we are root, else Playwright's own copy.
set -eu
bin=$1

utilisable() {
    for nom in chromium-headless-shell chromium chromium-browser google-chrome; do
        # Ubuntu's package is only a pointer to a snap: it answers nothing without snapd.
        if command -v "$nom" >/dev/null 2>&1 && "$nom" --version >/dev/null 2>&1; then return 0; fi
    done
    "$bin/python" - <<'FIN'
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    sys.exit(not os.path.exists(p.chromium.executable_path))
FIN
}

# Its headless shell does the same for less; where it can't be had, the browser does.
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1 && ! command -v chromium-headless-shell >/dev/null 2>&1; then
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-liberation; } >&2 || true
fi
if utilisable; then exit 0; fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installation de Chromium (paquet de la distribution)…" >&2
    apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends chromium fonts-liberation >&2 || true
    if utilisable; then exit 0; fi
    "$bin/playwright" install --with-deps chromium || true
else
    "$bin/playwright" install chromium || true
fi
if ! utilisable; then
    echo "Chromium n'a pas pu être installé : installez-le (sudo apt install chromium), puis relancez." >&2
    echo "Chromium could not be installed: install it (sudo apt install chromium), then try again." >&2
    exit 1
fi

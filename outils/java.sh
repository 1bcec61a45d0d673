#!/bin/sh
# Makes sure that the test of the Spark engine has a Java runtime: Debian's package when we are root.
set -eu
if command -v java >/dev/null 2>&1 && java -version >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installation de Java (paquet de la distribution)…" >&2
    apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends default-jre-headless >&2 || true
fi
if ! java -version >/dev/null 2>&1; then
    echo "Java n'a pas pu être installé : installez-le (sudo apt install default-jre-headless), puis relancez." >&2
    echo "Java could not be installed: install it (sudo apt install default-jre-headless), then try again." >&2
    exit 1
fi

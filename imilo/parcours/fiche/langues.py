"""Languages that a person may speak: ISO 639 codes and French names (Unicode CLDR, by Babel)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from babel import Locale

from imilo.socle.normalisation import normaliser

# Those of France first, then those that young people most often bring; regional and sign languages included.
CODES = (
    "fr", "ar", "en", "es", "pt", "it", "de", "tr", "ro", "ru", "uk", "pl", "bg", "sq", "sr", "hy", "ka", "el",
    "ber", "kab", "rif", "shi", "ff", "wo", "bm", "snk", "man", "sus", "dyu", "ln", "kg", "sw", "so", "am", "ti", "om",
    "ha", "yo", "ig", "ee", "fon", "mos", "kmb", "mg", "rcf", "gcf", "ht", "acf", "swb", "zdj", "buc",
    "fa", "prs", "ps", "ku", "ckb", "ur", "hi", "bn", "pa", "ta", "ne", "zh", "vi", "ja", "ko", "th", "lo", "km", "mn",
    "tl", "id", "ty", "wls", "rom", "he", "nl", "sv", "cs", "sk", "hu", "hr", "lt", "lv", "et", "fi", "da", "no",
    "br", "co", "oc", "eu", "ca", "gsw", "fsl",
)  # fmt: skip
NOMS = {  # where the CLDR has none, or another word than ours
    "gsw": "alsacien",
       "ber": "berbère", "rcf": "créole réunionnais", "gcf": "créole guadeloupéen", "acf": "créole martiniquais",
    "swb": "shimaoré", "buc": "kibouchi", "zdj": "shingazidja", "fsl": "langue des signes française", "prs": "dari",
    "rom": "romani", "man": "mandingue", "wls": "wallisien", "kmb": "kimbundu", "rif": "rifain", "sus": "soussou",
}  # fmt: skip


def _noms() -> dict[str, str]:
    du_cldr = Locale("fr").languages
    noms = {code: NOMS.get(code) or str(du_cldr.get(code, "")) for code in CODES}
    connus = {c: n for c, n in noms.items() if n}
    return dict(sorted(connus.items(), key=lambda ligne: (ligne[0] != "fr", normaliser(ligne[1]))))


LANGUES: Mapping[str, str] = MappingProxyType(_noms())

"""Files as people bring them: real ones, small."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image


def un_pdf(pages: int = 1) -> bytes:
    """A PDF of blank pages."""
    sortie = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        pdf.save(sortie)
    return sortie.getvalue()


def une_image(genre: str) -> bytes:
    """A white square, `genre` being "JPEG" or "PNG"."""
    sortie = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(sortie, genre)
    return sortie.getvalue()

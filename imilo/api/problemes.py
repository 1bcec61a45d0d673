"""Errors of every API but the operators': problem details (RFC 9457)."""

from __future__ import annotations

from django.http import JsonResponse


def probleme(statut: int, titre: str, detail: str = "") -> JsonResponse:
    """A refusal, told in French in `title` and `detail`."""
    corps = {"type": "about:blank", "title": titre, "status": statut, **({"detail": detail} if detail else {})}
    return JsonResponse(
        corps, status=statut, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )

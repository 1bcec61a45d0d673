"""What axe reproaches a page with."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def fautes_d_axe(page: Page) -> list[tuple[str, str]]:
    """(rule, first element at fault) of each rule that the page breaks."""
    page.wait_for_load_state()  # a click comes back as soon as the next page begins
    return [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]]

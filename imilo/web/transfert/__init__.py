"""Transfers between structures: ask, answer, read the handover brief."""

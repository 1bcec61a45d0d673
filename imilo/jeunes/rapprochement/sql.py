"""Reading of DuckDB: a result is read to its end, else the connection stays busy with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def premiere(connexion: duckdb.DuckDBPyConnection, requete: str) -> tuple[Any, ...]:
    """The first row of a query that has one."""
    return tuple(connexion.execute(requete).fetchall()[0])


def compter(connexion: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(premiere(connexion, f"SELECT count(*) FROM {table}")[0])

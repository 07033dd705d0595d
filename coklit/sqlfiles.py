"""SQL in named files: `sql("voters", "load_voters")` is the text of voters/sql/load_voters.sql."""

from functools import cache
from importlib import resources


@cache
def sql(package: str, name: str) -> str:
    """The statement, read once. Its header comment says what it does, by which index, and how large it gets."""
    return (resources.files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8")

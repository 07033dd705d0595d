"""A migration operation that gives sharded tables their composite keys; Django's own state knows only `id`."""

from typing import Any

from django.db.migrations.operations.base import Operation


class PlaceSharded(Operation):
    """PRIMARY KEY (kabkota_id, <key>) on each table, then (kabkota_id, column) foreign keys between them.

    `keys`: table -> its key column. `references`: (table, column, referenced table).
    """

    reduces_to_sql = True
    reversible = False

    def __init__(self, keys: dict[str, str], references: list[tuple[str, str, str]]) -> None:
        self.keys = keys
        self.references = references

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing changes for Django."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Replaces the keys, then adds the references."""
        for table, key in self.keys.items():
            schema_editor.execute(
                f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey",'
                f' ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (kabkota_id, "{key}")'
            )
        for table, column, referenced in self.references:
            schema_editor.execute(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{column}_colocated"'
                f' FOREIGN KEY (kabkota_id, "{column}") REFERENCES "{referenced}"'
            )

    def describe(self) -> str:
        """For `migrate`'s output."""
        return f"Give {len(self.keys)} sharded tables keys that begin with kabkota"

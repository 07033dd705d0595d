"""How a fault of applying is logged: its kind and place, never its text, which quotes rows of persons."""

import logging
import traceback
from uuid import UUID


def log_fault(logger: logging.Logger, batch: UUID, error: Exception) -> None:
    """Log that a batch could not be applied, with the causes' kinds and places in the program."""
    chain = [error, error.__cause__] if error.__cause__ else [error]
    kinds = ", ".join(type(one).__name__ for one in chain)
    where = "".join(line for one in chain for line in traceback.format_tb(one.__traceback__))
    logger.error("Batch %s could not be applied: %s\n%s", batch, kinds, where)

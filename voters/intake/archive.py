"""Is this workbook safe to open?"""

from pathlib import Path


def check(path: Path) -> None:
    """Raises BadFile."""

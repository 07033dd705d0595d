"""Random numbers that repeat: one generator per subject, so that the work can be cut anywhere."""

import random


def draws(seed: int, *subject: str) -> random.Random:
    """A generator that depends on the seed and the subject's name alone (not on PYTHONHASHSEED or order)."""
    return random.Random(f"{seed}/{'/'.join(subject)}")  # noqa: S311 - invented people, not secrets

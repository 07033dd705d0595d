"""How private each field is. Every model carries one `Privacy`; a test fails on a field that is missing in it."""

from dataclasses import dataclass

MASK = "•" * 12


@dataclass(frozen=True)
class Privacy:
    """Field names, separated by blanks, in four classes.

    public: may stand on a public page. internal: for those who work with the system.
    personal: about a person (UU 27/2022). sensitive: specific personal data, such as disability.
    """

    public: str = ""
    internal: str = ""
    personal: str = ""
    sensitive: str = ""

    def classified(self) -> set[str]:
        """Every field name that has a class."""
        return {name for names in (self.public, self.internal, self.personal, self.sensitive) for name in names.split()}


def masked(number: str) -> str:
    """A NIK or NKK for lists, logs and mails: the first four digits only.

    With a birth date beside it, any other mask can be undone (docs/domain.md §10).
    """
    return f"{number[:4]}{MASK}" if number else ""

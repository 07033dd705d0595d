"""A filter that narrows the list before anybody asks: the page opens on what needs an office."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import SimpleListFilter


class DefaultedFilter(SimpleListFilter):
    """The first of the lookups holds where the address names none of them."""

    def chosen(self) -> str:
        """The lookup that holds."""
        names = [str(name) for name, _label in self.lookup_choices]
        asked = self.value()
        return asked if asked in names else names[0]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The lookups alone: "all" is one of them, where there is such a choice."""
        for name, label in self.lookup_choices:
            yield {
                "selected": self.chosen() == str(name),
                "query_string": changelist.get_query_string({self.parameter_name: name}),
                "display": label,
            }

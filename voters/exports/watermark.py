"""Who took a list, when and what for: the line on top of it, and its name. In Indonesian, as the headings are."""

from coklit import clock
from voters.exports.selection import Order
from voters.intake.marks import MASKED


def line(order: Order) -> str:
    """One line without `#` and quotation marks, so that it is one cell in every layout."""
    moment = order.now.astimezone(clock.ZONES[order.area.zone])
    parts = [
        f"Ekspor Coklit dari {order.area.name} ({order.area.pk})",
        # Before what may be long: the foot of a printed page has room for 200 characters.
        MASKED if order.masked else "NIK DAN NKK LENGKAP: RAHASIA",
        f"{moment:%d-%m-%Y %H.%M} {order.area.zone}",
        f"oleh {_who(order)}",
        f"untuk {order.purpose}",
    ]
    told = " · ".join(parts).translate({ord("#"): " ", ord('"'): "'"})
    return " ".join(told.split())


def file_name(order: Order) -> str:
    """Letters, digits and signs that every system takes."""
    moment = order.now.astimezone(clock.ZONES[order.area.zone])
    masked = "_disamarkan" if order.masked else ""
    return (
        f"{order.layout.key}_{order.election.slug}_{order.area.pk}_{moment:%Y%m%d-%H%M}{masked}.{order.layout.ending}"
    )


def _who(order: Order) -> str:
    if order.by is None:
        return "operator"
    return f"{order.by.name} ({order.by.username})" if order.by.name else order.by.username

"""A scene that is committed: a stream opens a transaction of its own, in which all its statements see one moment."""

import pytest
from django.db import transaction

from tests import scene as standing
from voters import access
from voters.exports.exporting import announce, stream
from voters.exports.layouts import SIDALIH
from voters.exports.selection import Order
from voters.models import Region


@pytest.fixture
def place(transactional_db):
    with transaction.atomic():
        return standing.build()


@pytest.fixture
def order(place):
    """`order(area, layout, masked=…)` by the KPU of the kota."""

    def ordered(area=standing.KELURAHAN, layout=SIDALIH, **changed):
        values = {"by": place.kpu, "purpose": "rapat pleno", "now": standing.NOW, "masked": False}
        region = Region.objects.select_related("parent__parent__parent").get(pk=area)
        return Order(election=place.election, area=region, layout=layout, **{**values, **changed})

    return ordered


@pytest.fixture
def export():
    """The whole file."""

    def exported(order):
        with access.territory(order.area.pk):
            announced = announce(order)
        return b"".join(stream(order, announced))

    return exported

"""Addresses of the device API and its description."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from voters.api import batches, enrol, errors, lists, schema, state

__all__ = ["schema", "urlpatterns"]

urlpatterns = [
    path("v1/batches", batches.Batches.as_view(), name="api-batches"),
    path("v1/batches/<uuid:batch>", batches.BatchReceipt.as_view(), name="api-batch"),
    path("v1/enrol", enrol.Enrol.as_view(), name="api-enrol"),
    path("v1/state", state.PhoneState.as_view(), name="api-state"),
    path("v1/tps", lists.MyTps.as_view(), name="api-tps"),
    path("v1/tps/<uuid:tps>/voters", lists.TpsVoters.as_view(), name="api-tps-voters"),
    path("schema", SpectacularAPIView.as_view(permission_classes=[], authentication_classes=[]), name="api-schema"),
    # Last: what is no address of the API is told so in the API's own form.
    re_path("", errors.no_such_address),
]

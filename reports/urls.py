"""Addresses of the read side. Region codes and days in them are stable and can be shared."""

from django.urls import path

from reports import dashboard

urlpatterns = [
    path("", dashboard.start, name="dasbor"),
    path("pantarlih/", dashboard.start_of_pantarlih, name="pantarlih-awal"),
    path("angka/", dashboard.figures_page, name="angka"),
    path("dasbor/<slug:slug>/tps/<str:kabkota>/<uuid:tps>/", dashboard.tps_page, name="tps"),
    path("dasbor/<slug:slug>/<str:code>/", dashboard.region_page, name="wilayah"),
    path("dasbor/<slug:slug>/<str:code>/pantarlih/", dashboard.pantarlih_page, name="pantarlih"),
    path("dasbor/<slug:slug>/<str:code>/ecoklit/", dashboard.ecoklit_page, name="ecoklit"),
]

"""Addresses of the pantarlih's page, under /hp/. The QR of an enrolment code leads to `hp-kode`."""

from django.urls import path

from voters.phone import views

urlpatterns = [
    path("", views.home, name="hp"),
    path("daftar", views.enrol, name="hp-daftar"),
    path("keluar", views.leave, name="hp-keluar"),
    path("sw.js", views.service_worker, name="hp-sw"),
    path("<str:code>", views.enrol, name="hp-kode"),
]

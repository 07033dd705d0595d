"""Every address of the site. The rooms' own addresses are named by dotted strings only."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path, reverse_lazy

from coklit.health import sehat

handler500 = "coklit.errors.server_error"

urlpatterns = [
    path("sehat", sehat, name="sehat"),
    path(
        "masuk/",
        auth_views.LoginView.as_view(template_name="masuk.html", redirect_authenticated_user=True),
        name="masuk",
    ),
    path(
        "sandi/<uidb64>/<token>/",
        auth_views.PasswordResetConfirmView.as_view(template_name="sandi.html", success_url=reverse_lazy("masuk")),
        name="sandi",
    ),
    path("keluar/", auth_views.LogoutView.as_view(), name="keluar"),
    path("bahasa/", include("django.conf.urls.i18n")),
    path("api/", include("voters.api.urls")),
    path("hp/", include("voters.phone.urls")),
    path("admin/", admin.site.urls),
    path("", include("reports.urls")),
]

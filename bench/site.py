"""The site over HTTP, as a browser and a phone see it: one signed-in session, one device's uploads."""

import json
import re
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

_TIMEOUT = 30


class Session:
    """A browser without a screen: it keeps cookies and follows redirects."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def page(self, path: str, form: dict[str, str] | None = None) -> str:
        """The page behind a path; with `form`, what posting it leads to. Raises HTTPError for 4xx and 5xx."""
        body = urlencode(form).encode() if form else None
        with self._opener.open(Request(self.base_url + path, body), timeout=_TIMEOUT) as answer:  # noqa: S310
            text: str = answer.read().decode()
            return text

    def sign_in(self, username: str, password: str) -> None:
        """Through the form, as a person does."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page("/masuk/"))
        if token is None:
            raise RuntimeError("The sign-in page has no form.")
        form = {"csrfmiddlewaretoken": token[1], "username": username, "password": password, "next": "/angka/"}
        if 'name="password"' in self.page("/masuk/", form):
            raise RuntimeError(f"{username} was not let in.")


def answers(base_url: str) -> bool:
    """Whether the site is up and healthy."""
    try:
        Session(base_url).page("/sehat")
    except OSError:
        return False
    return True


def upload(base_url: str, token: str, batch: dict[str, Any]) -> dict[str, Any]:
    """Send one batch of results as a phone does; returns the answer. Raises HTTPError for 4xx and 5xx."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"{base_url}/api/v1/batches", json.dumps(batch).encode(), headers)  # noqa: S310
    with build_opener().open(request, timeout=_TIMEOUT) as answer:
        said: dict[str, Any] = json.load(answer)
        return said

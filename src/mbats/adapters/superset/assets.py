from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import httpx
import yaml

from mbats.errors.dashboards import SupersetRefused, SupersetUnreachable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

_PATIENCE = 120.0
_MOST = 400


class SupersetAssets:
    """One login to Superset, to bring assets in and out.

    Parameters
    ----------
    transport
        Instead of the network, in tests.

    Raises
    ------
    SupersetUnreachable, SupersetRefused
        So does each of its methods.
    """

    def __init__(self, url: str, user: str, password: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            base_url=url, timeout=_PATIENCE, trust_env=False, transport=transport, headers={"Referer": url}
        )
        credentials = {"username": user, "password": password, "provider": "db", "refresh": True}
        answer = self._ask("POST", "/api/v1/security/login", json=credentials)
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self._http.headers["X-CSRFToken"] = self._ask("GET", "/api/v1/security/csrf_token/").json()["result"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def bring(self, bundle: bytes, passwords: Mapping[str, str]) -> None:
        """Import a bundle over whatever is there of it; `passwords` by the file of a database."""
        files = {"bundle": ("mbats.zip", bundle, "application/zip")}
        self._ask("POST", "/api/v1/assets/import/", files=files, data={"passwords": json.dumps(dict(passwords))})

    def fetch(self) -> dict[str, dict[str, Any]]:
        """Export every asset, by the path of its file."""
        packed = zipfile.ZipFile(io.BytesIO(self._ask("GET", "/api/v1/assets/export/").content))
        return {
            name.partition("/")[2]: yaml.safe_load(packed.read(name))
            for name in packed.namelist()
            if name.endswith(".yaml")
        }

    def _ask(self, method: str, path: str, **what: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **what)
        except httpx.TransportError as cause:
            raise SupersetUnreachable(url=self._http.base_url, cause=cause) from cause
        if not answer.is_success:
            raise SupersetRefused(url=self._http.base_url, path=path, status=answer.status_code, said=_said(answer))
        return answer


def _said(answer: httpx.Response) -> str:
    return " ".join(answer.text.split())[:_MOST]

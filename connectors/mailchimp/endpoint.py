"""Where an account's API is: as configured, from the end of the key, or as Mailchimp tells an OAuth token.

An access token does not name its data centre. Mailchimp's metadata service does, and answers 200 for a token it
does not know as well, then without `api_endpoint` (https://mailchimp.com/developer/marketing/guides/access-user-data-oauth-2/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.mailchimp.settings import API_ROOT, is_data_centre
from syncd.contract import Unusable
from syncd.http import require_safe_url

if TYPE_CHECKING:
    from connectors.mailchimp.settings import MailchimpSettings
    from syncd.http import Http

_VENDOR = ".api.mailchimp.com"


class Endpoint:
    """The root of one account's API; asks for it at most once, and only when nothing in the settings tells."""

    def __init__(self, http: Http, settings: MailchimpSettings) -> None:
        self._http = http
        self._settings = settings
        self._root: str | None = None if settings.must_ask_for_endpoint else ""
        self.data_centre = settings.data_centre

    def root(self) -> str:
        """Give what goes before a path: nothing when the connection's base address is the root already."""
        if self._root is None:
            told = self._ask()
            self._root = self._accepted(told.get("api_endpoint"))
            centre = told.get("dc")
            self.data_centre = centre if isinstance(centre, str) and is_data_centre(centre) else ""
        return self._root

    def _ask(self) -> dict[str, Any]:
        # The body also names the account's user; nothing of it is kept but the address and the data centre.
        headers = {"Authorization": f"OAuth {self._settings.secret}", "Accept": "application/json"}
        told = self._http.read(self._settings.metadata_url, headers=headers, expect={200, 401}).json()
        if not isinstance(told, dict) or not told.get("api_endpoint"):
            raise Unusable(
                "credentials",
                f"account {self._http.account}: Mailchimp does not know this access token: "
                "connect the application again and put the new token in access_token",
            )
        return told

    def _accepted(self, address: object) -> str:
        """Take the address over: the token goes only to Mailchimp, or to where the metadata came from."""
        try:
            root = require_safe_url(str(address))
        except ValueError:
            root = ""
        host = urlsplit(root).netloc.lower()
        if not (host.endswith(_VENDOR) or host in self._http.hosts):
            raise Unusable(
                "endpoint",
                f"account {self._http.account}: Mailchimp's metadata named an address of another party, "
                "which was not used: set dc (like us6)",
            )
        self._http.hosts.add(host)
        return root + API_ROOT

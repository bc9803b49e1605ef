"""What a test can turn at the simulated service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .limits import Hourly

MFA_USERNAME = "tweestaps@podio.example"


@dataclass
class Knobs:
    """What a test can turn; everything is off, so that a demonstration meets no limit.

    `limit` is how many calls are answered before 420, for `wait` seconds as the body says; `throttled` answers
    420 to so many calls from now on; `hourly` limits as Podio does. `at_once` is how many items of a bulk
    deletion go before it answers; the others are gone at the next call. `readonly` leaves the user only what
    reads. `deleted_status` is what a deleted item answers (404 or 410: it is not documented which). `page` is
    the most items that a page really holds, whatever was asked for. `cascade` lets what hangs on an item go
    with it (not documented: by default it stays). `views` is whether `fields=` makes an answer smaller.
    `scopes` are the permissions of a user's token.
    """

    limit: int | None = None
    throttled: int = 0
    wait: int = 300
    hourly: Hourly | None = None
    at_once: int = 10
    readonly: bool = False
    deleted_status: int = 410
    page: int | None = None
    cascade: bool = False
    views: bool = True
    scopes: tuple[str, ...] = ("all",)
    mfa: set[str] = field(default_factory=lambda: {MFA_USERNAME})

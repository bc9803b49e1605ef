from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.connectors.mailchimp.kit import MEMBERS, Site, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncd.testing.world.shapes import NewsMember


@pytest.fixture
def site_of() -> Iterator[Callable[..., Site]]:
    """A function that serves the members it is given, until the test ends."""
    with ExitStack() as open_sites:

        def serve_members(*members: NewsMember) -> Site:
            return open_sites.enter_context(served(*members))

        yield serve_members


@pytest.fixture
def site(site_of: Callable[..., Site]) -> Site:
    return site_of(*MEMBERS)

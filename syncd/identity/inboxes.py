"""What an e-mail address keeps when its provider changes, or when somebody else at the firm is written to.

Good enough to ask, never to link: `jan.smit@` is somebody else's at the next provider.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from syncd.identity.mailboxes import read_by_many
from syncd.identity.pieces import PARTICLES
from syncd.model import IdentifierKind, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.identity.facts import Key

_EMAIL = f"{IdentifierKind.EMAIL}:"
_LETTERS = 6
"""Of a local part that is not met at every provider."""
_INITIALS = 2
"""Letters that are left of a name when all words are taken out."""

_ANYBODYS = """
 gmail googlemail hotmail live outlook msn passport yahoo ymail rocketmail icloud me mac aol gmx web t-online
freenet mail proton protonmail pm tutanota fastmail hey yandex ziggo upcmail home chello quicknet casema
multiweb kpnmail kpnplanet planet hetnet wxs xs4all wanadoo orange tele2 telfort online solcon caiway caiw
kabelfoon zeelandnet zonnet versatel freeler tiscali 12move dds filternet hccnet euronet iae onsbrabantnet
onsneteindhoven onsnetnuenen tomaatnet trined delta lijbrandt glasnet telenet skynet proximus scarlet belgacom
pandora voo edpnet free sfr laposte neuf bbox
"""
_GOOGLES = frozenset({"gmail", "googlemail", "gmial", "gamil"})
_SAME = "google:"
_PROVIDERS = frozenset(_ANYBODYS.split())
"""The first labels of domains at which everybody may have an address."""


def own_site(address: str) -> str:
    """Give the first label of an address's domain, or nothing where everybody may have one there."""
    label = address.rpartition("@")[2].partition(".")[0].casefold()
    return "" if label in _PROVIDERS else label


def inboxes(kind: SubjectKind, strong: Iterable[Key], surname: frozenset[str]) -> frozenset[Key]:
    """Give a key per e-mail address: an organisation's own domain, else the name before the `@`.

    That name is without dots and what follows a plus. What is short, or read by a family or an office, has none.
    """
    organisation = kind is SubjectKind.ORGANISATION
    return frozenset(
        inbox
        for key in strong
        if key.startswith(_EMAIL)
        for inbox in _inboxes(key, surname, organisation=organisation)
    )


@lru_cache(maxsize=1 << 12)
def _inboxes(key: Key, surname: frozenset[str], *, organisation: bool) -> tuple[Key, ...]:
    local, _, domain = key.removeprefix(_EMAIL).rpartition("@")
    provider = domain.partition(".")[0]
    if organisation and own_site(key):
        return (f"site:{domain}",)
    name = re.sub(r"\+.*|\.", "", local)
    if sum(map(str.isalpha, name)) < _LETTERS or read_by_many(key, surname):
        return ()
    return (f"mail:{name}", f"{_SAME}{name}") if provider in _GOOGLES else (f"mail:{name}",)


def says_more(key: Key, names: Iterable[str]) -> bool:
    """Tell whether the name before the `@` is more than somebody's: `jansmit50`, and not `jan.smit` or `jvsmit`.

    At Google one inbox is written with and without dots, and by two domains.
    """
    if key.startswith(_SAME):
        return True
    left = key.removeprefix("mail:")
    for word in sorted((*names, *PARTICLES), key=len, reverse=True):
        if len(word) > 1:
            left = left.replace(word, "")
    return any(map(str.isdigit, left)) or sum(map(str.isalpha, left)) > _INITIALS

"""What an e-mail address keeps when its provider changes, or when somebody else at the firm is written to.

Good enough to ask, never to link: `jan.smit@` is somebody else's at the next provider.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from syncd.identity.mailboxes import read_by_many
from syncd.model import IdentifierKind, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.identity.facts import Key

_EMAIL = f"{IdentifierKind.EMAIL}:"
_LETTERS = 6
"""Of a local part that is not met at every provider."""

_ANYBODYS = """
 gmail googlemail hotmail live outlook msn passport yahoo ymail rocketmail icloud me mac aol gmx web t-online
freenet mail proton protonmail pm tutanota fastmail hey yandex ziggo upcmail home chello quicknet casema
multiweb kpnmail kpnplanet planet hetnet wxs xs4all wanadoo orange tele2 telfort online solcon caiway caiw
kabelfoon zeelandnet zonnet versatel freeler tiscali 12move dds filternet hccnet euronet iae onsbrabantnet
onsneteindhoven onsnetnuenen tomaatnet trined delta lijbrandt glasnet telenet skynet proximus scarlet belgacom
pandora voo edpnet free sfr laposte neuf bbox
"""
_PROVIDERS = frozenset(_ANYBODYS.split())
"""The first labels of domains at which everybody may have an address."""


def inboxes(kind: SubjectKind, strong: Iterable[Key], surname: frozenset[str]) -> frozenset[Key]:
    """Give a key per e-mail address: an organisation's own domain, else the name before the `@`.

    That name is without dots and what follows a plus. What is short, or read by a family or an office, has none.
    """
    organisation = kind is SubjectKind.ORGANISATION
    found = {_inbox(key, surname, organisation=organisation) for key in strong if key.startswith(_EMAIL)}
    return frozenset(found - {""})


@lru_cache(maxsize=1 << 12)
def _inbox(key: Key, surname: frozenset[str], *, organisation: bool) -> Key:
    local, _, domain = key.removeprefix(_EMAIL).rpartition("@")
    if organisation and domain.partition(".")[0] not in _PROVIDERS:
        return f"site:{domain}"
    name = re.sub(r"\+.*|\.", "", local)
    if sum(map(str.isalpha, name)) < _LETTERS or read_by_many(key, surname):
        return ""
    return f"mail:{name}"

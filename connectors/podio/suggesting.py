"""Guess a mapping from the definitions of apps: field types, contact mappings, labels, options and references.

Pure. A guess is a table as a person would write it; what it cannot know is for that person to check.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .definition import TYPES, FieldDefinition, fields_of
from .settings import AppRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

CONTACT_MAPPINGS: Mapping[str, str] = {
    "contact_name": "name",
    "contact_email": "email",
    "contact_phone": "phone",
    "contact_address": "address",
    "contact_organization": "organisation",
}
"""What a field says in an app of contacts (https://developers.podio.com/doc/applications/add-new-app-22351)."""

BY_TYPE: Mapping[str, str] = {"email": "email", "phone": "phone", "tel": "phone", "location": "address"}

WORDS: tuple[tuple[str, str], ...] = (
    ("kvk", r"\bkvk|kamer van koophandel|chamber of commerce|handelsregister"),
    ("vat", r"\bbtw\b|\bvat\b|omzetbelasting"),
    ("iban", r"\biban\b|bankrekening|rekeningnummer|bank account"),
    (
        "customer_number",
        r"debiteur|(klant|relatie)\s?(nummer|nr)\b|(customer|client|debtor) (number|no|id)\b",
    ),
    ("birth_date", r"geboorte|\bbirth"),
    ("resumed_on", r"hervat|resumed|heractiv"),
    ("ended_on", r"beeindig|\beinde?\b|\bended\b|\bend date\b|opgezegd|opzeg|terminat"),
    ("given_name", r"voornaam|roepnaam|first name|given name"),
    ("family_name", r"achternaam|last name|surname|family name"),
    ("house_number", r"huis\s?(nummer|nr)\b|house (number|no)\b"),
    ("postcode", r"postcode|postal|\bzip\b"),
    ("street", r"straat|\bstreet\b|adres|\baddress\b"),
    ("city", r"\b(woon|vestigings)?plaats\b|\bstad\b|\bcity\b|\btown\b"),
    ("country", r"\bland\b|\bcountry\b"),
    ("email", r"\be ?mail"),
    ("phone", r"telefoon|\btel\b|\bmobiel|\bgsm\b|\bphone\b|\bmobile\b"),
    ("name", r"naam\b|\bname\b|\bbedrijf\b|\bcompany\b|\bcustomer\b|\bklant\b"),
)
"""What Dutch and English labels call a thing, in plain small letters, more telling ones first."""

ROLE_WORDS: tuple[tuple[str, str], ...] = (
    ("customer", r"^(klant|klanten|customer|customers|client|clients|opdrachtgever|afnemer)$"),
    ("supplier", r"^(leverancier|leveranciers|supplier|suppliers|vendor|vendors|onderaannemer)$"),
    ("prospect", r"^(prospect|prospects|lead|leads|suspect|geinteresseerde)$"),
    ("subscriber", r"^(nieuwsbrief|newsletter|abonnee|subscriber)$"),
)
HANDED_OVER = r"wachtwoord|password|inloggegevens|credentials|\blogin\b|\binlog\b"
DATED = frozenset({"birth_date", "ended_on", "resumed_on"})
ONCE = frozenset({"name", "given_name", "family_name", "customer_number", "birth_date"})
"""Keys of which a second field is more likely somebody else's."""
BUSINESS = frozenset({"kvk", "vat", "iban", "customer_number", "ended_on", "relation"})
PERSONAL = frozenset({"birth_date", "given_name", "family_name"})
REACHABLE = frozenset({"email", "phone", "address", "street"})


@dataclass
class Guess:
    """What one app seems to be. `role` is None when nothing in it says whom its items are about."""

    app_id: int
    name: str
    fields: list[FieldDefinition]
    keys: dict[str, list[str]] = field(default_factory=dict)
    relation: FieldDefinition | None = None
    roles: dict[str, str] = field(default_factory=dict)
    logins: list[str] = field(default_factory=list)
    role: AppRole | None = None

    @property
    def unused(self) -> list[str]:
        """Give the fields that the guess does not use."""
        used = {name for names in self.keys.values() for name in names}
        used |= {self.relation.external_id} if self.relation else set()
        return [one.external_id for one in self.fields if one.external_id not in used]

    def table(self) -> dict[str, Any]:
        """Give the app's table, without its token."""
        made: dict[str, Any] = {"app_id": self.app_id, "role": str(self.role)}
        if self.role is AppRole.PROJECT:
            # Nothing of a kept project is read but whose it is.
            made |= {"on_end": "keep", "fields": {"organisation": self.keys["organisation"]}}
            return made
        if self.role is AppRole.ORGANISATION and self.relation is not None:
            made["relation"] = {"field": self.relation.external_id, "roles": self.roles}
        unfit = {"organisation"} if self.role is AppRole.ORGANISATION else set()
        made["fields"] = {key: names for key, names in self.keys.items() if key not in unfit}
        return made


def guesses(answers: Iterable[Mapping[str, Any]]) -> list[Guess]:
    """Guess what each of some apps is, from the answers to `GET /app/{app_id}`."""
    made = [_guess(answer) for answer in answers]
    for one in made:
        if one.relation or BUSINESS & one.keys.keys():
            one.role = AppRole.ORGANISATION
    if not any(one.role for one in made):
        for one in made:
            if REACHABLE & one.keys.keys() and not PERSONAL & one.keys.keys() and not _references(one):
                one.role = AppRole.ORGANISATION
    organisations = {one.app_id for one in made if one.role is AppRole.ORGANISATION}
    for one in made:
        if one.role is None:
            _depends(one, organisations)
    return made


def _depends(one: Guess, organisations: set[int]) -> None:
    """Guess what an app is whose items are not organisations."""
    owners = [each.external_id for each in _references(one) if organisations & set(each.referenced)]
    one.keys.pop("organisation", None)
    if owners:
        one.keys["organisation"] = owners
    if PERSONAL & one.keys.keys() or (owners and REACHABLE & one.keys.keys()):
        one.role = AppRole.PERSON
    elif owners:
        one.role = AppRole.PROJECT


def _references(one: Guess) -> list[FieldDefinition]:
    return [each for each in one.fields if each.type == "app"]


def _guess(answer: Mapping[str, Any]) -> Guess:
    config = answer.get("config") or {}
    active = [one for one in fields_of(answer) if one.active]
    made = Guess(answer["app_id"], str(config.get("name") or answer["app_id"]), active)
    for one in active:
        if re.search(HANDED_OVER, plain_words(one.label)):
            made.logins.append(one.external_id)
            continue
        key = _key_of(one)
        if key and not (key in ONCE and key in made.keys):
            made.keys.setdefault(key, []).append(one.external_id)
    if not {"name", "given_name", "family_name"} & made.keys.keys():
        title = next((one for one in active if one.type == "text" and one.external_id in made.unused), None)
        if title is not None:
            made.keys["name"] = [title.external_id]
    made.relation, made.roles = _relation(active)
    return made


def _key_of(one: FieldDefinition) -> str:
    """Give the key of the mapping that a field fits; empty when none does."""
    mapped = CONTACT_MAPPINGS.get(one.mapping, "")
    for key in (mapped, BY_TYPE.get(one.type, ""), *_by_words(one)):
        if key and _is_of_type(one, key):
            return key
    return ""


def _by_words(one: FieldDefinition) -> Iterator[str]:
    text = f"{plain_words(one.label)} / {plain_words(one.external_id)}"
    return (key for key, words in WORDS if re.search(words, text))


def _is_of_type(one: FieldDefinition, key: str) -> bool:
    if one.type == "calculation":
        return "calculation" in TYPES[key] and (one.return_type == "date") == (key in DATED)
    return one.type in TYPES[key] and one.type not in {"category", "contact"}


def _relation(fields: Iterable[FieldDefinition]) -> tuple[FieldDefinition | None, dict[str, str]]:
    """Choose the category field whose options name most roles."""
    best: tuple[FieldDefinition | None, dict[str, str]] = (None, {})
    for one in fields:
        roles = _roles(one) if one.type == "category" else {}
        if len(roles) > len(best[1]):
            best = (one, roles)
    return best


def _roles(one: FieldDefinition) -> dict[str, str]:
    spelled = Counter(option.text.strip().lower() for option in one.options)
    roles = {}
    for option in one.options:
        words = plain_words(option.text)
        role = next((role for role, pattern in ROLE_WORDS if re.search(pattern, words)), None)
        if role is not None:
            # Two options may be spelled alike, and one with markup is not spelled as people see it.
            by_text = spelled[option.text.strip().lower()] == 1 and "&" not in option.text
            roles[option.text.strip() if by_text else option.id] = role
    return roles


def plain_words(text: str) -> str:
    """Give words in small letters without accents and punctuation."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", bare))

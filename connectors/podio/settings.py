"""What an account of Podio needs to know: how to sign in, and one table per app."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003  # pydantic reads the annotation at run time
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from syncd.contract import AccountSettings
from syncd.model import Role

DEFAULT_BASE_URL = "https://api.podio.com"
BUILT_IN_CATEGORIES = frozenset({"relation_record", "contact_details", "registration", "bank_details"})
"""The data categories that an item holds by itself and by what is mapped in `fields`."""

FieldName: TypeAlias = Annotated[str, BeforeValidator(lambda name: str(name) if type(name) is int else name)]
"""A field by its `external_id` (which never changes, unlike its label) or by its `field_id`."""

FieldNames: TypeAlias = Annotated[
    tuple[FieldName, ...], BeforeValidator(lambda names: (names,) if isinstance(names, str | int) else names)
]
"""One field, or several that say the same kind of thing (two phone fields)."""


def _own_category(category: str) -> str:
    if category in BUILT_IN_CATEGORIES:
        raise ValueError(f"{category} follows from fields; categories is for data with a rule of its own")
    return category


OwnCategory: TypeAlias = Annotated[str, Field(min_length=1), AfterValidator(_own_category)]


class AppRole(StrEnum):
    """What the items of an app are."""

    ORGANISATION = "organisation"
    PERSON = "person"
    PROJECT = "project"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Relation(_Table):
    """What the items of an app are to the company: one fixed role, or a category field and its options.

    `roles` maps an option (its text, or its id) to a role; `none` is for an option that names no role. An
    item with an option that is not listed goes to review.
    """

    role: Role | None = None
    field: FieldName | None = None
    roles: dict[FieldName, Role | Literal["none"]] = {}

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.role is None) == (self.field is None):
            raise ValueError('relation takes either role = "…" or field = "…" with roles = {…}')
        if bool(self.roles) != (self.field is not None):
            raise ValueError("relation.field needs roles = { option = role, … }, and roles needs field")
        return self


class Fields(_Table):
    """Which field says what. Everything is optional; what is not mapped is not read."""

    name: FieldNames = ()
    given_name: FieldNames = ()
    family_name: FieldNames = ()
    kvk: FieldNames = ()
    vat: FieldNames = ()
    iban: FieldNames = ()
    customer_number: FieldNames = ()
    email: FieldNames = ()
    phone: FieldNames = ()
    address: FieldNames = ()
    street: FieldNames = ()
    house_number: FieldNames = ()
    postcode: FieldNames = ()
    city: FieldNames = ()
    country: FieldNames = ()
    birth_date: FieldNames = ()
    organisation: FieldNames = ()
    resumed_on: FieldNames = ()
    ended_on: FieldNames | dict[Role, FieldName] = ()

    def ends(self) -> tuple[tuple[Role | None, FieldName], ...]:
        """Give the fields that say when a relationship ended, each with the role it ends (None: all)."""
        if isinstance(self.ended_on, dict):
            return tuple(self.ended_on.items())
        return tuple((None, name) for name in self.ended_on)


class AppSettings(_Table):
    """One app: what its items are and which field says what.

    `references` maps `account:kind` to a field that holds the key of the same subject's record there.
    `categories` maps a field to the data category of what is in it, for fields that hold something with a
    retention rule of its own (`credentials`).
    """

    app_id: Annotated[int, Field(gt=0)]
    app_token: SecretStr | None = None
    role: AppRole
    on_end: Literal["erase", "keep"] = "erase"
    relation: Relation | None = None
    fields: Fields = Fields()
    references: dict[Annotated[str, Field(pattern=r"^[^:]+:[^:]+$")], FieldName] = {}
    categories: dict[FieldName, OwnCategory] = {}

    @property
    def kept(self) -> bool:
        """Tell whether nothing of this app is ever erased."""
        return self.role is AppRole.PROJECT and self.on_end == "keep"

    @model_validator(mode="after")
    def _project_says_what_happens(self) -> Self:
        if self.role is AppRole.PROJECT and "on_end" not in self.model_fields_set:
            raise ValueError(
                'an app with role = "project" must say on_end = "erase" or "keep": '
                "it may hold the company's own designs"
            )
        if self.role is AppRole.PROJECT and self.relation:
            raise ValueError(
                'relation belongs to role = "organisation" or "person": a project follows its own'
            )
        return self


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("token_file must be an absolute path")
    return path


class PodioSettings(AccountSettings):
    """An account of Podio.

    Signs in with `username` and `password`, or with a `refresh_token` from the authorization code flow, or
    per app with its `app_token`. `token_file` keeps tokens between runs (mode 0600): without it a refresh
    token that Podio replaces is lost when the process ends. `hooks` lets the customer's own automations run
    on what syncd deletes. `children` reads the files and comments of every item at each change, not only of those
    whose relationship has ended. Without `apps` an account can be looked around in, and nothing be pulled.
    """

    client_id: Annotated[str, Field(min_length=1, description="of the API key made at Podio")]
    client_secret: Annotated[SecretStr, Field(description="of the same API key")]
    username: Annotated[str | None, Field(description="the e-mail address that syncd signs in with")] = None
    password: Annotated[SecretStr | None, Field(description="of that user")] = None
    refresh_token: Annotated[
        SecretStr | None, Field(title="instead of username and password: from authorising once")
    ] = None
    token_file: Annotated[
        Annotated[Path, AfterValidator(_absolute)] | None,
        Field(title="absolute path of the file that keeps a replaced refresh token"),
    ] = None
    hooks: Annotated[bool, Field(title="lets your own automations in Podio run on what syncd deletes")] = (
        False
    )
    children: Annotated[
        bool, Field(title="reads what hangs on every item, not only on those that have ended")
    ] = False
    apps: Annotated[
        dict[str, AppSettings],
        Field(default_factory=dict, title="one table per app: syncd connectors podio --discover prints them"),
    ]

    @property
    def app_authentication(self) -> bool:
        """Tell whether this account signs in per app."""
        return self.username is None and self.refresh_token is None

    @property
    def own_categories(self) -> frozenset[str]:
        """Give the data categories that fields were mapped to one by one."""
        return frozenset(category for app in self.apps.values() for category in app.categories.values())

    @property
    def organisation_apps(self) -> frozenset[int]:
        """Give the ids of the apps whose items are organisations."""
        return frozenset(app.app_id for app in self.apps.values() if app.role is AppRole.ORGANISATION)

    @model_validator(mode="after")
    def _one_way_to_sign_in(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        if self.username is not None and self.refresh_token is not None:
            raise ValueError("give username and password, or refresh_token, not both")
        with_token = [name for name, app in self.apps.items() if app.app_token is not None]
        if self.app_authentication and (len(with_token) < len(self.apps) or not self.apps):
            missing = ", ".join(name for name in self.apps if name not in with_token) or "no apps at all"
            raise ValueError(
                "give username and password, or refresh_token, or an app_token for every app "
                f"(missing for: {missing})"
            )
        if not self.app_authentication and with_token:
            raise ValueError(f"app_token is for app authentication only: remove it from {with_token[0]}")
        return self

    @model_validator(mode="after")
    def _each_app_once(self) -> Self:
        ids = [app.app_id for app in self.apps.values()]
        if len(set(ids)) < len(ids):
            raise ValueError("each app_id may appear in one table only")
        return self


def base_url(settings: PodioSettings) -> str:
    """Give the address of the service: the configured one, else Podio's."""
    return settings.base_url or DEFAULT_BASE_URL


EXAMPLE = """\
[accounts.crm]
connector = "podio"
client_id = "${PODIO_CLIENT_ID}"
client_secret = "${PODIO_CLIENT_SECRET}"
username = "${PODIO_USERNAME}"
password = "${PODIO_PASSWORD}"

[accounts.crm.apps.relaties]
app_id = 1001
role = "organisation"
[accounts.crm.apps.relaties.relation]     # what it is to us: the options of a category field
field = "relatie"
roles = { Klant = "customer", Leverancier = "supplier", Prospect = "prospect" }
[accounts.crm.apps.relaties.fields]       # what it says = the field's external_id
name = "naam"
kvk = "kvk-nummer"
vat = "btw-nummer"
iban = "iban"
customer_number = "debiteurnummer"
email = "e-mail"
phone = "telefoon"
street = "adres"
postcode = "postcode"
city = "plaats"
ended_on = "relatie-beeindigd-op"
resumed_on = "relatie-hervat-op"

[accounts.crm.apps.contactpersonen]
app_id = 1002
role = "person"
[accounts.crm.apps.contactpersonen.fields]
name = "naam"
email = "e-mail"
phone = "telefoon"
birth_date = "geboortedatum"
organisation = "organisatie"

[accounts.crm.apps.projecten]
app_id = 1003
role = "project"
on_end = "keep"                           # or "erase": a project may hold the company's own designs
[accounts.crm.apps.projecten.fields]
organisation = "opdrachtgever"
"""
"""An account table with the three apps of the sandbox; `docs/connectors/podio.md` explains each line."""

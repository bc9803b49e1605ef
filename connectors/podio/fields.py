"""In which fields of which app which data category is, as the settings map them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.contract import CategoryFields

from .hanging import CATEGORY, COMMENT, FILE, TASK
from .mapping import CATEGORIES, KIND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .settings import AppSettings, PodioSettings

_HANGING = {FILE: ("name", "description", "file"), COMMENT: ("value",), TASK: ("text", "description")}


def fields_of(settings: PodioSettings) -> tuple[CategoryFields, ...]:
    """Name fields as `table.external_id`, `table.*` being all that have no category of their own.

    Of a project that is kept nothing has a category.
    """
    apps = {name: app for name, app in settings.apps.items() if not app.kept}
    of_items = [
        CategoryFields(KIND, category, tuple(f"{name}.{field}" for field in fields))
        for name, app in apps.items()
        for category, fields in _by_category(app)
    ]
    return (*of_items, *(CategoryFields(kind, CATEGORY, fields) for kind, fields in _HANGING.items()))


def _by_category(app: AppSettings) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield CATEGORY, ("*",)
    for key, category in CATEGORIES.items():
        yield category, getattr(app.fields, key)
    for field, category in app.categories.items():
        yield category, (field,)

"""Lays out the folder of a new connector, which runs at once: `syncd connectors new NAME`."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2

TEMPLATE = Path(__file__).parent / "template"
NAME = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
LONGEST_NAME = 30
_RESERVED = frozenset({"new", "testing"})


class ScaffoldError(Exception):
    """The folder cannot be laid out; the text says what to do instead."""


def lay_out(name: str, into: Path) -> Path:
    """Write the folder `syncd-NAME` for a connector called `name`, and give its path.

    Raises `ScaffoldError` for a name that cannot be one, and for a folder that is already there.
    """
    if not NAME.match(name) or len(name) > LONGEST_NAME or name in _RESERVED:
        raise ScaffoldError(
            f"{name}: a connector's name is small letters and digits, parts joined by _ ({LONGEST_NAME} at most)"
        )
    words = {
        "name": name,
        "dashed": name.replace("_", "-"),
        "package": f"syncd_{name}",
        "title": "".join(part.capitalize() for part in name.split("_")),
        "variable": f"{name.upper()}_TOKEN",
    }
    folder = into / f"syncd-{words['dashed']}"
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - it writes source text, and the name is checked
    )
    try:
        folder.mkdir(parents=True)
        for source in sorted(TEMPLATE.rglob("*.jinja")):
            target = folder / _placed(source.relative_to(TEMPLATE), words)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = environment.from_string(source.read_text(encoding="utf-8")).render(words)
            target.write_text(text, encoding="utf-8")
    except FileExistsError:
        raise ScaffoldError(f"{folder}: is already there; name another folder with --into") from None
    except OSError as error:
        raise ScaffoldError(f"{folder}: cannot be written ({error.strerror})") from None
    return folder


def _placed(source: Path, words: dict[str, str]) -> Path:
    """Give a file its name in the new folder."""
    plain = source.with_suffix("")
    if plain.parts[0] == "package":
        return Path(words["package"], *plain.parts[1:])
    return Path("docs", f"{words['name']}.md") if plain.parts[0] == "docs" else plain

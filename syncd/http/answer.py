"""What came back from a vendor."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from syncd.contract import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Answer:
    """A whole answer: status, headers with lower-case names, and the body.

    Headers and body stay out of `repr`: both can name a person. `where` names account and host.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    where: str = ""

    def json(self, take: Callable[[dict[str, Any]], Any] | None = None) -> Any:
        """Parse the body; raises `Unusable` when it is not JSON (a maintenance page, a proxy's error).

        `take` is called with each object as it is parsed, inner ones first, and what it gives stands in its place.
        """
        try:
            return json.loads(_without_halves(self.body), object_hook=take)
        except (ValueError, RecursionError):
            problem = Unusable(
                "not_json",
                f"{self.where} answered {self.status} with something that is not JSON: "
                "check base_url, or wait if the vendor is under maintenance",
            )
        # Raised out here, so that the parser's exception, which holds the body, is not carried along.
        raise problem

    def read_as(self, model: type[Model]) -> Model:
        """Parse the body as what the vendor's documents promise; raises `Unusable` when it is anything else.

        The error names fields of `model`, no value and no key of the answer: either may name a person.
        """
        body = self.json()
        try:
            return model.model_validate(body)
        except ValidationError as error:
            wrong = {one["loc"][0] for one in error.errors() if one["loc"]}
        shown = ", ".join(name for name in model.model_fields if name in wrong) or "as a whole"
        # Raised out here: the parser's exception holds the body and must not be carried along.
        raise Unusable(
            "unknown_answer", f"{self.where} answered unlike the vendor's documents ({shown}): check base_url"
        )

    def retry_after(self) -> float | None:
        """Give how many seconds the header `Retry-After` asks to wait, None where it says nothing readable.

        A number of seconds or a date (RFC 9110, section 10.2.3); a date counts from the vendor's own `Date`.
        """
        said = self.headers.get("retry-after", "")
        if said.isascii() and said.isdecimal():
            return float(said)
        try:
            moments = [parsedate_to_datetime(one) for one in (said, self.headers.get("date", ""))]
            return max(0.0, (moments[0] - moments[1]).total_seconds())
        except (ValueError, TypeError):
            return None


_ESCAPES = re.compile(
    rb"""\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}  # a whole character in two escapes
    | (\\u[dD][89a-fA-F][0-9a-fA-F]{2})                              # half of one
    | \\.                                                            # any other escape
    | (\xed[\xa0-\xbf][\x80-\xbf])                                   # half of one, not escaped
    """,
    re.VERBOSE | re.DOTALL,
)


def _without_halves(body: bytes) -> bytes:
    """Put the replacement character where a text was cut in the middle of a character, an emoji for example.

    Half a character has no code: a text with one could be neither stored nor sent.
    """
    if b"\\u" not in body and b"\xed" not in body:
        return body
    return _ESCAPES.sub(_replaced, body)


def _replaced(found: re.Match[bytes]) -> bytes:
    escaped, raw = found.groups()
    return rb"\ufffd" if escaped else "\N{REPLACEMENT CHARACTER}".encode() if raw else found[0]

"""What came back from a vendor."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from syncd.contract import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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
            return json.loads(self.body, object_hook=take)
        except (ValueError, RecursionError):
            problem = Unusable(
                "not_json",
                f"{self.where} answered {self.status} with something that is not JSON: "
                "check base_url, or wait if the vendor is under maintenance",
            )
        # Raised out here, so that the parser's exception, which holds the body, is not carried along.
        raise problem

"""How two names compare."""

from enum import IntEnum


class Agreement(IntEnum):
    """From clearly another to clearly the same.

    `UNSURE` neither supports a link nor speaks against one: a name is missing, or one is part of the other.
    `CONTRADICTS` is only for persons: two given names that cannot be one person's (twins, father and son).
    """

    CONTRADICTS = -2
    DISAGREES = -1
    UNSURE = 0
    INITIALS = 1
    AGREES = 2

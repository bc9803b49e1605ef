"""Numbers of subjects and orders as a person types them: whole, without the letter, or without its zeros."""

from __future__ import annotations

LONGEST = 18
"""Digits that the index can look up; no installation gives out a number with more."""


def number_in(text: str, letter: str) -> int | None:
    """Read `S-12`, `s-12` or `12`; None for anything else."""
    digits = text.strip().upper().removeprefix(f"{letter}-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST else None

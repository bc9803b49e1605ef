"""Calling the program as a person does, in this process, with what it printed and its exit code."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest import mock

from syncd.cli import run_command


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def values(self) -> Any:
        """Read the output as JSON."""
        return json.loads(self.out)

    @property
    def complaints(self) -> list[str]:
        """Give the lines on standard error."""
        return self.err.splitlines()


def syncd(*arguments: str, stdin: str = "") -> Said:
    """Run a command."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), mock.patch.object(sys, "stdin", io.StringIO(stdin)):
        code = run_command(arguments)
    return Said(code, out.getvalue(), err.getvalue())

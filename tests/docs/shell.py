"""Running a program as a person does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BESIDE_PYTHON = Path(sys.executable).parent


def run(
    *command: str | Path, cwd: Path, environment: Mapping[str, str] | None = None, good: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a program and keep what it says; `good` demands success, so that a fixture fails with its complaint."""
    said = subprocess.run(  # noqa: S603 - our own program, or one that a page names
        [str(one) for one in command],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not good or said.returncode == 0, (said.stdout + said.stderr)[-2000:]
    return said


def python(
    *arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None = None, good: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run this environment's Python."""
    return run(sys.executable, *arguments, cwd=cwd, environment=environment, good=good)

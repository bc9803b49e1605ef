"""Throw-away environments for what a benchmark compares with: none of it is a dependency of the project."""

from __future__ import annotations

import subprocess
import venv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def python_with(folder: Path, *packages: str) -> str | None:
    """Make an environment in `folder` with these packages; gives its interpreter, None when it cannot be had."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    made = subprocess.run(  # noqa: S603
        [python, "-m", "pip", "install", "--quiet", *packages], check=False, capture_output=True
    )
    return str(python) if made.returncode == 0 else None

"""Fails when a test was skipped or was expected to fail: in continuous integration nothing may be missing."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def main() -> int:
    """Read the test report named on the command line; give 1 and name the tests when any was skipped."""
    root = ET.fromstring(Path(sys.argv[1]).read_text(encoding="utf-8"))  # noqa: S314 - our own file
    skipped = [
        f"{case.get('classname')}::{case.get('name')}: {case.find('skipped').get('message')}"  # type: ignore[union-attr]
        for case in root.iter("testcase")
        if case.find("skipped") is not None
    ]
    for line in skipped:
        sys.stderr.write(f"skipped: {line}\n")
    return 1 if skipped else 0


if __name__ == "__main__":
    sys.exit(main())

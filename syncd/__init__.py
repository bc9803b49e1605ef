"""syncd keeps a company's promise about personal data: see docs/ and the README."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("syncd")
except PackageNotFoundError:  # pragma: no cover - only in a tree that was never installed
    __version__ = "0"

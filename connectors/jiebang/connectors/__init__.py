"""The kinds of connector that ship with Jiebang, and the catalogue of manifests."""

from pathlib import Path

#: The folder of shipped manifests; ``CATALOGUE / "sandbox"`` has those for the sandbox.
CATALOGUE = Path(__file__).parent / "catalogue"

__all__ = ["CATALOGUE"]

"""The kinds of connector that ship, and the catalogue of manifests."""

from pathlib import Path

#: The folder of manifests that ship; ``CATALOGUE / "sandbox"`` speaks for the pretend platforms.
CATALOGUE = Path(__file__).parent / "catalogue"

__all__ = ["CATALOGUE"]

"""Find the places in a page where phone numbers stand."""

from proxy.rewrite.bindings import Bindings
from proxy.rewrite.scanner import Scanner, scan
from proxy.rewrite.slots import Piece, Place, Slot, fill

__all__ = ["Bindings", "Piece", "Place", "Scanner", "Slot", "fill", "scan"]

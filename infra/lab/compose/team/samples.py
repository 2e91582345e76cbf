"""Images for the checks: those that ../images/build made, and some of three layers that nothing else has."""
import sys
import zlib
from itertools import islice
from pathlib import Path

from .stack import run

LAB = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(LAB / "images"))
from layout import Layout  # noqa: E402  (the folder that holds it is named just above)

PIECE = 8 << 20  # twelve of them are in the largest layer


def push(stack, images, home, others):
    """app:v1 and app:v2, and `others` (names) whose layers are pieces of real files."""
    run(LAB / "images/push", images / "layout", stack.upstream, "app", "v1", "v2")
    small = Layout(home)
    pieces = _pieces(images / "layout")
    for name in others:
        layers = [small.layer_of_file(f"{name}-{number}", piece) for number, piece in enumerate(islice(pieces, 3))]
        small.tag(v1=small.image(layers, ["/none"]))
        run(LAB / "images/push", home, stack.upstream, name, "v1")
    return f"app:v1, app:v2, {', '.join(others)}"


def _pieces(layout):
    """What is in the largest layer, in pieces."""
    largest = max((layout / "blobs/sha256").iterdir(), key=lambda blob: blob.stat().st_size)
    inflating, piece = zlib.decompressobj(wbits=31), b""
    with open(largest, "rb") as file:
        while data := file.read(1 << 20):
            piece += inflating.decompress(data)
            while len(piece) >= PIECE:
                yield piece[:PIECE]
                piece = piece[PIECE:]

#!/usr/bin/env python3
"""pack.py TREES LAYOUT: packs the trees that ./build made into an OCI layout."""
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from layout import Layout


def main(trees, folder):
    trees, layout, command = Path(trees), Layout(folder), ["/usr/local/bin/app"]
    wanted = {
        "base": ("base", None), "v1": ("v1", "base"), "v2": ("v2", "base"),
        "arm64-base": ("arm64-base", None), "arm64-v1": ("arm64-v1", "arm64-base")}
    with ProcessPoolExecutor(max_workers=2) as workers:
        packing = {
            name: workers.submit(layout.layer, trees / tree, over and trees / over)
            for name, (tree, over) in wanted.items()}
        layers = {name: packed.result() for name, packed in packing.items()}
    v1 = layout.image([layers["base"], layers["v1"]], command)
    v2 = layout.image([layers["base"], layers["v2"]], command)
    arm64 = layout.image([layers["arm64-base"], layers["arm64-v1"]], command, "arm64")
    layout.tag(v1=v1, v2=v2, multi=layout.index([v1, arm64]))


if len(sys.argv) != 3:
    sys.exit(__doc__)
main(*sys.argv[1:])

"""The images of the matrix, and what is known of each at its origin."""
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

LAB = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(LAB / "images"))
from layout import Layer, Layout  # noqa: E402  (the folder that holds it is named just above)


class Original(NamedTuple):
    manifest: str  # digest of the image manifest, also where an index leads to it
    config: str  # digest
    layers: list  # descriptors as at the origin
    diff_ids: list
    prints: str  # what its container says, or "" when it cannot run here


class Samples:
    """Big images come from images/build; small ones, a layer with a label over busybox, are made here."""

    def __init__(self, images, home, registry):
        self._images, self._registry, self._home = Path(images), registry, home
        self._originals = {}  # name:tag -> Original
        self._small = Layout(home / "small")
        self._busybox = self._small.layer(self._images / "busybox")
        self._add(self._images / "layout", "app", v1="app v1 on", v2="app v2 on", multi="app v1 on")
        self._add(self._images / "layout", "library/app", v1="app v1 on")  # as docker's mirror clients name it

    def small(self, name):
        """Makes and pushes NAME:v1, whose label no other image has."""
        label = f"this is {name}"
        return self._labelled(name, [self._busybox], ["/bin/busybox", "cat", "/label"], label)

    def small_index(self, name):
        """The same as an index of two platforms, whose labels differ."""
        images = []
        for architecture in ("amd64", "arm64"):
            label = self._small.layer_of_file("label", f"this is {name} for {architecture}".encode())
            images.append(self._small.image([self._busybox, label], ["/bin/busybox", "cat", "/label"], architecture))
        self._small.tag(v1=self._small.index(images))
        self._add(self._small.folder, name, v1=f"this is {name} for amd64")
        return name

    def big(self, name):
        """The same over the layers of app:v1."""
        app = self.original("app", "v1")
        for layer in app.layers:
            shutil.copy(_blob(self._images / "layout", layer["digest"]), self._small.blobs)
        layers = [Layer(layer, diff_id) for layer, diff_id in zip(app.layers, app.diff_ids)]
        return self._labelled(name, layers, ["/usr/local/bin/app"], app.prints)

    def _labelled(self, name, layers, command, prints):
        label = self._small.layer_of_file("label", f"this is {name}".encode())
        self._small.tag(v1=self._small.image([*layers, label], command))
        self._add(self._small.folder, name, v1=prints)
        return name

    def original(self, name, tag, architecture="amd64"):
        return self._originals[name, tag, architecture]

    def _add(self, layout, name, **prints):
        subprocess.run(
            [LAB / "images" / "push", layout, f"127.0.0.1:{self._registry.port}", name, *prints],
            check=True, stdin=subprocess.DEVNULL)
        tagged = {
            entry["annotations"]["org.opencontainers.image.ref.name"]: entry
            for entry in json.loads((layout / "index.json").read_text())["manifests"]}
        for tag, text in prints.items():
            digest = tagged[tag]["digest"]
            for child in _read(layout, digest).get("manifests", [{"digest": digest}]):
                manifest = _read(layout, child["digest"])
                config = _read(layout, manifest["config"]["digest"])
                architecture = config["architecture"]
                self._originals[name, tag, architecture] = Original(
                    child["digest"], manifest["config"]["digest"], manifest["layers"],
                    config["rootfs"]["diff_ids"], text if architecture == "amd64" else "")


def _read(layout, digest):
    return json.loads(_blob(layout, digest).read_text())


def _blob(layout, digest):
    return layout / "blobs" / digest.replace(":", "/")

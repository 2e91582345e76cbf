"""Writes container images as an OCI layout folder: file trees become layers, layers images, images an index.

The same trees give the same bytes: entries are sorted, times are clamped, and gzip carries no time.
"""
import filecmp
import gzip
import hashlib
import io
import json
import os
import stat
import tarfile
from pathlib import Path
from typing import NamedTuple

CREATED = "2026-01-01T00:00:00Z"
LATEST_MTIME = 1767225600  # CREATED in seconds: no file in a layer is younger
GZIP_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


class Layer(NamedTuple):
    descriptor: dict
    diff_id: str


class Layout:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.blobs = self.folder / "blobs" / "sha256"
        self.blobs.mkdir(parents=True, exist_ok=True)
        (self.folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')

    def layer(self, tree, over=None):
        """A gzip layer of what `tree` has that `over` has not, with whiteouts for what it lacks."""
        return self._gzip_layer(lambda tar: _add_tree(tar, Path(tree), over and Path(over)))

    def layer_of_file(self, name, data):
        """A gzip layer with a single file."""
        def add(tar):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(data), 0o644, LATEST_MTIME
            tar.addfile(entry, io.BytesIO(data))
        return self._gzip_layer(add)

    def image(self, layers, command, architecture="amd64"):
        """The descriptor of an image made of these layers."""
        config = self._json(CONFIG, {
            "created": CREATED, "architecture": architecture, "os": "linux",
            "config": {"Cmd": command, "Env": ["PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
            "history": [{"created": CREATED, "created_by": "infra/lab/images"} for _ in layers]})
        manifest = self._json(MANIFEST, {
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": config, "layers": [layer.descriptor for layer in layers]})
        return manifest | {"platform": {"architecture": architecture, "os": "linux"}}

    def index(self, images):
        return self._json(INDEX, {"schemaVersion": 2, "mediaType": INDEX, "manifests": images})

    def tag(self, **descriptors):
        """Names images, and so ends the layout: tag(v1=image, v2=other)."""
        manifests = [
            descriptor | {"annotations": {"org.opencontainers.image.ref.name": name}}
            for name, descriptor in descriptors.items()]
        (self.folder / "index.json").write_text(json.dumps(
            {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}, indent=1))

    def _json(self, media_type, document):
        data = json.dumps(document, separators=(",", ":")).encode()
        digest = hashlib.sha256(data).hexdigest()
        (self.blobs / digest).write_bytes(data)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    def _gzip_layer(self, fill):
        partial = self.blobs / f"partial-{os.getpid()}"
        with open(partial, "wb") as file:
            stored = _Hashing(file)
            with gzip.GzipFile("", "wb", compresslevel=6, fileobj=stored, mtime=0) as packed:
                tar_stream = _Hashing(packed)
                with tarfile.open(fileobj=tar_stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                    fill(tar)
        partial.rename(self.blobs / stored.hexdigest())
        return Layer(
            {"mediaType": GZIP_LAYER, "digest": f"sha256:{stored.hexdigest()}", "size": stored.size},
            f"sha256:{tar_stream.hexdigest()}")


def _add_tree(tar, tree, over):
    """Adds entries in the order of their names; a parent folder comes before what is in it."""
    first_names = {}  # inode -> the name under which a hard-linked file went in
    for path in sorted(tree.rglob("*")):
        name = str(path.relative_to(tree))
        status = path.lstat()
        if stat.S_ISSOCK(status.st_mode) or over and _same(path, over / name):
            continue
        if status.st_nlink > 1 and stat.S_ISREG(status.st_mode) and status.st_ino in first_names:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.LNKTYPE, first_names[status.st_ino]
        else:
            tar.inodes = {}  # tarfile would link to names that this layer left out
            entry = tar.gettarinfo(path, arcname=name)
            first_names[status.st_ino] = name
        entry.uid, entry.gid, entry.uname, entry.gname = status.st_uid, status.st_gid, "", ""
        entry.mode, entry.mtime = stat.S_IMODE(status.st_mode), min(int(status.st_mtime), LATEST_MTIME)
        if entry.isreg():
            with open(path, "rb") as source:
                tar.addfile(entry, source)
        else:
            tar.addfile(entry)
    if over:
        for path in sorted(over.rglob("*")):
            here = tree / path.relative_to(over)
            if here.parent.is_dir() and not os.path.lexists(here):
                tar.addfile(tarfile.TarInfo(str(here.parent.relative_to(tree) / f".wh.{here.name}")))


def _same(path, other):
    try:
        mine, its = path.lstat(), other.lstat()
    except FileNotFoundError:
        return False
    if (mine.st_mode, mine.st_uid, mine.st_gid) != (its.st_mode, its.st_uid, its.st_gid):
        return False
    if stat.S_ISREG(mine.st_mode):
        return filecmp.cmp(path, other, shallow=False)
    if stat.S_ISLNK(mine.st_mode):
        return os.readlink(path) == os.readlink(other)
    return mine.st_rdev == its.st_rdev


class _Hashing:
    """Passes what is written on, hashes and counts it."""

    def __init__(self, target):
        self.target, self.sha256, self.size = target, hashlib.sha256(), 0

    def write(self, data):
        self.sha256.update(data)
        self.size += len(data)
        return self.target.write(data)

    def flush(self):
        self.target.flush()

    def hexdigest(self):
        return self.sha256.hexdigest()

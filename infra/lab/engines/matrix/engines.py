"""The engines, each behind the same few verbs.

pull(road, repository, reference)   by one of `roads`; reference is a tag or "@sha256:…"
config_digest()                     of the image pulled last
run_image()                         runs the image pulled last
clear()                             forgets every image
"""
import json
import time
from pathlib import Path

from .tree import CGROUP, Tree

PATH = "path"  # the registry's own name in the image's name
MIRROR = "mirror"  # the image's usual name; the engine's configuration sends it to the registry


class Engine:
    reads_zstd = True  # layers of media type …tar+zstd
    resumes = False  # a cut blob by Range
    keeps_images = True  # so that an update shares what is held
    roads = {PATH: "by path"}

    def __init__(self, name, root, home, registry, upstream, resumes=None):
        """`registry` is host:port; `upstream` is the host name whose images it mirrors."""
        self.name, self.registry, self.upstream = name, registry, upstream
        if resumes is not None:
            self.resumes = resumes
        self.tree = Tree(root, home)
        self.home = self.tree.home
        self.pulled = None

    def pull(self, road, prefix, repository, reference, platform=None):
        raise NotImplementedError

    def run_image(self):
        return None

    def clear(self):
        pass

    def close(self):
        self.tree.close()

    def _wait(self, what, ready):
        deadline = time.monotonic() + 60
        while not ready():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name}: {what} did not come up; see {self.home}/log")
            time.sleep(0.2)


def joined(repository, reference):
    return f"{repository}{reference}" if reference.startswith("@") else f"{repository}:{reference}"


def config_in(content, digest, wanted):
    """The config digest of a manifest, or of an index's manifest for the wanted platform."""
    document = json.loads(content(digest))
    for child in document.get("manifests", []):
        platform = child.get("platform", {})
        if f"{platform.get('os')}/{platform.get('architecture')}" == wanted:
            document = json.loads(content(child["digest"]))
    return document["config"]["digest"]


class Docker(Engine):
    """With its classic store of layers."""
    resumes = True
    roads = {PATH: "by path", MIRROR: "registry-mirrors"}

    def __init__(self, *arguments, reads_zstd=True, flags=()):
        super().__init__(*arguments)
        self.reads_zstd = reads_zstd
        self.tree.start(
            "dockerd", *flags, "--data-root", self.home / "data", "--exec-root", "/run/docker", "--pidfile", "/run/docker.pid",
            "--host", "unix:///run/docker.sock", "--bridge", "none", "--iptables=false", "--ip6tables=false",
            "--registry-mirror", f"http://{self.registry}",
            "--cgroup-parent", CGROUP)
        self._wait("dockerd", lambda: self._docker("info").code == 0)

    def pull(self, road, prefix, repository, reference, platform=None):
        # docker mirrors docker.io only, under names without a host
        name = repository if road == MIRROR else f"{self.registry}/{prefix}{repository}"
        self.pulled = joined(name, reference)
        return self._docker("pull", *(["--platform", platform] if platform else []), self.pulled)

    def config_digest(self):
        return self._docker("image", "inspect", "--format", "{{.Id}}", self.pulled).last_line()

    def run_image(self):
        return self._docker("run", "--rm", "--network", "none", self.pulled)

    def clear(self):
        images = self.tree.out("docker", "--host", "unix:///run/docker.sock", "image", "ls", "--all", "--quiet", "--no-trunc")
        if images:
            self._docker("image", "rm", "--force", *sorted(set(images.split())))

    def _docker(self, *words):
        return self.tree.run("docker", "--host", "unix:///run/docker.sock", *words)


class DockerOnContainerd(Docker):
    """With containerd's store, the default since docker 29: there the image ID is the manifest's digest."""

    def __init__(self, *arguments):
        super().__init__(*arguments, flags=["--feature", "containerd-snapshotter=true"])

    def pull(self, road, prefix, repository, reference, platform=None):
        self.platform = platform or "linux/amd64"
        return super().pull(road, prefix, repository, reference, platform)

    def config_digest(self):
        def content(digest):
            return self.tree.out(
                "ctr", "--address", "/run/docker/containerd/containerd.sock", "--namespace", "moby",
                "content", "get", digest)
        return config_in(content, super().config_digest(), self.platform)


class Containerd(Engine):
    resumes = True
    roads = {PATH: "by path", MIRROR: "hosts.toml"}

    def __init__(self, *arguments, pull_flags=()):
        super().__init__(*arguments)
        self.pull_flags = pull_flags
        config = self.home / "config.toml"
        config.write_text(
            f'version = 2\nroot = "{self.home}/root"\nstate = "/run/containerd"\n'
            '[grpc]\naddress = "/run/containerd/containerd.sock"\n')
        hosts = self.home / "hosts" / self.upstream
        hosts.mkdir(parents=True)
        (hosts / "hosts.toml").write_text(
            f'server = "http://{self.upstream}"\n'
            f'[host."http://{self.registry}"]\ncapabilities = ["pull", "resolve"]\ndial_timeout = "1s"\n')
        self.tree.start("containerd", "--config", config)
        self._wait("containerd", lambda: self._ctr("version").code == 0)

    def pull(self, road, prefix, repository, reference, platform=None):
        host = self.upstream if road == MIRROR else f"{self.registry}/{prefix}".rstrip("/")
        self.pulled = joined(f"{host}/{repository}", reference)
        self.platform = platform or "linux/amd64"
        how = ["--hosts-dir", self.home / "hosts"] if road == MIRROR else ["--plain-http"]
        return self._ctr("image", "pull", *self.pull_flags, *how, "--platform", self.platform, self.pulled)

    def config_digest(self):
        digest = self._ctr("image", "ls", f"name=={self.pulled}").last_line().split()[2]
        return config_in(lambda each: self.tree.out("ctr", "content", "get", each), digest, self.platform)

    def run_image(self):
        return self._ctr("run", "--rm", "--cgroup", "", self.pulled, f"lab-{time.monotonic_ns()}")

    def clear(self):
        images = self.tree.out("ctr", "image", "ls", "--quiet").split()
        if images:
            self._ctr("image", "rm", "--sync", *images)

    def _ctr(self, *words):
        return self.tree.run("ctr", *words)


class Podman(Engine):
    roads = {PATH: "by path", MIRROR: "registries.conf"}

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        config = self.home / ".config" / "containers"
        config.mkdir(parents=True)
        (config / "policy.json").write_text('{"default":[{"type":"insecureAcceptAnything"}]}')

    def pull(self, road, prefix, repository, reference, platform=None):
        self._mirror_to(f"{self.registry}/{prefix}".rstrip("/"))
        host = self.upstream if road == MIRROR else f"{self.registry}/{prefix}".rstrip("/")
        self.pulled = joined(f"{host}/{repository}", reference)
        return self._podman("pull", *(["--platform", platform] if platform else []), self.pulled)

    def config_digest(self):
        return "sha256:" + self._podman("image", "inspect", "--format", "{{.Id}}", self.pulled).last_line()

    def run_image(self):
        return self._podman("run", "--rm", "--network", "none", "--cgroup-parent", CGROUP,
                            "--cgroups", "no-conmon", "--log-driver", "none", self.pulled)

    def clear(self):
        self._podman("rmi", "--all", "--force")

    def _mirror_to(self, location):
        (self.home / "registries.conf").write_text(
            f'[[registry]]\nlocation = "{self.registry}"\ninsecure = true\n'
            f'[[registry]]\nlocation = "{self.upstream}"\n'
            f'[[registry.mirror]]\nlocation = "{location}"\ninsecure = true\n')

    def _podman(self, *words):
        return self.tree.run(
            "podman", "--root", self.home / "data", "--runroot", "/run/podman", "--storage-driver", "overlay",
            "--cgroup-manager", "cgroupfs", "--events-backend", "none", "--runtime", "runc", *words,
            CONTAINERS_REGISTRIES_CONF=str(self.home / "registries.conf"))


class _Copier(Engine):
    """A tool that copies an image into a folder and keeps nothing."""
    keeps_images = False

    def clear(self):
        self.tree.run("rm", "-rf", self.copy)

    @property
    def copy(self):
        return self.home / "copy"


class Skopeo(_Copier):
    def pull(self, road, prefix, repository, reference, platform=None):
        self.clear()
        (self.home / "policy.json").write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
        system, architecture = (platform or "linux/amd64").split("/")
        return self.tree.run(
            "skopeo", "--policy", self.home / "policy.json", "--override-os", system, "--override-arch", architecture,
            "copy", "--quiet", "--src-tls-verify=false",
            "docker://" + joined(f"{self.registry}/{prefix}{repository}", reference), f"dir:{self.copy}")

    def config_digest(self):
        return json.loads(Path(self.copy / "manifest.json").read_text())["config"]["digest"]


class Crane(_Copier):
    reads_zstd = False  # it unpacks nothing; what reads the archives that it writes is not known

    def pull(self, road, prefix, repository, reference, platform=None):
        self.clear()
        return self.tree.run(
            "crane", "pull", "--insecure", "--format", "oci", "--platform", platform or "linux/amd64",
            joined(f"{self.registry}/{prefix}{repository}", reference), self.copy)

    def config_digest(self):
        digest = json.loads((self.copy / "index.json").read_text())["manifests"][0]["digest"]
        manifest = self.copy / "blobs" / digest.replace(":", "/")
        return json.loads(manifest.read_text())["config"]["digest"]

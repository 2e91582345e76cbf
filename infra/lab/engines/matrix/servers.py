"""What the engines pull from: Debian's docker-registry, and CTS in front of it."""
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY_ROOT = Path(__file__).resolve().parents[4]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _start(command, log):
    """A daemon that ends when this process does, however it ends."""
    with open(log, "ab") as output:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)


def _stop(process, seconds):
    process.terminate()
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


class DockerRegistry:
    def __init__(self, home):
        home.mkdir()
        self.port = free_port()
        config = home / "config.yml"
        config.write_text(
            f"version: 0.1\nlog: {{level: warn}}\nstorage: {{filesystem: {{rootdirectory: {home}/data}}}}\n"
            f"http: {{addr: '127.0.0.1:{self.port}'}}\n")
        self._process = _start(["docker-registry", "serve", config], home / "log")
        _wait_for(f"http://127.0.0.1:{self.port}/v2/", 20, self._process, home / "log")

    def close(self):
        _stop(self._process, 10)


class Straight:
    """No CTS at all: the matrix straight against docker-registry, to see that the lab itself works."""
    makes_forms = False
    encodes = False
    prefix = ""

    def __init__(self, registry):
        self.port = registry.port

    def announce(self, *images):
        pass

    def wait_until_profiled(self, image):
        pass

    def close(self):
        return []


class Cts:
    """A CTS of its own, on free ports and an empty data folder."""
    makes_forms = True
    encodes = True

    def __init__(self, home, registry, upstream):
        home.mkdir()
        self.prefix = f"{upstream}/"
        self.port, self.api = free_port(), f"http://127.0.0.1:{free_port()}"
        origin = f"http://127.0.0.1:{registry.port}"
        self.upstreams = [f"{upstream}={origin}", f"docker.io={origin}"]
        self._log = home / "log"
        self._process = _start(
            [REPOSITORY_ROOT / "cts", "up", "--data", home / "data",
             "--api-port", self.api.rpartition(":")[2], "--registry-port", self.port,
             *(word for each in self.upstreams for word in ("--upstream", each))], self._log)
        _wait_for(f"{self.api}/actuator/health", 180, self._process, self._log)

    def announce(self, *images):
        """Has CTS profile and encode images ahead, by their full names, and waits until they are ready."""
        pulls = {image: self._api_call("/v1/pulls", {"image": image})["id"] for image in images}
        for image, pull in pulls.items():
            self._await(f"{image} ready", lambda: self._ready(image, pull))

    def wait_until_profiled(self, image):
        self._await(f"{image} profiled", lambda: "plain" in self.digests(image))

    def digests(self, image):
        """Of the forms that CTS knows: {"original": …, "plain": …, "zstd": …}."""
        done = subprocess.run(
            [REPOSITORY_ROOT / "cts", "images", "digest", self.prefix + image, "--api", self.api, "--json"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            return {}
        return {form: digest for form, digest in json.loads(done.stdout).items() if digest}

    def close(self):
        """What was wrong with the way it ended."""
        code = _stop(self._process, 60)
        if code is None:
            return ["CTS did not end within 60 s of SIGTERM"]
        return [] if code in (0, 143) else [f"CTS ended with exit code {code}; see {self._log}"]

    def _ready(self, image, pull):
        state = self._api_call(f"/v1/pulls/{pull}")["state"]
        if state in ("failed", "expired"):
            raise RuntimeError(f"announced {image}: pull {pull} is {state}; see {self._log}")
        return state in ("ready", "served", "reported")

    def _await(self, what, condition):
        deadline = time.monotonic() + 180
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(f"waited 180 s for {what}; see {self._log}")
            if self._process.poll() is not None:
                raise RuntimeError(f"CTS ended while waiting for {what}; see {self._log}")
            time.sleep(0.3)

    def state_bandwidth(self, node, engine, megabits):
        self._api_call(f"/v1/nodes/{node}", {"engine": engine, "source": "stated", "bandwidthMbps": megabits}, "PUT")

    def _api_call(self, path, body=None, method=None):
        request = urllib.request.Request(
            self.api + path, data=json.dumps(body).encode() if body else None,
            headers={"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise RuntimeError(f"{path}: CTS answered {refused.code} {refused.read(500).decode(errors='replace')}")


class Agent:
    """An agent in front of a CTS, as the engines of its machine see it. It decodes: what it answers is plain."""
    makes_forms = True
    encodes = False

    def __init__(self, home, cts, upstream):
        home.mkdir()
        self._cts, self.prefix, self.port = cts, f"{upstream}/", free_port()
        self._log = home / "log"
        cts.state_bandwidth("lab-agent", "cts-agent-1", 20)
        self._process = _start(
            [REPOSITORY_ROOT / "cts", "agent", "--listen", f"127.0.0.1:{self.port}", "--node", "lab-agent",
             "--registry", f"http://127.0.0.1:{cts.port}", "--api", cts.api, "--store", home / "store",
             *(word for each in cts.upstreams for word in ("--upstream", each))], self._log)
        _wait_for(f"http://127.0.0.1:{self.port}/v2/", 30, self._process, self._log)

    def announce(self, *images):
        self._cts.announce(*images)

    def digests(self, image):
        return self._cts.digests(image)

    def close(self):
        _stop(self._process, 20)


def _wait_for(url, seconds, process, log):
    deadline = time.monotonic() + seconds
    while True:
        if process.poll() is not None:
            raise RuntimeError(f"{url}: the server ended with {process.returncode}; see {log}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (OSError, urllib.error.HTTPError):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{url}: not up after {seconds} s; see {log}")
        time.sleep(0.2)

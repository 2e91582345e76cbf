"""What the engines pull from: Debian's docker-registry, and CTS in front of it."""
import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .rows import AGENT, CUT_AFTER, KILL_AFTER
from .wire import Wire

REPOSITORY_ROOT = Path(__file__).resolve().parents[4]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


# Linux ends a child with the thread that started it, not with the process (prctl(2), PR_SET_PDEATHSIG)
_starter = ThreadPoolExecutor(1)


def _start(command, log):
    """A daemon that ends when this process does, however it ends."""
    with open(log, "ab") as output:
        return _starter.submit(
            subprocess.Popen, ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True).result()


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


class _NothingBehind:
    """There is no second link to look at."""

    def mark(self):
        return 0


class Straight(_NothingBehind):
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


class Cts(_NothingBehind):
    """A CTS of its own, on free ports and an empty data folder."""
    makes_forms = True
    encodes = True

    def __init__(self, home, registry, upstream):
        home.mkdir()
        self.prefix = f"{upstream}/"
        self.port, self.api = free_port(), f"http://127.0.0.1:{free_port()}"
        origin = f"http://127.0.0.1:{registry.port}"
        self.upstreams = [f"{upstream}={origin}", f"docker.io={origin}"]
        self._log, self._data = home / "log", home / "data"
        self._begin()

    def _begin(self):
        self._process = _start(
            [REPOSITORY_ROOT / "cts", "up", "--data", self._data,
             "--api-port", self.api.rpartition(":")[2], "--registry-port", self.port,
             *(word for each in self.upstreams for word in ("--upstream", each))], self._log)
        _wait_for(f"{self.api}/actuator/health", 600, self._process, self._log)

    def kill(self):
        self._process.kill()
        self._process.wait()

    def begin_again(self):
        """After it was killed, over what that left."""
        self._begin()

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
        deadline = time.monotonic() + 600
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(f"waited 600 s for {what}; see {self._log}")
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
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise RuntimeError(f"{path}: CTS answered {refused.code} {refused.read(500).decode(errors='replace')}")


class Agent:
    """An agent in front of a CTS, as the engines of its machine see it. It decodes: what it answers is plain."""
    makes_forms = True
    encodes = False
    LINK_MBIT = 100  # so that what is killed on the way is

    def __init__(self, home, cts, upstream):
        home.mkdir()
        self._cts, self.prefix, self.port = cts, f"{upstream}/", free_port()
        self._link = Wire(cts.port, megabits_of_all=self.LINK_MBIT)
        self._log, self._store = home / "log", home / "store"
        self._back = threading.Event()
        cts.state_bandwidth("lab-agent", "cts-agent-1", 20)
        self._begin()

    def _begin(self):
        self._process = _start(
            [REPOSITORY_ROOT / "cts", "agent", "--no-probe", "--listen", f"127.0.0.1:{self.port}", "--node", "lab-agent",
             "--registry", f"http://127.0.0.1:{self._link.port}", "--api", self._cts.api, "--store", self._store,
             *(word for each in self._cts.upstreams for word in ("--upstream", each))], self._log)
        _wait_for(f"http://127.0.0.1:{self.port}/v2/", 60, self._process, self._log)

    def begin_anew(self):
        """As an agent that holds nothing, and that CTS does not know."""
        _stop(self._process, 20)
        shutil.rmtree(self._store, ignore_errors=True)
        self._begin()
        deadline = time.monotonic() + 60
        while not (self._store / "agent.json").exists():  # it makes itself known when it has begun
            if time.monotonic() > deadline:
                raise RuntimeError(f"the agent is not known to CTS after 60 s; see {self._log}")
            time.sleep(0.1)

    def announce(self, *images):
        self._cts.announce(*images)

    def digests(self, image):
        return self._cts.digests(image)

    def mark(self):
        return self._link.mark()

    def behind(self, mark):
        """What went between agent and CTS since."""
        return self._link.exchanges[mark:]

    def await_delta(self, repository, layer):
        """Until CTS answers this agent's request for a layer, a diffID, with a delta to what the agent holds."""
        token = json.loads((self._store / "agent.json").read_text())["token"]
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._cts.port}/v2/{self.prefix}{repository}/blobs/{layer}",
            headers={"CTS-Agent": token, "Accept-Encoding": "cts-delta, zstd"})
        deadline = time.monotonic() + 180
        while True:
            with urllib.request.urlopen(request, timeout=60) as answer:
                if answer.headers["Content-Encoding"] == "cts-delta":
                    return
            if time.monotonic() > deadline:
                raise RuntimeError(f"waited 180 s for a delta of {layer}; see {self._log}")
            time.sleep(0.5)

    def kill_on_the_way(self, whom, wire):
        """Once a part of a large layer has passed."""
        self._back.clear()
        if whom == AGENT:
            wire.at_next(lambda exchange: exchange.is_blob and exchange.status == 200, KILL_AFTER, self._kill)
        else:
            self._link.at_next(_is_range_of_much, 1, self._cts.kill)

    def _kill(self):
        self._process.kill()
        self._process.wait()
        self._begin()
        self._back.set()

    def await_back(self):
        """Until an agent that was killed runs again."""
        if not self._back.wait(180):
            raise RuntimeError(f"the agent was killed and did not run again within 180 s; see {self._log}")

    def came_back(self, whom, happened):
        """Has all run again, and says what of it did not happen."""
        if whom == AGENT:
            return [] if happened else ["expected a layer that is long enough to kill the agent meanwhile"]
        if not self._link.expect_nothing():
            return ["expected a layer that is long enough to kill CTS meanwhile"]
        self._cts.begin_again()
        return []

    def close(self):
        _stop(self._process, 20)


def _is_range_of_much(exchange):
    total = exchange.response.get("content-range", "/0").rpartition("/")[2]
    return exchange.is_blob and exchange.status == 206 and int(total) > CUT_AFTER


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

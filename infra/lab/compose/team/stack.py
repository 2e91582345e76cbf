"""The compose project, and what can be asked of it."""
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

HOME = Path(__file__).resolve().parents[4]
SERVICES = ["probe-receiver", "image-probe", "decision", "compression-worker", "cache", "feedback-collector"]
PORTS = {"image-probe": 8081, "compression-worker": 8083}


class Failed(Exception):
    """What was expected and did not happen."""


def run(*command, seconds=300, check=True, env=None, cwd=None, said=""):
    """What a command printed that was `said` this; `Failed` when it does not end well."""
    done = subprocess.run([str(word) for word in command], input=said, capture_output=True, text=True,
                          timeout=seconds, env=env, cwd=cwd)
    if check and done.returncode:
        raise Failed(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


def until(what, condition, seconds=180):
    """Waits for a condition; returns what it returned and the seconds that it took."""
    began = time.monotonic()
    while True:
        found = condition()
        if found:
            return found, time.monotonic() - began
        if time.monotonic() - began > seconds:
            raise Failed(f"waited {seconds} s for {what}")
        time.sleep(0.5)


class Stack:
    def __init__(self, project, settings):
        """`settings` are variables of docker-compose.yml."""
        self.project = project
        self.images, self.tag = settings.get("CTS_IMAGES", "cts"), settings.get("CTS_TAG", "latest")
        self.api = f"http://127.0.0.1:{settings['CTS_API_PORT']}"
        self.registry = f"127.0.0.1:{settings['CTS_REGISTRY_PORT']}"
        self.upstream = f"127.0.0.1:{settings['LAB_REGISTRY_PORT']}"
        self.kafka = f"127.0.0.1:{settings['CTS_KAFKA_PORT']}"
        self.prometheus = f"http://127.0.0.1:{settings['CTS_PROMETHEUS_PORT']}"
        self.environment = {
            **os.environ, **settings, "COMPOSE_PROJECT_NAME": project,
            "COMPOSE_FILE": f"{HOME}/docker-compose.yml:{HOME}/infra/lab/compose/registry.yml"}

    def compose(self, *words, seconds=300, check=True, said=""):
        return run("docker-compose", *words, seconds=seconds, check=check, env=self.environment, cwd=HOME, said=said)

    def remove(self):
        """Everything of it, whichever profiles were up."""
        self.compose("--profile", "s3", "--profile", "observability", "down", "--volumes", check=False)

    def containers(self, service=None):
        """The ids of those that run."""
        filters = ["--filter", f"label=com.docker.compose.project={self.project}"]
        if service:
            filters += ["--filter", f"label=com.docker.compose.service={service}"]
        return run("docker", "ps", "--quiet", "--no-trunc", *filters).split()

    def inspect(self, *ids):
        return json.loads(run("docker", "inspect", *ids)) if ids else []

    def unwell(self):
        """Names of services whose containers are not all healthy, or that have none."""
        states = {}
        for one in self.inspect(*self.containers()):
            service = one["Config"]["Labels"]["com.docker.compose.service"]
            states.setdefault(service, []).append(one["State"].get("Health", {}).get("Status", "none"))
        return [name for name in [*SERVICES, "kafka", "postgres"]
                if name not in states or any(state != "healthy" for state in states[name])]

    def wait_until_well(self, seconds=300):
        """How long it took, in seconds."""
        began = time.monotonic()
        while unwell := self.unwell():
            if time.monotonic() - began > seconds:
                raise Failed(f"not healthy after {seconds} s: {', '.join(unwell)}\n{self.last_words(unwell[0])}")
            time.sleep(0.5)
        return time.monotonic() - began

    def last_words(self, service):
        lines = self.compose("logs", "--no-color", "--tail=400", service, check=False).splitlines()
        return "\n".join([line[:400] for line in lines if '"level":"WARN"' in line or '"level":"ERROR"' in line][-10:])

    def ask(self, path, body=None, method=None):
        request = urllib.request.Request(self.api + path, data=json.dumps(body).encode() if body else None,
                                         headers={"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise Failed(f"{path}: CTS answered {refused.code} {refused.read(500).decode(errors='replace')}") from refused

    def state(self, pull):
        try:
            return self.ask(f"/v1/pulls/{pull}")["state"]
        except (OSError, Failed):
            return "unknown"  # probe-receiver may be away for a moment: that is what some checks are about

    def announce(self, image, node=None):
        """For one node, or for whoever comes."""
        wanted = {"image": f"lab.local/{image}", "platform": "linux/amd64"}
        return self.ask("/v1/pulls", {**wanted, "node": node} if node else wanted)["id"]

    def wait_until_ready(self, pull, seconds=300):
        def is_ready():
            state = self.state(pull)
            if state in ("failed", "expired"):
                raise Failed(f"pull {pull} is {state}: {json.dumps(self.ask(f'/v1/pulls/{pull}'))[:1000]}")
            return state in ("ready", "served", "reported")
        return until(f"pull {pull} to be ready", is_ready, seconds)[1]

    def sql(self, statement):
        """Rows of words, as the database's owner in its own container."""
        lines = self.compose("exec", "-T", "postgres", "psql", "--username=cts", "--dbname=cts", "--no-psqlrc",
                             "--tuples-only", "--no-align", "--field-separator=\t", "--command", statement)
        return [line.split("\t") for line in lines.splitlines() if line]

    def counted(self, service, meter, *tags):
        """By container: what a meter has counted."""
        counts = {}
        for one in self.inspect(*self.containers(service)):
            address = next(iter(one["NetworkSettings"]["Networks"].values()))["IPAddress"]
            url = f"http://{address}:{PORTS[service]}/actuator/metrics/{meter}?" + "&".join(f"tag={tag}" for tag in tags)
            try:
                with urllib.request.urlopen(url, timeout=10) as answer:
                    counts[one["Name"].strip("/")] = int(json.load(answer)["measurements"][0]["value"])
            except urllib.error.HTTPError as refused:
                if refused.code != 404:  # 404: nothing was counted yet
                    raise
                counts[one["Name"].strip("/")] = 0
        return counts

    def events(self, topic=None):
        """What the topics hold, as `cts topics tail` on this machine reads it."""
        words = ["--bootstrap", self.kafka, "--from-beginning", "--no-follow", "--json"]
        lines = run(HOME / "cts", "topics", "tail", *([topic] if topic else []), *words)
        return [json.loads(line) for line in lines.splitlines() if line.startswith("{")]

"""What a team relies on, one function each: it does it, and says what it saw or raises `Failed`."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request
import zipfile
from collections import Counter
from pathlib import Path

from .stack import HOME, SERVICES, Failed, run, until

STORY = ["pull-requested", "image-stored", "image-profiled", "pull-planned", "encoding-requested", "layer-encoded", "pull-ready"]
JOBS = "cts.encoding-requested.v1"


def configuration(stack, newer):
    """The compose file is valid in every profile, and draws no warning; `newer` holds a Compose v2, if one is here."""
    with tempfile.TemporaryDirectory(prefix="cts-compose-", dir="/tmp") as there:  # which programs in `newer` can see
        shutil.copy(HOME / "docker-compose.yml", there)
        versions = {"1.29": []} | ({"2": [HOME / "infra/lab/engines/in", newer]} if newer else {})
        for version, how in versions.items():
            for profile in ["", "tools", "observability", "s3"]:
                done = subprocess.run(
                    [*how, "docker-compose", "--file", f"{there}/docker-compose.yml", *(["--profile", profile] if profile else []),
                     "config", "--quiet"],
                    stdin=subprocess.DEVNULL, capture_output=True, text=True)
                if done.returncode or done.stderr.strip() or done.stdout.strip():
                    raise Failed(f"docker-compose {version} config, profile '{profile}', says: {done.stderr or done.stdout}")
    return f"valid without a word in docker-compose {' and '.join(versions)}, with and without profiles"


def change_of_code(stack):
    """A service built again after a change sends little: all layers but the last are those that are there."""
    name = f"{stack.images}/decision"
    with tempfile.TemporaryDirectory(prefix="cts-compose-") as there:
        staged = Path(there) / "staged"
        run("cp", "--archive", "--link", HOME / "target/images", staged)
        jar = staged / "services/decision/service.jar"
        shutil.copy(jar, f"{jar}.changed")
        with zipfile.ZipFile(f"{jar}.changed", "a") as changed:
            changed.writestr("changed", str(time.time()))
        os.replace(f"{jar}.changed", jar)
        run("docker", "build", "--quiet", "--file", HOME / "infra/images/Dockerfile", "--build-arg", "STAGED=from-host",
            "--build-arg", f"JRE_IMAGE={stack.environment['CTS_JRE_IMAGE']}", "--build-arg", "SERVICE=decision",
            "--build-arg", "PORT=8082", "--tag", f"{name}:changed", staged, env={**stack.environment, "DOCKER_BUILDKIT": "1"})
    before, after = (one["RootFS"]["Layers"] for one in stack.inspect(f"{name}:{stack.tag}", f"{name}:changed"))
    sizes = [int(size) for size in run("docker", "history", "--human=false", "--format", "{{.Size}}", f"{name}:changed").split() if size != "0"]
    run("docker", "image", "rm", f"{name}:changed")
    fresh = len([layer for layer in after if layer not in before])
    sent = sum(sizes[:fresh])
    if fresh > 1 or sent >= 1_000_000:
        raise Failed(f"{fresh} of {len(after)} layers with {sent} bytes are new after a change of one class")
    return f"{fresh} of {len(after)} layers is new, {sent / 1000:.0f} kB before compression"


def bring_up(stack):
    began = time.monotonic()
    stack.compose("up", "-d")
    stack.wait_until_well()
    return f"all healthy after {time.monotonic() - began:.0f} s (target 60 s on two free cores)"


def hardening(stack):
    """Nobody is root, no container can write to its image, has a capability or more memory than was said."""
    wrong = []
    for one in stack.inspect(*stack.containers()):
        name, host = one["Name"].strip("/"), one["HostConfig"]
        wanted = {
            "read-only": host["ReadonlyRootfs"],
            "no capability": host["CapDrop"] in (["ALL"], ["all"]) and not host["CapAdd"],
            "no new privileges": "no-new-privileges:true" in host["SecurityOpt"],
            "memory limit": host["Memory"] > 0,
        }
        if "registry" not in name:
            processes = [line.split() for line in run("docker", "top", one["Id"], "-eo", "pid,uid").splitlines()[1:]]
            wanted["not root"] = all(uid != "0" for _, uid in processes)
            wanted["restarted"] = host["RestartPolicy"]["Name"] == "unless-stopped"
        wrong += [f"{name}: {what}" for what, is_so in wanted.items() if not is_so]
    if wrong:
        raise Failed("; ".join(wrong))
    return "no root, no capabilities, read-only, bounded memory"


def published(stack):
    """Two doors for everybody; Kafka for this machine only."""
    doors = {"probe-receiver": {"0.0.0.0", "::"}, "cache": {"0.0.0.0", "::"}, "kafka": {"127.0.0.1"}, "registry": {"127.0.0.1"},
             "prometheus": {"127.0.0.1"}}
    for one in stack.inspect(*stack.containers()):
        service = one["Config"]["Labels"]["com.docker.compose.service"]
        hosts = {where["HostIp"] for ports in one["NetworkSettings"]["Ports"].values() for where in ports or []}
        if not hosts <= doors.get(service, set()):
            raise Failed(f"{service} is published on {hosts}")
    return "8080 and 5000 for everybody, Kafka on the loopback, nothing else"


def secrets(stack):
    """The database takes the secret that was made, and no other word."""
    secret = stack.compose("exec", "-T", "postgres", "cat", "/cts/secrets/CTS_DB_PASSWORD")
    if len(secret) < 24:
        raise Failed(f"the secret has {len(secret)} characters")
    if not _takes(stack, secret):
        raise Failed("the database does not take its secret")
    for guess in ["cts", "postgres", "password", ""]:
        if _takes(stack, guess):
            raise Failed(f"the database takes the password '{guess}'")
    mode = stack.compose("exec", "-T", "cache", "stat", "--format=%a", "/cts/secrets/CTS_DB_PASSWORD").strip()
    if mode != "440":
        raise Failed(f"the secret's mode is {mode}")
    return "a random password of its own; no default one is taken"


def idle_memory(stack):
    time.sleep(20)  # garbage of the start is gone by then, or never
    used = {}
    for line in run("docker", "stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", *stack.containers()).splitlines():
        name, amount = line.split()[:2]
        number, unit = re.fullmatch(r"([0-9.]+)([A-Za-z]+)", amount).groups()
        used[name] = float(number) * {"B": 1 / 2**20, "KiB": 1 / 1024, "MiB": 1, "GiB": 1024}[unit]
    total = sum(used.values())
    if total >= 3 * 1024:
        raise Failed(f"idle containers hold {total:.0f} MiB: {used}")
    return f"{total / 1024:.2f} GiB in {len(used)} containers (target < 3 GiB)"


def prometheus(stack):
    """It reaches every process of the six services."""
    stack.compose("up", "-d", "prometheus")
    reached, took = until("Prometheus to have asked every service", lambda: _reached(stack.prometheus))
    return f"{reached} processes scraped after {took:.0f} s"


def predicted_pull(stack, image):
    """A node whose link is known pulls with `cts pull`: what that takes was predicted, and is measured."""
    node = "lab-edge"
    stack.ask(f"/v1/nodes/{node}", {"engine": "cts-agent-1", "source": "stated", "bandwidthMbps": 50}, method="PUT")
    pull = stack.announce(image, node)
    ready = stack.wait_until_ready(pull, 600)
    said = run(HOME / "cts", "pull", f"lab.local/{image}", "--node", node, "--registry", f"http://{stack.registry}",
               "--api", stack.api, "--json")
    return f"pull {pull} ready after {ready:.0f} s; {' '.join(said.split())[:300]}"


def dashboards(stack):
    """Every expression of the dashboards, asked of Prometheus here, returns data."""
    said = run(HOME / "infra/observability/check", stack.prometheus)
    stack.compose("rm", "--stop", "--force", "prometheus")
    return said.strip()


def _reached(address):
    """How many processes are scraped, once those of all services are."""
    try:
        with urllib.request.urlopen(f"{address}/api/v1/targets", timeout=10) as answer:
            targets = json.load(answer)["data"]["activeTargets"]
    except OSError:
        return 0
    up = {target["labels"]["service"] for target in targets if target["health"] == "up"}
    return len(targets) if up == set(SERVICES) else 0


def story(stack, image):
    """An announced image, told by the topics on both sides of the container's wall."""
    answer = json.loads(run("curl", "--fail", "--silent", "--show-error", "--header", "Content-Type: application/json",
                            "--data", json.dumps({"image": f"lab.local/{image}", "platform": "linux/amd64"}), f"{stack.api}/v1/pulls"))
    pull = answer["id"]
    took = stack.wait_until_ready(pull)
    events = stack.events()
    wanted = {_variant(event) for event in events if event["topic"] == JOBS and event["value"]["pull"] == pull}
    told = [event["topic"].split(".")[1] for event in events
            if pull in json.dumps(event) or event["topic"] == "cts.layer-encoded.v1" and _variant(event) in wanted]
    missing = [name for name in STORY if name not in told]
    if missing:
        raise Failed(f"the topics do not tell of {', '.join(missing)} for pull {pull}: {told}")
    consumer = stack.compose("exec", "-T", "kafka", "/opt/kafka/bin/kafka-console-consumer.sh", "--bootstrap-server", "kafka:19092",
                             "--topic", "cts.pull-ready.v1", "--from-beginning", "--timeout-ms", "8000", check=False)
    if pull not in consumer:
        raise Failed(f"the broker's console consumer does not see pull {pull} on cts.pull-ready.v1: {consumer[-500:]}")
    return f"pull {pull} ready after {took:.0f} s; " + " → ".join(sorted(set(told), key=told.index))


def _variant(event):
    return event["value"]["diffId"], event["value"]["encoding"]


def docker_pull(stack, image, prints):
    """The engine gets the image that the registry has, through CTS."""
    name = f"{stack.registry.replace('127.0.0.1', 'localhost')}/lab.local/{image}"
    began = time.monotonic()
    run("docker", "pull", "--quiet", name)
    took = time.monotonic() - began
    manifest = json.loads(run("skopeo", "inspect", "--tls-verify=false", "--raw", f"docker://{stack.upstream}/{image}"))
    pulled = run("docker", "image", "inspect", "--format", "{{.Id}}", name).strip()
    if pulled != manifest["config"]["digest"]:
        raise Failed(f"docker has {pulled} for {image}, the registry {manifest['config']['digest']}")
    said = run("docker", "run", "--rm", "--network=none", name).strip()
    run("docker", "image", "rm", "--force", name)
    if prints not in said:
        raise Failed(f"{image} says '{said}', not '{prints}'")
    return f"{image} in {took:.1f} s, image ID as the registry's, says '{said}'"


def scale(stack):
    stack.compose("up", "-d", "--scale", "compression-worker=3", "--scale", "image-probe=2")
    took = stack.wait_until_well()
    running = {service: len(stack.containers(service)) for service in ["compression-worker", "image-probe"]}
    if running != {"compression-worker": 3, "image-probe": 2}:
        raise Failed(f"asked for 3 workers and 2 probes, got {running}")
    return f"3 workers, 2 probes after {took:.0f} s"


def spread(stack, images):
    """Images announced at once: the jobs are shared out among the workers, each is done once."""
    before = stack.counted("compression-worker", "cts.encodings.made")
    read = stack.counted("image-probe", "cts.layers.read")
    began = time.monotonic()
    pulls = [stack.announce(image) for image in images]
    for pull in pulls:
        stack.wait_until_ready(pull, 600)
    took = time.monotonic() - began
    made = {name: now - before[name] for name, now in stack.counted("compression-worker", "cts.encodings.made").items()}
    read = {name: now - read[name] for name, now in stack.counted("image-probe", "cts.layers.read").items()}
    if sum(made.values()) < 3 or sum(1 for count in made.values() if count) < 2:
        raise Failed(f"{sum(made.values())} jobs were not shared out: {made}")
    if len([1 for count in read.values() if count]) < 2:
        raise Failed(f"the layers were not shared out: {read}")
    _each_once(stack)
    return f"{len(images)} images in {took:.0f} s; encodings by worker {sorted(made.values())}, layers by probe {sorted(read.values())}"


def _each_once(stack):
    """One variant is committed, and told of, for each key."""
    told = Counter(_variant(event) for event in stack.events("layer-encoded"))
    twice = [key for key, count in told.items() if count > 1]
    if twice:
        raise Failed(f"told twice: {twice}")


def killed_worker(stack, image):
    """A worker's process is killed in the middle of a job; another does it."""
    pull = stack.announce(image)
    until("a job to be worked on for a second", lambda: stack.sql(
        "select 1 from encodings.encodings where state = 'working' and changed_at < now() - interval '1 second'"
        f" and pull = '{pull}'"))
    victim = max(stack.inspect(*stack.containers("compression-worker")), key=_processor_seconds_of_late)
    run("kill", "-KILL", victim["State"]["Pid"])
    killed = time.monotonic()
    (again, waited) = until("a job of the killed worker to be begun again", lambda: stack.sql(
        f"select diff_id, encoding from encodings.encodings where pull = '{pull}' and attempts > 1"), 300)
    stack.wait_until_ready(pull, 600)
    took = time.monotonic() - killed
    left = stack.sql(f"select diff_id, encoding, state from encodings.encodings where pull = '{pull}' and state <> 'done'")
    if left:
        raise Failed(f"the pull is ready, and yet there are jobs that are not done: {left}")
    _each_once(stack)
    until("the killed worker to be restarted", lambda: not stack.unwell(), 120)
    return (f"{len(again)} of its jobs begun again by others after {waited:.0f} s, each variant told of once; pull ready {took:.0f} s"
            " after the kill; the worker is back")


def _processor_seconds_of_late(container):
    """What a container's process used within half a second."""
    def used():
        fields = open(f"/proc/{container['State']['Pid']}/stat").read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])
    before = used()
    time.sleep(0.5)
    return used() - before


def shaken(stack, image):
    """Services first and in the wrong order, PostgreSQL after them, Kafka a minute late, PostgreSQL again in mid-flow."""
    stack.compose("down")
    for service in reversed(["registry", "postgres", *SERVICES]):
        stack.compose("up", "--detach", "--no-deps", service)
    time.sleep(60)
    stack.compose("up", "--detach", "--no-deps", "kafka")
    took = stack.wait_until_well()
    restarts = {one["Name"].strip("/"): one["RestartCount"] for one in stack.inspect(*stack.containers()) if one["RestartCount"]}
    if restarts:
        raise Failed(f"these gave up and were started again: {restarts}")
    pull = stack.announce(image)
    restart = threading.Timer(1, lambda: stack.compose("restart", "postgres"))
    restart.start()
    ready = stack.wait_until_ready(pull, 600)
    restart.join()
    stack.wait_until_well()
    return f"all healthy {took:.0f} s after Kafka came, none gave up; pull ready after {ready:.0f} s with PostgreSQL restarted under it"


def down_and_up(stack, images):
    """Containers are thrown away; volumes keep everything, also while the upstream is away."""
    before = stack.sql("select count(*) from pulls.pull")[0][0], len(stack.events("pull-ready"))
    began = time.monotonic()
    stack.compose("down")
    stopped = time.monotonic() - began
    began = time.monotonic()
    stack.compose("up", "--detach")
    stack.wait_until_well()
    took = time.monotonic() - began
    after = stack.sql("select count(*) from pulls.pull")[0][0], len(stack.events("pull-ready"))
    if before != after:
        raise Failed(f"{before} pulls and ready events before, {after} after")
    said = [docker_pull(stack, image, prints) for image, prints in images.items()]
    return f"down in {stopped:.0f} s, healthy again after {took:.0f} s, {after[0]} pulls still known; " + "; ".join(said)


def another_password(stack):
    """As infra/README.md says, while the services are stopped: what is started after it works with the new one alone."""
    secret = ["exec", "-T", "postgres", "cat", "/cts/secrets/CTS_DB_PASSWORD"]
    before = stack.compose(*secret)
    stack.compose("run", "--rm", "--entrypoint", "rm", "init", "--force", "/cts/secrets/CTS_DB_PASSWORD")
    stack.compose("run", "--rm", "init")
    after = stack.compose(*secret)
    stack.compose("exec", "-T", "postgres", "sh", "-c",
                  'psql --username=cts --dbname=cts --variable=new="$(cat /cts/secrets/CTS_DB_PASSWORD)"',
                  said="alter role cts password :'new'")
    if before == after or len(after) < 24:
        raise Failed("init made no other secret")
    if not _takes(stack, after) or _takes(stack, before):
        raise Failed("the database does not take the new password alone")
    return "made by init, told to the database; the old one is refused"


def _takes(stack, password):
    """Whether the database lets in who says this password."""
    return "1 row" in stack.compose(
        "exec", "-T", "postgres", "env", f"PGPASSWORD={password}",
        "psql", "--host=postgres", "--username=cts", "--dbname=cts", "--no-password", "--command=select 1", check=False)


def restored(stack, image, prints):
    """A backup is put into an empty database, as infra/README.md says, and blobs go into a bucket from then on: what the
    database names and the store has not is fetched again."""
    counts = "select (select count(*) from pulls.pull), (select count(*) from cache.images)"
    before = _numbers(stack, counts)
    with tempfile.NamedTemporaryFile(prefix="cts-compose-", suffix=".dump") as dump:
        _in_postgres(stack, "pg_dump", "--username=cts", "--format=custom", "cts", stdout=dump)
        stack.compose("down")
        run("docker", "volume", "rm", *[f"{stack.project}_{name}" for name in ["postgres", "kafka", "blobs", "scratch"]])
        stack.environment["CTS_BLOBS"] = "s3://cts-blobs"
        began = time.monotonic()
        stack.compose("up", "--detach", "postgres")
        until("PostgreSQL to be healthy", lambda: "postgres" not in stack.unwell())
        dump.seek(0)
        _in_postgres(stack, "pg_restore", "--username=cts", "--dbname=cts", stdin=dump)
    stack.compose("--profile", "s3", "up", "--detach")
    stack.wait_until_well()
    took = time.monotonic() - began
    after = _numbers(stack, counts)
    if any(now < then for now, then in zip(after, before)):
        raise Failed(f"pulls and images: {before} before, {after} after")
    known = docker_pull(stack, image, prints)
    ready = stack.wait_until_ready(stack.announce(image), 600)
    again = docker_pull(stack, image, prints)
    stored = stack.compose("--profile", "s3", "exec", "-T", "s3", "find", "/data/cts-blobs", "-type", "f").split()
    if len(stored) < 3:
        raise Failed(f"the bucket holds no more than {stored}")
    kept = stack.compose("exec", "-T", "cache", "find", "/cts/blobs", "-type", "f").split()
    if kept:
        raise Failed(f"the volume of blobs is not empty: {kept}")
    return (f"{after[0]} pulls known; healthy after {took:.0f} s; {known}; announced again, ready after {ready:.0f} s; {again};"
            f" {len(stored)} objects in the bucket, no file in the volume")


def _numbers(stack, statement):
    return [int(number) for number in stack.sql(statement)[0]]


def _in_postgres(stack, *words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
    done = subprocess.run(["docker-compose", "exec", "-T", "postgres", *words], stdin=stdin, stdout=stdout, stderr=subprocess.PIPE,
                          text=True, env=stack.environment, cwd=HOME)
    if done.returncode:
        raise Failed(f"{words[0]} ended with {done.returncode}: {done.stderr[-2000:]}")


def stop(stack):
    """Each service ends by itself within the ten seconds that docker gives."""
    ends = {}
    for service in SERVICES:
        ids = stack.containers(service)
        began = time.monotonic()
        stack.compose("stop", service)
        took = time.monotonic() - began
        codes = {one["State"]["ExitCode"] for one in stack.inspect(*ids)}
        if not codes <= {0, 143}:
            raise Failed(f"{service} ended with {codes} after {took:.0f} s")
        ends[service] = round(took, 1)
    return f"seconds: {ends}"

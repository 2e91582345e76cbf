"""Where an engine lives: mounts, processes and a /run of its own, gone without a trace when it closes."""
import os
import subprocess
import time
from pathlib import Path

ENTER = Path(__file__).resolve().parent.parent / "in"


CGROUP = f"cts-lab-{os.getpid()}"  # of every container


class Outcome:
    def __init__(self, code, text, seconds):
        self.code, self.text, self.seconds = code, text, seconds

    def last_line(self):
        lines = [line for line in self.text.strip().splitlines() if line.strip()]
        return lines[-1].strip() if lines else ""


class Tree:
    """`root` is "/" for the distribution's own engines, else the folder that `install new` made."""

    def __init__(self, root, home):
        self.home = Path(home)
        self.home.mkdir(parents=True, exist_ok=True)
        self._log = open(self.home / "log", "ab")
        self._holder = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", ENTER, root, "sh", "-c", "echo ready; exec sleep infinity"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self._log, start_new_session=True)
        if self._holder.stdout.readline() != b"ready\n":
            raise RuntimeError(f"could not enter {root}: see {self.home}/log")
        holder = self._holder.pid
        first = Path(f"/proc/{holder}/task/{holder}/children").read_text().split()[0]
        self._inside = ["nsenter", "--target", first, "--mount", "--pid", "--"]
        self._environment = {
            "HOME": str(self.home), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": "/run", "TMPDIR": str(self.home)}

    def start(self, *command, **environment):
        """A daemon; its output goes to the log in its home."""
        return subprocess.Popen(
            [*self._inside, *map(str, command)], env=self._environment | environment, cwd=self.home,
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, start_new_session=True)

    def run(self, *command, timeout=120, **environment):
        started = time.monotonic()
        try:
            done = subprocess.run(
                [*self._inside, *map(str, command)], env=self._environment | environment, cwd=self.home,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
            code, text = done.returncode, done.stdout.decode(errors="replace")
        except subprocess.TimeoutExpired as late:
            code, text = 124, (late.stdout or b"").decode(errors="replace") + f"\nno end after {timeout} s"
        return Outcome(code, text, time.monotonic() - started)

    def out(self, *command, **environment):
        """What a command that must succeed prints."""
        done = self.run(*command, **environment)
        if done.code:
            raise RuntimeError(f"{' '.join(map(str, command))}: exit code {done.code}: {done.last_line()}")
        return done.text.strip()

    def close(self):
        self._holder.kill()
        self._holder.wait()
        self._log.close()


def remove_cgroups():
    for group in sorted(Path("/sys/fs/cgroup").rglob(CGROUP), reverse=True):
        for folder, _, _ in os.walk(group, topdown=False):
            os.rmdir(folder)

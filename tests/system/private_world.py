"""Daemons of other people in a world of their own: a mount namespace in which /usr shows the packages that .ci/lib.sh
unpacked (nothing of them is installed), /etc is a copy of what this user may read, /var and /run are of its own.

A test module calls enter() when it is imported; that runs the whole module again inside and never returns outside.
Where namespaces or overlays are not permitted, REASON says so and its tests are skipped."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(os.environ.get("POSTERN_PEERS") or Path(__file__).resolve().parents[2] / "build" / "peers")
MARK = "POSTERN_PRIVATE_WORLD"
REASON = ""
MOUNTS = """set -e
root=$1 own=$2; shift 2
mount -t overlay overlay -o "lowerdir=$root/usr:/usr" /usr
mount --bind "$own/etc" /etc
mount --bind "$own/var" /var
mount -t tmpfs tmpfs /run
exec "$@"
"""


def enter():
    global REASON
    if MARK in os.environ:
        return
    if not (ROOT / "usr").is_dir():
        raise AssertionError(f"{ROOT} is missing: unpack_packages of .ci/lib.sh makes it")
    own = tempfile.mkdtemp(prefix="postern-world-")
    # Not overlays: in a user namespace the host's root owns what lies below, and it could not be changed.
    for source, name in (("/etc", "etc"), (ROOT / "var", "var")):
        subprocess.run(["cp", "-r", "--preserve=mode,links", f"{source}/.", os.path.join(own, name)], stderr=subprocess.DEVNULL,
                       check=False)
    os.symlink("/run", os.path.join(own, "var", "run"))
    flags = ["-m"] if os.geteuid() == 0 else ["-U", "-r", "-m"]
    inside = ["unshare", *flags, "sh", "-c", MOUNTS, "sh", str(ROOT), own]
    try:
        tried = subprocess.run([*inside, "true"], capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            REASON = f"no private mounts here: {tried.stderr.strip()}"
            return
        done = subprocess.run([*inside, sys.executable, "-B", "-m", "unittest", *sys.argv[1:]],
                              env={**os.environ, MARK: own}, check=False)
    finally:
        shutil.rmtree(own, ignore_errors=True)
    sys.stdout.flush()
    os._exit(done.returncode)


def lacks_accounts():
    """Why software that changes between accounts cannot run here: the world of an ordinary user has only one."""
    if REASON:
        return REASON
    accounts = int(Path("/proc/self/uid_map").read_text().split()[2])
    return "" if accounts > 1 else "only root's world has more than one account"


class Daemon:
    """A foreground process of the world, stopped by stop(); its output is kept for failures."""

    def __init__(self, *command, **more):
        self.log = Path(tempfile.mkstemp(prefix="postern-daemon-")[1])
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **more)

    def text(self):
        return self.log.read_text(errors="replace")

    def alive(self):
        if self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}:\n{self.text()[-3000:]}")
        return True

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.unlink(missing_ok=True)


def write(path, text, mode=0o644):
    """A file of the world; never outside of it."""
    if MARK not in os.environ:
        raise AssertionError("outside of the private world")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)
    os.chmod(path, mode)


def add_account(name, number):
    """A system user and its group of the same name, if the machine has none."""
    for path, line in (("/etc/passwd", f"{name}:x:{number}:{number}::/:/bin/false\n"), ("/etc/group", f"{name}:x:{number}:\n")):
        text = Path(path).read_text(encoding="utf-8")
        if f"\n{name}:" not in text:
            write(path, text + line)


def run(*command, text=None, code=0, patience=60, environment=None):
    done = subprocess.run(command, input=text, stdin=None if text is not None else subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=patience, check=False, env=environment)
    if code is not None and done.returncode != code:
        raise AssertionError(f"{' '.join(command)}: exit {done.returncode}, not {code}\n{done.stdout}{done.stderr}")
    return done

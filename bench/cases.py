"""What bench/run measures: the cases of ldap_load with their options for each server, and the two argon2id cases."""
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from servers import Refused

TYPED_PASSWORD = "typed-password"
# Never seen users with an argon2id hash that a second may use up: about twice what one and two cores can hash.
TYPED_USERS_PER_SECOND = 100
MIXED_USERS_PER_SECOND = 200
RECENT_USERS = 100
OWN_ACCOUNTS = 32   # entries that a server may have beside the population


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    options: tuple[str, ...]
    floor: bool = False      # the canned-answer server can take part
    per_entry: bool = False
    goal: str = ""


CASES = (
    Case("uid", "uid search, kept", ("--case", "uid"), floor=True, goal=">= 3.5x rate"),
    Case("uid-rate", "uid search at 2000/s", ("--case", "uid", "--rate", "2000"), floor=True),
    Case("base", "base read, all user attributes", ("--case", "base"), goal=">= 3.5x rate"),
    Case("or2", "or(uid, mail)", ("--case", "or2"), goal=">= 5x rate"),
    Case("filter2", "and(person, or(uid, mail))", ("--case", "filter2")),
    Case("member", "groups of a member (2)", ("--case", "member"), goal=">= 4x rate"),
    Case("memberof", "memberOf=team (50 entries, 3 attributes)", ("--case", "memberof"), goal=">= 10x rate"),
    Case("dump", "dump, unpaged, per entry", ("--case", "dump", "--connections", "1"), per_entry=True),
    Case("dump-paged", "dump, 1000 a page, per entry", ("--case", "dump", "--connections", "1", "--page-size", "1000"),
         per_entry=True, goal=">= 10x less CPU"),
    Case("app", "bind, app password ({SSHA} in slapd)", ("--case", "bind"), floor=True, goal=">= 2.5x rate"),
    Case("recent", "bind, recently verified ({SSHA} in slapd)", ("--case", "bind", "--prime"), goal=">= 2.5x rate"),
    Case("pair", "search + bind of that user, kept", ("--case", "pair"), floor=True),
    Case("fresh", "connect + bind + search + bind + unbind", ("--case", "fresh"), floor=True, goal=">= 2.5x rate"),
)
APP_PASSWORD_CASES = ("app", "pair", "fresh")


def slow_users(case: str, seconds: float) -> int:
    """Users with an argon2id hash that one round needs, warm-up included."""
    return round({"typed": TYPED_USERS_PER_SECOND, "mixed": MIXED_USERS_PER_SECOND}[case] * (seconds + 2))


class Load:
    """Runs ldap_load pinned to the client's core and returns its report."""

    def __init__(self, binary: Path, base: str, users: int, seconds: float, cpu: str):
        self.binary = binary
        self.base = base
        self.users = users
        self.seconds = seconds
        self.cpu = cpu

    def start(self, server, options: list[str], account: bool = True) -> subprocess.Popen:
        line = ["taskset", "-c", self.cpu, str(self.binary), "--json", "--port", str(server.port), "--pid",
                str(server.pid), "--target", server.name, "--base", self.base]
        if account:
            line += server.account()
        line += ["--users", str(self.users), "--duration", str(self.seconds), "--warmup", "0.5", *options]
        return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    @staticmethod
    def finish(child: subprocess.Popen) -> dict:
        output, errors = child.communicate()
        if child.returncode not in (0, 1) or not output:
            raise Refused(f"ldap_load: {errors.strip()}")
        return json.loads(output)

    def run(self, server, options: list[str], account: bool = True) -> dict:
        return self.finish(self.start(server, options, account))


def run_case(load: Load, case: Case, server, app_users: int) -> dict:
    options = list(case.options)
    if "--rate" not in options:
        options.append("--spin")
    if server.name == "floor":
        options += ["--expect-dn", "*"]
    if case.per_entry:
        options += ["--entries", str(load.users), "--extra-entries", str(OWN_ACCOUNTS)]
    if case.name in APP_PASSWORD_CASES:
        options += ["--users", str(app_users)]
        if server.name == "postern":
            options += ["--credentials", str(server.credentials)]
    if case.name == "recent":
        # Beyond the users with app passwords, so that only typed passwords are in play.
        options += ["--first", str(app_users), "--users", str(RECENT_USERS)]
    return load.run(server, options)


def run_typed(load: Load, server, first: int, users: int) -> dict:
    """Every bind is of a user who has not been seen: one argon2id each."""
    return load.run(server, ["--case", "bind", "--connections", "8", "--once", "--first", str(first), "--users",
                             str(users), "--password", TYPED_PASSWORD, "--warmup", "0.2"], account=False)


def run_tls(tools: Path, server, seconds: float, cpu: str) -> dict:
    """Full handshakes, 16 at a time."""
    done = subprocess.run(["taskset", "-c", cpu, str(tools / "tls_load"), str(server.tls_port), str(server.pid), str(seconds),
                           "16"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        raise Refused(f"tls_load: {done.stderr.strip()}")
    return json.loads(done.stdout)


def run_mixed(load: Load, server, first: int, users: int) -> dict:
    """16 clients bind with argon2id in a loop while 200 searches a second are timed."""
    binder = load.start(server, ["--case", "bind", "--connections", "16", "--once", "--first", str(first), "--users",
                                 str(users), "--password", TYPED_PASSWORD, "--duration", str(load.seconds + 1.5)],
                        account=False)
    searcher = load.start(server, ["--case", "uid", "--rate", "200", "--connections", "4", "--warmup", "1"])
    for child in (binder, searcher):
        if os.geteuid() == 0:
            # The clients share their core with hashing threads; what is timed is the server, not their own wait.
            os.setpriority(os.PRIO_PROCESS, child.pid, -10)
    return {"search": load.finish(searcher), "bind": load.finish(binder)}

"""What every system test stands on: the real binary in a folder of its own, and the stock clients.

The binary is $POSTERN. Clients are Debian's ldap-utils, oathtool, openssl and slapd; one that is missing
fails the test with the name of its package. Nothing sleeps for luck: `eventually` polls with a deadline.
"""

import base64
import contextlib
import hashlib
import os
import re
import resource
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

BASE = "dc=ldap,dc=goauthentik,dc=io"
USERS = "ou=users," + BASE
GROUPS = "ou=groups," + BASE
VIRTUAL = "ou=virtual-groups," + BASE
LONG = os.environ.get("POSTERN_LONG") == "1"
PATIENCE = 30.0  # seconds that anything may take before it counts as hung

# One pass over 8 MiB: a real argon2id, but several times cheaper than the default.
CHEAP_HASH = "  argon2: {memory: 8MiB, passes: 1}\n"
# Wrong passwords are answered at once and never refuse, for tests that are not about the throttle.
CALM = "login:\n  throttle: off\n" + CHEAP_HASH

PACKAGES = {
    "ldapsearch": "ldap-utils", "ldapwhoami": "ldap-utils", "ldapcompare": "ldap-utils",
    "ldappasswd": "ldap-utils", "ldapmodify": "ldap-utils", "ldapadd": "ldap-utils", "ldapdelete": "ldap-utils",
    "oathtool": "oathtool", "openssl": "openssl", "slapd": "slapd", "slappasswd": "slapd",
    "radclient": "freeradius-utils", "eapol_test": "eapoltest",
}


def tool(name):
    """The path of a client program."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")
    if found is None:
        raise AssertionError(f"{name} is missing; install the package {PACKAGES[name]}")
    return found


def binary():
    path = os.environ.get("POSTERN", "")
    if not path or not os.access(path, os.X_OK):
        raise AssertionError(f"POSTERN={path!r} does not name the built binary")
    return os.path.abspath(path)


def eventually(check, what, patience=PATIENCE, pause=0.02):
    """Polls until `check()` is true and returns its value."""
    end = time.monotonic() + patience
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {patience} s: {what}")
        time.sleep(pause)


def escape_dn(value):
    """RFC 4514, section 2.4."""
    out = "".join("\\" + c if c in ',+"\\<>;=' else c for c in value)
    if out.startswith(("#", " ")):
        out = "\\" + out
    if out.endswith(" ") and not out.endswith("\\ "):
        out = out[:-1] + "\\ "
    return out


def user_dn(name, base=BASE):
    return f"cn={escape_dn(name)},ou=users,{base}"


def group_dn(name, base=BASE):
    return f"cn={escape_dn(name)},ou=groups,{base}"


def ssha(password, salt=None):
    salt = os.urandom(8) if salt is None else salt
    digest = hashlib.sha1(password.encode() + salt).digest()
    return "{SSHA}" + base64.b64encode(digest + salt).decode()


def ssha512(password):
    salt = os.urandom(8)
    digest = hashlib.sha512(password.encode() + salt).digest()
    return "{SSHA512}" + base64.b64encode(digest + salt).decode()


def pbkdf2_sha256(password, rounds=10000):
    """As slapd's pw-pbkdf2 writes it: base64 with '.' for '+', without padding."""
    def ab64(octets):
        return base64.b64encode(octets).decode().replace("+", ".").rstrip("=")
    salt = os.urandom(16)
    derived = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    return f"{{PBKDF2-SHA256}}{rounds}${ab64(salt)}${ab64(derived)}"


def oath(key_base32, seconds_from_now=0, digits=6, step=30):
    """The code that an authenticator shows, by oathtool."""
    when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + seconds_from_now))
    made = subprocess.run(
        [tool("oathtool"), "--totp", "-b", "-d", str(digits), "-s", str(step), "--now", when, "-"],
        input=key_base32 + "\n", capture_output=True, text=True, check=True)
    return made.stdout.strip()


class Entries(list):
    """What a search gave: a list of {"dn": ..., attribute in lower case: [values]} with its result code."""

    code = 0
    text = ""

    def names(self):
        return sorted(entry["dn"] for entry in self)

    def one(self):
        if len(self) != 1:
            raise AssertionError(f"expected one entry, got {self.names()} (code {self.code}): {self.text}")
        return self[0]


def parse_ldif(text):
    entries = Entries()
    entry = None
    for line in text.replace("\n ", "").splitlines():
        if not line:
            entry = None
            continue
        if line.startswith("#") or ":" not in line:
            continue
        name, _, rest = line.partition(":")
        value = rest[1:].lstrip(" ") if rest.startswith(":") else rest.lstrip(" ")
        if rest.startswith(":"):
            value = base64.b64decode(value).decode("utf-8", "surrogateescape")
        if name == "dn":
            entry = {"dn": value}
            entries.append(entry)
        elif entry is not None:
            entry.setdefault(name.lower(), []).append(value)
    return entries


class Postern:
    """One postern with a state folder and a configuration of its own, gone after close()."""

    def __init__(self, settings=CALM, listen=True, folder=None):
        self.folder = Path(folder or tempfile.mkdtemp(prefix="postern-test-"))
        self.state = self.folder / "state"
        self.config = self.folder / "postern.yaml"
        self.log = self.folder / "server.log"
        self.settings = settings
        self.listen = listen
        self.process = None
        self.ready = ""
        self.ldap = self.ldaps = ""
        self.secrets = []
        self.write_config(settings)

    def write_config(self, settings):
        text = f"state_dir: {self.state}\n"
        if self.listen:
            text += "listen:\n  ldap: 127.0.0.1:0\n  ldaps: 127.0.0.1:0\n"
        self.config.write_text(text + settings)

    @property
    def database(self):
        return self.state / "postern.db"

    @property
    def ca(self):
        return self.state / "tls" / "ca.pem"

    # ---- the server ----

    def start(self, patience=PATIENCE, arguments=(), environment=None, cwd=None):
        """Starts `serve` and waits for the ready line. Fails with the log when it does not come."""
        log = open(self.log, "ab")
        command = [binary()] + (["--config", str(self.config)] if self.config.exists() else [])
        self.process = subprocess.Popen(
            [*command, "serve", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=log, cwd=cwd or self.folder, env=environment)
        log.close()
        text = b""
        end = time.monotonic() + patience
        while b"\n" not in text:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise AssertionError(f"no ready line within {patience} s\n{self.log_tail()}")
            piece = os.read(self.process.stdout.fileno(), 4096)
            if not piece:
                code = self._gone(PATIENCE)
                raise AssertionError(f"the server ended with {code}\n{self.log_tail()}")
            text += piece
        self.ready = text.decode().splitlines()[0]
        found = dict(word.split("=", 1) for word in self.ready.split()[1:])
        self.ldap, self.ldaps = found.get("ldap", ""), found.get("ldaps", "")
        return self

    def stop(self, patience=PATIENCE):
        """SIGTERM; the exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return self._gone(patience)

    def kill(self):
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        return self._gone(PATIENCE)

    def _gone(self, patience):
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not end within {patience} s\n{self.log_tail()}") from None
        finally:
            self.process.stdout.close()
            self.process = None
        return code

    def reload(self, expect):
        """SIGHUP, then waits for a new log line that holds `expect`."""
        before = len(self.log_text())
        self.process.send_signal(signal.SIGHUP)
        eventually(lambda: expect in self.log_text()[before:], f"{expect!r} in the log after SIGHUP")

    def close(self):
        try:
            if self.process is not None:
                self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def log_tail(self, lines=60):
        return "\n".join(self.log_text().splitlines()[-lines:])

    def resident_kib(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.M).group(1))

    # ---- its commands ----

    def run(self, *arguments, text=None, code=0, patience=PATIENCE * 2, environment=None):
        """`postern --config F arguments...`; the exit code has to be `code` (None = any)."""
        done = subprocess.run([binary(), "--config", str(self.config), *map(str, arguments)], input=text,
                              stdin=None if text is not None else subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=patience, cwd=self.folder, env=environment)
        if code is not None and done.returncode != code:
            raise AssertionError(f"postern {' '.join(map(str, arguments))}: exit {done.returncode}, not {code}\n"
                                 f"{done.stdout}{done.stderr}\n{self.log_tail(20)}")
        return done

    def secret(self, text):
        """Notes a secret that neither log nor events may show; gives it back."""
        self.secrets.append(text)
        return text

    def add_user(self, name, password=None, *arguments):
        if password is None:
            self.run("user", "create", name, *arguments)
        else:
            self.run("user", "create", name, "--password-stdin", *arguments, text=password + "\n")
            self.secret(password)
        return user_dn(name)

    def add_totp(self, name, digits=6):
        """The base32 key out of the otpauth URI."""
        uri = self.run("device", "add-totp", "--user", name, "--digits", digits).stdout.strip()
        return self.secret(re.search(r"[?&]secret=([A-Z2-7]+)", uri).group(1))

    def app_password(self, name, identifier):
        made = self.run("token", "create", "--user", name, "--intent", "app_password",
                        "--identifier", identifier)
        return self.secret(made.stdout.strip())

    def search_account(self, name="searcher"):
        """(DN, password) of a new account that sees everything."""
        password = self.run("service-account", "create", name, "--search", "--quiet").stdout.strip()
        return user_dn(name), self.secret(password)

    def apply(self, text, *arguments, code=0, name="test.yaml"):
        path = self.folder / name
        path.write_text(text)
        return self.run("apply", path, *arguments, code=code)

    def query(self, statement, *values):
        """Rows of the database, read beside the server."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=PATIENCE)) as database:
            return database.execute(statement, values).fetchall()

    # ---- LDAP, by ldap-utils ----

    def client_environment(self, **more):
        # LDAPCONF keeps the machine's own settings out.
        return {"PATH": os.environ.get("PATH", "/usr/bin"), "HOME": str(self.folder), "LDAPCONF": "/dev/null",
                "LDAPTLS_CACERT": str(self.ca), "LDAPTLS_REQCERT": "hard", "LC_ALL": "C.UTF-8", **more}

    def url(self, tls=False):
        return f"ldaps://{self.ldaps}" if tls else f"ldap://{self.ldap}"

    def client(self, name, *arguments, url=None, environment=None, patience=PATIENCE):
        return subprocess.run([tool(name), "-x", "-H", url or self.url(), *arguments],
                              env=environment or self.client_environment(), capture_output=True, text=True,
                              timeout=patience)

    def bind(self, dn, password, *arguments, url=None, environment=None):
        """The result code of a bind by ldapwhoami."""
        credentials = ["-D", dn, "-w", password] if dn else []
        return self.client("ldapwhoami", *arguments, *credentials, url=url, environment=environment).returncode

    def search(self, bind=None, filter="(objectClass=*)", attributes=(), base=BASE, scope="sub", options=(),
               url=None, environment=None):
        credentials = ["-D", bind[0], "-w", bind[1]] if bind else []
        done = self.client("ldapsearch", "-LLL", "-o", "ldif-wrap=no", *options, *credentials, "-b", base, "-s",
                           scope, filter, *attributes, url=url, environment=environment)
        entries = parse_ldif(done.stdout)
        entries.code, entries.text = done.returncode, done.stdout + done.stderr
        return entries

    def address(self, tls=False):
        host, _, port = (self.ldaps if tls else self.ldap).rpartition(":")
        return host, int(port)

    def connect(self, tls=False, patience=PATIENCE):
        return socket.create_connection(self.address(tls), timeout=patience)


class PosternCase(unittest.TestCase):
    """A test with posterns of its own: closed whatever happens, their logs shown when it fails, and no
    secret of theirs in a log or an event."""

    def setUp(self):
        self._posterns = []

    def postern(self, settings=CALM, listen=True, start=False, folder=None):
        made = Postern(settings, listen, folder)
        self._posterns.append(made)
        return made.start() if start else made

    def tearDown(self):
        failed = not self._outcome.success
        problems = []
        for made in self._posterns:
            if failed:
                print(f"---- log of {made.folder}\n{made.log_tail()}")
            try:
                code = made.stop()
                if code != 0:
                    problems.append(f"the server ended with {code}\n{made.log_tail()}")
                problems += self.leaks_of(made)
            except AssertionError as error:
                problems.append(str(error))
            finally:
                made.close()
        if problems and not failed:
            self.fail("\n".join(problems))

    @staticmethod
    def leaks_of(made):
        """Where a noted secret shows up although it must not."""
        if not made.database.exists():
            return []
        places = {"the log": made.log_text()}
        with sqlite3.connect(made.database) as database:
            places["an event"] = "\n".join(map(repr, database.execute("select * from events")))
        return [f"a secret is in {where}: {secret}" for secret in made.secrets
                for where, text in places.items() if secret in text]


class SharedCase(unittest.TestCase):
    """Tests that only read share one server, made by `populate` of the class."""

    settings = CALM
    server = None

    @classmethod
    def setUpClass(cls):
        cls.server = Postern(cls.settings)
        try:
            cls.populate(cls.server)
        except BaseException:
            print(cls.server.log_tail())
            cls.server.close()
            raise

    @classmethod
    def populate(cls, server):
        server.start()

    @classmethod
    def tearDownClass(cls):
        server = cls.server
        try:
            code = server.stop()
            if code != 0:
                raise AssertionError(f"the server ended with {code}\n{server.log_tail()}")
            leaks = PosternCase.leaks_of(server)
            if leaks:
                raise AssertionError("\n".join(leaks))
        finally:
            server.close()


def more_files():
    """As many open files as this process may have, for tests with many connections."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

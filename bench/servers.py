"""The servers that bench/run compares: each prepares its data in a folder of its own, starts pinned, stops by pid."""
import os
import re
import select
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import population

HERE = Path(__file__).resolve().parent
ACCOUNT = "ldapbench"
ACCOUNT_PASSWORD = "bench-secret"
READY_SECONDS = 120


class Refused(Exception):
    """A server that cannot be prepared or started; the text says why."""


def command(arguments: list[str], **more) -> str:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        raise Refused(f"{' '.join(arguments[:6])}: exit {done.returncode}: {done.stderr.strip()[-400:]}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def resident_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Server:
    """A child that prints a `ready ... ldap=HOST:PORT` line. Facts about start and memory are kept for the report."""

    name = "server"
    account_password = ACCOUNT_PASSWORD

    def __init__(self, folder: Path, base: str):
        self.folder = folder / self.name
        self.base = base
        self.pid = 0
        self.port = self.tls_port = 0
        self.prepare_seconds = 0.0
        self.start_seconds: list[float] = []
        self.fresh_mib = 0.0
        self.child: subprocess.Popen | None = None

    def account(self) -> list[str]:
        return ["--bind-dn", f"cn={ACCOUNT},ou=users,{self.base}", "--bind-password", self.account_password]

    def prepare(self, ldif: Path) -> None:
        begun = time.monotonic()
        self.folder.mkdir(parents=True)
        self.load(ldif)
        self.prepare_seconds = time.monotonic() - begun

    def load(self, ldif: Path) -> None:
        """Brings the population in; nothing to do for a server without a directory."""

    def command_line(self) -> list[str]:
        raise NotImplementedError

    def start(self, cpus: str) -> None:
        begun = time.monotonic()
        with open(self.folder / "stderr.log", "ab") as errors:
            self.child = subprocess.Popen(["taskset", "-c", cpus, *self.command_line()], stdin=subprocess.DEVNULL,
                                          stdout=subprocess.PIPE, stderr=errors)
        self.pid = self.child.pid
        self.port = self.await_ready(begun)
        self.start_seconds.append(time.monotonic() - begun)
        self.fresh_mib = resident_mib(self.pid)

    def await_ready(self, begun: float) -> int:
        seen = b""
        output = self.child.stdout
        while True:
            left = begun + READY_SECONDS - time.monotonic()
            if left <= 0 or not select.select([output], [], [], left)[0]:
                self.stop()
                raise Refused(f"{self.name}: not ready after {READY_SECONDS} s")
            chunk = os.read(output.fileno(), 65536)
            if not chunk:
                self.stop()
                raise Refused(f"{self.name}: ended before it was ready, see {self.folder}/stderr.log")
            seen += chunk
            found = re.search(rb"^ready .*?\bldap=\S*:(\d+)\b.*\n", seen, re.MULTILINE)
            if found:
                secure = re.search(rb"\bldaps=\S*:(\d+)\b", seen)
                self.tls_port = int(secure.group(1)) if secure else 0
                threading.Thread(target=self.drain, args=(output,), daemon=True).start()
                return int(found.group(1))

    @staticmethod
    def drain(output) -> None:
        try:
            while os.read(output.fileno(), 65536):
                pass
        except (OSError, ValueError):
            pass

    def stop(self) -> None:
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(20)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child = None
        self.pid = 0


class Floor(Server):
    name = "floor"

    def __init__(self, folder: Path, base: str, binary: Path):
        super().__init__(folder, base)
        self.binary = binary

    def command_line(self) -> list[str]:
        return [str(self.binary)]


class TlsFloor(Server):
    """OpenSSL alone with the certificate of the others."""

    name = "openssl"

    def __init__(self, folder: Path, base: str, binary: Path, certificate: tuple[Path, Path]):
        super().__init__(folder, base)
        self.binary = binary
        self.certificate = certificate

    def command_line(self) -> list[str]:
        return [str(self.binary), *map(str, self.certificate)]


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """(certificate, key) with P-256, for localhost."""
    certificate, key = folder / "bench.pem", folder / "bench.key"
    command(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out",
             str(certificate)])
    return certificate, key


class Slapd(Server):
    name = "slapd"

    def __init__(self, folder: Path, base: str, certificate: tuple[Path, Path]):
        super().__init__(folder, base)
        self.certificate = certificate

    def load(self, ldif: Path) -> None:
        whole = self.folder / "population.ldif"
        shutil.copyfile(ldif, whole)
        with open(whole, "a", encoding="utf-8") as out:
            out.write(population.account(self.base, ACCOUNT, ACCOUNT_PASSWORD))
        command([str(HERE / "slapd.sh"), "load", str(self.folder / "slapd"), str(whole), self.base])
        configuration = self.folder / "slapd" / "slapd.conf"
        certificate, key = self.certificate
        text = configuration.read_text().replace("database mdb\n", f"TLSCertificateFile {certificate}\n"
                                                 f"TLSCertificateKeyFile {key}\ndatabase mdb\n", 1)
        configuration.write_text(text)

    def start(self, cpus: str) -> None:
        begun = time.monotonic()
        self.tls_port = free_port()
        line = command([str(HERE / "slapd.sh"), "start", str(self.folder / "slapd"), str(free_port()), cpus,
                        f"ldaps://127.0.0.1:{self.tls_port}"])
        self.start_seconds.append(time.monotonic() - begun)
        found = re.search(r"ldap=\S*:(\d+) pid=(\d+)", line)
        if not found:
            raise Refused(f"slapd: unexpected answer {line!r}")
        self.port, self.pid = int(found.group(1)), int(found.group(2))
        self.fresh_mib = resident_mib(self.pid)

    def stop(self) -> None:
        if self.pid:
            command([str(HERE / "slapd.sh"), "stop", str(self.folder / "slapd")])
        self.pid = 0


class Postern(Server):
    name = "postern"

    def __init__(self, folder: Path, base: str, binary: Path, app_users: int, certificate: tuple[Path, Path]):
        super().__init__(folder, base)
        self.binary = binary
        self.app_users = app_users
        self.certificate = certificate
        self.config = self.folder / "postern.yaml"
        self.credentials = self.folder / "app-passwords"

    def postern(self, *arguments: str) -> str:
        return command([str(self.binary), "--config", str(self.config), *arguments])

    def load(self, ldif: Path) -> None:
        self.config.write_text(f"state_dir: {self.folder}/state\nlisten:\n  ldap: 127.0.0.1:0\n  ldaps: 127.0.0.1:0\n"
                               f"tls:\n  certificate: {self.certificate[0]}\n  key: {self.certificate[1]}\n")
        self.postern("import", str(ldif))
        self.account_password = self.postern("service-account", "create", ACCOUNT, "--search", "--quiet").strip()

    def make_app_passwords(self) -> None:
        """One app password for each of the first users, made through the command while the server runs."""
        with open(self.credentials, "w", encoding="utf-8") as out:
            for number in range(self.app_users):
                user = f"user{number}"
                secret = self.postern("token", "create", "--user", user, "--intent", "app_password",
                                      "--identifier", f"bench-{user}").strip()
                out.write(f"{user}\t{secret}\n")

    def command_line(self) -> list[str]:
        return [str(self.binary), "--config", str(self.config), "serve"]

"""Debian's FreeRADIUS with its flat file of users, unpacked into a folder of its own: nothing is installed."""
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

PACKAGES = ("freeradius", "libfreeradius3", "freeradius-common", "libwbclient0", "libct4", "libtalloc2")


def unpack(folder: Path) -> Path:
    """The root of the unpacked packages."""
    root = folder / "root"
    if (root / "usr/sbin/freeradius").exists():
        return root
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", "-q", *PACKAGES], cwd=folder, check=True, capture_output=True)
    for archive in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", archive, root], check=True)
    return root


def configuration(folder: Path, root: Path, port: int, secret: str, clients: int) -> str:
    """One thread pool, pap, mschap with keys, files, EAP-TTLS with a P-256 certificate: nothing else is asked. Clients above the first are strangers."""
    others = "".join(f"client c{n} {{\n  ipaddr = 10.{n >> 16}.{n >> 8 & 255}.{n & 255}\n  secret = {secret}\n}}\n"
                     for n in range(1, clients))
    return f"""
prefix = {root}/usr
logdir = {folder}
raddbdir = {folder}
libdir = {root}/usr/lib/freeradius
run_dir = {folder}
pidfile = {folder}/pid
max_request_time = 30
cleanup_delay = 5
max_requests = 65536
hostname_lookups = no
log {{
  destination = files
  file = {folder}/radius.log
  auth = no
}}
security {{
  allow_core_dumps = no
  max_attributes = 200
  reject_delay = 0
  status_server = yes
}}
thread pool {{
  start_servers = 2
  max_servers = 8
  min_spare_servers = 1
  max_spare_servers = 8
  max_requests_per_server = 0
  auto_limit_acct = no
}}
client localhost {{
  ipaddr = 127.0.0.1
  secret = {secret}
  require_message_authenticator = yes
}}
{others}
modules {{
  eap {{
    default_eap_type = ttls
    timer_expire = 60
    max_sessions = 16384
    tls-config own {{
      private_key_file = {folder}/eap.key
      certificate_file = {folder}/eap.pem
      ca_file = {folder}/eap.pem
      tls_min_version = "1.2"
      tls_max_version = "1.2"
      ecdh_curve = "prime256v1"
      cache {{
        enable = no
      }}
    }}
    ttls {{
      tls = own
      default_eap_type = md5
      virtual_server = "inner"
    }}
  }}
  pap {{
    normalise = no
  }}
  mschap {{
    use_mppe = yes
  }}
  files {{
    usersfile = {folder}/users
  }}
}}
server default {{
  listen {{
    type = auth
    ipaddr = 127.0.0.1
    port = {port}
  }}
  authorize {{
    eap {{
      ok = return
    }}
    mschap
    files
    pap
  }}
  authenticate {{
    eap
    Auth-Type PAP {{
      pap
    }}
    Auth-Type MS-CHAP {{
      mschap
    }}
  }}
}}
server inner {{
  authorize {{
    files
    pap
  }}
  authenticate {{
    Auth-Type PAP {{
      pap
    }}
  }}
}}
"""


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class FreeRadius:
    name = "freeradius"

    def __init__(self, folder: Path, packages: Path, secret: str, accounts: list[tuple[str, str]], clients: int):
        self.folder = folder / self.name
        self.packages = packages
        self.secret = secret
        self.accounts = accounts
        self.clients = clients
        self.port = self.pid = 0
        self.child: subprocess.Popen | None = None

    def prepare(self) -> None:
        self.root = unpack(self.packages)
        self.folder.mkdir(parents=True)
        self.port = free_port()
        users = "".join(f'{name} Cleartext-Password := "{password}"\n' for name, password in self.accounts)
        (self.folder / "users").write_text(users)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=bench", "-keyout", self.folder / "eap.key", "-out", self.folder / "eap.pem"],
                       check=True, capture_output=True)
        (self.folder / "radiusd.conf").write_text(
            configuration(self.folder, self.root, self.port, self.secret, self.clients))

    def start(self, cpus: str, prefix: list[str]) -> None:
        libraries = f"{self.root}/usr/lib/x86_64-linux-gnu:{self.root}/usr/lib/freeradius"
        dictionaries = self.root / "usr/share/freeradius"
        if not dictionaries.exists():
            dictionaries = Path("/usr/share/freeradius")
        self.child = subprocess.Popen(
            ["taskset", "-c", cpus, *prefix, f"{self.root}/usr/sbin/freeradius", "-f", "-d", str(self.folder), "-n", "radiusd",
             "-D", str(dictionaries)], env={**os.environ, "LD_LIBRARY_PATH": libraries},
            stdout=open(self.folder / "out", "wb"), stderr=subprocess.STDOUT)
        self.pid = self.child.pid
        end = time.monotonic() + 20
        while "Ready to process requests" not in self.log():
            if self.child.poll() is not None or time.monotonic() > end:
                raise RuntimeError("FreeRADIUS does not start: " + self.log()[-800:])
            time.sleep(0.05)

    def log(self) -> str:
        return "".join(path.read_text(errors="replace") for path in (self.folder / "radius.log", self.folder / "out")
                       if path.exists())

    def stop(self) -> None:
        if self.child is not None:
            self.child.terminate()
            self.child.wait(20)
            self.child = None

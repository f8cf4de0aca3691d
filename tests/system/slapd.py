"""Debian's slapd in a folder of its own: loads an LDIF, serves it, exports it. Stopped and gone after close()."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from support import PATIENCE, eventually, tool

SUFFIX = "dc=example,dc=org"
ROOT_PASSWORD = "password-of-root"
MODULES = Path("/usr/lib/ldap")


class Slapd:
    """`more` stands in the configuration before the database (schema, modules), `more_of_database` behind it."""

    schemas = ("core", "cosine", "nis", "inetorgperson")

    def __init__(self, suffix=SUFFIX, more="", more_of_database="", access="users read"):
        self.suffix, self.access = suffix, access
        self.folder = Path(tempfile.mkdtemp(prefix="postern-slapd-"))
        (self.folder / "db").mkdir()
        self.configuration = self.folder / "slapd.conf"
        self.process = None
        self.port = 0
        # A copy: a confined /usr/sbin/slapd may not read temporary folders.
        self.program = self.folder / "slapd"
        shutil.copy(tool("slapd"), self.program)
        self.configure(more, more_of_database)

    def configure(self, more, more_of_database):
        schemas = "".join(f"include /etc/ldap/schema/{name}.schema\n" for name in self.schemas)
        modules = "".join(f"moduleload {name}\n" for name in ("back_mdb", "pw-sha2", "argon2", "pw-pbkdf2")
                          if (MODULES / f"{name}.so").exists())
        self.configuration.write_text(
            f"{schemas}modulepath {MODULES}\n{modules}pidfile {self.folder}/pid\nloglevel none\n{more}"
            f"database mdb\nsuffix {self.suffix}\nrootdn cn=root,{self.suffix}\nrootpw {ROOT_PASSWORD}\n"
            f"directory {self.folder}/db\nmaxsize 1073741824\n"
            f"access to attrs=userPassword by anonymous auth by * none\naccess to * by {self.access}\n{more_of_database}")

    @staticmethod
    def can(module):
        return (MODULES / f"{module}.so").exists()

    def _tool(self, role, *arguments):
        done = subprocess.run([str(self.program), f"-T{role}", "-f", str(self.configuration), *arguments],
                              capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise AssertionError(f"slap{role}: {done.stderr[-2000:]}")
        return done.stdout

    def configuration_problem(self):
        done = subprocess.run([str(self.program), "-Ttest", "-u", "-f", str(self.configuration)], capture_output=True, text=True,
                              timeout=60)
        return "" if done.returncode == 0 else done.stderr[-2000:]

    def load(self, ldif, *options):
        path = self.folder / "in.ldif"
        path.write_text(ldif)
        self._tool("add", "-q", *options, "-l", str(path))

    def export(self, path):
        """slapcat."""
        self._tool("cat", "-l", str(path))

    def start(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        # -d 0 keeps it in the foreground, so that it is ours to stop.
        self.process = subprocess.Popen([str(self.program), "-d", "0", "-h", self.url(), "-f", str(self.configuration)],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

        def answers():
            if self.process.poll() is not None:
                raise AssertionError("slapd ended: " + self.process.stderr.read().decode()[-2000:])
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0
        eventually(answers, "slapd to answer")

    def address(self):
        return "127.0.0.1", self.port

    def root(self):
        return "cn=root," + self.suffix, ROOT_PASSWORD

    def url(self):
        return f"ldap://127.0.0.1:{self.port}"

    def bind(self, dn, password):
        return subprocess.run([tool("ldapwhoami"), "-x", "-H", self.url(), "-D", dn, "-w", password],
                              env={"LDAPCONF": "/dev/null"}, capture_output=True, timeout=PATIENCE).returncode

    def search(self):
        """All that an authenticated user sees, as ldapsearch prints it."""
        return subprocess.run([tool("ldapsearch"), "-x", "-H", self.url(), "-D", "uid=u0000," + "ou=people," + SUFFIX, "-w",
                               "password-of-u0000", "-b", SUFFIX, "(objectClass=*)", "*", "+"],
                              env={"LDAPCONF": "/dev/null"}, capture_output=True, text=True, timeout=PATIENCE).stdout

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE)
            self.process.stderr.close()
            self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def hash_by_slappasswd(password, scheme, module):
    return subprocess.run([tool("slappasswd"), "-n", "-o", f"module-path={MODULES}", "-o", f"module-load={module}", "-h",
                           scheme, "-s", password], capture_output=True, text=True, check=True,
                          env={**os.environ, "LC_ALL": "C"}).stdout

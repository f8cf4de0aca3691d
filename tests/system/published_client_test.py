"""The published TypeScript client of the API, unchanged, in Node: users, groups, tokens, providers, applications,
bindings, policies, flows, stages, a login, sessions, devices, events, settings, rules, mappings, roles."""

import subprocess
import unittest
from pathlib import Path

from support import PATIENCE
from web import package
from web_test import WebCase


class PublishedClient(WebCase):
    def test_it_manages_postern_unchanged(self):
        made = self.site()
        token = made.secret(made.run("token", "create", "--user", "akadmin", "--intent", "api",
                                     "--identifier", "client").stdout.strip())
        password = made.secret("a capella 7 voices")
        done = subprocess.run(
            ["node", str(Path(__file__).parent / "published_client.cjs"), str(package() / "dist"),
             f"http://{made.web['http']}/api/v3", token, password],
            capture_output=True, text=True, timeout=PATIENCE * 4)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout.split()[::2], ["ok"] * 10, done.stdout)


if __name__ == "__main__":
    unittest.main()

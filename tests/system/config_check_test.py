"""`postern check`, and what a broken configuration says: file:line, what is wrong, what is allowed, exit 2."""

import os
import unittest

from support import CALM, PosternCase

# name, file, line of the error, words of the message
BROKEN = [
    ("unknown_key", "state_dir: s\nlisten:\n  ldpa: 127.0.0.1:0\n", 3, ["ldpa", "ldap"]),
    ("unknown_top_key", "state_dir: s\nlissten: {}\n", 2, ["lissten", "listen"]),
    ("duplicate_key", "log:\n  level: info\nlog:\n  level: debug\n", 3, ["log"]),
    ("wrong_type_map", "listen: 389\n", 1, ["listen"]),
    ("wrong_type_list", "state_dir: [a, b]\n", 1, ["state_dir"]),
    ("bad_port", "listen:\n  ldap: 127.0.0.1:99999\n", 2, ["99999"]),
    ("no_port", "listen:\n  ldap: localhost\n", 2, ["host:port"]),
    ("twice_the_same_endpoint", "listen:\n  ldap: [127.0.0.1:77, 127.0.0.1:77]\n", 2, ["twice"]),
    ("bad_boolean", "tls:\n  require_confidentiality: maybe\n", 2, ["true or false"]),
    ("bad_duration", "limits:\n  handshake: soon\n", 2, ["soon"]),
    ("duration_out_of_range", "limits:\n  handshake: 400d\n", 2, ["handshake"]),
    ("bad_size", "limits:\n  message_size: tiny\n", 2, ["tiny"]),
    ("bad_number", "threads:\n  loops: -3\n", 2, ["-3"]),
    ("bad_choice", "log:\n  level: loud\n", 2, ["loud", "trace", "error"]),
    ("bad_url", "base_url: ftp://x\n", 1, ["http://"]),
    ("postgresql_not_yet", "store:\n  url: postgresql://u:geheim@h/d\n", 2, ["PostgreSQL"]),
    ("certificate_without_key", "tls:\n  certificate: a.pem\n", 2, ["key"]),
    ("missing_secret_file", "bootstrap:\n  password: !File not-there\n", 2, ["not-there"]),
    ("missing_secret_variable", "bootstrap:\n  password: !Env POSTERN_TEST_UNSET\n", 2, ["POSTERN_TEST_UNSET"]),
    ("unknown_tag", "bootstrap:\n  password: !Vault a\n", 2, ["!Vault", "!File", "!Env"]),
    ("short_token", "bootstrap:\n  token: geheim\n", 2, ["20"]),
    ("no_yaml", "listen:\n  ldap: [1, 2\nlog: x\n", None, []),
    ("tab_indentation", "listen:\n\tldap: a:1\n", 2, []),
    ("broken_utf8", "state_dir: s\nlog:\n  level: \udcff\udcfe\n", None, []),
    ("argon2_too_cheap", "login:\n  argon2:\n    memory: 1KiB\n", 3, ["memory"]),
]


class Check(PosternCase):
    def test_good_file_is_0_and_nothing_is_made(self):
        server = self.postern()
        self.assertIn(str(server.config), server.run("check").stdout)
        self.assertFalse(server.state.exists())

    def test_the_annotated_example_is_good(self):
        server = self.postern()
        example = os.path.join(os.path.dirname(__file__), "..", "..", "config", "postern.yaml")
        with open(example, encoding="utf-8") as file:
            server.config.write_text(file.read())
        server.run("check")

    def test_all_errors_of_a_file_at_once(self):
        server = self.postern()
        server.config.write_text("log:\n  level: loud\nlisten:\n  ldap: nowhere\nwhat: 1\n")
        text = server.run("check", code=2).stderr
        for line in (2, 4, 5):
            self.assertIn(f"{server.config}:{line}: ", text)

    def test_missing_file_is_2(self):
        server = self.postern()
        server.config.unlink()
        done = server.run("check", code=2)
        self.assertIn(str(server.config), done.stderr)

    def test_certificate_that_is_none(self):
        server = self.postern(CALM + "tls:\n  certificate: a.pem\n  key: a.key\n")
        for name in ("a.pem", "a.key"):
            (server.folder / name).write_text("no certificate\n")
        self.assertIn("a.pem", server.run("check", code=2).stderr)

    def test_blueprint_with_an_unknown_model(self):
        server = self.postern(CALM + "blueprints: [prints]\n")
        folder = server.folder / "prints"
        folder.mkdir()
        (folder / "a.yaml").write_text("version: 1\nentries:\n  - model: authentik_core.usr\n"
                                       "    identifiers: {username: a}\n")
        text = server.run("check", code=2).stderr
        self.assertIn(f"{folder}/a.yaml:3", text)
        self.assertIn("authentik_core.usr", text)

    def test_blueprint_folder_that_is_not_there(self):
        server = self.postern(CALM + "blueprints: [nowhere]\n")
        self.assertIn("nowhere", server.run("check", code=2).stderr)

    def test_every_command_refuses_a_broken_configuration_with_2(self):
        server = self.postern()
        server.config.write_text("log: [\n")
        for command in (["serve"], ["check"], ["user", "list"], ["directory", "status"]):
            done = server.run(*command, code=2)
            self.assertIn(str(server.config), done.stderr)
            self.assertEqual(done.stdout, "")


def broken(name, text, line, words):
    def test(self):
        server = self.postern()
        server.config.write_bytes(text.encode("utf-8", "surrogateescape"))
        for command in ("check", "serve"):
            done = server.run(command, code=2)
            where = f"{server.config}:{line}: " if line else f"{server.config}:"
            self.assertIn(where, done.stderr)
            for word in words:
                self.assertIn(word, done.stderr)
            self.assertNotIn("geheim", done.stderr)
            self.assertEqual(done.stdout, "")
    test.__name__ = f"test_{name}_is_file_line_and_2"
    return test


for case in BROKEN:
    made = broken(*case)
    setattr(Check, made.__name__, made)
del made, case


if __name__ == "__main__":
    unittest.main()

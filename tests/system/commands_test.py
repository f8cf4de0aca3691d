"""The command line: help, usage, daily work on objects, exit codes 0 done, 1 refused, 2 usage."""

import json
import re
import unittest

from support import BASE, PosternCase, SharedCase, user_dn

COMMANDS = """serve; check; apply; import; changepassword; create_recovery_key
directory; directory rebuild; directory status
user; user create; user list; user show; user set; user delete; user unlock
group; group create; group list; group show; group set; group delete; group add; group remove
token; token create; token list; token show; token set; token delete
service-account; service-account create; service-account list; service-account show; service-account set; service-account delete
device; device add-totp; device add-static; device list; device show; device set; device delete"""


class Usage(SharedCase):
    @classmethod
    def populate(cls, server):
        pass  # nothing here needs a server

    def test_0_check_help_and_wrong_usage_make_no_state(self):
        for words in (["check"], ["--help"], ["user", "list", "--help"], ["--version"], ["user", "list", "--nonsense"]):
            self.server.run(*words, code=None)
        self.assertFalse(self.server.state.exists())

    def test_help_of_every_command_is_0(self):
        self.assertIn("serve", self.server.run("--help").stdout)
        for command in re.split(r"[;\n]\s*", COMMANDS):
            with self.subTest(command=command):
                done = self.server.run(*command.split(), "--help")
                self.assertIn(command.split()[-1], done.stdout)
                self.assertEqual(done.stderr, "")

    def test_version(self):
        self.assertRegex(self.server.run("--version").stdout, r"^postern \d+\.\d+\.\d+\n$")

    def test_wrong_usage_is_2_with_a_word_why(self):
        for words in ([], ["nonsense"], ["user"], ["user", "nonsense"], ["user", "create"], ["user", "create", "a", "--x"],
                      ["user", "list", "--limit", "0"], ["apply"], ["import"], ["token", "create", "--user", "a"],
                      ["create_recovery_key", "ten", "akadmin"], ["create_recovery_key", "0", "akadmin"],
                      ["device", "add-static", "--user", "a", "--count", "0"], ["changepassword"], ["serve", "extra"],
                      ["user", "set", "akadmin"], ["directory"]):
            with self.subTest(words=words):
                done = self.server.run(*words, code=2)
                self.assertTrue(done.stderr)
                self.assertEqual(done.stdout, "")

    def test_a_word_that_is_no_command_is_named_with_what_is_near(self):
        self.assertIn('there is no command "explian", did you mean `explain`?', self.server.run("explian", code=2).stderr)
        self.assertIn('there is no command "creat", did you mean `create`?', self.server.run("user", "creat", code=2).stderr)
        self.assertIn('there is no command "status"', self.server.run("status", code=2).stderr)
        self.assertIn("explain", self.server.run("status", code=2).stderr)

    def test_assignment_that_is_none_is_2(self):
        for words in ("nothing=1", "username", "attributes={", "is_active=perhaps", "password=geheim-geheim"):
            done = self.server.run("user", "create", "never", words, code=None)
            self.assertIn(done.returncode, (1, 2), words)
            self.assertNotIn("geheim", done.stderr)
        self.server.run("user", "show", "never", code=1)


class WithServer(PosternCase):
    def setUp(self):
        super().setUp()
        self.server = self.postern(start=True)


class WithoutServer(PosternCase):
    def setUp(self):
        super().setUp()
        self.server = self.postern()


class Objects:
    """The same with a running server and without."""

    def test_users(self):
        run = self.server.run
        run("user", "create", "anna", "--name", "Anna S.", "--email", "a@example.org", 'attributes={"x": [1, 2]}')
        run("user", "create", "anna", code=1)
        run("user", "create", "ANNA", code=1)
        run("user", "create", "bert", "--inactive", "--type", "external")
        run("user", "create", "carl", "--type", "nonsense", code=1)
        self.assertIn("Anna S.", run("user", "list").stdout)
        shown = json.loads(run("user", "show", "anna", "--json").stdout)
        self.assertEqual((shown["username"], shown["email"], shown["attributes"]), ("anna", "a@example.org", {"x": [1, 2]}))
        self.assertNotIn("password_hash", shown)
        listed = json.loads(run("user", "list", "--json", "--search", "bert").stdout)
        self.assertEqual([(u["username"], u["is_active"], u["type"]) for u in listed], [("bert", False, "external")])
        run("user", "set", "anna", "email=new@example.org", "is_active=false")
        shown = json.loads(run("user", "show", str(shown["pk"]), "--json").stdout)
        self.assertEqual((shown["email"], shown["is_active"]), ("new@example.org", False))
        run("user", "delete", "anna")
        for command in (["show", "anna"], ["delete", "anna"], ["set", "anna", "name=x"]):
            done = run("user", *command, code=1)
            self.assertIn("anna", done.stderr)

    def test_list_in_pages(self):
        for number in range(5):
            self.server.run("user", "create", f"page{number}")
        seen = []
        for offset in (0, 2, 4):
            rows = json.loads(self.server.run("user", "list", "--json", "--search", "page", "--limit", 2, "--offset",
                                              offset).stdout)
            seen += [row["username"] for row in rows]
        self.assertEqual(sorted(seen), [f"page{n}" for n in range(5)])

    def test_groups(self):
        run = self.server.run
        for name in ("anna", "bert"):
            run("user", "create", name)
        run("group", "create", "staff", "--member", "anna")
        run("group", "create", "leads", "--parent", "staff", "--superuser")
        run("group", "create", "staff", code=1)
        run("group", "create", "x", "--parent", "nobody", code=1)
        run("group", "add", "staff", "bert", "anna")
        self.assertEqual(len(json.loads(run("group", "show", "staff", "--json").stdout)["users"]), 2)
        run("group", "remove", "staff", "anna")
        self.assertEqual(len(json.loads(run("group", "show", "staff", "--json").stdout)["users"]), 1)
        run("group", "add", "staff", "nobody", code=1)
        run("group", "set", "staff", "name=crew")
        self.assertIn("crew", run("group", "list").stdout)
        run("group", "delete", "crew")
        self.assertIn("leads", run("group", "list").stdout)

    def test_repeated_options_take_one_name_each(self):
        run = self.server.run
        for name in ("a", "b"):
            run("group", "create", name)
        run("user", "create", "--group", "a", "--group", "b", "anna", "name=Anna")
        shown = json.loads(run("user", "show", "anna", "--json").stdout)
        self.assertEqual((shown["name"], len(shown["groups"])), ("Anna", 2))
        run("group", "create", "c", "--member", "anna", 'attributes={"x": "y"}')
        self.assertEqual(json.loads(run("group", "show", "c", "--json").stdout)["attributes"], {"x": "y"})

    def test_group_cycle_is_refused_or_harmless(self):
        run = self.server.run
        for name in ("a", "b", "c"):
            run("group", "create", name)
        pk = {name: json.loads(run("group", "show", name, "--json").stdout)["pk"] for name in "abc"}
        run("group", "set", "a", f'parents=["{pk["b"]}"]')
        run("group", "set", "b", f'parents=["{pk["c"]}"]')
        run("group", "set", "c", f'parents=["{pk["a"]}"]', code=None)
        run("group", "set", "a", f'parents=["{pk["a"]}"]', code=None)
        run("user", "create", "anna")
        run("group", "add", "a", "anna")
        self.assertIn("anna", run("user", "list").stdout)

    def test_tokens(self):
        run = self.server.run
        run("user", "create", "anna")
        made = run("token", "create", "--user", "anna", "--intent", "app_password", "--identifier", "mail")
        self.assertRegex(made.stdout, r"^\S{20,}\n$")
        secret = self.server.secret(made.stdout.strip())
        run("token", "create", "--user", "anna", "--identifier", "mail", code=1)
        run("token", "create", "--user", "nobody", "--identifier", "x", code=1)
        run("token", "create", "--user", "anna", "--identifier", "x", "--intent", "nonsense", code=1)
        for text in (run("token", "list").stdout, run("token", "list", "--json").stdout,
                     run("token", "show", "mail").stdout):
            self.assertIn("mail", text)
            self.assertNotIn(secret, text)
        run("token", "set", "mail", "description=For the mail client")
        self.assertIn("For the mail client", run("token", "show", "mail").stdout)
        run("token", "delete", "mail")
        run("token", "show", "mail", code=1)
        self.assertNotIn(secret.encode(), self.server.database.read_bytes())

    def test_service_accounts(self):
        run = self.server.run
        text = run("service-account", "create", "app", "--search").stdout
        self.assertIn(f"cn=app,ou=users,{BASE}", text)
        self.assertIn("ldapsearch", text)
        self.server.secret(re.search(r"app password.*: (\S+)", text).group(1))
        quiet = run("service-account", "create", "other", "--quiet").stdout
        self.assertRegex(quiet, r"^\S{20,}\n$")
        self.server.secret(quiet.strip())
        run("service-account", "create", "app", code=1)
        names = [a["username"] for a in json.loads(run("service-account", "list", "--json").stdout)]
        self.assertEqual(sorted(names), ["app", "ldap-search", "other"])
        run("service-account", "set", "other", "name=Other")
        run("service-account", "delete", "other")
        run("service-account", "show", "other", code=1)

    def test_service_account_commands_leave_people_alone(self):
        self.server.run("user", "create", "anna")
        self.server.run("service-account", "delete", "anna", code=1)
        self.server.run("user", "show", "anna")

    def test_devices(self):
        run = self.server.run
        run("user", "create", "tina")
        uri = run("device", "add-totp", "--user", "tina", "--name", "Phone").stdout
        self.assertRegex(uri, r"^otpauth://totp/\S*tina\S*\?\S*secret=[A-Z2-7]{32,}\S*\n$")
        key = self.server.secret(re.search(r"secret=([A-Z2-7]+)", uri).group(1))
        codes = run("device", "add-static", "--user", "tina").stdout.split()
        self.server.secrets += codes
        self.assertEqual(len(set(codes)), 6)
        run("device", "add-totp", "--user", "nobody", code=1)
        run("device", "add-totp", "--user", "tina", "--digits", "7", "--name", "x", code=1)
        listed = json.loads(run("device", "list", "--user", "tina", "--json").stdout)
        self.assertEqual(len(listed), 2)
        shown = run("device", "show", listed[0]["pk"]).stdout + run("device", "list", "--user", "tina").stdout
        for secret in [key, *codes]:
            self.assertNotIn(secret, shown)
        run("device", "set", listed[0]["pk"], "name=Old phone")
        self.assertIn("Old phone", run("device", "list", "--user", "tina").stdout)
        for device in listed:
            run("device", "delete", device["pk"])
        self.assertEqual(json.loads(run("device", "list", "--user", "tina", "--json").stdout), [])
        run("device", "show", listed[0]["pk"], code=1)
        run("device", "delete", "nonsense", code=1)

    def test_create_recovery_key_prints_the_link_and_keeps_only_a_hash(self):
        done = self.server.run("create_recovery_key", "10", "akadmin")
        match = re.fullmatch(r"http://localhost:9000/recovery/use-token/(\S+)/\n", done.stdout)
        self.assertTrue(match, done.stdout)
        key = self.server.secret(match.group(1))
        self.assertGreaterEqual(len(key), 20)
        for path in self.server.state.rglob("*"):
            if path.is_file():
                self.assertNotIn(key.encode(), path.read_bytes(), path)
        token, = [t for t in json.loads(self.server.run("token", "list", "--json").stdout) if t["intent"] == "recovery"]
        self.assertRegex(str(token["expires"]), r"^20\d\d-")
        self.server.run("create_recovery_key", "10", "nobody", code=1)

    def test_changepassword(self):
        self.server.run("changepassword", "akadmin", "--password-stdin", text="pw-of-akadmin\n")
        self.server.secret("pw-of-akadmin")
        self.server.run("changepassword", "nobody", "--password-stdin", text="x\n", code=1)
        stored, = self.server.query("select password_hash from users where username = 'akadmin'")[0]
        self.assertTrue(stored.startswith("$argon2id$"), stored)

    def test_directory_commands(self):
        self.server.run("user", "create", "anna")
        self.assertRegex(self.server.run("directory", "rebuild").stdout, r"rebuilt: \d+ entries")
        status = self.server.run("directory", "status").stdout
        self.assertRegex(status, r"entries +\d+")
        self.assertRegex(status, r"lag +0\n")

    def test_hostile_names(self):
        for name in ("a\nb", "a\tb", "\x01", "", " ", "x" * 5000):
            done = self.server.run("user", "create", name, code=None)
            self.assertIn(done.returncode, (1, 2), repr(name[:10]))
            self.assertTrue(done.stderr)
        for name in ("'; drop table users; --", "a%s%n", "../../etc", "<b>", "*", "(uid=*)", "a=b,c", "日本"):
            self.server.run("user", "create", name)
            self.assertEqual(json.loads(self.server.run("user", "show", name, "--json").stdout)["username"], name)


class ObjectsBesideAServer(Objects, WithServer):
    pass


class ObjectsWithoutAServer(Objects, WithoutServer):
    pass


class Console(PosternCase):
    def test_prompt_without_a_terminal_names_the_option(self):
        import os
        import subprocess

        from support import binary
        server = self.postern(start=True)
        done = subprocess.run([binary(), "--config", str(server.config), "changepassword", "akadmin"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
                              start_new_session=True, env=os.environ)
        self.assertEqual(done.returncode, 1)
        self.assertIn("--password-stdin", done.stderr)

    def test_prompt_asks_twice_and_does_not_echo(self):
        import os
        import pty
        import select
        import time

        from support import binary
        server = self.postern(start=True)
        child, terminal = pty.fork()
        if child == 0:
            os.execv(binary(), [binary(), "--config", str(server.config), "changepassword", "akadmin"])
        shown, asked, end = b"", 0, time.monotonic() + 30
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                break
            shown += piece
            if shown.count(b": ") > asked and asked < 2:
                asked += 1
                os.write(terminal, b"typed-by-hand\n")
        os.close(terminal)  # whoever still waits for words gets none
        _, status = os.waitpid(child, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0, shown)
        self.assertNotIn(b"typed-by-hand", shown)
        self.assertEqual(server.bind(user_dn("akadmin"), server.secret("typed-by-hand")), 0)

    def test_dead_socket_of_a_killed_server_does_not_stop_commands(self):
        server = self.postern(start=True)
        server.kill()
        server.run("user", "create", "anna")
        server.run("user", "show", "anna")


if __name__ == "__main__":
    unittest.main()

"""From an empty folder to a serving postern, its second start, its end, and the lock on its state."""

import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import unittest

from support import (BASE, CALM, GROUPS, USERS, PosternCase, binary, eventually, group_dn, user_dn)


class FirstStart(PosternCase):
    def test_ready_line_names_the_real_ports(self):
        server = self.postern(start=True)
        self.assertRegex(server.ready, r"^ready ldap=127\.0\.0\.1:[1-9]\d* ldaps=127\.0\.0\.1:[1-9]\d*$")
        for tls in (False, True):
            server.connect(tls).close()

    def test_without_a_configuration_file_state_and_default_ports(self):
        for port in (3389, 6636):
            def is_free(port=port):
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    return probe.connect_ex(("127.0.0.1", port)) != 0
            eventually(is_free, f"port {port}, which another program listens at, to become free")
        server = self.postern(listen=False)
        server.config.unlink()
        environment = {k: v for k, v in os.environ.items() if k != "POSTERN_CONFIG"}
        server.start(environment=environment)
        self.assertEqual(server.ready, "ready ldap=*:3389 ldaps=*:6636 http=*:9000 https=*:9443")
        self.assertTrue((server.folder / "state" / "postern.db").exists())
        self.assertEqual(server.bind("", "", url="ldap://127.0.0.1:3389"), 0)

    def test_port_taken_is_a_sentence_and_exit_1(self):
        server = self.postern(start=True)
        other = self.postern(listen=False, settings=f"listen: {{ldap: '{server.ldap}'}}\n" + CALM)
        done = other.run("serve", code=1)
        self.assertIn(server.ldap, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_built_in_objects(self):
        server = self.postern(start=True)
        self.assertIn("authentik Default Admin", server.run("user", "show", "akadmin").stdout)
        group = server.run("group", "show", "authentik Admins", "--json").stdout
        self.assertRegex(group, r'"is_superuser":\s*true')
        self.assertIn("service_account", server.run("service-account", "show", "ldap-search").stdout)
        self.assertEqual(server.query("select count(*) from applications where slug = 'ldap'"), [(1,)])
        secret = server.secret(server.app_password("ldap-search", "seen"))
        seen = server.search((user_dn("ldap-search"), secret))
        self.assertEqual(seen.code, 0)
        for dn in (BASE, USERS, GROUPS, user_dn("akadmin"), user_dn("ldap-search"), group_dn("authentik Admins")):
            self.assertIn(dn.lower(), [name.lower() for name in seen.names()])

    def test_fresh_akadmin_has_no_usable_password(self):
        server = self.postern(start=True)
        for guess in ("akadmin", "authentik", "admin", " "):
            self.assertEqual(server.bind(user_dn("akadmin"), guess), 49)

    def test_bootstrap_counts_at_the_first_start_only(self):
        def settings(password):
            return (CALM + f"bootstrap:\n  password: {password}\n  token: bootstrap-token-0123456789\n"
                    "  email: root@example.org\n")
        server = self.postern(settings("first-Pass"), start=True)
        server.secrets += ["first-Pass", "second-Pass", "bootstrap-token-0123456789"]
        self.assertEqual(server.bind(user_dn("akadmin"), "first-Pass"), 0)
        self.assertIn("root@example.org", server.run("user", "show", "akadmin").stdout)
        tokens = server.run("token", "list").stdout
        self.assertIn("authentik-bootstrap-token", tokens)
        self.assertNotIn("bootstrap-token-0123456789", tokens)
        self.assertEqual(server.stop(), 0)
        server.write_config(settings("second-Pass"))
        server.start()
        self.assertEqual(server.bind(user_dn("akadmin"), "second-Pass"), 49)
        self.assertEqual(server.bind(user_dn("akadmin"), "first-Pass"), 0)

    def test_bootstrap_secrets_from_file_and_environment(self):
        server = self.postern(CALM + "bootstrap:\n  password: !File secret.txt\n  token: !Env TEST_BOOTSTRAP\n")
        (server.folder / "secret.txt").write_text("  from-a-file\n")
        server.start(environment={**os.environ, "TEST_BOOTSTRAP": server.secret("e" * 24)})
        self.assertEqual(server.bind(user_dn("akadmin"), server.secret("from-a-file")), 0)

    def test_state_is_closed_to_others(self):
        server = self.postern(start=True)
        self.assertEqual(stat.S_IMODE(server.state.stat().st_mode), 0o700)
        for name in ("sealing.key", "admin.sock"):
            self.assertEqual(stat.S_IMODE((server.state / name).stat().st_mode) & 0o077, 0, name)
        for path in (server.state / "directory").iterdir():
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path.name)
        keys = [p for p in (server.state / "tls").iterdir() if "key" in p.name]
        self.assertTrue(keys)
        for path in keys:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path.name)


class LaterStart(PosternCase):
    def test_second_start_keeps_everything(self):
        server = self.postern(start=True)
        dn = server.add_user("kept", "kept-password")
        before = server.query("select uuid, uid_number from users where username = 'kept'")
        authority = server.ca.read_bytes()
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertEqual(server.bind(dn, "kept-password"), 0)
        self.assertEqual(server.query("select uuid, uid_number from users where username = 'kept'"), before)
        self.assertEqual(server.ca.read_bytes(), authority)

    def test_second_start_does_not_rebuild_the_directory(self):
        server = self.postern(start=True)
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertRegex(server.run("directory", "status").stdout, r"rebuilds +0\n")

    def test_built_in_objects_stay_as_the_administrator_left_them(self):
        server = self.postern(start=True)
        server.run("user", "set", "akadmin", "name=Root")
        server.run("user", "delete", "ldap-search")
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertIn("Root", server.run("user", "show", "akadmin").stdout)

    def test_two_servers_on_one_state_folder_are_refused(self):
        server = self.postern(start=True)
        done = server.run("serve", code=1)
        self.assertIn(str(server.state), done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(server.bind("", ""), 0)

    def test_sigterm_ends_with_0_and_removes_the_socket(self):
        server = self.postern(start=True)
        with server.connect(), server.connect(tls=True):
            self.assertEqual(server.stop(), 0)
        self.assertFalse((server.state / "admin.sock").exists())

    def test_sigint_ends_like_sigterm(self):
        server = self.postern(start=True)
        server.process.send_signal(signal.SIGINT)
        self.assertEqual(server.process.wait(20), 0)
        server.process.stdout.close()
        server.process = None

    def test_the_kernel_drops_the_lock_of_a_killed_server(self):
        server = self.postern(start=True)
        server.kill()
        server.start()
        self.assertEqual(server.bind("", ""), 0)

    def test_sealing_key_lost_is_refused_not_replaced(self):
        server = self.postern(start=True)
        server.add_user("tina", "tina-password")
        server.add_totp("tina")
        self.assertEqual(server.stop(), 0)
        (server.state / "sealing.key").unlink()
        done = server.run("serve", code=1)
        self.assertIn("sealing", done.stderr)
        self.assertFalse((server.state / "sealing.key").exists())

    def test_newer_schema_is_refused_with_a_sentence(self):
        server = self.postern(start=True)
        self.assertEqual(server.stop(), 0)
        with sqlite3.connect(server.database) as database:
            changed = database.execute("update meta set value = '9999' where key = 'schema_version'").rowcount
        self.assertEqual(changed, 1)
        done = server.run("serve", code=1)
        self.assertIn("newer", done.stderr)


class BesideTheServer(PosternCase):
    def test_change_is_visible_at_once_while_the_server_runs(self):
        server = self.postern(start=True)
        account = server.search_account()
        for number in range(10):
            server.run("user", "create", f"new{number}")
            self.assertEqual(len(server.search(account, f"(uid=new{number})")), 1)
            server.run("user", "set", f"new{number}", f"username=renamed{number}")
            self.assertEqual(len(server.search(account, f"(uid=new{number})")), 0)
            self.assertEqual(server.search(account, f"(uid=renamed{number})").one()["dn"],
                             user_dn(f"renamed{number}"))

    def test_change_made_while_the_server_is_down_is_there_after_start(self):
        server = self.postern(start=True)
        account = server.search_account()
        self.assertEqual(server.stop(), 0)
        server.run("user", "create", "offline")
        server.run("user", "set", "offline", "username=absent")
        server.run("changepassword", "absent", "--password-stdin", text="made-while-down\n")
        server.start()
        self.assertEqual(server.search(account, "(uid=absent)").one()["dn"], user_dn("absent"))
        self.assertEqual(server.bind(user_dn("absent"), server.secret("made-while-down")), 0)

    def test_commands_work_before_the_first_start(self):
        server = self.postern()
        server.run("changepassword", "akadmin", "--password-stdin", text="set-before-start\n")
        server.start()
        self.assertEqual(server.bind(user_dn("akadmin"), server.secret("set-before-start")), 0)

    def test_second_command_beside_an_unserved_state_waits_its_turn_or_is_refused(self):
        server = self.postern()
        server.run("user", "create", "first")
        many = [subprocess.Popen([binary(), "--config", str(server.config), "user", "create", f"p{i}"],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for i in range(4)]
        codes = [(process.communicate(timeout=30), process.returncode)[1] for process in many]
        listed = server.run("user", "list", "--search", "p").stdout
        for number, code in enumerate(codes):
            self.assertIn(code, (0, 1))
            self.assertEqual(code == 0, re.search(rf"\bp{number}\b", listed) is not None)
        self.assertIn(0, codes)


if __name__ == "__main__":
    unittest.main()

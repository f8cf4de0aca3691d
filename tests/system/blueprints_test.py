"""Administration by files: `postern apply`, blueprint folders, idempotence, dry runs, errors with file:line."""

import base64
import os
import unittest

from support import CALM, PosternCase, oath, user_dn

KEY = "3132333435363738393031323334353637383930"  # RFC 6238's
TOKEN = "a-key-made-by-hand-0123456789"
PEOPLE = f"""version: 1
metadata: {{name: people}}
context: {{company: Example}}
entries:
  - model: authentik_core.group
    id: staff
    identifiers: {{name: staff}}
    attrs: {{attributes: {{company: !Context company}}}}
  - model: authentik_core.user
    id: anna
    identifiers: {{username: anna}}
    attrs:
      name: !Format [Anna of %s, !Context company]
      email: anna@example.org
      password: pw-of-anna
      groups: [!KeyOf staff]
  - model: authentik_core.token
    identifiers: {{identifier: anna-mail}}
    attrs: {{user: !KeyOf anna, intent: app_password, key: {TOKEN}}}
  - model: authentik_core.user
    id: tina
    identifiers: {{username: tina}}
    attrs: {{password: pw-of-tina, groups: [!Find [authentik_core.group, [name, staff]]]}}
  - model: authentik_stages_authenticator_totp.totpdevice
    identifiers: {{user: !KeyOf tina, name: phone}}
    attrs: {{key: "{KEY}", digits: 8}}
  - model: authentik_core.user
    id: stan
    identifiers: {{username: stan}}
    attrs: {{password: pw-of-stan}}
  - model: authentik_stages_authenticator_static.staticdevice
    id: codes
    identifiers: {{user: !KeyOf stan, name: codes}}
  - model: authentik_stages_authenticator_static.statictoken
    identifiers: {{device: !KeyOf codes, token: "11112222"}}
  - model: authentik_core.user
    identifiers: {{username: reader}}
    attrs:
      type: service_account
      password: pw-of-reader
      permissions: [authentik_providers_ldap.search_full_directory]
"""
SECRETS = ["pw-of-anna", "pw-of-tina", "pw-of-stan", "pw-of-reader", TOKEN, KEY]


def user(name, state="present", more="attrs: {name: X}"):
    return f"version: 1\nentries:\n  - model: authentik_core.user\n    state: {state}\n" \
           f"    identifiers: {{username: {name}}}\n    {more}\n"


class Apply(PosternCase):
    def server_with_people(self):
        server = self.postern(start=True)
        server.secrets += SECRETS
        report = server.apply(PEOPLE).stdout
        self.assertRegex(report, r"9 created, 0 updated, 0 unchanged, 0 deleted")
        for secret in SECRETS:
            self.assertNotIn(secret, report)
        return server

    def test_provisioned_people_bind(self):
        server = self.server_with_people()
        key = base64.b32encode(bytes.fromhex(KEY)).decode()
        self.assertEqual(server.bind(user_dn("anna"), "pw-of-anna"), 0)
        self.assertEqual(server.bind(user_dn("anna"), TOKEN), 0)
        self.assertEqual(server.bind(user_dn("tina"), "pw-of-tina"), 49)
        self.assertEqual(server.bind(user_dn("tina"), "pw-of-tina;" + oath(key, digits=8)), 0)
        self.assertEqual(server.bind(user_dn("stan"), "pw-of-stan;11112222"), 0)
        self.assertEqual(server.bind(user_dn("stan"), "pw-of-stan;11112222"), 49)
        found = server.search((user_dn("reader"), "pw-of-reader"), "(uid=anna)").one()
        self.assertEqual(found["displayname"], ["Anna of Example"])
        self.assertEqual(found["memberof"], ["cn=staff,ou=groups,dc=ldap,dc=goauthentik,dc=io"])

    def test_second_run_changes_nothing(self):
        server = self.server_with_people()
        def last():
            return (server.query("select max(seq) from changes"), server.query("select pk, generation from users"))
        before = last()
        self.assertRegex(server.apply(PEOPLE).stdout, r"0 created, 0 updated, 9 unchanged, 0 deleted")
        self.assertEqual(last(), before)

    def test_used_static_code_stays_used_when_applied_again(self):
        server = self.server_with_people()
        self.assertEqual(server.bind(user_dn("stan"), "pw-of-stan;11112222"), 0)
        server.apply(PEOPLE)
        self.assertEqual(server.bind(user_dn("stan"), "pw-of-stan;11112222"), 49)

    def test_used_totp_step_stays_used_when_applied_again(self):
        server = self.server_with_people()
        login = "pw-of-tina;" + oath(base64.b32encode(bytes.fromhex(KEY)).decode(), digits=8)
        self.assertEqual(server.bind(user_dn("tina"), login), 0)
        server.apply(PEOPLE)
        self.assertEqual(server.bind(user_dn("tina"), login), 49)

    def test_changed_file_changes_what_differs(self):
        server = self.server_with_people()
        report = server.apply(PEOPLE.replace("pw-of-anna", server.secret("new-of-anna"))
                              .replace("anna@example.org", "anna@new.org")).stdout
        self.assertRegex(report, r"0 created, 1 updated, 8 unchanged")
        self.assertIn("anna@example.org", report)
        self.assertIn("anna@new.org", report)
        self.assertNotIn("new-of-anna", report)
        self.assertEqual(server.bind(user_dn("anna"), "pw-of-anna"), 49)
        self.assertEqual(server.bind(user_dn("anna"), "new-of-anna"), 0)

    def test_dry_run_tells_and_leaves_no_trace(self):
        server = self.postern(start=True)
        before = list(server.query("select max(seq) from changes"))
        report = server.apply(PEOPLE, "--dry-run").stdout
        self.assertIn("created authentik_core.user username=anna", report)
        for secret in SECRETS:
            self.assertNotIn(secret, report)
        self.assertEqual(server.query("select max(seq) from changes"), before)
        self.assertEqual(server.query("select count(*) from users where username = 'anna'"), [(0,)])
        self.assertEqual(server.bind(user_dn("anna"), "pw-of-anna"), 49)

    def test_works_without_a_server(self):
        server = self.postern()
        server.secrets += SECRETS
        server.apply(PEOPLE)
        server.start()
        self.assertEqual(server.bind(user_dn("anna"), "pw-of-anna"), 0)

    def test_relative_file_tag_is_read_beside_the_blueprint(self):
        server = self.postern(start=True)
        (server.folder / "pw.txt").write_text(server.secret("from-the-file") + "\n")
        server.apply(user("anna", more="attrs: {password: !File pw.txt}"))
        self.assertEqual(server.bind(user_dn("anna"), "from-the-file"), 0)


class Permissions(PosternCase):
    TEXT = """version: 1
entries:
  - model: authentik_core.user
    id: reader
    identifiers: {username: reader}
    attrs: {password: pw-of-reader}
  - model: authentik_providers_ldap.ldapprovider
    id: other
    identifiers: {name: other}
    attrs: {base_dn: "dc=other,dc=example", uid_start_number: 500000, gid_start_number: 600000}
  - model: authentik_core.application
    identifiers: {slug: other}
    attrs: {name: Other, provider: !KeyOf other}
  - model: authentik_providers_ldap.ldapprovider
    identifiers: {name: ldap}
    permissions:
      - permission: authentik_providers_ldap.search_full_directory
        user: !KeyOf reader
"""

    def test_right_to_search_one_provider_is_none_at_another(self):
        server = self.postern(start=True)
        server.secrets.append("pw-of-reader")
        server.apply(self.TEXT)
        here = server.search((user_dn("reader"), "pw-of-reader"), "(objectClass=user)", ("1.1",))
        self.assertIn(user_dn("akadmin"), here.names())
        base = "dc=other,dc=example"
        there = server.search((user_dn("reader", base), "pw-of-reader"), "(objectClass=user)", ("1.1",), base=base)
        self.assertEqual(there.names(), [user_dn("reader", base)])

    def test_unknown_permission_names_the_line(self):
        server = self.postern(start=True)
        done = server.apply(self.TEXT.replace("search_full_directory", "read_everything"), code=1)
        self.assertIn("test.yaml:17: ", done.stderr)


class States(PosternCase):
    def test_present_created_must_created_absent(self):
        server = self.postern(start=True)
        self.assertIn("1 created", server.apply(user("anna", "created")).stdout)
        self.assertIn("1 unchanged", server.apply(user("anna", "created", "attrs: {name: Y}")).stdout)
        self.assertIn("1 updated", server.apply(user("anna", "present", "attrs: {name: Y}")).stdout)
        self.assertIn("test.yaml:3", server.apply(user("anna", "must_created"), code=1).stderr)
        self.assertIn("1 deleted", server.apply(user("anna", "absent")).stdout)
        self.assertIn("0 deleted", server.apply(user("anna", "absent")).stdout)
        self.assertIn("1 created", server.apply(user("anna", "must_created")).stdout)

    def test_conditions(self):
        server = self.postern(start=True)
        report = server.apply(user("anna", more="conditions: [!Condition [AND, true, false]]")).stdout
        self.assertIn("0 created", report)
        self.assertIn("1 created", server.apply(user("anna", more="conditions: [!Condition [OR, true, false]]")).stdout)


class Errors(PosternCase):
    def refused(self, server, text, line, *words):
        done = server.apply(text, code=1)
        self.assertIn(f"test.yaml:{line}: ", done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        return done.stderr

    def test_name_the_line_and_undo_the_whole_file(self):
        server = self.postern(start=True)
        good = "  - model: authentik_core.user\n    identifiers: {username: good}\n"
        head = "version: 1\nentries:\n" + good
        before = server.query("select max(seq) from changes")
        self.refused(server, head + "  - model: authentik_core.usr\n    identifiers: {name: a}\n", 5, "authentik_core.usr")
        self.refused(server, head + "  - model: authentik_core.user\n    identifiers: {username: a}\n"
                     "    attrs: {emial: a}\n", 7, "emial", "email")
        self.refused(server, head + "  - model: authentik_core.user\n    identifiers: {username: a}\n"
                     "    attrs: {groups: [!KeyOf nothing]}\n", 7, "nothing")
        self.refused(server, head + "  - model: authentik_core.user\n    identifiers: {username: a}\n"
                     "    attrs: {is_active: maybe}\n", 7, "is_active")
        self.refused(server, head + "  - model: authentik_core.user\n    attrs: {name: a}\n", 5, "identifiers")
        self.refused(server, head + "  - model: authentik_core.user\n    identifiers: {username: a}\n"
                     "    attrs: {name: !Enviroment X}\n", 7, "!Enviroment")
        self.refused(server, head + "  - model: authentik_core.token\n    identifiers: {identifier: a}\n"
                     "    attrs: {user: !Find [authentik_core.user, [username, akadmin]], key: short}\n", 7, "20")
        self.refused(server, "version: 1\nentries: [\n", 3)
        self.assertEqual(server.query("select max(seq) from changes"), before)

    def test_secret_is_in_no_error(self):
        server = self.postern(start=True)
        text = self.refused(server, user("anna", more="attrs: {password: [geheim-geheim]}"), 6)
        self.assertNotIn("geheim", text)

    def test_missing_file_is_2_usage(self):
        server = self.postern(start=True)
        self.assertIn("nowhere.yaml", server.run("apply", "nowhere.yaml", code=2).stderr)

    def test_one_bad_file_does_not_stop_the_others(self):
        server = self.postern(start=True)
        (server.folder / "bad.yaml").write_text("version: 1\nentries: 5\n")
        (server.folder / "good.yaml").write_text(user("anna"))
        done = server.run("apply", "bad.yaml", "good.yaml", code=1)
        self.assertIn("bad.yaml:2", done.stderr)
        self.assertIn("1 created", done.stdout)

    def test_hostile_yaml_ends_quickly_with_an_error(self):
        server = self.postern(start=True)
        bomb = "version: 1\na0: &a0 [x]\n" + "".join(
            f"a{n}: &a{n} [{', '.join(['*a' + str(n - 1)] * 10)}]\n" for n in range(1, 12)) + "entries: *a11\n"
        for text in (bomb, "[" * 100_000, "version: 1\nentries:\n" + "  - x\n" * 100_000, "&a [*a]", "\0", "? ? ? ?",
                     "version: 1\nentries: !Format [" + "%s" * 9999 + "]\n", "<<: *nothing\n", "version: 1\n" * 3):
            done = server.apply(text, code=1)
            self.assertIn("test.yaml", done.stderr)
        self.assertEqual(server.bind("", ""), 0)


class Folders(PosternCase):
    def test_applied_in_path_order_at_start_and_again_only_when_changed(self):
        server = self.postern(CALM + "blueprints: [prints, more]\n")
        for name in ("prints/sub", "more"):
            os.makedirs(server.folder / name)
        (server.folder / "prints" / "10.yaml").write_text(user("anna", more="attrs: {name: First}"))
        (server.folder / "prints" / "20.yaml").write_text(user("anna", more="attrs: {name: Second}"))
        (server.folder / "prints" / "sub" / "a.yaml").write_text(user("bert"))
        (server.folder / "more" / "a.yml").write_text(user("carl"))
        (server.folder / "more" / "a.txt").write_text("no blueprint")
        server.start()
        self.assertIn("Second", server.run("user", "show", "anna").stdout)
        for name in ("bert", "carl"):
            server.run("user", "show", name)
        server.run("user", "set", "anna", "name=By hand")
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertIn("By hand", server.run("user", "show", "anna").stdout)

    def test_label_instantiate_false_is_left_out(self):
        server = self.postern(CALM + "blueprints: [prints]\n")
        (server.folder / "prints").mkdir()
        (server.folder / "prints" / "a.yaml").write_text(
            "metadata:\n  name: a\n  labels:\n    blueprints.goauthentik.io/instantiate: \"false\"\n" + user("anna"))
        server.start()
        server.run("user", "show", "anna", code=1)

    def test_changed_secret_file_of_an_unchanged_blueprint_is_noticed(self):
        server = self.postern(CALM + "blueprints: [prints]\n")
        (server.folder / "prints").mkdir()
        secret = server.folder / "prints" / "pw.txt"
        secret.write_text(server.secret("first-secret"))
        (server.folder / "prints" / "a.yaml").write_text(user("anna", more="attrs: {password: !File pw.txt}"))
        server.start()
        self.assertEqual(server.bind(user_dn("anna"), "first-secret"), 0)
        secret.write_text(server.secret("second-secret"))
        server.reload("config.reloaded")
        self.assertEqual(server.bind(user_dn("anna"), "second-secret"), 0)
        self.assertEqual(server.bind(user_dn("anna"), "first-secret"), 49)


if __name__ == "__main__":
    unittest.main()

"""Password changes over LDAP: Password Modify, userPassword, the policy controls, by ldap-utils."""

import hashlib
import re
import unittest

from support import BASE, CALM, USERS, PosternCase, SharedCase, eventually, oath, user_dn

PROVIDER = """
version: 1
entries:
  - model: authentik_providers_ldap.ldapprovider
    identifiers: {name: ldap}
    attrs:
      attributes: {postern: {%s}}
"""
GOOD = "Tr0ub4dor-and-fishes"
BETTER = "four-crows-and-a-lantern"


def result_of(done):
    """ldappasswd exits with 1 and prints the code."""
    said = re.search(r"^Result: .*\((\d+)\)$", done.stdout + done.stderr, re.M)
    return int(said.group(1)) if said and done.returncode == 1 else done.returncode


def passwd(server, who, password, *arguments, options=()):
    """(result code, output) of ldappasswd."""
    done = server.client("ldappasswd", *options, "-D", user_dn(who), "-w", password, *arguments)
    return result_of(done), done.stdout + done.stderr


def modify(server, who, password, ldif, *options):
    path = server.folder / "change.ldif"
    path.write_text(ldif)
    done = server.client("ldapmodify", *options, "-D", user_dn(who), "-w", password, "-f", str(path))
    return done.returncode, done.stdout + done.stderr


def replace(who, password):
    return f"dn: {user_dn(who)}\nchangetype: modify\nreplace: userPassword\nuserPassword: {password}\n"


def swap(who, old, new):
    return (f"dn: {user_dn(who)}\nchangetype: modify\ndelete: userPassword\nuserPassword: {old}\n-\n"
            f"add: userPassword\nuserPassword: {new}\n")


class LeakedTest(PosternCase):
    """check_have_i_been_pwned with a list on disk, in both of the forms that its downloader makes."""

    LEAKED, OFTEN, FINE = "Leaked-0nce-upon-a-time", "Leaked-very-0ften-indeed", "kept-to-my-Self-4ever"

    def policy(self, server, path):
        server.apply(f"""version: 1
entries:
  - model: authentik_policies_password.passwordpolicy
    identifiers: {{name: default-password-change-password-policy}}
    attrs:
      check_have_i_been_pwned: true
      hibp_allowed_count: 1
      attributes: {{postern: {{breach_list: {path}}}}}
""")

    def hashes(self):
        made = {hashlib.sha1(f"filler {i}".encode()).hexdigest().upper(): i + 1 for i in range(20000)}
        made[hashlib.sha1(self.OFTEN.encode()).hexdigest().upper()] = 23547
        made[hashlib.sha1(self.LEAKED.encode()).hexdigest().upper()] = 1
        return dict(sorted(made.items()))

    def checked(self, path):
        server = self.postern(start=True)
        server.add_user("anna", "first-password")
        self.policy(server, path)
        refused, text = passwd(server, "anna", "first-password", "-a", "first-password", "-s", self.OFTEN)
        self.assertEqual(refused, 19, text)
        self.assertIn("list of leaked passwords", text)
        self.assertEqual(passwd(server, "anna", "first-password", "-a", "first-password", "-s", self.FINE)[0], 0)
        code, text = passwd(server, "anna", self.FINE, "-a", self.FINE, "-s", self.LEAKED)
        self.assertEqual(code, 0, "hibp_allowed_count: 1 lets through what leaked once: " + text)
        return server

    def test_a_sorted_file(self):
        path = self.postern().folder / "pwned.txt"
        path.write_text("".join(f"{digest}:{count}\r\n" for digest, count in self.hashes().items()))
        self.checked(path)

    def test_a_folder_of_ranges(self):
        folder = self.postern().folder / "ranges"
        folder.mkdir()
        for digest, count in self.hashes().items():
            with open(folder / (digest[:5] + ".txt"), "a") as out:
                out.write(f"{digest[5:]}:{count}\n")
        (folder / (hashlib.sha1(self.FINE.encode()).hexdigest().upper()[:5] + ".txt")).touch()
        self.checked(folder)

    def test_a_list_that_is_missing_refuses_and_one_that_is_not_named_is_reported(self):
        server = self.postern(start=True)
        server.add_user("anna", "first-password")
        self.policy(server, "/nowhere/at/all")
        code, text = passwd(server, "anna", "first-password", "-a", "first-password", "-s", self.FINE)
        self.assertEqual(code, 19)
        self.assertIn("cannot be read", text)
        eventually(lambda: "password.breach_list_unreadable" in server.log_text(), "the line of the log")


class OneselfTest(PosternCase):
    def setUp(self):
        super().setUp()
        self.server = self.postern(start=True)
        self.server.add_user("anna", "first-password")

    def binds(self, name, password):
        return self.server.bind(user_dn(name), password)

    def test_Rfc3062_2_the_owner_changes_it_with_the_old_one(self):
        code, text = passwd(self.server, "anna", "first-password", "-a", "first-password", "-s", GOOD)
        self.assertEqual(code, 0, text)
        self.assertEqual(self.binds("anna", GOOD), 0)
        self.assertEqual(self.binds("anna", "first-password"), 49)
        self.assertIn(("password_set",), self.server.query("select action from events") or
                      eventually(lambda: self.server.query(
                          "select action from events where action = 'password_set'"), "the event"))

    def test_Rfc3062_3_a_wrong_old_one_is_49_and_changes_nothing(self):
        code, text = passwd(self.server, "anna", "first-password", "-a", "wrong", "-s", GOOD)
        self.assertEqual(code, 49, text)
        self.assertEqual(self.binds("anna", "first-password"), 0)

    def test_Rfc3062_3_a_missing_new_one_is_made_and_told(self):
        code, text = passwd(self.server, "anna", "first-password", "-a", "first-password")
        self.assertEqual(code, 0, text)
        made = self.server.secret(re.search(r"New password: (\S+)", text).group(1))
        self.assertGreaterEqual(len(made), 16)
        self.assertEqual(self.binds("anna", made), 0)

    def test_Rfc3062_1_anonymous_is_refused(self):
        done = self.server.client("ldappasswd", "-a", "first-password", "-s", GOOD, user_dn("anna"))
        self.assertEqual(result_of(done), 53, done.stderr)
        self.assertEqual(self.binds("anna", "first-password"), 0)

    def test_Behera_8_2_1_without_the_old_one_50_and_mustSupplyOldPassword(self):
        code, text = passwd(self.server, "anna", "first-password", "-s", GOOD, options=("-e", "ppolicy"))
        self.assertEqual(code, 50, text)
        self.assertIn("ppolicy: error=4", text)
        code, text = modify(self.server, "anna", "first-password", replace("anna", GOOD), "-e", "ppolicy")
        self.assertEqual(code, 50, text)

    def test_Behera_8_2_1_unless_the_administrator_allows_it(self):
        self.server.apply(PROVIDER % "password_without_old: true")
        code, text = passwd(self.server, "anna", "first-password", "-s", GOOD)
        self.assertEqual(code, 0, text)
        code, text = modify(self.server, "anna", GOOD, replace("anna", BETTER))
        self.assertEqual(code, 0, text)
        self.assertEqual(self.binds("anna", BETTER), 0)

    def test_Behera_8_2_old_and_new_in_one_modify(self):
        code, text = modify(self.server, "anna", "first-password", swap("anna", "first-password", GOOD))
        self.assertEqual(code, 0, text)
        self.assertEqual(self.binds("anna", GOOD), 0)
        code, text = modify(self.server, "anna", GOOD, swap("anna", "wrong", BETTER))
        self.assertEqual(code, 49, text)

    def test_an_app_password_does_not_stand_in_for_the_old_one(self):
        key = self.server.app_password("anna", "mail")
        code, text = passwd(self.server, "anna", key, "-a", key, "-s", GOOD)
        self.assertEqual(code, 49, text)
        code, text = passwd(self.server, "anna", key, "-a", "first-password", "-s", GOOD)
        self.assertEqual(code, 0, text)

    def test_who_owns_a_device_gives_the_code_with_the_old_one(self):
        key = self.server.add_totp("anna")
        bind = "first-password;" + oath(key)
        change = ["-a", "first-password", "-s", GOOD]
        app = self.server.app_password("anna", "mail")
        self.assertEqual(passwd(self.server, "anna", app, *change)[0], 49)
        code, text = passwd(self.server, "anna", app, "-a", bind, "-s", GOOD)
        self.assertEqual(code, 0, text)
        self.assertEqual(self.binds("anna", GOOD), 49, "the code is still asked for")

    def test_a_changed_password_keeps_the_connection_that_changed_it(self):
        ldif = (swap("anna", "first-password", GOOD) + "\n" + swap("anna", GOOD, BETTER))
        code, text = modify(self.server, "anna", "first-password", ldif)
        self.assertEqual(code, 0, text)
        self.assertEqual(self.binds("anna", BETTER), 0)

    def test_nobody_else_s(self):
        self.server.add_user("berta", "second-password")
        code, text = passwd(self.server, "anna", "first-password", "-s", GOOD, user_dn("berta"))
        self.assertEqual(code, 32, text)  # anna does not see berta
        self.assertEqual(self.binds("berta", "second-password"), 0)

    def test_writes_off_takes_nothing(self):
        self.server.apply(PROVIDER % "writes: 'off'")
        code, text = passwd(self.server, "anna", "first-password", "-a", "first-password", "-s", GOOD)
        self.assertEqual(code, 53, text)


POLICY = """
version: 1
entries:
  - model: authentik_policies_password.passwordpolicy
    identifiers: {name: default-password-change-password-policy}
    attrs: {length_min: 10, amount_digits: 1, check_zxcvbn: false, error_message: "", check_static_rules: true}
  - model: authentik_policies_unique_password.uniquepasswordpolicy
    id: unique
    identifiers: {name: unique}
    attrs: {num_historical_passwords: 3}
  - model: authentik_stages_prompt.promptstage
    identifiers: {name: default-password-change-prompt}
    attrs:
      validation_policies:
        - !Find [authentik_policies_password.passwordpolicy, [name, default-password-change-password-policy]]
        - !KeyOf unique
        %s
"""
AGE = """
version: 1
entries:
  - model: authentik_policies_expiry.passwordexpirypolicy
    id: age
    identifiers: {name: age}
    attrs:
      days: 30
      attributes: {postern: {%s}}
  - model: authentik_policies.policybinding
    identifiers:
      target: !Find [authentik_flows.flow, [slug, default-authentication-flow]]
      order: 50
    attrs: {policy: !KeyOf age}
"""


class PolicyTest(PosternCase):
    def setUp(self):
        super().setUp()
        self.server = self.postern(start=True)
        self.server.add_user("anna", "first-password")

    def change(self, old, new):
        return passwd(self.server, "anna", old, "-a", old, "-s", new, options=("-e", "ppolicy"))

    def age_password(self, days):
        """Makes anna's password older than it is."""
        self.server.stop()
        import sqlite3
        with sqlite3.connect(self.server.database) as database:
            database.execute("update users set password_change_date = password_change_date - ? "
                             "where username = 'anna'", (days * 86400000,))
        self.server.start()
        self.server.run("directory", "rebuild")

    def test_Behera_8_2_5_too_short_19_and_6(self):
        self.server.apply(POLICY % "")
        code, text = self.change("first-password", "short1")
        self.assertEqual(code, 19, text)
        self.assertIn("ppolicy: error=6", text)
        self.assertIn("at least 10 characters", text)

    def test_Behera_8_2_5_too_simple_19_and_5(self):
        self.server.apply(POLICY % "")
        code, text = self.change("first-password", "no-digits-here")
        self.assertEqual(code, 19, text)
        self.assertIn("at least 1 digits", text)

    def test_the_strength_is_judged_by_default(self):
        code, text = self.change("first-password", "password1234")
        self.assertEqual(code, 19, text)
        self.assertIn("too easy to guess", text)

    def test_Behera_8_2_6_in_history_19_and_8(self):
        self.server.apply(POLICY % "")
        self.assertEqual(self.change("first-password", "password-number-1")[0], 0)
        self.assertEqual(self.change("password-number-1", "password-number-2")[0], 0)
        for used in ("password-number-2", "password-number-1"):
            code, text = self.change("password-number-2", used)
            self.assertEqual(code, 19, text)
            self.assertIn("none of the last 3", text)
        self.assertEqual(self.change("password-number-2", "password-number-3")[0], 0)
        self.assertEqual(self.change("password-number-3", "password-number-4")[0], 0)
        self.assertEqual(self.change("password-number-4", "password-number-1")[0], 0)

    def test_Behera_8_2_4_too_young_19_and_7(self):
        self.server.apply("""
version: 1
entries:
  - model: authentik_policies_expiry.passwordexpirypolicy
    identifiers: {name: young}
    attrs: {days: 365, attributes: {postern: {minimum_age: hours=1}}}
""")
        self.server.apply(POLICY % "- !Find [authentik_policies_expiry.passwordexpirypolicy, [name, young]]")
        code, text = self.change("first-password", "password-number-1")
        self.assertEqual(code, 19, text)
        self.assertIn("ppolicy: error=7", text)

    def test_Behera_8_1_2_4_time_before_expiration(self):
        self.server.apply(AGE % "warning: days=7")
        self.age_password(25)
        done = self.server.client("ldapwhoami", "-e", "ppolicy", "-D", user_dn("anna"), "-w", "first-password")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout + done.stderr, r"expires in 4[0-9]{5} seconds")

    def test_Behera_8_1_2_3_expired_is_49_and_0(self):
        self.server.apply(AGE % "")
        self.age_password(31)
        done = self.server.client("ldapwhoami", "-e", "ppolicy", "-D", user_dn("anna"), "-w", "first-password")
        self.assertEqual(done.returncode, 49, done.stderr)
        self.assertIn("Password expired", done.stdout + done.stderr)

    def test_Behera_7_4_grace_logins_run_out(self):
        self.server.apply(AGE % "grace_logins: 2")
        self.age_password(31)
        for left in (1, 0):
            done = self.server.client("ldapwhoami", "-e", "ppolicy", "-D", user_dn("anna"), "-w",
                                      "first-password")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"{left} grace logins remain", done.stdout + done.stderr)
        self.assertEqual(self.server.bind(user_dn("anna"), "first-password"), 49)

    def test_Behera_7_4_a_new_password_ends_the_grace(self):
        self.server.apply(AGE % "grace_logins: 3")
        self.age_password(31)
        code, text = self.change("first-password", BETTER)
        self.assertEqual(code, 0, text)
        for _ in range(5):
            self.assertEqual(self.server.bind(user_dn("anna"), BETTER), 0)
        self.assertEqual(self.server.query(
            "select password_grace_used from users where username = 'anna'"), [(0,)])

    def test_an_app_password_does_not_expire_with_the_password(self):
        key = self.server.app_password("anna", "mail")
        self.server.apply(AGE % "")
        self.age_password(31)
        self.assertEqual(self.server.bind(user_dn("anna"), key), 0)

    def test_Behera_8_1_1_locked_is_told_only_where_allowed(self):
        self.server.run("user", "set", "anna", "is_active=false")
        ask = ("-e", "ppolicy", "-D", user_dn("anna"), "-w", "first-password")
        done = self.server.client("ldapwhoami", *ask)
        self.assertEqual(done.returncode, 49)
        self.assertNotIn("locked", done.stdout + done.stderr)
        self.server.apply(PROVIDER % "reveal_lock: true")
        done = self.server.client("ldapwhoami", *ask)
        self.assertEqual(done.returncode, 49)
        self.assertIn("Account locked", done.stdout + done.stderr)


class ResetTest(PosternCase):
    def setUp(self):
        super().setUp()
        self.server = self.postern(start=True)
        self.server.add_user("anna", "first-password")
        self.server.add_user("boss", "boss-password")
        self.server.run("user", "set", "boss", 'permissions=["authentik_core.reset_user_password", '
                        '"authentik_providers_ldap.search_full_directory"]')
        self.server.apply(PROVIDER % "writes: 'on', must_change_after_reset: true")

    def test_reset_by_who_may_then_nothing_but_a_change(self):
        code, text = passwd(self.server, "boss", "boss-password", "-s", GOOD, user_dn("anna"))
        self.assertEqual(code, 0, text)
        found = self.server.search((user_dn("anna"), GOOD), base=user_dn("anna"))
        self.assertEqual(found.code, 50, found.text)
        done = self.server.client("ldapwhoami", "-e", "ppolicy", "-D", user_dn("anna"), "-w", GOOD)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Password must be changed", done.stdout + done.stderr)
        code, text = passwd(self.server, "anna", GOOD, "-a", GOOD, "-s", BETTER)
        self.assertEqual(code, 0, text)
        found = self.server.search((user_dn("anna"), BETTER), base=user_dn("anna"))
        self.assertEqual(found.code, 0, found.text)

    def test_a_reset_obeys_the_policy_and_may_be_generated(self):
        code, text = passwd(self.server, "boss", "boss-password", "-s", "short", user_dn("anna"))
        self.assertEqual(code, 19, text)
        code, text = passwd(self.server, "boss", "boss-password", user_dn("anna"))
        self.assertEqual(code, 0, text)
        made = self.server.secret(re.search(r"New password: (\S+)", text).group(1))
        self.assertEqual(self.server.bind(user_dn("anna"), made), 0)

    def test_not_that_of_a_superuser(self):
        self.server.run("changepassword", "akadmin", "--password-stdin", text="admin-password\n")
        code, text = passwd(self.server, "boss", "boss-password", "-s", GOOD, user_dn("akadmin"))
        self.assertEqual(code, 50, text)
        self.assertEqual(self.server.bind(user_dn("akadmin"), "admin-password"), 0)


if __name__ == "__main__":
    unittest.main()

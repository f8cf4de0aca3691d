"""Simple bind end to end: passwords, inline codes, app passwords, admission by an application's bindings."""

import re
import subprocess
import unittest

import ldapwire
from support import (BASE, CHEAP_HASH, USERS, PosternCase, SharedCase, oath, tool, user_dn)


class Passwords(SharedCase):
    @classmethod
    def populate(cls, server):
        server.start()
        server.add_user("anna", "right-password", "--email", "anna@example.org")
        server.add_user("semi", "tail;123456")
        server.add_user("gone", "gone-password", "--inactive")
        server.add_user("nopw")
        server.add_user("Zoë Müller", "pässwörd ☃")

    def bind(self, name, password):
        return self.server.bind(user_dn(name), password)

    def test_right_password(self):
        self.assertEqual(self.bind("anna", "right-password"), 0)

    def test_Rfc4532_whoami_names_the_entry(self):
        done = self.server.client("ldapwhoami", "-D", user_dn("anna"), "-w", "right-password")
        self.assertEqual(done.stdout.strip(), "dn:" + user_dn("anna"))

    def test_wrong_password_is_49_without_a_hint(self):
        done = [self.server.client("ldapwhoami", "-D", user_dn(name), "-w", password)
                for name, password in (("anna", "wrong"), ("nobody", "wrong"), ("gone", "gone-password"),
                                       ("nopw", "wrong"), ("gone", "wrong"))]
        self.assertEqual({one.returncode for one in done}, {49})
        self.assertEqual(len({re.sub(r"\(request l\d+-1\)", "", one.stderr) for one in done}), 1)

    def test_refused_again_after_a_success(self):
        self.assertEqual(self.bind("anna", "right-password"), 0)
        for wrong in ("right-passwor", "right-password ", "Right-password", "right-password;", ";right-password"):
            self.assertEqual(self.bind("anna", wrong), 49, wrong)

    def test_Rfc4513_5_1_2_name_without_password_is_53(self):
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.bind(user_dn("anna"), ""), 53)
            self.assertEqual(wire.bind(user_dn("nobody"), ""), 53)

    def test_Rfc4513_5_1_1_anonymous_is_0_and_sees_no_tree(self):
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.bind("", ""), 0)
            self.assertEqual(wire.whoami(), "")
            self.assertEqual(wire.search(BASE), (50, []))

    def test_Rfc4511_4_2_1_failed_bind_makes_the_connection_anonymous(self):
        with ldapwire.connect(self.server) as wire:
            self.assertEqual(wire.bind(user_dn("anna"), "right-password"), 0)
            self.assertEqual(wire.bind(user_dn("anna"), "wrong"), 49)
            self.assertEqual(wire.whoami(), "")
            self.assertEqual(wire.search(BASE)[0], 50)

    def test_Rfc4511_4_2_version_2_is_protocolError(self):
        with ldapwire.connect(self.server) as wire:
            wire.send(ldapwire.bind(1, user_dn("anna"), "right-password", version=2))
            self.assertEqual(wire.receive().code, 2)

    def test_name_forms(self):
        for dn in ("CN=ANNA,OU=Users,DC=ldap,DC=goauthentik,DC=IO", f"uid=anna,{USERS}",
                   f"cn = anna , {USERS}", f"cn=\\61nna,{USERS}", f"cn=anna@example.org,{USERS}"):
            self.assertEqual(self.server.bind(dn, "right-password"), 0, dn)

    def test_names_that_are_no_user_entry_do_not_bind(self):
        for dn in (f"cn=anna,{BASE}", f"cn=anna,ou=groups,{BASE}", f"cn=anna,ou=virtual-groups,{BASE}",
                   f"cn=anna,ou=x,{USERS}", "cn=anna,dc=elsewhere", f"sn=anna,{USERS}", USERS, BASE,
                   f"cn=anna+uid=anna,{USERS}"):
            self.assertEqual(self.server.bind(dn, "right-password"), 49, dn)
        self.assertEqual(self.server.bind("anna", "right-password"), 34)

    def test_utf8_name_and_password(self):
        self.assertEqual(self.bind("Zoë Müller", "pässwörd ☃"), 0)
        self.assertEqual(self.bind("ZOË MÜLLER", "pässwörd ☃"), 0)
        self.assertEqual(self.bind("Zoë Müller", "password ☃"), 49)

    def test_without_a_device_a_tail_like_a_code_belongs_to_the_password(self):
        self.assertEqual(self.bind("semi", "tail;123456"), 0)
        self.assertEqual(self.bind("semi", "tail"), 49)
        self.assertEqual(self.bind("anna", "right-password;123456"), 49)

    def test_hostile_passwords_are_49(self):
        with ldapwire.connect(self.server) as wire:
            for password in (b"\0", b"right-password\0", b"\xff\xfe", b"x" * 100_000, b";" * 5000, b"'; drop table users"):
                self.assertEqual(wire.bind(user_dn("anna"), password), 49, password[:20])

    def test_Rfc4511_4_2_an_unknown_sasl_mechanism_is_authMethodNotSupported(self):
        with ldapwire.connect(self.server) as wire:
            sasl = ldapwire.tlv(0xA3, ldapwire.text("CRAM-MD5"), ldapwire.text(b"anna"))
            wire.send(ldapwire.message(1, ldapwire.tlv(0x60, ldapwire.integer(3), ldapwire.text(""), sasl)))
            self.assertEqual(wire.receive().code, 7)


class Changes(PosternCase):
    def test_changed_password_counts_at_once(self):
        server = self.postern(start=True)
        dn = server.add_user("anna", "password-0")
        for number in range(1, 6):
            self.assertEqual(server.bind(dn, f"password-{number - 1}"), 0)
            server.run("changepassword", "anna", "--password-stdin", text=f"password-{number}\n")
            self.assertEqual(server.bind(dn, f"password-{number - 1}"), 49)
            self.assertEqual(server.bind(dn, f"password-{number}"), 0)

    def test_changed_password_counts_at_once_without_recent_verification_too(self):
        server = self.postern("login:\n  throttle: off\n  recent_verification: off\n" + CHEAP_HASH, start=True)
        dn = server.add_user("anna", "password-0")
        self.assertEqual(server.bind(dn, "password-0"), 0)
        server.run("changepassword", "anna", "--password-stdin", text="password-1\n")
        self.assertEqual(server.bind(dn, "password-0"), 49)
        self.assertEqual(server.bind(dn, "password-1"), 0)

    def test_default_cost_of_a_hash(self):
        server = self.postern("log: {level: info}\n", start=True)
        dn = server.add_user("anna", "right-password")
        stored, = server.query("select password_hash from users where username = 'anna'")[0]
        self.assertTrue(stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$"), stored[:32])
        self.assertEqual(server.bind(dn, "right-password"), 0)
        self.assertEqual(server.bind(dn, "wrong"), 49)

    def test_empty_password_is_not_set(self):
        server = self.postern(start=True)
        server.add_user("anna", "kept-password")
        server.run("changepassword", "anna", "--password-stdin", text="\n", code=1)
        server.run("changepassword", "anna", "--password-stdin", text="", code=1)
        self.assertEqual(server.bind(user_dn("anna"), "kept-password"), 0)

    def test_disabled_user_is_refused_and_its_open_connection_stops(self):
        server = self.postern(start=True)
        dn = server.add_user("anna", "right-password")
        with ldapwire.connect(server) as kept:
            self.assertEqual(kept.bind(dn, "right-password"), 0)
            self.assertEqual(kept.search(dn, scope=0), (0, [dn]))
            server.run("user", "set", "anna", "is_active=false")
            self.assertIn(kept.search(dn, scope=0), [(50, []), (None, [])])
        self.assertEqual(server.bind(dn, "right-password"), 49)
        server.run("user", "set", "anna", "is_active=true")
        self.assertEqual(server.bind(dn, "right-password"), 0)

    def test_deleted_user_and_changed_password_stop_open_connections(self):
        server = self.postern(start=True)
        for name in ("anna", "bert"):
            server.add_user(name, "right-password")
        with ldapwire.connect(server) as anna, ldapwire.connect(server) as bert:
            for wire, name in ((anna, "anna"), (bert, "bert")):
                self.assertEqual(wire.bind(user_dn(name), "right-password"), 0)
                self.assertEqual(wire.search(user_dn(name), scope=0)[0], 0)
            server.run("user", "delete", "anna")
            server.run("changepassword", "bert", "--password-stdin", text="another\n")
            self.assertIn(anna.search(user_dn("anna"), scope=0), [(50, []), (None, [])])
            self.assertIn(bert.search(user_dn("bert"), scope=0), [(50, []), (None, [])])

    def test_lost_search_right_counts_on_open_connections(self):
        server = self.postern(start=True)
        account = server.search_account()
        with ldapwire.connect(server) as kept:
            self.assertEqual(kept.bind(*account), 0)
            self.assertIn(user_dn("akadmin"), kept.search(BASE)[1])
            server.run("service-account", "set", "searcher", "permissions=[]")
            self.assertNotIn(user_dn("akadmin"), kept.search(BASE)[1])

    def test_validity_times_of_a_user(self):
        server = self.postern(start=True)
        dn = server.add_user("temp", "temp-password")
        server.run("user", "set", "temp", "not_after=2020-01-01T00:00:00Z")
        self.assertEqual(server.bind(dn, "temp-password"), 49)
        server.run("user", "set", "temp", "not_after=null", "not_before=2090-01-01T00:00:00Z")
        self.assertEqual(server.bind(dn, "temp-password"), 49)
        server.run("user", "set", "temp", "not_before=null")
        self.assertEqual(server.bind(dn, "temp-password"), 0)


class Codes(PosternCase):
    def server_with_totp(self, digits=6, password="right-password"):
        server = self.postern(start=True)
        server.add_user("tina", password)
        return server, server.add_totp("tina", digits)

    def test_code_needed_and_used_once(self):
        server, key = self.server_with_totp()
        dn, code = user_dn("tina"), oath(key)
        self.assertEqual(server.bind(dn, "right-password"), 49)
        self.assertEqual(server.bind(dn, f"wrong-password;{code}"), 49)  # does not burn the code
        self.assertEqual(server.bind(dn, f"right-password;{code}"), 0)
        self.assertEqual(server.bind(dn, f"right-password;{code}"), 49)
        self.assertEqual(server.bind(dn, "right-password"), 49)
        self.assertEqual(server.bind(dn, f"right-password;{oath(key, 30)}"), 0)
        self.assertEqual(server.bind(dn, f"right-password;{code}"), 49)  # a step never goes back

    def test_used_code_stays_used_after_a_restart(self):
        server, key = self.server_with_totp()
        code = oath(key)
        self.assertEqual(server.bind(user_dn("tina"), f"right-password;{code}"), 0)
        server.kill()
        server.start()
        self.assertEqual(server.bind(user_dn("tina"), f"right-password;{code}"), 49)

    def test_one_code_at_20_clients_at_once_is_granted_once(self):
        server, key = self.server_with_totp()
        command = [tool("ldapwhoami"), "-x", "-H", server.url(), "-D", user_dn("tina"), "-w",
                   f"right-password;{oath(key)}"]
        clients = [subprocess.Popen(command, env=server.client_environment(), stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL) for _ in range(20)]
        codes = sorted(client.wait(60) for client in clients)
        self.assertEqual(codes, [0] + [49] * 19)

    def test_wrong_shapes_of_codes(self):
        server, key = self.server_with_totp()
        code = oath(key)
        for text in (f"right-password;{code[:5]}", f"right-password;{code}0", f"right-password; {code}",
                     f"right-password{code}", f";{code}", f"right-password;;{code}"):
            self.assertEqual(server.bind(user_dn("tina"), text), 49, text)
        self.assertEqual(server.bind(user_dn("tina"), f"right-password;{code}"), 0)

    def test_code_of_another_time_is_refused(self):
        server, key = self.server_with_totp()
        for seconds in (-120, 120):
            self.assertEqual(server.bind(user_dn("tina"), f"right-password;{oath(key, seconds)}"), 49)

    def test_eight_digits(self):
        server, key = self.server_with_totp(digits=8)
        dn, code = user_dn("tina"), oath(key, digits=8)
        self.assertEqual(server.bind(dn, f"right-password;{code[2:]}"), 49)
        self.assertEqual(server.bind(dn, f"right-password;{code}"), 0)
        self.assertEqual(server.bind(dn, f"right-password;{code}"), 49)

    def test_password_that_holds_the_separator(self):
        server, key = self.server_with_totp(password="a;b;123456")
        self.assertEqual(server.bind(user_dn("tina"), "a;b;123456"), 49)
        self.assertEqual(server.bind(user_dn("tina"), f"a;b;123456;{oath(key)}"), 0)

    def test_key_given_by_hand(self):
        server = self.postern(start=True)
        server.add_user("tina", "right-password")
        key = server.secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        server.run("device", "add-totp", "--user", "tina", "--key-stdin", text=f"base32:{key}\n")
        self.assertEqual(server.bind(user_dn("tina"), f"right-password;{oath(key)}"), 0)

    def test_static_codes_count_once_each(self):
        server = self.postern(start=True)
        dn = server.add_user("stan", "right-password")
        codes = server.run("device", "add-static", "--user", "stan", "--count", "3").stdout.split()
        server.secrets += codes
        self.assertEqual(len(codes), 3)
        self.assertEqual(server.bind(dn, "right-password"), 49)
        for code in codes:
            self.assertEqual(server.bind(dn, f"wrong;{code}"), 49)
            self.assertEqual(server.bind(dn, f"right-password;{code}"), 0)
            self.assertEqual(server.bind(dn, f"right-password;{code}"), 49)

    def test_device_removed_password_alone_again(self):
        server, _ = self.server_with_totp()
        import json
        device, = json.loads(server.run("device", "list", "--user", "tina", "--json").stdout)
        self.assertEqual(server.bind(user_dn("tina"), "right-password"), 49)
        server.run("device", "delete", device["pk"])
        self.assertEqual(server.bind(user_dn("tina"), "right-password"), 0)

    def test_unconfirmed_device_is_not_asked(self):
        server, _ = self.server_with_totp()
        import json
        device, = json.loads(server.run("device", "list", "--user", "tina", "--json").stdout)
        server.run("device", "set", device["pk"], "confirmed=false")
        self.assertEqual(server.bind(user_dn("tina"), "right-password"), 0)

    def test_code_goes_on_an_existing_connection_too(self):
        server, key = self.server_with_totp()
        with ldapwire.connect(server) as wire:
            self.assertEqual(wire.bind(user_dn("tina"), "right-password"), 49)
            self.assertEqual(wire.bind(user_dn("tina"), f"right-password;{oath(key)}"), 0)
            self.assertEqual(wire.whoami(), "dn:" + user_dn("tina"))


class AppPasswords(PosternCase):
    def test_binds_without_a_code_and_beside_the_password(self):
        server = self.postern(start=True)
        dn = server.add_user("tina", "right-password")
        key = server.add_totp("tina")
        app = server.app_password("tina", "mail-client")
        for _ in range(3):
            self.assertEqual(server.bind(dn, app), 0)
        self.assertEqual(server.bind(dn, "right-password"), 49)
        self.assertEqual(server.bind(dn, f"right-password;{oath(key)}"), 0)

    def test_wrong_foreign_and_deleted_ones_are_49(self):
        server = self.postern(start=True)
        anna, bert = server.add_user("anna", "pw-of-anna"), server.add_user("bert", "pw-of-bert")
        app = server.app_password("anna", "one")
        self.assertEqual(server.bind(bert, app), 49)
        self.assertEqual(server.bind(anna, app[:-1]), 49)
        self.assertEqual(server.bind(anna, app[:-1] + ("a" if app[-1] != "a" else "b")), 49)
        self.assertEqual(server.bind(anna, app + "x"), 49)
        self.assertEqual(server.bind(anna, app), 0)
        with ldapwire.connect(server) as kept:
            self.assertEqual(kept.bind(anna, app), 0)
            server.run("token", "delete", "one")
            self.assertEqual(server.bind(anna, app), 49)
            self.assertIn(kept.search(anna, scope=0)[0], (50, None))

    def test_stands_alone_not_before_a_code(self):
        server = self.postern(start=True)
        server.add_user("tina", "right-password")
        key = server.add_totp("tina")
        app = server.app_password("tina", "one")
        self.assertEqual(server.bind(user_dn("tina"), f"{app};{oath(key)}"), 49)

    def test_api_token_and_recovery_key_are_no_password(self):
        server = self.postern(start=True)
        dn = server.add_user("anna", "right-password")
        api = server.run("token", "create", "--user", "anna", "--intent", "api", "--identifier", "api").stdout.strip()
        link = server.run("create_recovery_key", "1", "anna").stdout.strip()
        for text in (server.secret(api), server.secret(link.rstrip("/").rsplit("/", 1)[1])):
            self.assertEqual(server.bind(dn, text), 49)

    def test_expired_one_is_49(self):
        server = self.postern(start=True)
        dn = server.add_user("anna", "right-password")
        made = server.run("token", "create", "--user", "anna", "--identifier", "old", "--expires",
                          "2020-01-01T00:00:00Z")
        self.assertEqual(server.bind(dn, server.secret(made.stdout.strip())), 49)

    def test_disabled_owner_is_49(self):
        server = self.postern(start=True)
        dn = server.add_user("anna", "right-password")
        app = server.app_password("anna", "one")
        server.run("user", "set", "anna", "is_active=false")
        self.assertEqual(server.bind(dn, app), 49)


SECOND_DOOR = """version: 1
entries:
  - model: authentik_core.group
    id: group
    identifiers: {name: vpn}
  - model: authentik_providers_ldap.ldapprovider
    id: provider
    identifiers: {name: vpn}
    attrs:
      base_dn: dc=vpn,dc=example
      authorization_flow: !Find [authentik_flows.flow, [slug, default-authentication-flow]]
  - model: authentik_core.application
    id: application
    identifiers: {slug: vpn}
    attrs: {name: VPN, provider: !KeyOf provider, policy_engine_mode: %s}
%s"""
BINDING = """  - model: authentik_policies.policybinding
    identifiers: {target: !KeyOf application, order: %d}
    attrs: {%s}
"""


class Admission(PosternCase):
    def door(self, *bindings, mode="any"):
        """{name: result code} of the members' and strangers' binds with right passwords."""
        server = self.postern(start=True)
        for name in ("inside", "outside", "named"):
            server.add_user(name, f"password-of-{name}")
        text = "".join(BINDING % (10 * number, binding) for number, binding in enumerate(bindings))
        server.apply(SECOND_DOOR % (mode, text))
        server.run("group", "add", "vpn", "inside")
        self.server = server
        return {name: server.bind(user_dn(name, "dc=vpn,dc=example"), f"password-of-{name}")
                for name in ("inside", "outside", "named")}

    GROUP = "group: !KeyOf group"
    NAMED = "user: !Find [authentik_core.user, [username, named]]"

    def test_without_bindings_every_active_user(self):
        self.assertEqual(self.door(), {"inside": 0, "outside": 0, "named": 0})

    def test_group_binding_is_50_for_others_after_right_credentials_only(self):
        self.assertEqual(self.door(self.GROUP), {"inside": 0, "outside": 50, "named": 50})
        self.assertEqual(self.server.bind(user_dn("outside", "dc=vpn,dc=example"), "wrong"), 49)
        self.assertEqual(self.server.bind(user_dn("outside"), "password-of-outside"), 0)

    def test_any_of_group_and_user(self):
        self.assertEqual(self.door(self.GROUP, self.NAMED), {"inside": 0, "outside": 50, "named": 0})

    def test_all_of_group_and_user(self):
        self.assertEqual(self.door(self.GROUP, self.NAMED, mode="all"), {"inside": 50, "outside": 50, "named": 50})
        self.server.run("group", "add", "vpn", "named")
        self.assertEqual(self.server.bind(user_dn("named", "dc=vpn,dc=example"), "password-of-named"), 0)

    def test_negated_binding(self):
        self.assertEqual(self.door(self.GROUP + ", negate: true"), {"inside": 50, "outside": 0, "named": 0})

    def test_disabled_binding_does_not_count(self):
        self.assertEqual(self.door(self.GROUP + ", enabled: false"), {"inside": 0, "outside": 0, "named": 0})

    def test_nested_group_admits_and_removal_closes_an_open_connection(self):
        self.assertEqual(self.door(self.GROUP)["outside"], 50)
        server, dn = self.server, user_dn("outside", "dc=vpn,dc=example")
        server.run("group", "create", "child", "--parent", "vpn", "--member", "outside")
        self.assertEqual(server.bind(dn, "password-of-outside"), 0)
        with ldapwire.connect(server) as kept:
            self.assertEqual(kept.bind(dn, "password-of-outside"), 0)
            self.assertEqual(kept.search(dn, scope=0)[0], 0)
            server.run("group", "remove", "child", "outside")
            self.assertIn(kept.search(dn, scope=0)[0], (50, None))
        self.assertEqual(server.bind(dn, "password-of-outside"), 50)

    def test_admission_needs_the_code_first(self):
        self.door(self.GROUP)
        server, dn = self.server, user_dn("outside", "dc=vpn,dc=example")
        key = server.add_totp("outside")
        self.assertEqual(server.bind(dn, "password-of-outside"), 49)
        self.assertEqual(server.bind(dn, f"password-of-outside;{oath(key)}"), 50)

    def test_identity_of_one_door_is_hidden_from_the_other(self):
        self.door()
        found = self.server.search((user_dn("inside"), "password-of-inside"), base="dc=vpn,dc=example")
        self.assertEqual(found.code, 32)

    def test_without_mfa_support_a_user_with_a_device_needs_an_app_password(self):
        self.door()
        server, dn = self.server, user_dn("inside", "dc=vpn,dc=example")
        server.apply("version: 1\nentries:\n  - model: authentik_providers_ldap.ldapprovider\n"
                     "    identifiers: {name: vpn}\n    attrs: {mfa_support: false}\n")
        self.assertEqual(server.bind(dn, "password-of-inside"), 0)
        key = server.add_totp("inside")
        self.assertEqual(server.bind(dn, "password-of-inside"), 49)
        self.assertEqual(server.bind(dn, f"password-of-inside;{oath(key)}"), 49)
        self.assertEqual(server.bind(dn, server.app_password("inside", "app")), 0)
        self.assertEqual(server.bind(user_dn("inside"), f"password-of-inside;{oath(key)}"), 0)

    def test_deny_stage_refuses_everybody(self):
        self.door()
        self.server.apply("""version: 1
entries:
  - model: authentik_stages_deny.denystage
    id: deny
    identifiers: {name: nobody-in}
  - model: authentik_flows.flow
    id: flow
    identifiers: {slug: closed}
    attrs: {name: Closed, title: Closed, designation: authentication}
  - model: authentik_flows.flowstagebinding
    identifiers: {target: !KeyOf flow, stage: !KeyOf deny, order: 0}
  - model: authentik_providers_ldap.ldapprovider
    identifiers: {name: vpn}
    attrs: {authorization_flow: !KeyOf flow}
""")
        self.assertEqual(self.server.bind(user_dn("inside", "dc=vpn,dc=example"), "password-of-inside"), 49)
        self.assertEqual(self.server.bind(user_dn("inside"), "password-of-inside"), 0)


if __name__ == "__main__":
    unittest.main()

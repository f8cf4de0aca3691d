"""RADIUS over UDP through the real binary: radclient as NAS, replays and hostile packets by hand."""

from radiuswire import (ACCEPT, CHALLENGE, LISTEN, REJECT, SECRET, SETTINGS, Nas, access_request, address, attribute, blueprint, login, packet, radclient, verified)
from support import CALM, PosternCase, SharedCase, eventually, oath


class RadiusLogin(SharedCase):
    settings = SETTINGS

    @classmethod
    def populate(cls, server):
        server.listen = False
        server.write_config(cls.settings)
        server.start()
        server.add_user("alice", "wonderland")
        server.add_user("bob", "builder")
        server.add_user("zoé", "pässwörd-ünïcode")
        cls.key = server.add_totp("bob")
        cls.app = server.app_password("alice", "alice-vpn")
        server.apply(blueprint())

    def test_a_password_is_accepted(self):
        self.assertEqual(login(self.server, "alice", "wonderland").code, ACCEPT)

    def test_wrong_ones_are_rejected(self):
        for user, password in (("alice", "wrong"), ("nobody", "wonderland"), ("alice", "x" * 128)):
            self.assertEqual(login(self.server, user, password).code, REJECT)

    def test_an_app_password_is_accepted(self):
        self.assertEqual(login(self.server, "alice", self.app).code, ACCEPT)

    def test_utf8(self):
        self.assertEqual(login(self.server, "zoé", "pässwörd-ünïcode").code, ACCEPT)

    def test_a_client_without_message_authenticator_is_served(self):
        reply = login(self.server, "alice", "wonderland", mac=False)
        self.assertEqual(reply.code, ACCEPT)
        self.assertEqual(len(reply.values("Message-Authenticator")), 1)

    def test_proxy_states_come_back(self):
        reply = radclient(self.server, 'User-Name = "alice", User-Password = "wonderland", '
                          'Proxy-State = 0x01, Proxy-State = 0x0203, Proxy-State = 0x01')
        self.assertEqual(reply.values("Proxy-State"), ["0x01", "0x0203", "0x01"])

    def test_a_wrong_secret_gets_no_answer_and_is_listed(self):
        reply = radclient(self.server, 'User-Name = "alice", User-Password = "wonderland"',
                          secret="another", timeout=1)
        self.assertEqual(reply.code, "")
        self.assertIn("wrong Message-Authenticator", self.server.run("radius", "dropped").stdout)

    def test_chap_and_ms_chap_are_rejected_with_the_reason_in_the_log(self):
        self.assertEqual(radclient(self.server, 'User-Name = "alice", CHAP-Password = "wonderland"').code, REJECT)
        self.assertEqual(radclient(self.server, 'User-Name = "alice", MS-CHAP-Password = "wonderland"').code, REJECT)
        eventually(lambda: "needs_a_network_password" in self.server.log_text(), "the log says why")

    def test_status_server(self):
        self.assertEqual(radclient(self.server, "", kind="status").code, ACCEPT)

    def test_the_code_asked_for(self):
        asked = login(self.server, "bob", "builder")
        self.assertEqual(asked.code, CHALLENGE)
        self.assertTrue(asked.one("Reply-Message"))
        state = asked.one("State")
        wrong = radclient(self.server, f'User-Name = "bob", User-Password = "000000", State = {state}')
        self.assertEqual(wrong.code, CHALLENGE)
        answer = (f'User-Name = "bob", User-Password = "{oath(self.key)}", '
                  f'State = {wrong.one("State")}')
        self.assertEqual(radclient(self.server, answer).code, ACCEPT)
        self.assertNotEqual(radclient(self.server, answer).code, ACCEPT, "a code works once")
        stolen = answer.replace('"bob"', '"alice"')
        self.assertEqual(radclient(self.server, stolen).code, REJECT)

    def test_the_test_command(self):
        def ask(*arguments, text=None, code=0):
            return self.server.run("radius", "test", *arguments, "--server", address(self.server),
                                   text=text, code=code)
        self.assertIn(ACCEPT, ask("alice", "--password-stdin", text="wonderland\n").stdout)
        self.assertIn(REJECT, ask("alice", "--password-stdin", text="wrong\n", code=1).stdout)
        self.assertIn(ACCEPT, ask("--status").stdout)
        self.server.add_user("carol", "singer")
        key = self.server.add_totp("carol")
        asked = ask("carol", "--password-stdin", text="singer\n", code=1).stdout
        self.assertIn(CHALLENGE, asked)
        self.assertIn("Reply-Message = Please", asked)
        self.assertIn(ACCEPT, ask("carol", "--password-stdin", "--code", oath(key), text="singer\n").stdout)

    def test_the_code_behind_the_password(self):
        text = "builder;" + oath(self.key, seconds_from_now=30)
        self.assertEqual(login(self.server, "bob", text).code, ACCEPT)
        self.assertNotEqual(login(self.server, "bob", text).code, ACCEPT, "a code works once")

    def test_a_replay_gets_the_same_octets_and_runs_once(self):
        self.server.add_user("erin", "northern-lights")
        request = access_request("erin", "northern-lights", identifier=77)
        with Nas(self.server) as nas:
            for _ in range(4):
                nas.send(request)  # while the first runs
            first = nas.receive()
            self.assertTrue(verified(first, request))
            for _ in range(3):
                self.assertEqual(nas.ask(request), first)
        logins = "select 1 from events where action = 'login' and username = 'erin'"
        eventually(lambda: self.server.query(logins), "the event")
        self.server.stop()  # whatever was on its way has been written
        self.assertEqual(len(self.server.query(logins)), 1)
        self.server.start()

    def test_proxy_state_without_message_authenticator_gets_no_answer(self):
        with Nas(self.server) as nas:
            nas.send(access_request("alice", "wonderland", 90, mac=False, more=attribute(33, b"p")))
            marker = packet(12, 91)
            reply = nas.ask(marker)  # the first answer is that of the second packet
            self.assertEqual(reply[1], 91)
            self.assertTrue(verified(reply, marker))

    def test_hostile_packets_leave_the_others_served(self):
        with Nas(self.server) as nas:
            for octets in (b"", b"\x01", bytes(19), b"\x01\x01\x00\x14" + bytes(15), b"\x01\x01\xff\xff" + bytes(60),
                           b"\x01\x01\x00\x16" + bytes(16) + b"\x01\x00", b"\x01\x01\x00\x16" + bytes(16) + b"\x01\xff",
                           packet(99), packet(2), b"\xff" * 4096, packet(1, 1, attribute(1, b"x") * 600)):
                nas.send(octets)
            marker = packet(12, 200)
            self.assertEqual(nas.ask(marker)[1], 200)


class RadiusProviders(PosternCase):
    def radius(self, settings=SETTINGS):
        server = self.postern(settings, listen=False, start=True)
        server.add_user("alice", "wonderland")
        return server

    def test_without_a_provider_every_client_is_unknown(self):
        server = self.radius()
        with Nas(server, timeout=1) as nas:
            nas.send(access_request("alice", "wonderland"))
            eventually(lambda: "unknown client" in server.run("radius", "dropped").stdout, "the list")
        self.assertIn("radius.dropped", server.log_text())

    def test_a_changed_secret_is_taken_without_a_restart(self):
        server = self.radius()
        server.apply(blueprint())
        self.assertEqual(login(server, "alice", "wonderland").code, ACCEPT)
        server.apply(blueprint(secret=server.secret("a-rotated-secret")))
        self.assertEqual(login(server, "alice", "wonderland", secret="a-rotated-secret").code, ACCEPT)

    def test_old_and_new_secret_beside_each_other(self):
        server = self.radius()
        server.apply(blueprint(secret="the-new-secret", attributes=f"{{postern: {{secrets: [{SECRET}]}}}}"))
        for secret in (SECRET, "the-new-secret"):
            self.assertEqual(login(server, "alice", "wonderland", secret=secret).code, ACCEPT)
        shown = server.run("apply", server.folder / "test.yaml").stdout
        self.assertNotIn("secrets", shown, "applied again, nothing changes")

    def test_secrets_are_sealed(self):
        server = self.radius()
        server.apply(blueprint(secret=server.secret("plain-to-be-sealed"),
                               attributes="{postern: {secrets: [another-plain-one]}}"))
        stored = repr(server.query("select settings from providers"))
        self.assertNotIn("plain-to-be-sealed", stored)
        self.assertNotIn("another-plain-one", stored)

    def test_a_generated_secret_can_be_asked_for(self):
        server = self.radius()
        server.apply(blueprint().replace(f"      shared_secret: {SECRET}\n", ""))
        secret = server.secret(server.run("radius", "secret").stdout.strip())
        self.assertGreaterEqual(len(secret), 32)
        self.assertEqual(login(server, "alice", "wonderland", secret=secret).code, ACCEPT)

    def test_append_asks_for_nothing(self):
        server = self.radius()
        key = server.add_totp("alice")
        server.apply(blueprint(attributes="{postern: {otp: append}}"))
        self.assertEqual(login(server, "alice", "wonderland").code, REJECT)
        self.assertEqual(login(server, "alice", "wonderland;" + oath(key)).code, ACCEPT)

    def test_bindings_of_the_application_decide(self):
        server = self.radius()
        server.run("group", "create", "vpn")
        more = """  - model: authentik_policies.policybinding
    identifiers: {target: !Find [authentik_core.application, [slug, radius]], order: 0}
    attrs: {group: !Find [authentik_core.group, [name, vpn]]}
"""
        server.apply(blueprint())
        server.apply(blueprint() + more)
        self.assertEqual(login(server, "alice", "wonderland").code, REJECT)
        server.run("group", "create", "staff", "--member", "alice", "--parent", "vpn")
        self.assertEqual(login(server, "alice", "wonderland").code, ACCEPT)

    def test_wrong_settings_are_refused_with_file_and_line(self):
        server = self.radius()
        for wrong, what in (("networks", "client_networks"), ("otp", "otp"), ("unknown", "unknown"),
                            ("empty", "shared_secret"), ("old", "secrets")):
            text = {"networks": blueprint(networks="10.0.0.0/40"),
                    "otp": blueprint(attributes="{postern: {otp: maybe}}"),
                    "empty": blueprint(secret="''"),  # RFC 2865 3
                    "old": blueprint(attributes="{postern: {secrets: ['']}}"),
                    "unknown": blueprint(attributes="{postern: {colour: red}}")}[wrong]
            done = server.apply(text, code=1)
            self.assertRegex(done.stderr + done.stdout, r"test\.yaml:\d+: .*" + what)

    def test_ipv6(self):
        server = self.radius(LISTEN.replace("radius: 127.0.0.1:0", "radius: '[::1]:0'") + CALM)
        server.apply(blueprint())
        self.assertEqual(login(server, "alice", "wonderland").code, ACCEPT)

    def test_every_address(self):
        server = self.radius(LISTEN.replace("radius: 127.0.0.1:0", "radius: '*:0'") + CALM)
        server.apply(blueprint())
        server.ready = server.ready.replace("radius=*", "radius=127.0.0.2")
        reply = login(server, "alice", "wonderland")
        self.assertEqual(reply.code, ACCEPT, "the answer comes from the address that was asked")

    def test_refusals_under_the_throttle_reach_a_nas_that_waits_seconds(self):
        server = self.radius(LISTEN + "login:\n  argon2: {memory: 8MiB, passes: 1}\n")
        server.apply(blueprint())
        for attempt in range(8):  # the seventh would be held back for 15 s over LDAP
            self.assertEqual(login(server, "alice", f"wrong-{attempt}").code, REJECT)


class RadiusReplies(SharedCase):
    settings = SETTINGS
    rules = """
        postern:
          replies:
            - when: {group: guests}
              vlan: 99
            - when: {group: staff, nas: gateway}
              roles: {fortinet: admins, cisco: 15, mikrotik: full, aruba-admin: root, h3c: Manage,
                      apc: Admin, juniper: remote, paloalto-admin: superuser, ruckus: staff}
              reply:
                Filter-Id: allow-all
                Tunnel-Password: {tag: 1, value: hush}
              priority: 5
            - when: {group: staff, ssid: office}
              reply: {Class: [one, two], Session-Timeout: 3600}
              continue: true
            - when: {group: staff, ssid: office}
              vlan: 42
"""

    @classmethod
    def populate(cls, server):
        server.listen = False
        server.write_config(cls.settings)
        server.start()
        server.add_user("alice", "wonderland")
        server.add_user("guest", "guest-password")
        server.run("group", "create", "everybody-inside")
        server.run("group", "create", "guests", "--member", "guest")
        server.run("group", "create", "staff")
        server.run("group", "create", "admins", "--member", "alice", "--parent", "staff")
        server.apply(blueprint(attributes=cls.rules))

    def test_a_vlan_per_group_as_3580_says(self):
        reply = login(self.server, "guest", "guest-password")
        self.assertEqual(reply.code, ACCEPT)
        self.assertEqual(reply.one("Tunnel-Private-Group-Id:0"), "99")
        self.assertEqual(reply.one("Tunnel-Type:0"), "VLAN")
        self.assertEqual(reply.one("Tunnel-Medium-Type:0"), "IEEE-802")

    def test_ssid_and_merging(self):
        reply = login(self.server, "alice", "wonderland", Called_Station_Id="00-10-A4-23-19-C0:office")
        self.assertEqual(reply.values("Class")[:2], ["0x6f6e65", "0x74776f"])
        self.assertEqual(reply.one("Session-Timeout"), "3600")
        self.assertEqual(reply.one("Tunnel-Private-Group-Id:0"), "42")

    def test_vendors_decode_in_radclient(self):
        reply = login(self.server, "alice", "wonderland", NAS_Identifier="gateway")
        for name, value in (("Fortinet-Group-Name", "admins"), ("Cisco-AVPair", "shell:priv-lvl=15"),
                            ("Mikrotik-Group", "full"), ("Aruba-Admin-Role", "root"),
                            ("H3C-Exec-Privilege", "Manage"), ("APC-Service-Type", "Admin"),
                            ("Juniper-Local-User-Name", "remote"), ("PaloAlto-Admin-Role", "superuser"),
                            ("Ruckus-User-Groups", "staff"), ("Filter-Id", "allow-all"),
                            ("Tunnel-Password:1", "hush")):
            self.assertEqual(reply.one(name), value)

    def test_no_rule_no_attribute(self):
        reply = login(self.server, "alice", "wonderland")
        self.assertEqual([name for name, _ in reply.attributes], ["Message-Authenticator", "Class"])

    def test_a_dry_run(self):
        shown = self.server.run("radius", "reply", "alice", "--nas", "gateway").stdout
        self.assertIn("Fortinet-Group-Name = admins", shown)
        self.assertIn("no rule matches", self.server.run("radius", "reply", "alice").stdout)
        self.server.run("radius", "reply", "nobody", code=1)

    def test_a_wrong_rule_is_refused_with_file_and_line(self):
        for rule, what in (("{vlan: 5000}", "vlan"), ("{reply: {Clas: x}}", "Clas is not in the dictionary"),
                           ("{when: {group: nobody-there}, vlan: 1}", "nobody-there"),
                           ("{reply: {Session-Timeout: soon}}", "Session-Timeout")):
            done = self.server.apply(blueprint(attributes=f"{{postern: {{replies: [{rule}]}}}}"), code=1)
            self.assertRegex(done.stderr + done.stdout, r"test\.yaml:\d+: .*" + what)

    def test_applied_again_nothing_changes(self):
        done = self.server.apply(blueprint(attributes=self.rules))
        self.assertIn("2 unchanged", done.stdout)


class RadiusDictionaries(PosternCase):
    def test_the_dictionaries_of_freeradius_can_be_read(self):
        server = self.postern(SETTINGS + "radius:\n  dictionaries: [/usr/share/freeradius/dictionary]\n",
                              listen=False, start=True)
        server.run("check")
        server.add_user("alice", "wonderland")
        server.apply(blueprint(attributes="{postern: {replies: [{reply: {Extreme-Security-Profile: quiet}}]}}"))
        self.assertEqual(login(server, "alice", "wonderland").one("Extreme-Security-Profile"), "quiet")

    def test_a_wrong_dictionary_is_refused_with_file_and_line(self):
        server = self.postern(SETTINGS, listen=False)
        (server.folder / "mine").write_text("VENDOR Mine 99999\nATTRIBUTE Broken\n")
        server.write_config(SETTINGS + "radius:\n  dictionaries: [mine]\n")
        done = server.run("check", code=2)
        self.assertRegex(done.stderr, r"mine:2: ATTRIBUTE needs")

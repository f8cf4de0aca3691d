"""What happened and why: the trail of events with its seals, repeats and filters, explanations of logins, and the
rows of administration over the API: certificates, outposts, applications at once, flows as blueprints."""

import re
import sqlite3
import subprocess
import time
import unittest

from support import BASE, eventually, oath, user_dn
from web import API, Client
from web_test import WebCase


class Trail(WebCase):
    def test_a_changed_or_removed_event_is_found(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        for name in ("a", "b", "c"):
            made.bind(user_dn(f"nobody-{name}"), "wrong")
        eventually(lambda: made.query("select count(*) from events where action = 'login_failed'")[0][0] == 3, "events")
        done = made.run("events", "verify").stdout
        self.assertRegex(done, r"(?s)^\d+ events, whole\n.*head [0-9a-f]{64}")
        made.stop()
        whole = made.folder / "whole.db"
        made.run("backup", whole)
        for statement in ("update events set username = 'somebody' where username = 'nobody-b'",
                          "delete from events where username = 'nobody-b'",
                          "delete from events where pk = (select max(pk) from events)",
                          "insert into events (action, app, user_pk, username, client_ip, context, created) "
                          "values ('login', 'x', 1, 'x', '', '{}', 1)"):
            with sqlite3.connect(made.database) as database:
                database.execute(statement)
            database.close()
            broken = made.run("events", "verify", code=1)
            self.assertIn("the trail is broken at event", broken.stderr, statement)
            made.run("restore", whole)
        made.run("events", "verify")

    def test_repeats_within_a_minute_are_one_event_and_a_number(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        for _ in range(7):
            self.assertEqual(made.bind(user_dn("alice"), "wrong"), 49)
        eventually(lambda: made.query("select 1 from events where action = 'login_failed'"), "an event")
        made.stop()
        rows = made.query("select context from events where action = 'login_failed' and username = 'alice' order by pk")
        self.assertEqual(len(rows), 2, rows)
        self.assertIn('"count":6', rows[1][0])
        self.assertIn('"reason":"wrong_password"', rows[0][0])
        self.assertIn("events, whole", made.run("events", "verify").stdout)

    def test_old_events_go_and_the_rest_stays_whole(self):
        made = self.site()
        client = self.administrator(made)
        self.holds(client, "PATCH", "/admin/settings/", {"event_retention": "seconds=1"})
        made.bind(user_dn("nobody"), "wrong")
        made.stop()
        made.start()
        made.web = dict(word.split("=", 1) for word in made.ready.split()[1:])
        eventually(lambda: not made.query("select 1 from events where username = 'nobody'"), "old events to go")
        made.bind(user_dn("nobody-else"), "wrong")
        eventually(lambda: made.query("select 1 from events where username = 'nobody-else'"), "a new event")
        self.assertIn("events, whole", made.run("events", "verify").stdout)

    def test_filters_and_sums(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        client = self.administrator(made)
        made.bind(user_dn("alice"), "wonderland 42 rabbit")
        made.bind(user_dn("alice"), "wrong")
        eventually(lambda: len(self.holds(client, "GET", "/events/events/?username=alice").json["results"]) >= 2, "events")
        one = self.holds(client, "GET", "/events/events/?username=alice&action=login_failed").json["results"]
        self.assertEqual([one[0]["context"]["reason"], one[0]["client_ip"], len(one)], ["wrong_password", "127.0.0.1", 1])
        both = self.holds(client, "GET", "/events/events/?username=alice&actions=login&actions=login_failed").json
        self.assertEqual(both["pagination"]["count"], 2)
        self.holds(client, "GET", f"/events/events/{one[0]['pk']}/")
        top = self.holds(client, "GET", "/events/events/top_per_user/?top_n=3").json
        self.assertEqual([(row["application"]["name"], row["counted_events"], row["unique_users"]) for row in top],
                         [("LDAP", 1, 1)] if top and top[0]["application"]["name"] == "LDAP" else
                         [(top[0]["application"]["name"], 1, 1)])
        self.holds(client, "GET", "/events/events/volume/")
        self.assertEqual(client.api("GET", "/events/events/top_per_user/?top_n=x").status, 400)

    def test_figures_count_all_events_however_many(self):
        made = self.site()
        client = self.administrator(made)
        now, hour, many = int(time.time() * 1000), 3_600_000, 30_000
        service, = made.query("select pk from providers where model like '%ldapprovider' limit 1")[0]
        with sqlite3.connect(made.database, timeout=10) as database:
            database.executemany(
                "insert into events (action, app, user_pk, username, client_ip, context, created, seal) "
                "values ('login', 'test', ?, 'somebody', '', ?, ?, '')",
                ((1000 + i % 17, f'{{"service": {service}}}', now - 2 * hour - i % 5 * hour) for i in range(many)))
        asked = "/events/events/volume/?action=login&username=somebody"
        found = self.holds(client, "GET", asked).json
        self.assertEqual([row["count"] for row in found], [many // 5] * 5)
        self.assertEqual(sorted(row["time"] for row in found), [row["time"] for row in found])
        self.assertEqual(self.holds(client, "GET", asked + "&history_days=8").json, found)
        stats = self.holds(client, "GET", "/events/events/stats/?username=somebody&count_steps=days%3D1&count_steps=hours%3D1").json
        self.assertEqual((stats["unique_users"], stats["count_step"]), (17, {"days=1": many, "hours=1": 0}))
        top, = self.holds(client, "GET", "/events/events/top_per_user/").json
        self.assertEqual((top["counted_events"], top["unique_users"]), (many, 17))


class Explain(WebCase):
    def test_each_refusal_names_the_setting(self):
        made = self.site()
        password = made.secret("wonderland 42 rabbit")
        made.add_user("alice", password)
        made.add_user("gone", password, "--inactive")
        admin = self.administrator(made)
        group = self.holds(admin, "POST", "/core/groups/", {"name": "readers"}, 201).json
        target = self.holds(admin, "GET", "/core/applications/ldap/").json["pbm_uuid"]

        def last(name):
            return self.holds(admin, "GET", f"/postern/explain/?user={name}&limit=1").json["results"][0]
        self.assertEqual(made.bind(user_dn("alice"), password), 0)
        granted = last("alice")
        self.assertEqual((granted["granted"], granted["service"], granted["protocol"]), (True, "ldap", "ldap"))
        self.assertEqual(made.bind(user_dn("alice"), "wrong"), 49)
        self.assertEqual(last("alice")["reason"], "wrong_password")
        self.assertEqual(made.bind(user_dn("gone"), password), 49)
        self.assertEqual((last("gone")["reason"], last("gone")["setting"]), ("user_inactive", "is_active of the user"))
        self.assertEqual(made.bind(user_dn("nobody"), password), 49)
        self.assertIn("user: nobody has this name", last("nobody")["steps"])
        self.holds(admin, "POST", "/policies/bindings/", {"target": target, "group": group["pk"], "order": 3}, 201)
        self.assertEqual(made.bind(user_dn("alice"), password), 50)
        refused = last("alice")
        self.assertEqual((refused["reason"], refused["setting"]),
                         ("access_denied", "the policy bindings of the application"))
        self.assertIn("binding 3 to group number", " ".join(refused["steps"]))
        self.assertIn("does not pass", " ".join(refused["steps"]))
        text = made.run("explain", "alice", "--refused", "--limit", "1").stdout
        self.assertIn("refused: access_denied", text)
        self.assertIn("look at: the policy bindings of the application", text)
        self.assertEqual(self.visitor(made).log_in("alice", "wrong").status, 200)
        self.assertEqual(last("alice")["protocol"], "http")
        plain = self.visitor(made)
        plain.log_in("alice", password)
        self.holds(plain, "GET", "/postern/explain/", status=403)
        self.assertNotIn(password, made.run("explain", "--limit", "100").stdout)

    def test_P06_a_refused_client_is_given_the_id_under_which_the_cause_is_found(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        text = made.client("ldapwhoami", "-D", user_dn("alice"), "-w", "wrong").stderr
        request = re.search(r"additional info: invalid credentials \(request (l\d+-\d+)\)", text).group(1)
        told = made.run("explain", "--request", request).stdout
        self.assertIn(f"request {request}  refused: wrong_password", told)
        self.assertIn("look at: the password as the client sends it", told)
        # Lines are written behind the answers.
        lines = eventually(lambda: re.findall(rf"request={request}\b", made.log_text()), "the line of the log")
        self.assertEqual(len(lines), 1)

    def test_P06_a_dn_that_is_no_entrys_is_shown_with_what_it_should_be(self):
        made = self.site()
        wrong = f"cn=alice,ou=people,{BASE}"
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        self.assertEqual(made.bind(wrong, "wonderland 42 rabbit"), 49)
        told = made.run("explain", "--limit", "1").stdout
        self.assertIn(f"ldap  {wrong}  from 127.0.0.1", told)
        self.assertIn("refused: not_an_entry_dn", told)
        self.assertIn(f"look at: the bind DN: an entry's own is cn=NAME,ou=users,{BASE} here", told)
        eventually(lambda: made.query("select 1 from events where action = 'login_failed' and username = ?", wrong),
                   "the event with the name that was sent")

    def test_I18_a_code_of_another_time_says_how_far_the_clocks_are_apart(self):
        made = self.site()
        dn = made.add_user("alice", made.secret("wonderland 42 rabbit"))
        key = made.add_totp("alice")
        self.assertEqual(made.bind(dn, "wonderland 42 rabbit;" + oath(key, 600)), 49)
        self.assertRegex(made.run("explain", "alice").stdout,
                         r"the code is that of (9|10|11) min from now: the clock of the device is fast")
        self.assertEqual(made.bind(dn, "wonderland 42 rabbit;" + oath(key, -600)), 49)
        self.assertRegex(made.run("explain", "alice").stdout,
                         r"the code is that of (9|10|11) min ago: the clock of the device is slow")

    def test_I72_access_says_who_gets_in_where_and_sees_what_without_a_login(self):
        made = self.site()
        made.add_user("alice", made.secret("wonderland 42 rabbit"))
        made.add_user("gone", None, "--inactive")
        self.assertRegex(made.run("access", "alice").stdout,
                         r"alice \(pk \d+\): active, has a password, 0 code devices, 0 app passwords, 0 network passwords\n"
                         r"ldap: gets in with the right credentials\n  application ldap: no bindings\n"
                         r"  sees itself and its groups: no rule fits, so search_default")
        self.assertIn("ldap: does not get in: user_inactive; look at is_active", made.run("access", "gone").stdout)
        self.assertIn("sees everything: search_full_directory is granted", made.run("access", "ldap-search").stdout)
        made.run("group", "create", "readers")
        made.apply('''version: 1
entries:
  - model: authentik_policies.policybinding
    identifiers: {target: !Find [authentik_core.application, [slug, ldap]], order: 3}
    attrs: {group: !Find [authentik_core.group, [name, readers]]}
  - model: authentik_providers_ldap.ldapprovider
    identifiers: {name: ldap}
    attrs: {attributes: {postern: {search: [{group: readers, sees: members}, {user: alice, sees: everything}]}}}
''')
        told = made.run("access", "alice", "--service", "ldap").stdout
        self.assertRegex(told, r"does not get in: access_denied(.|\n)*binding 3 to group number \d+: does not pass")
        self.assertIn("sees everything: attributes.postern.search[1] of the provider", told)
        self.assertIn("no user is named", made.run("access", "nobody", code=1).stderr)
        self.assertIn("no provider or application", made.run("access", "alice", "--service", "x", code=1).stderr)


class Administration(WebCase):
    def test_certificates_are_made_kept_shown_and_looked_at(self):
        made = self.site()
        client = self.administrator(made)
        one = self.holds(client, "POST", "/crypto/certificatekeypairs/generate/",
                         {"common_name": "wifi", "subject_alt_name": "wifi.example.org, 192.0.2.7", "validity_days": 30,
                          "alg": "ecdsa"}).json
        self.assertEqual((one["name"], one["cert_subject"], one["key_type"], one["private_key_available"]),
                         ("wifi", "CN=wifi", "ec", True))
        path = f"/crypto/certificatekeypairs/{one['pk']}/"
        pem = self.holds(client, "GET", path + "view_certificate/").json["data"]
        key = self.holds(client, "GET", path + "view_private_key/").json["data"]
        shown = subprocess.run(["openssl", "x509", "-noout", "-text", "-fingerprint", "-sha256"], input=pem,
                               capture_output=True, text=True, check=True).stdout
        self.assertIn("DNS:wifi.example.org, IP Address:192.0.2.7", shown)
        self.assertIn(one["fingerprint_sha256"].upper(), shown)
        self.assertIn("PRIVATE KEY", key)
        again = self.holds(client, "POST", "/crypto/certificatekeypairs/",
                           {"name": "copy", "certificate_data": pem, "key_data": key}, 201).json
        self.assertEqual(again["fingerprint_sha1"], one["fingerprint_sha1"])
        self.holds(client, "PATCH", path, {"name": "renamed"})
        self.holds(client, "GET", path + "used_by/")
        wrong = client.api("POST", "/crypto/certificatekeypairs/", {"name": "bad", "certificate_data": "x"})
        self.assertEqual((wrong.status, list(wrong.json)), (400, ["certificate_data"]))
        eventually(lambda: len(self.holds(client, "GET", "/events/events/?action=secret_view").json["results"]) == 2,
                   "both looks in the trail")
        self.holds(client, "DELETE", path, status=204)

    def test_an_outpost_sees_its_own_providers_and_goes_with_its_account(self):
        made = self.site()
        client = self.administrator(made)
        provider = self.holds(client, "GET", "/providers/ldap/").json["results"][0]["pk"]
        config = self.holds(client, "GET", "/outposts/instances/default_settings/").json["config"]
        one = self.holds(client, "POST", "/outposts/instances/",
                         {"name": "edge", "type": "ldap", "providers": [provider], "config": config}, 201).json
        key = made.secret(self.holds(client, "GET", f"/core/tokens/{one['token_identifier']}/view_key/").json["key"])
        outpost = Client(made.web["http"], token=key)
        listed = self.holds(outpost, "GET", "/outposts/instances/").json["results"]
        self.assertEqual([row["pk"] for row in listed], [one["pk"]])
        mine = self.holds(outpost, "GET", "/outposts/ldap/").json["results"]
        self.assertEqual([(row["pk"], row["application_slug"]) for row in mine], [(provider, "ldap")])
        self.assertEqual(self.holds(outpost, "GET", "/outposts/radius/").json["results"], [])
        self.holds(outpost, "GET", "/core/users/?page_size=100")
        self.holds(outpost, "PATCH", "/core/users/1/", {"name": "x"}, status=403)
        self.holds(client, "GET", f"/outposts/instances/{one['pk']}/health/")
        user = self.holds(client, "GET", f"/outposts/ldap/{provider}/check_access/?app_slug=ldap").json
        self.assertEqual((user["access"]["passing"], user["has_search_permission"]), (True, True))
        self.holds(client, "DELETE", f"/outposts/instances/{one['pk']}/", status=204)
        self.holds(outpost, "GET", "/core/users/", status=403)
        self.assertFalse(made.query("select 1 from users where username like 'ak-outpost-%'"))

    def test_an_application_with_provider_and_bindings_at_once_or_not_at_all(self):
        made = self.site()
        client = self.administrator(made)
        flow = self.holds(client, "GET", "/flows/instances/default-authentication-flow/").json["pk"]
        group = self.holds(client, "POST", "/core/groups/", {"name": "readers"}, 201).json["pk"]
        wanted = {"app": {"name": "Wiki", "slug": "wiki"}, "provider_model": "authentik_providers_ldap.ldapprovider",
                  "provider": {"name": "wiki", "base_dn": "dc=wiki", "authorization_flow": flow, "invalidation_flow": flow},
                  "policy_bindings": [{"group": group, "order": 0}]}
        broken = {**wanted, "policy_bindings": [{"group": SAMPLE, "order": 0}]}
        refused = client.api("PUT", "/core/transactional/applications/", broken)
        self.assertEqual((refused.status, list(refused.json)), (400, ["policy_bindings"]))
        self.holds(client, "GET", "/core/applications/wiki/", status=404)
        self.assertTrue(self.holds(client, "PUT", "/core/transactional/applications/", wanted).json["applied"])
        made_one = self.holds(client, "GET", "/core/applications/wiki/").json
        self.assertEqual(made_one["provider_obj"]["name"], "wiki")
        used = self.holds(client, "GET", f"/core/groups/{group}/used_by/").json
        self.assertEqual([(row["model_name"], row["action"]) for row in used], [("policybinding", "cascade")])
        twice = client.api("PUT", "/core/transactional/applications/", wanted)
        self.assertEqual(twice.status, 400)

    def test_a_flow_goes_out_as_a_blueprint_and_comes_back(self):
        made = self.site()
        client = self.administrator(made)
        text = client.api("GET", "/flows/instances/default-password-change/export/").body
        self.assertIn("model: authentik_flows.flow\n", text)
        self.assertNotRegex(text, r"(?i)sealed|hash")
        changed = text.replace("default-password-change", "another-change")
        answer = self.upload(client, changed)
        self.assertEqual((answer.status, answer.json["success"]), (200, True), answer)
        first = self.steps(client, "default-password-change")
        self.assertEqual(self.steps(client, "another-change"), first)
        self.assertTrue(first)
        wrong = self.upload(client, "version: 1\nentries:\n  - model: nothing.here\n")
        self.assertEqual((wrong.status, wrong.json["success"]), (400, False))
        self.assertEqual(self.upload(client, "version: 1\nentries: [!File /etc/passwd]\n").status, 400)

    def steps(self, client, slug):
        pk = self.holds(client, "GET", f"/flows/instances/{slug}/").json["pk"]
        rows = self.holds(client, "GET", f"/flows/bindings/?target={pk}").json["results"]
        return [(row["order"], row["stage_obj"]["meta_model_name"]) for row in rows]

    def upload(self, client, text):
        body = (f"--mark\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.yaml\"\r\n\r\n{text}\r\n"
                "--mark--\r\n").encode()
        return client.request("POST", API + "/managed/blueprints/import/", raw=body,
                              headers={"Content-Type": "multipart/form-data; boundary=mark"})


SAMPLE = "00000000-0000-4000-8000-000000000000"

if __name__ == "__main__":
    unittest.main()

"""Properties of every list and every writable route of the API: pages add up, filters say what a naive one says, no
request is forged, no input makes the server fail."""

import json
import unittest
import urllib.parse

from api_world import ADDRESSES, API, ApiWorld

ABSENT = {str: "nothing-like-this", int: 987654, bool: None}


def members(value, key):
    return [one[key] for one in value or []]


# Filters whose meaning is not "the field of the same name is equal": parameter -> (object, value as text) -> bool.
def attributes(one, text):
    def within(small, large):
        return all(name in large and (within(value, large[name]) if isinstance(value, dict) and isinstance(large[name], dict)
                                      else large[name] == value) for name, value in small.items())
    return within(json.loads(text), one["attributes"])


MEANINGS = {
    "path_startswith": lambda one, text: one["path"].startswith(text),
    "username": lambda one, text: (one["username"] if "username" in one else one["user"]["username"]).lower() == text.lower(),
    "groups_by_name": lambda one, text: text in members(one["groups_obj"], "name"),
    "groups_by_pk": lambda one, text: text in one["groups"],
    "members_by_username": lambda one, text: text in members(one["users_obj"], "username"),
    "members_by_pk": lambda one, text: int(text) in one["users"],
    "attributes": attributes,
    "name__iexact": lambda one, text: one["name"].lower() == text.lower(),
    "flow_uuid": lambda one, text: one["pk"] == text,
    "policy_uuid": lambda one, text: one["pk"] == text,
    "fsb_uuid": lambda one, text: one["pk"] == text,
    "session__last_ip": lambda one, text: one["last_ip"] == text,
    "actions": lambda one, text: one["action"] == text,
    "user_pk": lambda one, text: str(one["user"].get("pk")) == text,
    "target_in": lambda one, text: one["target"] == text,
    "identifier_in": lambda one, text: one["identifier"] in text.split(","),
    "providers_by_pk": lambda one, text: int(text) in one["providers"],
}
SAMPLES = {  # values of such filters out of an object
    "path_startswith": lambda one: [one["path"], one["path"][:1]],
    "username": lambda one: [one["username"]] if "username" in one else [one["user"]["username"]] if one["user"].get("pk") else [],
    "groups_by_name": lambda one: members(one["groups_obj"], "name"),
    "groups_by_pk": lambda one: one["groups"],
    "members_by_username": lambda one: members(one["users_obj"], "username"),
    "members_by_pk": lambda one: one["users"],
    "attributes": lambda one: [json.dumps({name: value}) for name, value in one["attributes"].items()],
    "name__iexact": lambda one: [one["name"], one["name"].upper()],
    "flow_uuid": lambda one: [one["pk"]], "policy_uuid": lambda one: [one["pk"]], "fsb_uuid": lambda one: [one["pk"]],
    "session__last_ip": lambda one: [one["last_ip"]], "actions": lambda one: [one["action"]],
    "user_pk": lambda one: [one["user"]["pk"]] if one["user"].get("pk") else [],
    "target_in": lambda one: [one["target"]], "identifier_in": lambda one: [one["identifier"]],
    "providers_by_pk": lambda one: one["providers"],
}
# Filters whose field the list does not show; they have tests of their own.
ELSEWHERE = {("/rbac/roles/", "users"), ("/rbac/roles/", "groups"), ("/stages/invitation/invitations/", "flow")}


class Pages(ApiWorld):
    def key(self, path, one):
        name = ADDRESSES.get(path, "pk")
        return str(one.get(name, one.get("pk", one.get("id", one.get("codename", json.dumps(one, sort_keys=True))))))

    def pages(self, path, query, size):
        out, page = [], 1
        while True:
            answer = self.root.api("GET", f"{path}?{query}&page_size={size}&page={page}")
            self.assertEqual(answer.status, 200, f"{path} {query} {size} {page}: {answer}")
            said = answer.json["pagination"]
            here = [self.key(path, one) for one in answer.json["results"]]
            out += here
            last = said["next"] == 0
            self.assertEqual(said["current"], page)
            self.assertEqual(said["previous"], page - 1)
            self.assertEqual(said["total_pages"], max(1, -(-said["count"] // size)))
            self.assertEqual(len(here), min(size, said["count"] - (page - 1) * size), (path, query, size, page))
            self.assertEqual(said["end_index"] - said["start_index"] + 1 if here else 0, len(here))
            if last:
                self.assertEqual(len(out), said["count"], (path, query, size))
                return out
            self.assertEqual(said["next"], page + 1)
            page += 1

    def test_the_pages_of_any_size_and_order_are_the_whole_list_once(self):
        self.world(people=20)
        seen = 0
        for path in self.lists():
            first = self.root.api("GET", path + "?page_size=100").json["results"]
            fields = list(first[0]) if first else []
            orders = [""] + [self.random.choice(["", "-"]) + name
                             for name in self.random.sample(fields, min(4, len(fields)))]
            for order in orders:
                query = "ordering=" + order
                whole = self.pages(path, query, 100)
                self.assertEqual(len(set(whole)), len(whole), (path, order))
                smallest, largest = max(1, len(whole) // 10), min(100, max(1, len(whole)))
                for size in {smallest, self.random.randint(smallest, max(smallest, largest)), largest,
                             min(100, len(whole) + 1)}:
                    self.assertEqual(self.pages(path, query, size), whole, (path, order, size))
                seen += 1
            end = self.root.api("GET", f"{path}?page_size=100&page={len(first) // 100 + 9}")
            self.assertEqual((end.status, end.json), (404, {"detail": "Invalid page."}), path)
        self.assertGreater(seen, 150)

    def test_an_order_is_that_of_its_field_and_its_reverse_the_reverse(self):
        self.world(people=20)
        for path, field in (("/core/users/", "username"), ("/core/users/", "pk"), ("/core/groups/", "name"),
                            ("/core/users/", "date_joined"), ("/policies/bindings/", "order"), ("/flows/instances/", "slug")):
            for sign in ("", "-"):
                got = [one[field] for one in self.every(f"{path}?ordering={sign}{field}")]
                folded = [one.lower() if isinstance(one, str) else one for one in got]
                self.assertIn(folded, (sorted(folded, reverse=bool(sign)),
                                       [one.lower() for one in sorted(got, reverse=bool(sign))]
                                       if got and isinstance(got[0], str) else []), (path, field, sign))


class Filters(ApiWorld):
    def meaning(self, name):
        if name in MEANINGS:
            return MEANINGS[name]
        stem, _, operation = name.partition("__")
        if operation == "isnull":
            return lambda one, text: (one[stem] is None) == (text == "true")
        if operation == "lt":
            return lambda one, text: one[stem] is not None and one[stem] < text
        if operation == "gt":
            return lambda one, text: one[stem] is not None and one[stem] > text
        return lambda one, text: (json.dumps(one[name]) if isinstance(one[name], bool) else
                                  "" if one[name] is None else str(one[name])) == text

    def values(self, name, every):
        if name.endswith("__isnull"):
            return ["true", "false"]
        stem = name.partition("__")[0] if name.endswith(("__lt", "__gt")) else name
        out = []
        for one in every:
            for value in SAMPLES[name](one) if name in SAMPLES else [one[stem]]:
                text = json.dumps(value) if isinstance(value, bool) else "" if value is None else str(value)
                if text and text not in out:
                    out.append(text)
        some = self.random.sample(out, min(6, len(out)))
        kind = type(next((one.get(stem) for one in every if one.get(stem) is not None), ""))
        absent = ABSENT.get(kind)
        # A value that nobody has, of the right kind: numbers and plain texts, not keys, choices or times.
        if name in ("name", "username", "email", "description", "slug", "domain") and absent:
            some.append(str(absent))
        return some

    def test_each_filter_finds_what_a_naive_one_finds(self):
        self.world(people=20)
        tried = 0
        for path, methods in self.document()["paths"].items():
            names = [one["name"] for one in methods.get("get", {}).get("parameters", []) if one["in"] == "query"]
            if not names or "{" in path:
                continue
            every = self.every(path)
            for name in names:
                if (path, name) in ELSEWHERE or not every:
                    continue
                meaning, values = self.meaning(name), self.values(name, every)
                for text in values:
                    got = self.every(f"{path}?{name}={urllib.parse.quote(text)}")
                    wanted = [one for one in every if meaning(one, text)]
                    self.assertEqual(sorted(map(self.name_of, got)), sorted(map(self.name_of, wanted)), (path, name, text))
                    tried += 1
        self.assertGreater(tried, 150)

    def name_of(self, one):
        return json.dumps(one.get("pk", one.get("slug", one.get("identifier", one.get("brand_uuid", one.get("uuid"))))))

    def test_repeated_values_are_alternatives_and_two_filters_both_hold(self):
        self.world(people=20)
        every = self.every("/core/users/")
        for types in (["internal", "external"], ["external"], ["service_account", "internal"]):
            query = "&".join("type=" + one for one in types)
            for active in ("true", "false"):
                got = {one["pk"] for one in self.every(f"/core/users/?{query}&is_active={active}")}
                self.assertEqual(got, {one["pk"] for one in every if one["type"] in types and one["is_active"] == (active == "true")})
        for term in ("mia", "NAME 1", "shared", "a 1", "zoe1 name"):
            got = {one["pk"] for one in self.every("/core/users/?search=" + urllib.parse.quote(term))}
            wanted = {one["pk"] for one in every
                      if all(any(word.lower() in one[field].lower() for field in ("username", "name", "email"))
                             for word in term.split())}
            self.assertEqual(got & wanted, wanted, term)


class Forged(ApiWorld):
    def test_no_unsafe_request_by_a_session_passes_without_its_token_or_from_elsewhere(self):
        made = self.world(people=1)
        client = self.administrator(made)
        before = made.query("select count(*) from events where action like 'model_%'")
        tried = 0
        for method, path in self.routes():
            if method == "GET":
                continue
            asked = self.address(path, there=method != "DELETE")
            body = None if method == "DELETE" else {}
            foreign = client.api(method, asked, body, headers={"Origin": "https://evil.example"})
            self.assertEqual(foreign.status, 403, f"{method} {path}: {foreign}")
            self.assertIn("CSRF Failed", foreign.json["detail"])
            null = client.api(method, asked, body, headers={"Origin": "null"})
            self.assertEqual(null.status, 403, f"{method} {path}: {null}")
            tried += 1
            if path == "/flows/executor/{slug}/":
                continue  # open to visitors, who have no token; from elsewhere it is refused as above
            for more in ({"csrf": False}, {"headers": {"X-authentik-CSRF": "0" * 40}}):
                self.assertEqual(client.api(method, asked, body, **more).status, 403, f"{method} {path} {more}")
        self.assertGreater(tried, 150)
        self.assertEqual(made.query("select count(*) from events where action like 'model_%'"), before)


class Nonsense(ApiWorld):
    WORDS = ["", "x", "é" * 300, "\u0000", "\ud800", "null", "../..", "%s%n", "0", "-1", "a" * 5000, "1; drop table users",
             "2026-01-01T00:00:00Z", "hours=1", "ffffffff-ffff-4fff-8fff-ffffffffffff", "default-authentication-flow", "{{", "\r\n",
             "authentik_core.user", "internal", "true"]
    NUMBERS = [0, 1, -1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, -2**63, 1e308, 0.5, 1e-320]

    def value(self, depth=0):
        pick = self.random.random()
        if pick < 0.4:
            return self.random.choice(self.WORDS)
        if pick < 0.65:
            return self.random.choice(self.NUMBERS)
        if pick < 0.75 or depth > 2:
            return self.random.choice([True, False, None])
        if pick < 0.9:
            return [self.value(depth + 1) for _ in range(self.random.randint(0, 3))]
        return {self.random.choice(self.WORDS[:14] + ["pk", "name", "type"]): self.value(depth + 1) for _ in range(2)}

    def body(self, names):
        chosen = self.random.sample(names, self.random.randint(0, min(len(names), 6))) if names else []
        return {name: self.value() for name in chosen}

    def test_no_body_makes_the_server_fail(self):
        made = self.world(people=1)
        document = self.document()
        fields = {name: list(schema["properties"]) for name, schema in document["components"]["schemas"].items()}
        more = ["password", "key", "pk", "user", "users", "permissions", "model", "object_pk", "code", "reason", "name",
                "common_name", "subject_alt_name", "validity_days", "app", "provider", "provider_model", "duration",
                "token_duration", "email_stage", "context", "overlap", "uid_field", "component", "selected_challenge", "webauthn",
                "file", "clear", "policy_engine_mode", "flags", "create_group", "expiring", "expires"]
        tried = 0
        for method, path in self.routes():
            if method not in ("POST", "PUT", "PATCH"):
                continue
            operation = document["paths"][path][method.lower()]
            reference = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
            known = fields.get(reference.rsplit("/", 1)[-1], []) or more
            asked = self.address(path)
            for _ in range(12):
                body = self.body(known + self.random.sample(more, 3))
                if path.startswith("/flows/executor/"):
                    asked += "?query=" if "?" not in asked else ""
                answer = self.root.api(method, asked, body)
                self.assertLess(answer.status, 500, f"{method} {asked} {json.dumps(body)}: {answer}")
                tried += 1
            for raw in (b"\xff\xfe{", b"[" * 5000, b'{"name": "' + b"\xc3\x28" + b'"}', b"[]", b"7", b'"x"', b'{"a":1,"a":2}'):
                answer = self.root.api(method, asked, raw=raw, headers={"Content-Type": "application/json"})
                self.assertLess(answer.status, 500, f"{method} {asked} {raw[:40]!r}: {answer}")
        self.assertGreater(tried, 1500)
        self.assertNotIn("http.failed", made.log_text())
        self.assertEqual(self.root.api("GET", "/core/users/me/").status, 200)

    def test_no_query_makes_the_server_fail(self):
        made = self.world(people=1)
        for path, methods in self.document()["paths"].items():
            if "get" not in methods:
                continue
            names = [one["name"] for one in methods["get"].get("parameters", []) if one["in"] == "query"]
            names += ["page", "page_size", "ordering", "search", "query", "user_pks", "for_user", "app_slug", "top_n"]
            for _ in range(6):
                chosen = self.random.sample(names, min(3, len(names)))
                texts = [self.random.choice(self.WORDS[:4] + self.WORDS[5:]).encode("utf-8", "surrogatepass") for _ in chosen]
                query = "&".join(f"{name}={urllib.parse.quote(text)}" for name, text in zip(chosen, texts))
                answer = self.root.request("GET", API + self.address(path) + "?" + query)
                self.assertLess(answer.status, 500, f"GET {path}?{query}: {answer}")
        self.assertNotIn("http.failed", made.log_text())


if __name__ == "__main__":
    unittest.main()

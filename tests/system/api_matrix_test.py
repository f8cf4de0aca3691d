"""Who may what: roles x every route that the server itself says it serves. A route without a line here fails."""

import re
import unittest

from api_world import ApiWorld
from web import Client

# Who asks, in the order of the columns below:
#   nobody        no credentials
#   user          alice's colleague: no permission at all
#   one object    may view, change and delete one user, alice, by a role
#   viewer        a role with every view_ permission
#   changer       a role with every add_, change_ and delete_ permission
#   superuser
# What comes back: "-" 403; "0" 404, as if it were not there, although it is; "+" anything else that is no failure
# of the server (that the body is empty or the object missing is said only to whoever may ask).
COLUMNS = ("nobody", "user", "one object", "viewer", "changer", "superuser")
MATRIX = r"""
__MATRIX__
"""


class Matrix(ApiWorld):
    def setUp(self):
        super().setUp()
        self.rules = []
        for line in MATRIX.strip().splitlines():
            pattern, _, cells = line.rpartition(" ")
            self.rules.append((re.compile(pattern.strip()), cells))

    def with_permissions(self, name, permissions, **more):
        role = self.post("/rbac/roles/", {"name": name})["pk"]
        pk = self.post("/core/users/", {"username": name, "name": name})["pk"]
        self.assertEqual(self.root.api("POST", f"/rbac/roles/{role}/add_user/", {"pk": pk}).status, 204)
        got = self.root.api("POST", f"/rbac/permissions/assigned_by_roles/{role}/assign/", {"permissions": permissions, **more})
        self.assertEqual(got.status, 200, got)
        return self.by_token(name, name + "-token")

    def cast(self):
        known = [f"{one['app_label']}.{one['codename']}" for one in self.every("/rbac/permissions/")]
        self.assertGreater(len(known), 100)
        self.post("/core/users/", {"username": "colleague", "name": ""})
        return [Client(self.made.web["http"]), self.by_token("colleague", "colleague-token"),
                self.with_permissions("keeper", ["authentik_core.view_user", "authentik_core.change_user",
                                                 "authentik_core.delete_user"],
                                      model="authentik_core.user", object_pk=str(self.keys["alice"])),
                self.with_permissions("viewer", [one for one in known if ".view_" in one]),
                self.with_permissions("changer", [one for one in known if re.search(r"\.(add|change|delete)_", one)]),
                self.root]

    def test_every_route_for_every_role(self):
        self.world(people=2)
        cast = self.cast()
        wrong, used = [], set()
        # Reading first: what is written and deleted meanwhile changes nothing that is read.
        for method, path in sorted(self.routes(), key=lambda one: (["GET", "POST", "PUT", "PATCH", "DELETE"].index(one[0]), one[1])):
            rules = [rule for rule in self.rules if rule[0].fullmatch(f"{method} {path}")]
            asked = self.address(path, there=method != "DELETE")
            cells = ""
            for who, client in zip(COLUMNS, cast):
                answer = client.api(method, asked, None if method in ("GET", "DELETE") else {})
                self.assertLess(answer.status, 500, f"{method} {asked} by {who}: {answer}")
                cells += {403: "-", 404: "0"}.get(answer.status, "+")
            if method == "DELETE":
                cells = cells.replace("0", "+")  # nothing is there: who is told so might have deleted it
            if not rules:
                wrong.append(f"{method} {path} {cells}   has no expectation")
                continue
            used.add(rules[0])
            if rules[0][1] != cells:
                wrong.append(f"{method} {path} {cells}   expected {rules[0][1]}")
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))
        stale = [pattern.pattern for pattern, cells in self.rules if (pattern, cells) not in used]
        self.assertEqual(stale, [], "no route is meant by these")


if __name__ == "__main__":
    unittest.main()

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
# Objects of which a list and each one have the usual methods, and rights by view_, add_, change_ and delete_.
USUAL = {"GET /": "---+-+", "POST /": "----++", "GET /{key}/": "---+-+", "PUT /{key}/": "----++", "PATCH /{key}/": "----++",
         "DELETE /{key}/": "----++", "GET /{key}/used_by/": "---+-+"}
OBJECTS = """
core/applications core/brands core/groups crypto/certificatekeypairs events/rules events/transports flows/bindings
flows/instances outposts/instances policies/bindings policies/event_matcher policies/expression policies/geoip
policies/password policies/password_expiry policies/reputation policies/unique_password propertymappings/notification
propertymappings/provider/radius providers/ldap providers/radius stages/authenticator/duo stages/authenticator/email
stages/authenticator/sms stages/authenticator/static stages/authenticator/totp stages/authenticator/validate
stages/authenticator/webauthn stages/captcha stages/consent stages/deny stages/email stages/identification
stages/invitation/invitations stages/invitation/stages stages/password stages/prompt/prompts stages/prompt/stages
stages/redirect stages/user_delete stages/user_login stages/user_logout stages/user_write
""".split()
# All others, and what the usual ones have of their own.
MATRIX = """
GET|PUT|PATCH /admin/settings/ -----+
GET /admin/system/ -----+
GET /admin/version/ -+++++
GET /authenticators/admin/all/ -----+
GET /authenticators/admin/duo/ -----+
GET|PUT|PATCH|DELETE /authenticators/admin/duo/{key}/ -----+
GET /authenticators/admin/duo/{key}/used_by/ -----+
GET /authenticators/admin/email/ -----+
GET|PUT|PATCH|DELETE /authenticators/admin/email/{key}/ -----+
GET /authenticators/admin/email/{key}/used_by/ -----+
GET /authenticators/admin/sms/ -----+
GET|PUT|PATCH|DELETE /authenticators/admin/sms/{key}/ -----+
GET /authenticators/admin/sms/{key}/used_by/ -----+
GET /authenticators/admin/static/ -----+
GET|PUT|PATCH|DELETE /authenticators/admin/static/{key}/ -----+
GET /authenticators/admin/static/{key}/used_by/ -----+
GET /authenticators/admin/totp/ -----+
GET|PUT|PATCH|DELETE /authenticators/admin/totp/{key}/ -----+
GET /authenticators/admin/totp/{key}/used_by/ -----+
GET /authenticators/admin/webauthn/ -----+
GET|PUT|PATCH|DELETE /authenticators/admin/webauthn/{key}/ -----+
GET /authenticators/admin/webauthn/{key}/used_by/ -----+
GET /authenticators/all/ -+++++
GET /authenticators/duo/ -+++++
GET|PUT|PATCH|DELETE /authenticators/duo/{key}/ -+++++
GET /authenticators/duo/{key}/used_by/ -+++++
GET /authenticators/email/ -+++++
GET|PUT|PATCH|DELETE /authenticators/email/{key}/ -+++++
GET /authenticators/email/{key}/used_by/ -+++++
GET /authenticators/endpoint/ -+++++
GET /authenticators/sms/ -+++++
GET|PUT|PATCH|DELETE /authenticators/sms/{key}/ -+++++
GET /authenticators/sms/{key}/used_by/ -+++++
GET /authenticators/static/ -+++++
DELETE /authenticators/static/{key}/ -+++++
GET|PUT|PATCH /authenticators/static/{key}/ -00000
GET /authenticators/static/{key}/used_by/ -+++++
GET /authenticators/totp/ -+++++
DELETE /authenticators/totp/{key}/ -+++++
GET|PUT|PATCH /authenticators/totp/{key}/ -00000
GET /authenticators/totp/{key}/used_by/ -+++++
GET /authenticators/webauthn/ -+++++
GET|PUT|PATCH|DELETE /authenticators/webauthn/{key}/ -+++++
GET /authenticators/webauthn/{key}/used_by/ -+++++
GET /core/applications/ -+++++
GET /core/applications/{key}/ -+++++
GET /core/applications/{key}/check_access/ -+++++
GET /core/authenticated_sessions/ -+++++
DELETE /core/authenticated_sessions/bulk_delete/ -----+
GET /core/authenticated_sessions/{key}/ -0000+
DELETE /core/authenticated_sessions/{key}/ -+++++
GET /core/authenticated_sessions/{key}/used_by/ -0000+
GET /core/brands/current/ ++++++
POST /core/groups/{key}/add_user/ ----++
POST /core/groups/{key}/remove_user/ -----+
GET|POST /core/tokens/ -+++++
DELETE /core/tokens/{key}/ -+++++
GET|PUT|PATCH /core/tokens/{key}/ -0000+
POST /core/tokens/{key}/set_key/ -----+
GET /core/tokens/{key}/used_by/ -0000+
GET /core/tokens/{key}/view_key/ -0000+
PUT /core/transactional/applications/ ----++
GET /core/user_consent/ -+++++
GET /core/users/ --++-+
POST /core/users/ ----++
GET /core/users/impersonate_end/ -+++++
GET /core/users/me/ -+++++
GET /core/users/paths/ ---+-+
POST /core/users/service_account/ ----++
GET /core/users/{key}/ --++-+
DELETE /core/users/{key}/ --+-++
PUT|PATCH /core/users/{key}/ --+-++
POST /core/users/{key}/impersonate/ ------  # by a session alone
POST /core/users/{key}/recovery/ -----+
POST /core/users/{key}/recovery_email/ -----+
POST /core/users/{key}/set_password/ -----+
GET /core/users/{key}/used_by/ --++-+
POST /crypto/certificatekeypairs/generate/ ----++
GET /crypto/certificatekeypairs/{key}/view_certificate/ ---+-+
GET /crypto/certificatekeypairs/{key}/view_private_key/ ---+-+
GET /events/events/ ---+-+
GET /events/events/actions/ ---+-+
GET /events/events/top_per_user/ ---+-+
GET /events/events/volume/ ---+-+
GET /events/events/{key}/ ---+-+
GET /events/events/stats/ ---+-+
GET /events/notifications/ -+++++
GET|PUT|PATCH|DELETE /events/notifications/{key}/ -+++++
GET /events/notifications/{key}/used_by/ -+++++
POST /events/notifications/mark_all_seen/ -+++++
POST /events/transports/{key}/test/ ----++
GET|POST /flows/executor/{slug}/ ++++++
GET /flows/instances/{key}/execute/ -----+
GET /flows/instances/{key}/export/ -----+
POST /managed/blueprints/import/ -----+
GET /oauth2/access_tokens/ -----+
GET /oauth2/authorization_codes/ -----+
GET /oauth2/refresh_tokens/ -----+
GET /outposts/instances/default_settings/ -+++++
GET /outposts/instances/{key}/health/ ---+-+
GET /outposts/ldap/ ---+-+
GET /outposts/ldap/{key}/check_access/ -+++++
GET /outposts/radius/ ---+-+
GET /outposts/radius/{key}/check_access/ -00000
GET /policies/all/ ---+-+
GET /policies/all/types/ ---+-+
GET /policies/all/{key}/ ---+-+
DELETE /policies/all/{key}/ ----++
POST /policies/all/{key}/test/ -----+
GET /policies/all/{key}/used_by/ ---+-+
GET /policies/geoip_iso3166/ -+++++
GET /policies/reputation/scores/ ---+-+
GET /policies/reputation/scores/{key}/ ---+-+
DELETE /policies/reputation/scores/{key}/ ----++
GET /policies/reputation/scores/{key}/used_by/ ---+-+
GET|POST /postern/app_passwords/ -+++++
DELETE /postern/app_passwords/{key}/ -+++++
GET|PUT|PATCH /postern/app_passwords/{key}/ -0000+
GET /postern/app_passwords/{key}/used_by/ -0000+
GET /postern/dropped/ -----+
GET /postern/explain/ -----+
GET /postern/leases/ -+++++
DELETE /postern/leases/{key}/ -+++++
GET /postern/logins/ -+++++
GET|POST /postern/network_passwords/ -+++++
DELETE /postern/network_passwords/{key}/ -+++++
GET /postern/network_sessions/ -+++++
DELETE /postern/network_sessions/{key}/ -+++++
GET /postern/overview/ -----+
GET|PUT|PATCH /postern/settings/ -----+
POST /postern/tokens/{key}/rotate/ -0000+
GET /propertymappings/all/ ---+-+
GET /propertymappings/all/types/ ---+-+
GET /propertymappings/all/{key}/ ---+-+
DELETE /propertymappings/all/{key}/ ----++
POST /propertymappings/all/{key}/test/ -----+
GET /propertymappings/all/{key}/used_by/ ---+-+
GET /providers/all/ ---+-+
GET /providers/all/types/ ---+-+
GET /providers/all/{key}/ ---+-+
DELETE /providers/all/{key}/ ----++
GET /providers/all/{key}/used_by/ ---+-+
GET /rbac/permissions/ ---+-+
GET /rbac/permissions/assigned_by_roles/ ---+-+
POST /rbac/permissions/assigned_by_roles/{key}/assign/ -----+
PATCH /rbac/permissions/assigned_by_roles/{key}/unassign/ -----+
GET /rbac/permissions/roles/ ---+-+
GET /rbac/permissions/{key}/ ---+-+
GET /rbac/roles/ ---+-+
POST /rbac/roles/ -----+
GET /rbac/roles/{key}/ ---+-+
DELETE /rbac/roles/{key}/ ----++
PUT|PATCH /rbac/roles/{key}/ -----+
POST /rbac/roles/{key}/add_user/ -----+
POST /rbac/roles/{key}/remove_user/ -----+
GET /rbac/roles/{key}/used_by/ ---+-+
GET /root/config/ ++++++
GET /schema/ ++++++
GET /sources/all/ -----+
GET /sources/all/user_settings/ -+++++
GET /sources/oauth/ -----+
GET /sources/user_connections/all/ -+++++
GET /sources/user_connections/oauth/ -+++++
GET /stages/authenticator/webauthn_device_types/ ---+-+
GET /stages/authenticator/webauthn_device_types/{key}/ ---+-+
GET /stages/all/ ---+-+
GET /stages/all/types/ ---+-+
GET /stages/all/user_settings/ -+++++
GET /stages/all/{key}/ ---+-+
DELETE /stages/all/{key}/ ----++
GET /stages/all/{key}/used_by/ ---+-+
GET /stages/email/templates/ -----+
"""


def expected():
    out = {}
    for path in OBJECTS:
        for route, cells in USUAL.items():
            method, _, rest = route.partition(" ")
            out[f"{method} /{path}{rest}"] = cells
    for line in MATRIX.strip().splitlines():
        methods, path, cells = line.partition("#")[0].split()
        for method in methods.split("|"):
            out[f"{method} {path}"] = cells
    return {route: cells for route, cells in out.items() if cells != "absent"}


class Matrix(ApiWorld):
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
        wrong, wanted = [], expected()
        # Reading first: what is written and deleted meanwhile changes nothing that is read.
        order = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        for method, path in sorted(self.routes(), key=lambda one: (order.index(one[0]), one[1])):
            asked = self.address(path, there=method != "DELETE")
            there = method != "DELETE" and ("{" not in path or self.found)
            cells = ""
            for who, client in zip(COLUMNS, cast):
                answer = client.api(method, asked, None if method in ("GET", "DELETE") else {})
                self.assertLess(answer.status, 500, f"{method} {asked} by {who}: {answer}")
                # Where nothing is there, who is told so might have had it.
                cells += {403: "-", 404: "0" if there else "+"}.get(answer.status, "+")
            rule = wanted.pop(f"{method} {path}", "no expectation")
            if rule != cells:
                wrong.append(f"{method} {path} {cells}   {rule}")
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))
        self.assertEqual(wanted, {}, "no route is meant by these")


if __name__ == "__main__":
    unittest.main()

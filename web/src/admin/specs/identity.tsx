// Users, groups, roles, tokens.
import { t, dateTime, relative } from "../../lib/i18n";
import { Label } from "../../ui/basic";
import { GroupMembers } from "../pages/group-members";
import { UserActions, UserRowActions } from "../pages/user-actions";
import { UserDevices, UserEvents, UserOverview, UserSessions, UserTokens } from "../pages/user-tabs";
import { TokenRowActions } from "../pages/token-actions";
import type { Spec } from "../spec";
import { choice, kGroups, kName, kRoles, kUsers } from "./common";

const userTypes = () => [
  choice("internal", t("Internal")),
  choice("external", t("External")),
  choice("service_account", t("Service account")),
];

export const kUserSpec: Spec = {
  route: "/identity/users",
  path: "/core/users",
  key: "pk",
  icon: "account",
  title: () => t("Users"),
  one: () => t("User"),
  nameOf: (row) => row["username"],
  order: "username",
  query: { include_groups: "false", include_roles: "false" },
  columns: () => [
    {
      title: t("Name"),
      order: "username",
      show: (row) => (
        <>
          {row["username"]}
          {row["name"] && <span class="sub">{row["name"]}</span>}
        </>
      ),
    },
    {
      title: t("State"),
      order: "is_active",
      show: (row) =>
        row["is_active"] ? <Label colour="green">{t("Active")}</Label> : <Label colour="red">{t("Inactive")}</Label>,
    },
    { title: t("Type"), show: (row) => userTypes().find((one) => one.value === row["type"])?.label ?? row["type"] },
    { title: t("Last login"), order: "last_login", show: (row) => relative(row["last_login"]) },
  ],
  filters: [
    { name: "is_active", label: () => t("State"), choices: () => [choice("true", t("Active")), choice("false", t("Inactive"))] },
    { name: "type", label: () => t("Type"), choices: userTypes },
  ],
  fields: [
    { kind: "text", name: "username", label: () => t("Username"), required: true, help: () => t("At most 150 characters.") },
    { kind: "text", name: "name", label: () => t("Name") },
    { kind: "text", name: "email", type: "email", label: () => t("Email") },
    { kind: "choice", name: "type", label: () => t("Type"), choices: userTypes, initial: "internal" },
    { kind: "bool", name: "is_active", label: () => t("Active"), initial: true, help: () => t("An inactive user cannot sign in anywhere; open sessions end.") },
    { kind: "refs", name: "groups", label: () => t("Groups"), target: kGroups },
    { kind: "text", name: "path", label: () => t("Path"), initial: "users", more: true, help: () => t("A folder for this list; without slashes at its ends.") },
    { kind: "refs", name: "roles", label: () => t("Roles"), target: kRoles, more: true },
    { kind: "json", name: "attributes", label: () => t("Attributes"), more: true, help: () => t("JSON; shown over LDAP as attributes.") },
  ],
  folders: { path: "/core/users/paths/", filter: "path_startswith" },
  tabs: [
    { id: "overview", title: () => t("Overview"), content: UserOverview },
    { id: "sessions", title: () => t("Sessions"), content: UserSessions },
    { id: "devices", title: () => t("MFA Devices"), content: UserDevices },
    { id: "tokens", title: () => t("Tokens and App passwords"), content: UserTokens },
    { id: "events", title: () => t("Events"), content: UserEvents },
  ],
  actions: UserActions,
  rowActions: UserRowActions,
};

export const kGroupSpec: Spec = {
  route: "/identity/groups",
  path: "/core/groups",
  key: "pk",
  icon: "people",
  title: () => t("Groups"),
  one: () => t("Group"),
  nameOf: (row) => row["name"],
  order: "name",
  query: { include_users: "false" },
  columns: () => [
    { title: t("Name"), order: "name", show: (row) => row["name"] },
    { title: t("Parents"), show: (row) => (row["parents_obj"] ?? []).map((one: { name: string }) => one.name).join(", ") || "–" },
    { title: t("Members"), show: (row) => (row["users"] ?? []).length },
    { title: t("Superuser"), order: "is_superuser", show: (row) => (row["is_superuser"] ? <Label colour="purple">{t("Yes")}</Label> : t("No")) },
  ],
  fields: [
    kName,
    { kind: "bool", name: "is_superuser", label: () => t("Superusers"), help: () => t("Members may administer everything.") },
    { kind: "refs", name: "parents", label: () => t("Parents"), target: kGroups },
    { kind: "refs", name: "roles", label: () => t("Roles"), target: kRoles, more: true },
    { kind: "json", name: "attributes", label: () => t("Attributes"), more: true, help: () => t("JSON; members inherit them.") },
  ],
  tabs: [{ id: "members", title: () => t("Members"), content: GroupMembers }],
};

export const kRoleSpec: Spec = {
  route: "/identity/roles",
  path: "/rbac/roles",
  key: "pk",
  icon: "shield",
  title: () => t("Roles"),
  one: () => t("Role"),
  nameOf: (row) => row["name"],
  order: "name",
  columns: () => [{ title: t("Name"), order: "name", show: (row) => row["name"] }],
  fields: [kName],
};

export const kTokenSpec: Spec = {
  route: "/core/tokens",
  path: "/core/tokens",
  key: "identifier",
  icon: "key",
  title: () => t("Tokens and App passwords"),
  one: () => t("Token"),
  nameOf: (row) => row["identifier"],
  order: "identifier",
  columns: () => [
    {
      title: t("Identifier"),
      order: "identifier",
      show: (row) => (
        <>
          {row["identifier"]}
          {row["description"] && <span class="sub">{row["description"]}</span>}
        </>
      ),
    },
    { title: t("User"), show: (row) => row["user_obj"]?.username ?? "–" },
    { title: t("Use"), order: "intent", show: (row) => intents().find((one) => one.value === row["intent"])?.label ?? row["intent"] },
    { title: t("Expires"), order: "expires", show: (row) => (row["expiring"] ? dateTime(row["expires"]) : t("Never")) },
  ],
  filters: [{ name: "intent", label: () => t("Use"), choices: () => intents() }],
  fields: [
    { kind: "slug", name: "identifier", label: () => t("Identifier"), required: true },
    { kind: "ref", name: "user", label: () => t("User"), target: kUsers, required: true },
    { kind: "choice", name: "intent", label: () => t("Use"), choices: () => intents().slice(0, 2), onlyNew: true },
    { kind: "text", name: "description", label: () => t("Description") },
    { kind: "bool", name: "expiring", label: () => t("Expires"), initial: true },
    { kind: "time", name: "expires", label: () => t("Expires on"), when: (values) => values["expiring"] === true },
  ],
  rowActions: TokenRowActions,
};

function intents() {
  return [
    choice("app_password", t("App password")),
    choice("api", t("API token")),
    choice("recovery", t("Recovery")),
    choice("verification", t("Verification")),
  ];
}

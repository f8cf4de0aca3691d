// Policies, reputation, certificates, events.
import { dateTime, t } from "../../lib/i18n";
import { Label } from "../../ui/basic";
import { CertificateActions, CertificateRowActions } from "../pages/certificate-actions";
import { EventChart, EventDetail, EventRowActions, EventTitle, actionName } from "../pages/events";
import { PolicyRowActions } from "../pages/policy-test";
import type { FieldSpec, Kind, Spec } from "../spec";
import { choice, kName } from "./common";

const policy = (name: string, path: string, one: () => string, ...fields: FieldSpec[]): Kind => ({
  component: `ak-policy-${name}-form`,
  path: `/policies/${path}`,
  one,
  fields: [kName, ...fields, { kind: "bool", name: "execution_logging", label: () => t("Log every decision"), more: true }],
});

const amount = (name: string, label: () => string, initial = 0): FieldSpec => ({ kind: "number", name, label, initial, min: 0 });

const kKinds: Kind[] = [
  policy(
    "password",
    "password",
    () => t("Password policy"),
    { kind: "text", name: "password_field", label: () => t("Field"), initial: "password" },
    { kind: "bool", name: "check_static_rules", label: () => t("Check length and characters"), initial: true },
    amount("length_min", () => t("Length at least"), 10),
    amount("amount_digits", () => t("Digits at least")),
    amount("amount_uppercase", () => t("Upper case letters at least")),
    amount("amount_lowercase", () => t("Lower case letters at least")),
    amount("amount_symbols", () => t("Symbols at least")),
    { kind: "text", name: "symbol_charset", label: () => t("What counts as a symbol"), initial: "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~ ", more: true },
    { kind: "text", name: "error_message", label: () => t("Message") },
    { kind: "bool", name: "check_zxcvbn", label: () => t("Check how easily it is guessed") },
    { kind: "number", name: "zxcvbn_score_threshold", label: () => t("Guessing score above"), initial: 2, min: 0, max: 4 },
    { kind: "bool", name: "check_have_i_been_pwned", label: () => t("Refuse passwords of known breaches") },
    { ...amount("hibp_allowed_count", () => t("Seen in breaches at most")), more: true },
  ),
  policy(
    "password-uniqueness",
    "unique_password",
    () => t("No reuse of passwords"),
    { kind: "text", name: "password_field", label: () => t("Field"), initial: "password" },
    amount("num_historical_passwords", () => t("Remembered passwords"), 3),
  ),
  policy(
    "password-expiry",
    "password_expiry",
    () => t("Age of passwords"),
    { kind: "number", name: "days", label: () => t("Days"), initial: 365, min: 1, required: true },
    { kind: "bool", name: "deny_only", label: () => t("Only refuse, do not disable the password") },
  ),
  policy(
    "reputation",
    "reputation",
    () => t("Reputation"),
    { kind: "bool", name: "check_ip", label: () => t("Of the address"), initial: true },
    { kind: "bool", name: "check_username", label: () => t("Of the username"), initial: true },
    { kind: "number", name: "threshold", label: () => t("Applies at or below"), initial: -5 },
  ),
  policy(
    "geoip",
    "geoip",
    () => t("Place (GeoIP)"),
    { kind: "lines", name: "countries", label: () => t("Countries (two letters, one a line)") },
    { kind: "lines", numbers: true, name: "asns", label: () => t("Networks (AS numbers, one a line)") },
    { kind: "bool", name: "check_history_distance", label: () => t("Refuse logins far from earlier ones") },
    { ...amount("history_max_distance_km", () => t("Kilometres at most"), 100), when: (values) => values["check_history_distance"] === true },
    { ...amount("history_login_count", () => t("Earlier logins that are compared"), 5), when: (values) => values["check_history_distance"] === true },
    { kind: "bool", name: "check_impossible_travel", label: () => t("Refuse impossible travel"), help: () => t("Further from the login before than a flight takes one in that time.") },
    { ...amount("impossible_tolerance_km", () => t("Kilometres that are let pass for it"), 100), when: (values) => values["check_impossible_travel"] === true },
    { ...amount("distance_tolerance_km", () => t("Inaccuracy of places in kilometres"), 50), more: true },
  ),
  policy(
    "event-matcher",
    "event_matcher",
    () => t("Event"),
    { kind: "choice", name: "action", label: () => t("Action"), empty: () => t("Any"), choices: () => eventActions.map(([value, label]) => choice(value, label())) },
    { kind: "text", name: "client_ip", label: () => t("Address"), help: () => t("Empty: any.") },
    { kind: "text", name: "model", label: () => t("Kind of object"), help: () => t("For example authentik_core.user. Empty: any."), more: true },
    { kind: "text", name: "app", label: () => t("Part of the program"), help: () => t("For example authentik_core. Empty: any."), more: true },
  ),
  policy("expression", "expression", () => t("Expression"), { kind: "textarea", name: "expression", label: () => t("Expression"), required: true, rows: 10 }),
];

export const kPolicySpec: Spec = {
  route: "/policy/policies",
  path: "/policies/all",
  key: "pk",
  icon: "shield",
  title: () => t("Policies"),
  one: () => t("Policy"),
  nameOf: (row) => row["name"],
  order: "name",
  columns: () => [
    { title: t("Name"), order: "name", show: (row) => row["name"] },
    { title: t("Type"), show: (row) => kKinds.find((one) => one.component === row["component"])?.one() ?? row["verbose_name"] },
    { title: t("Bound to"), show: (row) => row["bound_to"] ?? 0 },
  ],
  fields: [],
  kinds: kKinds,
  kindTypes: "/policies/all/types/",
  rowActions: PolicyRowActions,
};

export const kReputationSpec: Spec = {
  route: "/policy/reputation",
  path: "/policies/reputation/scores",
  key: "pk",
  icon: "chart",
  title: () => t("Reputation scores"),
  one: () => t("Score"),
  nameOf: (row) => `${row["identifier"]} ${row["ip"]}`,
  order: "score",
  create: false,
  update: false,
  columns: () => [
    { title: t("Username"), order: "identifier", show: (row) => row["identifier"] },
    { title: t("Address"), order: "ip", show: (row) => row["ip"] },
    { title: t("Score"), order: "score", show: (row) => row["score"] },
    { title: t("Updated"), order: "updated", show: (row) => dateTime(row["updated"]) },
  ],
  fields: [],
};

export const kCertificateSpec: Spec = {
  route: "/crypto/certificates",
  path: "/crypto/certificatekeypairs",
  key: "pk",
  icon: "document",
  title: () => t("Certificates"),
  one: () => t("Certificate"),
  nameOf: (row) => row["name"],
  order: "name",
  query: { include_details: "true" },
  columns: () => [
    {
      title: t("Name"),
      order: "name",
      show: (row) => (
        <>
          {row["name"]}
          {row["cert_subject"] && <span class="sub">{row["cert_subject"]}</span>}
        </>
      ),
    },
    { title: t("Private key"), show: (row) => (row["private_key_available"] ? t("Yes") : t("No")) },
    {
      title: t("Expires"),
      show: (row) => {
        const days = (new Date(row["cert_expiry"]).getTime() - Date.now()) / 86400000;
        return (
          <>
            {dateTime(row["cert_expiry"])} {days < 0 && <Label colour="red">{t("Expired")}</Label>}
            {days >= 0 && days < 30 && <Label colour="orange">{t("Soon")}</Label>}
          </>
        );
      },
    },
  ],
  fields: [
    kName,
    { kind: "textarea", name: "certificate_data", label: () => t("Certificate (PEM)"), required: true, rows: 8, onlyNew: true },
    { kind: "textarea", name: "key_data", label: () => t("Private key (PEM)"), rows: 8, onlyNew: true },
  ],
  actions: CertificateActions,
  rowActions: CertificateRowActions,
};

export const eventActions: [string, () => string][] = [
  ["login", () => t("Login")],
  ["login_failed", () => t("Failed login")],
  ["logout", () => t("Logout")],
  ["user_write", () => t("User written")],
  ["password_set", () => t("Password set")],
  ["secret_view", () => t("Secret viewed")],
  ["suspicious_request", () => t("Suspicious request")],
  ["authorize_application", () => t("Application authorized")],
  ["source_linked", () => t("Service connected")],
  ["invitation_used", () => t("Invitation used")],
  ["impersonation_started", () => t("Impersonation started")],
  ["impersonation_ended", () => t("Impersonation ended")],
  ["policy_execution", () => t("Policy decided")],
  ["policy_exception", () => t("Policy failed")],
  ["configuration_error", () => t("Configuration error")],
  ["model_created", () => t("Object created")],
  ["model_updated", () => t("Object changed")],
  ["model_deleted", () => t("Object deleted")],
  ["email_sent", () => t("E-mail sent")],
];

export const kEventSpec: Spec = {
  route: "/events/log",
  path: "/events/events",
  key: "pk",
  icon: "clock",
  title: () => t("Events"),
  one: () => t("Event"),
  nameOf: (row) => actionName(row["action"]),
  order: "-created",
  create: false,
  update: false,
  remove: false,
  columns: () => [
    { title: t("Action"), show: (row) => <EventTitle row={row} /> },
    { title: t("User"), show: (row) => row["user"]?.username || "–" },
    { title: t("Time"), order: "created", show: (row) => dateTime(row["created"]) },
    { title: t("Address"), show: (row) => row["client_ip"] || "–" },
  ],
  filters: [{ name: "action", label: () => t("Action"), choices: () => eventActions.map(([value, label]) => choice(value, label())) }],
  fields: [],
  tabs: [{ id: "event", title: () => t("Event"), content: EventDetail }],
  actions: EventChart,
  rowActions: EventRowActions,
};

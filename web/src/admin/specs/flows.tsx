// Flows, their stages, prompts, invitations.
import { dateTime, t } from "../../lib/i18n";
import { Label } from "../../ui/basic";
import { Bindings } from "../pages/bindings";
import { FlowRowActions, FlowStages } from "../pages/flow-stages";
import type { FieldSpec, Kind, Spec } from "../spec";
import { choice, durationHelp, engineMode, kFlows, kGroups, kName, kPolicies, kPrompts, kSlug, kStages } from "./common";

export const designations = () => [
  choice("authentication", t("Login")),
  choice("authorization", t("Authorization")),
  choice("invalidation", t("Logout")),
  choice("enrollment", t("Enrolment")),
  choice("unenrollment", t("Unenrolment")),
  choice("recovery", t("Recovery")),
  choice("stage_configuration", t("Set-up")),
];

export const kFlowSpec: Spec = {
  route: "/flow/flows",
  path: "/flows/instances",
  key: "slug",
  icon: "flow",
  title: () => t("Flows"),
  one: () => t("Flow"),
  about: () => t("Steps in their order: how people log in, out, recover and set things up. LDAP and RADIUS run them too."),
  nameOf: (row) => row["name"],
  order: "slug",
  columns: () => [
    {
      title: t("Name"),
      order: "name",
      show: (row) => (
        <>
          {row["name"]}
          <span class="sub">{row["slug"]}</span>
        </>
      ),
    },
    { title: t("Purpose"), order: "designation", show: (row) => designations().find((one) => one.value === row["designation"])?.label ?? row["designation"] },
    { title: t("Stages"), show: (row) => (row["stages"] ?? []).length },
  ],
  filters: [{ name: "designation", label: () => t("Purpose"), choices: designations }],
  fields: [
    kName,
    { kind: "text", name: "title", label: () => t("Title"), required: true, help: () => t("Shown above the steps.") },
    kSlug,
    { kind: "choice", name: "designation", label: () => t("Purpose"), choices: designations, required: true },
    {
      kind: "choice",
      name: "authentication",
      label: () => t("Who may run it"),
      initial: "none",
      choices: () => [
        choice("none", t("Everybody")),
        choice("require_authenticated", t("Who is logged in")),
        choice("require_unauthenticated", t("Who is not logged in")),
        choice("require_superuser", t("Superusers")),
        choice("require_redirect", t("Who comes from another flow")),
        choice("require_outpost", t("Outposts")),
        choice("require_token", t("Who has a link")),
      ],
    },
    {
      kind: "choice",
      name: "denied_action",
      label: () => t("When it is refused"),
      initial: "message_continue",
      more: true,
      choices: () => [
        choice("message_continue", t("Go on to the next address, or say so")),
        choice("message", t("Say so")),
        choice("continue", t("Go on")),
      ],
    },
    {
      kind: "choice",
      name: "layout",
      label: () => t("Layout"),
      initial: "stacked",
      more: true,
      choices: () => [
        choice("stacked", t("In the middle")),
        choice("content_left", t("On the left")),
        choice("content_right", t("On the right")),
        choice("sidebar_left", t("In a bar on the left")),
        choice("sidebar_right", t("In a bar on the right")),
      ],
    },
    { kind: "text", name: "background", label: () => t("Background image URL"), more: true },
    { kind: "choice", name: "policy_engine_mode", label: () => t("Policies"), choices: engineMode, initial: "any", more: true },
    { kind: "bool", name: "compatibility_mode", label: () => t("Compatibility mode"), more: true },
  ],
  tabs: [
    { id: "stages", title: () => t("Stages"), content: FlowStages },
    { id: "bindings", title: () => t("Policy / Group / User Bindings"), content: Bindings },
  ],
  rowActions: FlowRowActions,
};

const configureFlow: FieldSpec = { kind: "ref", name: "configure_flow", label: () => t("Set-up flow"), target: { ...kFlows, query: { designation: "stage_configuration" } }, help: () => t("With one, users find this in their settings.") };
const friendlyName: FieldSpec = { kind: "text", name: "friendly_name", label: () => t("Name for users") };
const verification = () => [choice("required", t("Required")), choice("preferred", t("Preferred")), choice("discouraged", t("Discouraged"))];
const hints = () => [
  choice("security-key", t("Security key")),
  choice("client-device", t("This device")),
  choice("hybrid", t("Another device, such as a phone")),
];
const keyModels = {
  label: () => t("These models of keys alone (AAGUIDs, one a line)"),
  help: () => t("A key has to prove its model by a certificate of its maker; the configuration names those that count (webauthn.attestation_roots)."),
  more: true,
};
const deviceClasses = () => [
  choice("static", t("Recovery code")),
  choice("totp", t("Authenticator app")),
  choice("webauthn", t("Security key or passkey")),
  choice("duo", t("Duo push")),
  choice("sms", t("Text message")),
  choice("email", t("E-mail")),
];
const mailFields: FieldSpec[] = [
  { kind: "text", name: "subject", label: () => t("Subject"), help: () => t("Empty: one that fits, in the user's language.") },
  { kind: "text", name: "token_expiry", label: () => t("Valid for"), initial: "minutes=30", help: durationHelp },
  { kind: "text", name: "from_address", label: () => t("From address"), type: "email", more: true, help: () => t("Empty: the one of the configuration.") },
];
const kMailTemplates = ["email/password_reset.html", "email/account_confirmation.html", "email/invitation.html"];

const stage = (name: string, path: string, one: () => string, ...fields: FieldSpec[]): Kind => ({
  component: `ak-stage-${name}-form`,
  path: `/stages/${path}`,
  one,
  fields: [kName, ...fields],
});

const kStageKinds: Kind[] = [
  stage(
    "identification",
    "identification",
    () => t("Identification"),
    { kind: "several", name: "user_fields", label: () => t("Found by"), initial: ["username", "email"], choices: () => [choice("username", t("Username")), choice("email", t("Email")), choice("upn", t("UPN"))] },
    { kind: "ref", name: "password_stage", label: () => t("Ask the password on the same page"), target: { ...kStages, path: "/stages/password" } },
    { kind: "bool", name: "case_insensitive_matching", label: () => t("Upper and lower case are the same"), initial: true },
    { kind: "bool", name: "pretend_user_exists", label: () => t("Do not tell whether a user exists"), initial: true },
    { kind: "bool", name: "show_matched_user", label: () => t("Show who was found"), initial: true, more: true },
    { kind: "bool", name: "enable_remember_me", label: () => t("Offer to remember the name"), more: true },
    { kind: "ref", name: "enrollment_flow", label: () => t("Enrolment flow"), target: kFlows, more: true },
    { kind: "ref", name: "recovery_flow", label: () => t("Recovery flow"), target: kFlows, more: true },
    { kind: "ref", name: "passwordless_flow", label: () => t("Passwordless flow"), target: kFlows, more: true },
    { kind: "ref", name: "captcha_stage", label: () => t("Captcha"), target: { ...kStages, path: "/stages/captcha" }, more: true },
    { kind: "ref", name: "webauthn_stage", label: () => t("Passkeys by autofill"), target: { ...kStages, path: "/stages/authenticator/validate" }, more: true },
  ),
  stage(
    "password",
    "password",
    () => t("Password"),
    {
      kind: "several",
      name: "backends",
      label: () => t("Checked against"),
      initial: ["authentik.core.auth.InbuiltBackend", "authentik.core.auth.TokenBackend"],
      choices: () => [choice("authentik.core.auth.InbuiltBackend", t("Password")), choice("authentik.core.auth.TokenBackend", t("App passwords"))],
    },
    configureFlow,
    { kind: "number", name: "failed_attempts_before_cancel", label: () => t("Attempts"), initial: 5, min: 1 },
    { kind: "bool", name: "allow_show_password", label: () => t("Offer to show the password") },
  ),
  stage(
    "authenticator-validate",
    "authenticator/validate",
    () => t("Second factor"),
    { kind: "several", name: "device_classes", label: () => t("Accepted"), initial: ["static", "totp", "webauthn"], choices: deviceClasses },
    {
      kind: "choice",
      name: "not_configured_action",
      label: () => t("A user without a device"),
      initial: "skip",
      choices: () => [choice("skip", t("goes on without")), choice("deny", t("is refused")), choice("configure", t("sets one up"))],
    },
    { kind: "refs", name: "configuration_stages", label: () => t("What can be set up"), target: kStages },
    { kind: "text", name: "last_auth_threshold", label: () => t("Not asked again for"), initial: "seconds=0", help: durationHelp, more: true },
    { kind: "choice", name: "webauthn_user_verification", label: () => t("PIN or fingerprint of the key"), initial: "preferred", choices: verification, more: true },
    { kind: "several", name: "webauthn_hints", label: () => t("Offered first by the browser"), choices: hints, more: true },
    { kind: "lines", name: "webauthn_allowed_device_types", ...keyModels },
  ),
  stage(
    "authenticator-totp",
    "authenticator/totp",
    () => t("Set up an authenticator app"),
    friendlyName,
    configureFlow,
    { kind: "choice", name: "digits", label: () => t("Digits"), initial: "6", choices: () => [choice("6", "6"), choice("8", "8")] },
  ),
  stage(
    "authenticator-static",
    "authenticator/static",
    () => t("Set up recovery codes"),
    friendlyName,
    configureFlow,
    { kind: "number", name: "token_count", label: () => t("Number of codes"), initial: 6, min: 1 },
    { kind: "number", name: "token_length", label: () => t("Length of a code"), initial: 12, min: 8, max: 100 },
  ),
  stage(
    "authenticator-webauthn",
    "authenticator/webauthn",
    () => t("Set up a security key"),
    friendlyName,
    configureFlow,
    { kind: "choice", name: "user_verification", label: () => t("PIN or fingerprint of the key"), initial: "preferred", choices: verification },
    { kind: "choice", name: "resident_key_requirement", label: () => t("Kept on the key (passkey)"), initial: "preferred", choices: verification },
    { kind: "choice", name: "authenticator_attachment", label: () => t("Kind of key"), empty: () => t("Any"), choices: () => [choice("platform", t("Built into the device")), choice("cross-platform", t("Separate"))] },
    { kind: "number", name: "max_attempts", label: () => t("Attempts"), initial: 0, min: 0, more: true },
    { kind: "several", name: "hints", label: () => t("Offered first by the browser"), choices: hints, more: true },
    { kind: "lines", name: "device_type_restrictions", ...keyModels },
  ),
  stage("authenticator-email", "authenticator/email", () => t("Set up codes by e-mail"), friendlyName, configureFlow, ...mailFields),
  stage(
    "authenticator-sms",
    "authenticator/sms",
    () => t("Set up codes by text message"),
    friendlyName,
    configureFlow,
    { kind: "choice", name: "provider", label: () => t("Provider"), choices: () => [choice("twilio", "Twilio"), choice("generic", t("Generic"))] },
    { kind: "text", name: "from_number", label: () => t("From number"), required: true },
    { kind: "text", name: "account_sid", label: () => t("Account or address"), required: true },
    { kind: "secret", name: "auth", label: () => t("Key"), required: true, keep: true },
    { kind: "choice", name: "auth_type", label: () => t("Authentication"), initial: "basic", choices: () => [choice("basic", "Basic"), choice("bearer", "Bearer")] },
    { kind: "secret", name: "auth_password", label: () => t("Password"), keep: true },
  ),
  stage(
    "authenticator-duo",
    "authenticator/duo",
    () => t("Set up Duo"),
    friendlyName,
    configureFlow,
    { kind: "text", name: "api_hostname", label: () => t("API host name"), required: true },
    { kind: "text", name: "client_id", label: () => t("Client ID"), required: true },
    { kind: "secret", name: "client_secret", label: () => t("Client secret"), required: true, keep: true },
  ),
  stage(
    "user-login",
    "user_login",
    () => t("Log in"),
    { kind: "text", name: "session_duration", label: () => t("Session length"), initial: "seconds=0", help: durationHelp },
    { kind: "text", name: "remember_me_offset", label: () => t("Longer when asked to stay signed in"), initial: "seconds=0", help: durationHelp },
    { kind: "bool", name: "terminate_other_sessions", label: () => t("End the user's other sessions") },
    {
      kind: "choice",
      name: "network_binding",
      label: () => t("Bound to the network"),
      initial: "no_binding",
      choices: () => [
        choice("no_binding", t("Not bound")),
        choice("bind_asn", t("Operator (AS number)")),
        choice("bind_asn_network", t("Operator and network")),
        choice("bind_asn_network_ip", t("Operator, network and address")),
      ],
      help: () => t("A session that is used from elsewhere ends. Needs a GeoIP database."),
    },
    {
      kind: "choice",
      name: "geoip_binding",
      label: () => t("Bound to the place"),
      initial: "no_binding",
      choices: () => [
        choice("no_binding", t("Not bound")),
        choice("bind_continent", t("Continent")),
        choice("bind_continent_country", t("Country")),
        choice("bind_continent_country_city", t("City")),
      ],
      help: () => t("A session that is used from elsewhere ends. Needs a GeoIP database."),
    },
    {
      kind: "text",
      name: "remember_device",
      label: () => t("A browser is known for"),
      initial: "days=30",
      help: () => t("Events of logins say whether the browser was known. For example days=30; seconds=0: not remembered."),
    },
  ),
  stage("user-logout", "user_logout", () => t("Log out")),
  stage(
    "user-write",
    "user_write",
    () => t("Write the user"),
    {
      kind: "choice",
      name: "user_creation_mode",
      label: () => t("New users"),
      initial: "create_when_required",
      choices: () => [choice("never_create", t("Never make one")), choice("create_when_required", t("Make one when there is none")), choice("always_create", t("Always make one"))],
    },
    { kind: "bool", name: "create_users_as_inactive", label: () => t("New users are inactive"), initial: true },
    { kind: "ref", name: "create_users_group", label: () => t("Group of new users"), target: kGroups },
    { kind: "choice", name: "user_type", label: () => t("Type"), initial: "external", more: true, choices: () => [choice("internal", t("Internal")), choice("external", t("External")), choice("service_account", t("Service account"))] },
    { kind: "text", name: "user_path_template", label: () => t("Path"), more: true },
  ),
  stage(
    "prompt",
    "prompt/stages",
    () => t("Prompt"),
    { kind: "refs", name: "fields", label: () => t("Fields"), target: kPrompts },
    { kind: "refs", name: "validation_policies", label: () => t("Checked by policies"), target: kPolicies },
  ),
  stage(
    "consent",
    "consent",
    () => t("Consent"),
    { kind: "choice", name: "mode", label: () => t("Ask"), initial: "always_require", choices: () => [choice("always_require", t("Always")), choice("permanent", t("Once")), choice("expiring", t("Once for a time"))] },
    { kind: "text", name: "consent_expire_in", label: () => t("Valid for"), initial: "weeks=4", help: durationHelp },
  ),
  stage(
    "email",
    "email",
    () => t("E-mail"),
    ...mailFields,
    { kind: "choice", name: "template", label: () => t("Template"), choices: () => kMailTemplates.map((one) => choice(one, one)) },
    { kind: "bool", name: "activate_user_on_success", label: () => t("Activate the user afterwards") },
    { kind: "number", name: "recovery_max_attempts", label: () => t("Mails to one user at most"), initial: 5, min: 1, more: true },
    { kind: "text", name: "recovery_cache_timeout", label: () => t("within"), initial: "minutes=5", more: true },
  ),
  stage(
    "captcha",
    "captcha",
    () => t("Captcha"),
    { kind: "text", name: "public_key", label: () => t("Public key"), required: true },
    { kind: "secret", name: "private_key", label: () => t("Private key"), required: true, keep: true },
    { kind: "text", name: "js_url", label: () => t("Script URL"), initial: "https://challenges.cloudflare.com/turnstile/v0/api.js" },
    { kind: "text", name: "api_url", label: () => t("Verification URL"), initial: "https://challenges.cloudflare.com/turnstile/v0/siteverify" },
    { kind: "bool", name: "interactive", label: () => t("Interactive") },
    {
      kind: "choice",
      name: "request_content_type",
      label: () => t("Sent to the service as"),
      initial: "application/x-www-form-urlencoded",
      choices: () => ["application/x-www-form-urlencoded", "application/json"].map((one) => choice(one, one)),
      more: true,
    },
    { kind: "number", name: "score_min_threshold", label: () => t("Lowest score"), initial: 0.5, min: 0, max: 1, step: 0.01, more: true },
    { kind: "number", name: "score_max_threshold", label: () => t("Highest score"), initial: 1, min: 0, max: 1, step: 0.01, more: true },
    { kind: "bool", name: "error_on_invalid_score", label: () => t("Refuse a score outside them"), initial: true, more: true },
  ),
  stage("invitation", "invitation/stages", () => t("Invitation"), { kind: "bool", name: "continue_flow_without_invitation", label: () => t("Go on without an invitation") }),
  stage(
    "redirect",
    "redirect",
    () => t("Redirect"),
    { kind: "choice", name: "mode", label: () => t("Where to"), choices: () => [choice("static", t("An address")), choice("flow", t("A flow"))] },
    { kind: "text", name: "target_static", label: () => t("Address"), when: (values) => values["mode"] === "static" },
    { kind: "ref", name: "target_flow", label: () => t("Flow"), target: kFlows, when: (values) => values["mode"] === "flow" },
    { kind: "bool", name: "keep_context", label: () => t("Keep what is known"), initial: true },
  ),
  stage("deny", "deny", () => t("Deny"), { kind: "text", name: "deny_message", label: () => t("Message") }),
  stage("user-delete", "user_delete", () => t("Delete the user")),
];

export const kStageSpec: Spec = {
  route: "/flow/stages",
  path: "/stages/all",
  key: "pk",
  icon: "list",
  title: () => t("Stages"),
  one: () => t("Stage"),
  nameOf: (row) => row["name"],
  order: "name",
  columns: () => [
    { title: t("Name"), order: "name", show: (row) => row["name"] },
    { title: t("Type"), show: (row) => kStageKinds.find((one) => one.component === row["component"])?.one() ?? row["verbose_name"] },
    {
      title: t("Flows"),
      show: (row) => (
        <span class="chips">
          {(row["flow_set"] ?? []).map((one: { slug: string; name: string }) => (
            <Label key={one.slug}>{one.slug}</Label>
          ))}
        </span>
      ),
    },
  ],
  fields: [],
  kinds: kStageKinds,
  kindTypes: "/stages/all/types/",
};

const kPromptTypes = ["text", "text_area", "text_read_only", "text_area_read_only", "username", "email", "password", "number", "checkbox", "radio-button-group", "dropdown", "date", "date-time", "file", "separator", "hidden", "static", "ak-locale"];

export const kPromptSpec: Spec = {
  route: "/flow/stages/prompts",
  path: "/stages/prompt/prompts",
  key: "pk",
  icon: "pencil",
  title: () => t("Prompts"),
  one: () => t("Prompt"),
  nameOf: (row) => row["name"],
  order: "name",
  columns: () => [
    { title: t("Name"), order: "name", show: (row) => row["name"] },
    { title: t("Field"), order: "field_key", show: (row) => <code>{row["field_key"]}</code> },
    { title: t("Type"), order: "type", show: (row) => row["type"] },
    { title: t("Order"), order: "order", show: (row) => row["order"] },
  ],
  fields: [
    kName,
    { kind: "text", name: "field_key", label: () => t("Field"), required: true, help: () => t("What it is written to: username, name, email, password, attributes.…") },
    { kind: "text", name: "label", label: () => t("Label"), required: true },
    { kind: "choice", name: "type", label: () => t("Type"), required: true, choices: () => kPromptTypes.map((one) => choice(one, one)) },
    { kind: "bool", name: "required", label: () => t("Required"), initial: true },
    { kind: "text", name: "placeholder", label: () => t("Placeholder") },
    { kind: "text", name: "initial_value", label: () => t("Initial value") },
    { kind: "text", name: "sub_text", label: () => t("Help text") },
    { kind: "number", name: "order", label: () => t("Order"), initial: 0 },
  ],
};

export const kInvitationSpec: Spec = {
  route: "/flow/invitations",
  path: "/stages/invitation/invitations",
  key: "pk",
  icon: "mail",
  title: () => t("Invitations"),
  one: () => t("Invitation"),
  nameOf: (row) => row["name"],
  columns: () => [
    {
      title: t("Name"),
      order: "name",
      show: (row) => (
        <>
          {row["name"]}
          {row["flow_obj"]?.slug && (
            <span class="sub">
              {location.origin}/if/flow/{row["flow_obj"].slug}/?itoken={row["pk"]}
            </span>
          )}
        </>
      ),
    },
    { title: t("Single use"), show: (row) => (row["single_use"] ? t("Yes") : t("No")) },
    { title: t("Expires"), order: "expires", show: (row) => dateTime(row["expires"]) },
  ],
  fields: [
    { ...kName, kind: "slug" } as FieldSpec,
    { kind: "ref", name: "flow", label: () => t("Flow"), target: { ...kFlows, query: { designation: "enrollment" } } },
    { kind: "time", name: "expires", label: () => t("Expires on") },
    { kind: "bool", name: "single_use", label: () => t("Single use"), initial: true },
    { kind: "json", name: "fixed_data", label: () => t("Given values"), more: true },
  ],
};

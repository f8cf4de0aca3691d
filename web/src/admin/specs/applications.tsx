// Applications, the providers behind them, sources of identities, outposts.
import { t } from "../../lib/i18n";
import { ApplicationAccess } from "../pages/application-access";
import { Bindings } from "../pages/bindings";
import { Connect } from "../pages/connect";
import { MappingRowActions } from "../pages/mapping-test";
import { EmbeddedOutpost, OutpostRowActions } from "../pages/outposts";
import type { Kind, Spec } from "../spec";
import { choice, durationHelp, engineMode, kCertificates, kFlows, kName, kProviders, kRadiusMappings, kSlug } from "./common";

export const kApplicationSpec: Spec = {
  route: "/core/applications",
  path: "/core/applications",
  key: "slug",
  icon: "apps",
  title: () => t("Applications"),
  one: () => t("Application"),
  about: () => t("What people may use, and who may. An LDAP or RADIUS provider works once an application has it."),
  nameOf: (row) => row["name"],
  order: "name",
  query: { superuser_full_list: "true" },
  columns: () => [
    {
      title: t("Name"),
      order: "name",
      show: (row) => (
        <>
          {row["name"]}
          {row["meta_publisher"] && <span class="sub">{row["meta_publisher"]}</span>}
        </>
      ),
    },
    { title: t("Group"), order: "group", show: (row) => row["group"] || "–" },
    { title: t("Provider"), show: (row) => row["provider_obj"]?.name ?? "–" },
    { title: t("Provider type"), show: (row) => row["provider_obj"]?.verbose_name ?? "–" },
  ],
  fields: [
    kName,
    kSlug,
    { kind: "ref", name: "provider", label: () => t("Provider"), target: kProviders },
    { kind: "text", name: "group", label: () => t("Group"), help: () => t("A heading on “My applications”.") },
    { kind: "choice", name: "policy_engine_mode", label: () => t("Who may use it"), choices: engineMode, initial: "any" },
    { kind: "text", name: "meta_launch_url", label: () => t("Launch URL"), more: true },
    { kind: "bool", name: "open_in_new_tab", label: () => t("Open in a new tab"), more: true },
    { kind: "text", name: "meta_icon", label: () => t("Icon URL"), more: true },
    { kind: "text", name: "meta_publisher", label: () => t("Publisher"), more: true },
    { kind: "textarea", name: "meta_description", label: () => t("Description"), more: true },
    { kind: "refs", name: "backchannel_providers", label: () => t("Backchannel providers"), target: kProviders, more: true },
  ],
  tabs: [
    { id: "bindings", title: () => t("Policy / Group / User Bindings"), content: Bindings },
    { id: "access", title: () => t("Check access"), content: ApplicationAccess },
  ],
};

const kFlowFields: Kind["fields"] = [
  { kind: "ref", name: "authorization_flow", label: () => t("Login flow"), target: { ...kFlows, query: { designation: "authentication" } }, required: true, help: () => t("Decides each bind or request: password, second factor, policies.") },
  { kind: "ref", name: "invalidation_flow", label: () => t("Logout flow"), target: { ...kFlows, query: { designation: "invalidation" } }, required: true },
];

const kLdapKind: Kind = {
  component: "ak-provider-ldap-form",
  path: "/providers/ldap",
  one: () => t("LDAP provider"),
  fields: [
    kName,
    ...kFlowFields,
    { kind: "text", name: "base_dn", label: () => t("Base DN"), initial: "dc=ldap,dc=goauthentik,dc=io", help: () => t("Users are below ou=users, groups below ou=groups.") },
    { kind: "bool", name: "mfa_support", label: () => t("Codes with the password"), initial: true, help: () => t("password;code: asked of everybody who has a second factor.") },
    { kind: "choice", name: "search_mode", label: () => t("Search mode"), initial: "direct", more: true, choices: () => [choice("direct", t("Direct")), choice("cached", t("Cached"))] },
    { kind: "choice", name: "bind_mode", label: () => t("Bind mode"), initial: "direct", more: true, choices: () => [choice("direct", t("Direct")), choice("cached", t("Cached"))] },
    { kind: "ref", name: "certificate", label: () => t("Certificate"), target: kCertificates, more: true },
    { kind: "text", name: "tls_server_name", label: () => t("TLS server name"), more: true, help: () => t("With this name in the handshake the certificate above is shown.") },
    { kind: "number", name: "uid_start_number", label: () => t("First uidNumber"), initial: 2000, min: 1, more: true },
    { kind: "number", name: "gid_start_number", label: () => t("First gidNumber"), initial: 4000, min: 1, more: true },
  ],
};

const kRadiusKind: Kind = {
  component: "ak-provider-radius-form",
  path: "/providers/radius",
  one: () => t("RADIUS provider"),
  fields: [
    kName,
    ...kFlowFields,
    { kind: "text", name: "client_networks", label: () => t("Client networks"), initial: "0.0.0.0/0, ::/0", help: () => t("Addresses of the gear that asks, with commas between: 192.0.2.0/24, 2001:db8::/32. The narrowest wins.") },
    { kind: "secret", name: "shared_secret", label: () => t("Shared secret"), generate: true, keep: true, help: () => t("The same on the gear. Empty: one is generated.") },
    { kind: "bool", name: "mfa_support", label: () => t("Codes with the password"), initial: true, help: () => t("password;code: asked of everybody who has a second factor.") },
    { kind: "refs", name: "property_mappings", label: () => t("Property mappings"), target: kRadiusMappings, help: () => t("Give attributes of the answer, such as a VLAN. In the order of their names.") },
  ],
};

export const kProviderSpec: Spec = {
  route: "/core/providers",
  path: "/providers/all",
  key: "pk",
  icon: "server",
  title: () => t("Providers"),
  one: () => t("Provider"),
  nameOf: (row) => row["name"],
  order: "name",
  columns: () => [
    { title: t("Name"), order: "name", show: (row) => row["name"] },
    { title: t("Application"), show: (row) => row["assigned_application_name"] || t("None: nobody can use it yet") },
    { title: t("Type"), show: (row) => row["verbose_name"] },
  ],
  fields: [],
  kinds: [kLdapKind, kRadiusKind],
  kindTypes: "/providers/all/types/",
  tabs: [{ id: "connect", title: () => t("Connect clients"), content: Connect }],
};

const mapping = (use: string, one: () => string, help: () => string): Kind => ({
  component: `ak-property-mapping-${use}-form`,
  path: `/propertymappings/${use.replace("-", "/")}`,
  one,
  fields: [kName, { kind: "textarea", name: "expression", label: () => t("Expression (Lua)"), required: true, rows: 12, help }],
});

const kMappingKinds: Kind[] = [
  mapping("provider-radius", () => t("RADIUS reply attributes"), () => t("Knows user, packet and what policies know. For example: {code}", { code: 'return {vlan = 10, ["Reply-Message"] = "Hello " .. user.username}' })),
  mapping("notification", () => t("Body or header fields of a webhook"), () => t("Knows user and notification. For example: {code}", { code: "return {text = notification.body, to = user.username}" })),
];

export const kMappingSpec: Spec = {
  route: "/core/property-mappings",
  path: "/propertymappings/all",
  key: "pk",
  icon: "list",
  title: () => t("Property mappings"),
  one: () => t("Property mapping"),
  about: () => t("Small programs that say what goes out: to network gear that asks over RADIUS, to webhooks of notifications."),
  nameOf: (row) => row["name"],
  order: "name",
  columns: () => [
    { title: t("Name"), order: "name", show: (row) => row["name"] },
    { title: t("Type"), show: (row) => kMappingKinds.find((one) => one.component === row["component"])?.one() ?? row["verbose_name"] },
  ],
  fields: [],
  kinds: kMappingKinds,
  kindTypes: "/propertymappings/all/types/",
  rowActions: MappingRowActions,
};

const outpostTypes = () => [choice("ldap", "LDAP"), choice("radius", "RADIUS")];

export const kOutpostSpec: Spec = {
  route: "/outpost/outposts",
  path: "/outposts/instances",
  key: "pk",
  icon: "server",
  title: () => t("Outposts"),
  one: () => t("Outpost"),
  about: () => t("This server answers LDAP and RADIUS itself. An outpost is a front end of authentik's that runs elsewhere and asks this server, by a token of its own."),
  before: EmbeddedOutpost,
  nameOf: (row) => row["name"],
  order: "name",
  columns: () => [
    { title: t("Name"), order: "name", show: (row) => row["name"] },
    { title: t("Type"), show: (row) => outpostTypes().find((one) => one.value === row["type"])?.label ?? row["type"] },
    { title: t("Providers"), show: (row) => (row["providers_obj"] ?? []).map((one: { name: string }) => one.name).join(", ") || "–" },
  ],
  fields: [
    kName,
    { kind: "choice", name: "type", label: () => t("Type"), choices: outpostTypes, required: true },
    { kind: "refs", name: "providers", label: () => t("Providers"), target: kProviders },
    {
      kind: "json",
      name: "config",
      label: () => t("Settings"),
      initial: JSON.stringify({ log_level: "info", authentik_host: location.origin, refresh_interval: "minutes=5" }, null, 2),
      more: true,
    },
  ],
  rowActions: OutpostRowActions,
};

const matching = () => [
  choice("identifier", t("By the account's identifier")),
  choice("email_link", t("Link users with the same e-mail address")),
  choice("email_deny", t("Refuse a known e-mail address")),
  choice("username_link", t("Link users with the same username")),
  choice("username_deny", t("Refuse a known username")),
];

const kSourceTypes = ["openidconnect", "apple", "discord", "entraid", "facebook", "github", "gitlab", "google", "mailcow", "okta", "patreon", "reddit", "slack", "twitch", "twitter", "wechat"];
const kOauth: Kind = {
  component: "ak-source-oauth-form",
  path: "/sources/oauth",
  one: () => t("OAuth source"),
  fields: [
    kName,
    kSlug,
    { kind: "choice", name: "provider_type", label: () => t("Service"), required: true, choices: () => kSourceTypes.map((one) => choice(one, one)) },
    { kind: "text", name: "consumer_key", label: () => t("Client ID"), required: true },
    { kind: "secret", name: "consumer_secret", label: () => t("Client secret"), required: true, keep: true },
    { kind: "text", name: "oidc_well_known_url", label: () => t("OpenID configuration URL") },
    { kind: "bool", name: "enabled", label: () => t("Enabled"), initial: true },
    { kind: "bool", name: "promoted", label: () => t("Show it as the main button") },
    { kind: "choice", name: "user_matching_mode", label: () => t("Known users"), choices: matching },
    { kind: "ref", name: "authentication_flow", label: () => t("Login flow"), target: kFlows, more: true },
    { kind: "ref", name: "enrollment_flow", label: () => t("Enrolment flow"), target: kFlows, more: true },
    { kind: "text", name: "authorization_url", label: () => t("Authorization URL"), more: true },
    { kind: "text", name: "access_token_url", label: () => t("Access token URL"), more: true },
    { kind: "text", name: "profile_url", label: () => t("Profile URL"), more: true },
    { kind: "text", name: "additional_scopes", label: () => t("Additional scopes"), more: true },
  ],
};

export const kSourceSpec: Spec = {
  route: "/core/sources",
  path: "/sources/all",
  key: "slug",
  icon: "link",
  title: () => t("Federation and social login"),
  one: () => t("Source"),
  nameOf: (row) => row["name"],
  order: "name",
  columns: () => [
    { title: t("Name"), order: "name", show: (row) => row["name"] },
    { title: t("Type"), show: (row) => row["verbose_name"] },
    { title: t("Enabled"), show: (row) => (row["enabled"] ? t("Yes") : t("No")) },
  ],
  fields: [],
  kinds: [kOauth],
  kindTypes: "/sources/all/types/",
};

export const kBrandSpec: Spec = {
  route: "/core/brands",
  path: "/core/brands",
  key: "brand_uuid",
  icon: "sun",
  title: () => t("Brands"),
  one: () => t("Brand"),
  about: () => t("Title, logo, colours and flows by the name of the host that is visited."),
  nameOf: (row) => row["domain"],
  order: "domain",
  columns: () => [
    { title: t("Domain"), order: "domain", show: (row) => row["domain"] },
    { title: t("Title"), show: (row) => row["branding_title"] || "–" },
    { title: t("Default"), show: (row) => (row["default"] ? t("Yes") : t("No")) },
  ],
  fields: [
    { kind: "text", name: "domain", label: () => t("Domain"), required: true },
    { kind: "bool", name: "default", label: () => t("Default"), help: () => t("Used where no other brand's domain fits.") },
    { kind: "text", name: "branding_title", label: () => t("Title") },
    { kind: "text", name: "branding_logo", label: () => t("Logo URL") },
    { kind: "text", name: "branding_favicon", label: () => t("Favicon URL") },
    { kind: "textarea", name: "branding_custom_css", label: () => t("Style sheet (CSS)"), rows: 6, more: true },
    { kind: "ref", name: "flow_authentication", label: () => t("Login flow"), target: kFlows },
    { kind: "ref", name: "flow_invalidation", label: () => t("Logout flow"), target: kFlows },
    { kind: "ref", name: "flow_recovery", label: () => t("Recovery flow"), target: kFlows },
    { kind: "ref", name: "flow_user_settings", label: () => t("User settings flow"), target: kFlows },
    { kind: "ref", name: "flow_unenrollment", label: () => t("Unenrolment flow"), target: kFlows, more: true },
    { kind: "json", name: "attributes", label: () => t("Attributes"), more: true },
  ],
};

export { durationHelp };

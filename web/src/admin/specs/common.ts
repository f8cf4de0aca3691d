// What descriptions share: targets that fields point at, choices that many fields have.
import { t } from "../../lib/i18n";
import type { Row } from "../../lib/api";
import type { Choice } from "../../ui/field";
import type { FieldSpec, Target } from "../spec";

export const kFlows: Target = { path: "/flows/instances", label: (row) => `${row["name"]} (${row["slug"]})`, query: { ordering: "name" } };
export const kStages: Target = { path: "/stages/all", label: (row) => String(row["name"]), query: { ordering: "name" } };
export const kUsers: Target = { path: "/core/users", label: (row) => `${row["username"]}${row["name"] ? ` – ${row["name"]}` : ""}`, query: { ordering: "username" } };
export const kGroups: Target = { path: "/core/groups", label: (row) => String(row["name"]), query: { ordering: "name", include_users: "false" } };
export const kRoles: Target = { path: "/rbac/roles", label: (row) => String(row["name"]), query: { ordering: "name" } };
export const kProviders: Target = { path: "/providers/all", label: (row) => `${row["name"]} (${row["verbose_name"]})`, query: { ordering: "name" } };
export const kPolicies: Target = { path: "/policies/all", label: (row) => String(row["name"]), query: { ordering: "name" } };
export const kCertificates: Target = { path: "/crypto/certificatekeypairs", label: (row) => String(row["name"]), query: { ordering: "name" } };
export const kPrompts: Target = { path: "/stages/prompt/prompts", label: (row) => `${row["name"]} (${row["field_key"]})`, query: { ordering: "name" } };
export const kApplications: Target = { path: "/core/applications", label: (row) => String(row["name"]), query: { ordering: "name", superuser_full_list: "true" } };
export const kRadiusMappings: Target = { path: "/propertymappings/provider/radius", label: (row) => String(row["name"]), query: { ordering: "name" } };
export const kWebhookMappings: Target = { path: "/propertymappings/notification", label: (row) => String(row["name"]), query: { ordering: "name" } };
export const kTransports: Target = { path: "/events/transports", label: (row) => String(row["name"]), query: { ordering: "name" } };

export const choice = (value: string, label: string): Choice => ({ value, label });

export const kName: FieldSpec = { kind: "text", name: "name", label: () => t("Name"), required: true };
export const kSlug: FieldSpec = {
  kind: "slug",
  name: "slug",
  label: () => t("Slug"),
  required: true,
  help: () => t("Its name in addresses: letters, digits, hyphens and underscores."),
};

export const durationHelp = () => t("For example hours=1, or days=14;hours=12. seconds=0 means until the browser closes.");

export const engineMode = (): Choice[] => [
  choice("any", t("Any binding lets in")),
  choice("all", t("All bindings must let in")),
];

export const yesNo = (): Choice[] => [choice("true", t("Yes")), choice("false", t("No"))];

export function userNames(row: Row): string {
  return String(row["username"] ?? row["name"] ?? "");
}

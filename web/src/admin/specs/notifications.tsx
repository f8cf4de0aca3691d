// Who is told of which events, and how.
import { t } from "../../lib/i18n";
import { Label } from "../../ui/basic";
import { Bindings } from "../pages/bindings";
import { TransportRowActions } from "../pages/transport-test";
import type { Spec } from "../spec";
import { choice, kCertificates, kGroups, kName, kTransports, kWebhookMappings } from "./common";

const severities = () => [choice("notice", t("Notice")), choice("warning", t("Warning")), choice("alert", t("Alert"))];
const kColours = { notice: "blue", warning: "orange", alert: "red" } as const;

export const kRuleSpec: Spec = {
  route: "/events/rules",
  path: "/events/rules",
  key: "pk",
  icon: "mail",
  title: () => t("Notification rules"),
  one: () => t("Notification rule"),
  about: () => t("An event that one of a rule's policies matches is told to the group, by each of the transports."),
  nameOf: (row) => row["name"],
  order: "name",
  columns: () => [
    { title: t("Name"), order: "name", show: (row) => row["name"] },
    {
      title: t("Severity"),
      show: (row) => (
        <Label colour={kColours[row["severity"] as keyof typeof kColours] ?? "grey"}>
          {severities().find((one) => one.value === row["severity"])?.label ?? row["severity"]}
        </Label>
      ),
    },
    { title: t("Tells"), show: (row) => row["destination_group_obj"]?.name ?? (row["destination_event_user"] ? t("Whom it is about") : "–") },
  ],
  fields: [
    kName,
    { kind: "choice", name: "severity", label: () => t("Severity"), choices: severities, initial: "notice" },
    { kind: "refs", name: "transports", label: () => t("Transports"), target: kTransports },
    { kind: "ref", name: "destination_group", label: () => t("Group that is told"), target: kGroups },
    { kind: "bool", name: "destination_event_user", label: () => t("Tell the user whom the event is about") },
  ],
  tabs: [{ id: "bindings", title: () => t("Policy / Group / User Bindings"), content: Bindings }],
};

const modes = () => [
  choice("local", t("In this interface")),
  choice("email", t("E-mail")),
  choice("webhook", t("Webhook")),
  choice("webhook_slack", t("Webhook of Slack or Discord")),
];
const isHook = (values: Record<string, unknown>) => String(values["mode"]).startsWith("webhook");

export const kTransportSpec: Spec = {
  route: "/events/transports",
  path: "/events/transports",
  key: "pk",
  icon: "out",
  title: () => t("Notification transports"),
  one: () => t("Notification transport"),
  nameOf: (row) => row["name"],
  order: "name",
  columns: () => [
    { title: t("Name"), order: "name", show: (row) => row["name"] },
    { title: t("Way"), show: (row) => modes().find((one) => one.value === row["mode"])?.label ?? row["mode"] },
  ],
  fields: [
    kName,
    { kind: "choice", name: "mode", label: () => t("Way"), choices: modes, required: true },
    { kind: "text", name: "webhook_url", label: () => t("Address of the webhook"), type: "url", when: isHook, required: true },
    { kind: "ref", name: "webhook_mapping_body", label: () => t("Body by a mapping"), target: kWebhookMappings, when: isHook, help: () => t("None: JSON with all that is known. Mappings are made under Applications, Property mappings.") },
    { kind: "ref", name: "webhook_mapping_headers", label: () => t("Header fields by a mapping"), target: kWebhookMappings, when: isHook },
    { kind: "ref", name: "webhook_ca", label: () => t("Certificate that it must show, or its authority's"), target: kCertificates, when: isHook, more: true },
    { kind: "text", name: "email_subject_prefix", label: () => t("Begin of the subject"), when: (values) => values["mode"] === "email" },
    { kind: "bool", name: "send_once", label: () => t("Send it once, not to each user") },
  ],
  rowActions: TransportRowActions,
};

// The tabs of one user's page.
import { type Page, type Row } from "../../lib/api";
import { useGet } from "../../lib/hooks";
import { dateTime, relative, t } from "../../lib/i18n";
import { placeHref } from "../../lib/router";
import { Card, Empty, Facts, Label, Problem, Spinner } from "../../ui/basic";
import { Table } from "../../ui/table";
import { DeviceTable, type Device } from "../../user/devices";
import { Leases, NetworkSessions, ServiceUses, WebSessions } from "../../user/sessions";
import type { DetailProps } from "../spec";
import { EventTable } from "./events";
import { UserButtons } from "./user-actions";

export function UserOverview({ row }: DetailProps) {
  return (
    <>
      <div class="bar">
        <UserButtons row={row} wide />
      </div>
      <Card title={t("Details")}>
        <Facts
          rows={[
            [t("Username"), row["username"]],
            [t("Name"), row["name"]],
            [t("Email"), row["email"]],
            [t("State"), row["is_active"] ? t("Active") : t("Inactive")],
            [t("Superuser"), row["is_superuser"] ? t("Yes") : t("No")],
            [t("Path"), row["path"]],
            [t("Created"), dateTime(row["date_joined"])],
            [t("Last login"), relative(row["last_login"])],
            [t("Password changed"), relative(row["password_change_date"])],
            [t("Unique identifier"), <code>{row["uid"]}</code>],
          ]}
        />
      </Card>
      <Card title={t("Groups")}>
        <span class="chips">
          {(row["groups_obj"] ?? []).length === 0 && t("None")}
          {(row["groups_obj"] ?? []).map((one: Row) => (
            <Label key={one["pk"]}>
              <a href={placeHref(`/identity/groups/${one["pk"]}`)}>{one["name"]}</a>
            </Label>
          ))}
        </span>
      </Card>
      <Card title={t("Attributes")}>
        <pre class="log" tabIndex={0}>{JSON.stringify(row["attributes"] ?? {}, null, 2)}</pre>
      </Card>
    </>
  );
}

export function UserSessions({ row }: DetailProps) {
  return (
    <>
      <Card title={t("Browsers")}>
        <div class="panel">
          <WebSessions username={row["username"]} own={false} />
        </div>
      </Card>
      <Card title={t("Networks (VPN, Wi-Fi)")}>
        <NetworkSessions username={row["username"]} />
      </Card>
      <Card title={t("LDAP and RADIUS")}>
        <Leases user={row["pk"]} />
        <ServiceUses user={row["pk"]} />
      </Card>
    </>
  );
}

export function UserDevices({ row }: DetailProps) {
  const devices = useGet<Device[]>("/authenticators/admin/all/", { user: row["pk"] });
  if (devices.error) return <Problem error={devices.error} again={devices.reload} />;
  if (!devices.value) return <Spinner />;
  if (devices.value.length === 0) return <Empty icon="phone" title={t("No MFA devices")} />;
  return <DeviceTable devices={devices.value} admin reload={devices.reload} />;
}

export function UserTokens({ row }: DetailProps) {
  const tokens = useGet<Page<Row>>("/core/tokens/", { user__username: row["username"], page_size: 100 });
  if (tokens.error) return <Problem error={tokens.error} again={tokens.reload} />;
  if (!tokens.value) return <Spinner />;
  if (tokens.value.results.length === 0) return <Empty icon="key" title={t("No tokens and no app passwords")} />;
  return (
    <Table
      label={t("Tokens and App passwords")}
      rows={tokens.value.results}
      keyOf={(one) => one["identifier"]}
      columns={[
        { title: t("Identifier"), show: (one) => one["identifier"] },
        { title: t("Use"), show: (one) => (one["intent"] === "api" ? t("API token") : t("App password")) },
        { title: t("Expires"), show: (one) => (one["expiring"] ? dateTime(one["expires"]) : t("Never")) },
      ]}
    />
  );
}

export function UserEvents({ row }: DetailProps) {
  return <EventTable query={{ username: row["username"] }} />;
}

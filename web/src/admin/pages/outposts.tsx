// The front ends of LDAP and RADIUS: the one in this server, and those that run elsewhere.
import { useGet } from "../../lib/hooks";
import { dateTime, t } from "../../lib/i18n";
import { Card, Label, Problem, Spinner } from "../../ui/basic";
import { Table } from "../../ui/table";
import type { DetailProps } from "../spec";
import { KeyButton } from "./token-actions";

interface Seen {
  listeners: { protocol: string; address: string }[];
  store_reachable: boolean;
  directory_age_ms: number;
}

export function EmbeddedOutpost() {
  const seen = useGet<Seen>("/postern/overview/");
  if (seen.error) return <Problem error={seen.error} again={seen.reload} />;
  if (!seen.value) return <Spinner />;
  const { listeners, store_reachable, directory_age_ms } = seen.value;
  const last = dateTime(new Date(Date.now() - directory_age_ms).toISOString());
  return (
    <Card title={t("In this server")}>
      <Table
        label={t("In this server")}
        rows={listeners}
        keyOf={(one) => one.protocol + one.address}
        columns={[
          { title: t("Protocol"), show: (one) => one.protocol.toUpperCase() },
          { title: t("Address"), show: (one) => <code>{one.address}</code> },
          {
            title: t("State"),
            show: () => (store_reachable ? <Label colour="green">{t("Serves")}</Label> : <Label colour="orange">{t("Serves what it last knew")}</Label>),
          },
          { title: t("Last seen"), show: () => last },
        ]}
      />
    </Card>
  );
}

export function OutpostRowActions({ row }: DetailProps) {
  return <KeyButton identifier={row["token_identifier"]} />;
}

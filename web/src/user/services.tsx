// Accounts elsewhere by which this user can log in.
import { useState } from "preact/hooks";

import { remove, type Page } from "../lib/api";
import { useGet } from "../lib/hooks";
import { t } from "../lib/i18n";
import { Button, Empty, LinkButton, Problem, Spinner } from "../ui/basic";
import { Confirm } from "../ui/modal";
import type { Me } from "../ui/shell";
import { Table } from "../ui/table";
import { toast } from "../ui/toast";
import { configureLink, type UserSetting } from "./user-settings";

interface Connection {
  pk: number;
  source: string;
  source_obj: { slug: string; name: string };
  identifier: string;
}

export function Services({ me }: { me: Me }) {
  const sources = useGet<UserSetting[]>("/sources/all/user_settings/");
  const connections = useGet<Page<Connection>>("/sources/user_connections/all/", { user: me.user.pk, page_size: 100 });
  const [asking, setAsking] = useState<Connection | null>(null);
  if (sources.error) return <Problem error={sources.error} again={sources.reload} />;
  if (!sources.value) return <Spinner />;
  if (sources.value.length === 0) {
    return (
      <Empty icon="link" title={t("No services available")}>
        <p>{t("Services that the administrator sets up, such as GitHub or Google, can be connected here.")}</p>
      </Empty>
    );
  }
  const connected = (one: UserSetting) =>
    connections.value?.results.find((other) => other.source === one.object_uid || other.source_obj?.slug === one.object_uid);
  return (
    <>
      <Table
        label={t("Connected services")}
        rows={sources.value}
        keyOf={(one) => one.object_uid}
        columns={[
          { title: t("Name"), show: (one) => one.title },
          { title: t("Account"), show: (one) => connected(one)?.identifier ?? "–" },
        ]}
        actions={(one) => {
          const connection = connected(one);
          return connection ? (
            <Button onClick={() => setAsking(connection)}>{t("Disconnect")}</Button>
          ) : (
            <LinkButton href={configureLink(one, "page-sources")} kind="primary">
              {t("Connect")}
            </LinkButton>
          );
        }}
      />
      {asking && (
        <Confirm
          title={t("Disconnect")}
          action={t("Disconnect")}
          onClose={() => setAsking(null)}
          onConfirm={async () => {
            await remove(`/sources/user_connections/oauth/${asking.pk}/`);
            connections.reload();
            toast(t("Saved"));
          }}
        >
          <p>{t("You can no longer sign in with {name}.", { name: asking.source_obj?.name ?? asking.identifier })}</p>
        </Confirm>
      )}
    </>
  );
}

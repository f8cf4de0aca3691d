// What applications were allowed to know. Deleted: it is asked again.
import { useState } from "preact/hooks";

import { remove, type Page } from "../lib/api";
import { useGet } from "../lib/hooks";
import { dateTime, t } from "../lib/i18n";
import { Button, Empty, Label, Problem, Spinner } from "../ui/basic";
import { Confirm } from "../ui/modal";
import type { Me } from "../ui/shell";
import { Table } from "../ui/table";
import { toast } from "../ui/toast";

interface UserConsent {
  pk: number;
  expires: string | null;
  application: { name: string };
  permissions: string;
}

export function Consents({ me }: { me: Me }) {
  const consents = useGet<Page<UserConsent>>("/core/user_consent/", { user: me.user.pk, page_size: 100 });
  const [asking, setAsking] = useState<UserConsent | null>(null);
  if (consents.error) return <Problem error={consents.error} again={consents.reload} />;
  if (!consents.value) return <Spinner />;
  if (consents.value.results.length === 0) {
    return (
      <Empty icon="shield" title={t("No consents given")}>
        <p>{t("When an application asks for your data, what you allow is listed here.")}</p>
      </Empty>
    );
  }
  return (
    <>
      <Table
        label={t("Consent")}
        rows={consents.value.results}
        keyOf={(one) => String(one.pk)}
        columns={[
          { title: t("Application"), show: (one) => one.application.name },
          { title: t("Expires"), show: (one) => dateTime(one.expires) },
          {
            title: t("Permissions"),
            show: (one) => (
              <span class="chips">
                {one.permissions
                  .split(" ")
                  .filter(Boolean)
                  .map((name) => (
                    <Label key={name}>{name}</Label>
                  ))}
              </span>
            ),
          },
        ]}
        actions={(one) => (
          <Button kind="plain" icon="trash" label={t("Delete {name}", { name: one.application.name })} onClick={() => setAsking(one)} />
        )}
      />
      {asking && (
        <Confirm
          title={t("Delete consent")}
          action={t("Delete")}
          onClose={() => setAsking(null)}
          onConfirm={async () => {
            await remove(`/core/user_consent/${asking.pk}/`);
            consents.reload();
            toast(t("Deleted"));
          }}
        >
          <p>{t("{name} will ask again next time.", { name: asking.application.name })}</p>
        </Confirm>
      )}
    </>
  );
}

// What this user has been told: a bell with the number of what is new, and the list behind it.
import { useState } from "preact/hooks";

import { post, type Page, type Row } from "../lib/api";
import { asApiError, useGet } from "../lib/hooks";
import { number, relative, t } from "../lib/i18n";
import { Button, Empty, Label, explainError } from "./basic";
import { Modal } from "./modal";
import { toast } from "./toast";

const kColours = { notice: "blue", warning: "orange", alert: "red" } as const;

export function Notifications() {
  const list = useGet<Page<Row>>("/events/notifications/", { seen: false, ordering: "-created", page_size: 50 });
  const [open, setOpen] = useState(false);
  if (!list.value) return null;
  const { results, pagination } = list.value;
  const markAll = async () => {
    try {
      await post("/events/notifications/mark_all_seen/");
      list.reload();
    } catch (problem) {
      toast(explainError(asApiError(problem)), "danger");
    }
  };
  const label = pagination.count ? `${t("Notifications")}: ${number(pagination.count)}` : t("Notifications");
  return (
    <>
      <Button kind="plain" icon="bell" label={label} onClick={() => setOpen(true)}>
        {pagination.count ? number(pagination.count) : undefined}
      </Button>
      {open && (
        <Modal title={t("Notifications")} onClose={() => setOpen(false)}>
          {results.length === 0 && <Empty icon="bell" title={t("No notifications")} />}
          <ul class="notifications">
            {results.map((one) => (
              <li key={one["pk"]}>
                <Label colour={kColours[one["severity"] as keyof typeof kColours] ?? "grey"}>{relative(one["created"])}</Label>
                <p>{t(String(one["body"]))}</p>
              </li>
            ))}
          </ul>
          {results.length > 0 && (
            <div>
              <Button onClick={() => void markAll()}>{t("Mark all as read")}</Button>
            </div>
          )}
        </Modal>
      )}
    </>
  );
}

// The bell of the header: how many notifications somebody has not seen, and a drawer with them, from where
// they are marked as seen. Asked for anew while the page is looked at.
import { useEffect, useState } from "preact/hooks";

import { patch, post, type ApiError, type Page } from "../lib/api";
import { asApiError, useGet } from "../lib/hooks";
import { dateTime, number, relative, t, tn } from "../lib/i18n";
import { Button, Empty, Label, Problem, Spinner } from "./basic";
import { Icon } from "./icon";
import { Modal } from "./modal";

interface Notification {
  pk: string;
  severity: "notice" | "warning" | "alert";
  body: string;
  created: string;
  event?: { pk: string } | null;
}

const kPath = "/events/notifications/";
const kUnseen = { seen: "false", ordering: "-created" };
const kEvery = 60_000;
const kShown = 50;
const kColours = { notice: "blue", warning: "orange", alert: "red" } as const;

const severityName = (severity: string): string => {
  if (severity === "alert") return t("Alert");
  return severity === "warning" ? t("Warning") : t("Notice");
};

interface NoticeProps {
  one: Notification;
  withEvent: boolean;
  onSeen: () => void;
  onLeave: () => void;
}

function Notice({ one, withEvent, onSeen, onLeave }: NoticeProps) {
  return (
    <li class="notice">
      <div class="notice-head">
        <Label colour={kColours[one.severity] ?? "grey"}>{severityName(one.severity)}</Label>
        <time class="subtle" dateTime={one.created} title={dateTime(one.created)}>
          {relative(one.created)}
        </time>
        <Button kind="plain" small icon="check" label={t("Mark as seen: {what}", { what: one.body })} onClick={onSeen} />
      </div>
      <p>{one.body}</p>
      {withEvent && one.event && (
        <a href={`/if/admin/#/events/log/${one.event.pk}`} onClick={onLeave}>
          {t("Show the event")}
        </a>
      )}
    </li>
  );
}

function Drawer({ withEvents, onChange, onClose }: { withEvents: boolean; onChange: () => void; onClose: () => void }) {
  const list = useGet<Page<Notification>>(kPath, { ...kUnseen, page_size: kShown });
  const [error, setError] = useState<ApiError | null>(null);
  const rows = list.value?.results ?? [];
  const mark = async (work: () => Promise<unknown>) => {
    try {
      await work();
      setError(null);
    } catch (problem) {
      setError(asApiError(problem));
    }
    list.reload();
    onChange();
  };
  const all = rows.length > 0 && (
    <Button kind="secondary" onClick={() => void mark(() => post(`${kPath}mark_all_seen/`))}>
      {t("Mark all as seen")}
    </Button>
  );
  return (
    <Modal side title={t("Notifications")} onClose={onClose} footer={all}>
      {(error ?? list.error) && <Problem error={(error ?? list.error)!} again={list.reload} />}
      {!list.value && list.busy && <Spinner />}
      {list.value && rows.length === 0 && <Empty icon="bell" title={t("No new notifications")} />}
      <ul class="notices">
        {rows.map((one) => (
          <Notice
            key={one.pk}
            one={one}
            withEvent={withEvents}
            onSeen={() => void mark(() => patch(`${kPath}${one.pk}/`, { seen: true }))}
            onLeave={onClose}
          />
        ))}
      </ul>
    </Modal>
  );
}

// `withEvents`: whoever looks may read the events that notifications are about.
export function Bell({ withEvents }: { withEvents: boolean }) {
  const unseen = useGet<Page<Notification>>(kPath, { ...kUnseen, page_size: 1 });
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") unseen.reload();
    };
    const timer = setInterval(look, kEvery);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [unseen.reload]);
  const count = unseen.value?.pagination.count ?? 0;
  const words = count > 0 ? tn(count, "One new notification", "{n} new notifications") : t("Notifications");
  return (
    <>
      <button type="button" class="pf-v6-c-button pf-m-plain bell" aria-haspopup="dialog" aria-label={words} title={words} onClick={() => setOpen(true)}>
        <Icon name="bell" />
        {count > 0 && (
          <span class="bell-count" aria-hidden="true">
            {count > 99 ? `${number(99)}+` : number(count)}
          </span>
        )}
      </button>
      <span class="for-screen-reader" role="status">
        {count > 0 ? words : ""}
      </span>
      {open && <Drawer withEvents={withEvents} onChange={unseen.reload} onClose={() => setOpen(false)} />}
    </>
  );
}

// The audit trail: chart, lists, one event with all that is known of it.
import { useState } from "preact/hooks";

import type { Page, Query, Row } from "../../lib/api";
import { useGet } from "../../lib/hooks";
import { dateTime, number, relative, t } from "../../lib/i18n";
import { placeHref } from "../../lib/router";
import { Button, Card, Empty, Facts, Label, Problem, Spinner } from "../../ui/basic";
import { Modal } from "../../ui/modal";
import { Pages, Table } from "../../ui/table";
import type { DetailProps } from "../spec";
import { eventActions } from "../specs/policies";

const kBad = new Set(["login_failed", "suspicious_request", "policy_exception", "configuration_error", "system_exception"]);

export function actionName(action: string): string {
  return eventActions.find(([name]) => name === action)?.[1]() ?? action;
}

// What it was about, in a few words.
function subject(row: Row): string {
  const context = (row["context"] ?? {}) as Row;
  const model = context["model"];
  const name = typeof model === "object" && model ? model["name"] : (context["name"] ?? context["reason"] ?? context["username"]);
  return typeof name === "string" ? name : typeof model === "string" ? model : "";
}

export function EventTitle({ row }: { row: Row }) {
  return (
    <>
      <Label colour={kBad.has(row["action"]) ? "red" : row["action"] === "login" ? "green" : "grey"}>{actionName(row["action"])}</Label>{" "}
      {subject(row)}
    </>
  );
}

export interface Bucket {
  time: string;
  action: string;
  count: number;
}

const kHours = 72;
const kHour = 3600_000;

// Bars of one hour: refused ones below, logins above them, the rest on top.
export function Bars({ buckets }: { buckets: Bucket[] }) {
  const now = Math.floor(Date.now() / kHour);
  const hours = Array.from({ length: kHours }, (_, index) => ({ good: 0, bad: 0, other: 0, at: now - kHours + 1 + index }));
  for (const one of buckets) {
    const index = Math.floor(new Date(one.time).getTime() / kHour) - (now - kHours + 1);
    const hour = hours[index];
    if (!hour) continue;
    if (kBad.has(one.action)) hour.bad += one.count;
    else if (one.action === "login") hour.good += one.count;
    else hour.other += one.count;
  }
  const most = Math.max(1, ...hours.map((one) => one.good + one.bad + one.other));
  const width = 720;
  const height = 130;
  const step = width / kHours;
  const total = (name: "good" | "bad" | "other") => hours.reduce((sum, one) => sum + one[name], 0);
  const kinds = [
    ["bad", t("Failed logins and errors")],
    ["good", t("Logins")],
    ["other", t("Other")],
  ] as const;
  const words = kinds.map(([name, label]) => `${label}: ${number(total(name))}`).join(", ");
  return (
    <figure class="panel">
      <svg class="chart" viewBox={`0 0 ${width} ${height + 20}`} role="img" preserveAspectRatio="none" aria-label={t("The last three days. {words}", { words })}>
        <path class="axis" d={`M0 ${height}H${width}`} />
        {hours.map((hour, index) => {
          let y = height;
          return kinds.map(([name]) => {
            const tall = (hour[name] / most) * (height - 14);
            y -= tall;
            return tall > 0 ? <rect key={`${index}-${name}`} class={name} x={index * step + 1} y={y} width={Math.max(step - 2, 1)} height={tall} /> : null;
          });
        })}
      </svg>
      <figcaption>
        <ul class="legend">
          {kinds.map(([name, label]) => (
            <li key={name} class={name}>
              {label}: {number(total(name))}
            </li>
          ))}
          <li class="bare subtle">{t("Per hour, the last three days; at most {n} in an hour", { n: number(most) })}</li>
        </ul>
      </figcaption>
    </figure>
  );
}

export function EventVolume() {
  const volume = useGet<Bucket[]>("/events/events/volume/");
  if (volume.error) return <Problem error={volume.error} again={volume.reload} />;
  if (!volume.value) return <Spinner />;
  return <Bars buckets={volume.value} />;
}

export function EventChart() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="chart" onClick={() => setOpen(true)}>
        {t("Chart")}
      </Button>
      {open && (
        <Modal wide title={t("Events")} onClose={() => setOpen(false)}>
          <EventVolume />
        </Modal>
      )}
    </>
  );
}

export function EventRowActions({ row }: DetailProps) {
  return (
    <a class="pf-v6-c-button pf-m-plain" href={placeHref(`/events/log/${row["pk"]}`)}>
      {t("Details")}
    </a>
  );
}

export function EventDetail({ row }: DetailProps) {
  return (
    <>
      <Card title={t("Details")}>
        <Facts
          rows={[
            [t("Action"), row["action"]],
            [t("User"), row["user"]?.username],
            [t("Time"), dateTime(row["created"])],
            [t("Address"), row["client_ip"]],
            [t("Expires"), dateTime(row["expires"])],
          ]}
        />
      </Card>
      <Card title={t("Context")}>
        <pre class="log" tabIndex={0}>{JSON.stringify(row["context"] ?? {}, null, 2)}</pre>
      </Card>
    </>
  );
}

export function EventTable({ query }: { query: Query }) {
  const [page, setPage] = useState(1);
  const events = useGet<Page<Row>>("/events/events/", { ...query, ordering: "-created", page, page_size: 20 });
  const rows = events.value?.results ?? [];
  if (events.error) return <Problem error={events.error} again={events.reload} />;
  if (!events.value) return <Spinner />;
  if (rows.length === 0) return <Empty icon="clock" title={t("No events")} />;
  return (
    <>
      <Table
        label={t("Events")}
        rows={rows}
        keyOf={(one) => one["pk"]}
        columns={[
          { title: t("Action"), show: (one) => <a href={placeHref(`/events/log/${one["pk"]}`)}><EventTitle row={one} /></a> },
          { title: t("User"), show: (one) => one["user"]?.username || "–" },
          { title: t("Time"), show: (one) => <span title={dateTime(one["created"])}>{relative(one["created"])}</span> },
          { title: t("Address"), show: (one) => one["client_ip"] || "–" },
        ]}
      />
      <Pages page={events.value} onPage={setPage} />
    </>
  );
}

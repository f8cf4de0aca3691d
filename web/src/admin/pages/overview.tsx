// How the appliance does: versions, state, logins and failures, live figures with their recent course.
import { useEffect, useRef, useState } from "preact/hooks";

import { get, type Row } from "../../lib/api";
import { asApiError, useGet } from "../../lib/hooks";
import { dateTime, number, t } from "../../lib/i18n";
import { Alert, Card, Facts, Label, Problem } from "../../ui/basic";
import { EventTable, EventVolume, type Bucket } from "./events";
import { kKept, Line } from "./line";
import { Operations, askedPerSecond, type Operation, type Sample } from "./operations";

// Figures of /postern/overview/; counters grow from the start of the server.
interface Live {
  open_connections: number;
  accepted: number;
  octets_in: number;
  octets_out: number;
  work_done: number;
  work_waiting: number;
  store_reachable: boolean;
  directory_age_ms: number;
  listeners: { protocol: string; address: string }[];
  operations?: Operation[];
  operation_bounds?: number[];
}

const kEvery = 2000;

// Rates are differences of counters between two answers.
function rates(now: Live, before: Live | null, seconds: number): Record<string, number> {
  const rate = (name: "accepted" | "octets_in" | "octets_out" | "work_done") =>
    before && seconds > 0 ? Math.max(0, (now[name] - before[name]) / seconds) : 0;
  return {
    done: rate("work_done"),
    accepted: rate("accepted"),
    traffic: rate("octets_in") + rate("octets_out"),
    connections: now.open_connections,
    waiting: now.work_waiting,
  };
}

function useLive() {
  const [live, setLive] = useState<Live | null>(null);
  const [missing, setMissing] = useState(false);
  const [course, setCourse] = useState<Record<string, number[]>>({});
  const [samples, setSamples] = useState<Sample[]>([]);
  const before = useRef<{ at: number; live: Live } | null>(null);
  useEffect(() => {
    let going = true;
    let timer = 0;
    const read = async () => {
      try {
        const now = await get<Live>("/postern/overview/");
        const at = Date.now();
        const figures = rates(now, before.current?.live ?? null, (at - (before.current?.at ?? at)) / 1000);
        before.current = { at, live: now };
        setLive(now);
        const { operations, operation_bounds: bounds } = now;
        if (operations && bounds) setSamples((all) => [...all, { at, bounds, operations }].slice(-kKept));
        setMissing(false);
        setCourse((all) =>
          Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, [...(all[name] ?? []), value].slice(-kKept)])),
        );
      } catch (error) {
        setMissing(true);
        // A server that lacks it will go on lacking it; one that is away comes back.
        if (asApiError(error).status === 404) return;
      }
      if (going) timer = window.setTimeout(read, kEvery);
    };
    void read();
    return () => {
      going = false;
      clearTimeout(timer);
    };
  }, []);
  return { live, missing, course, samples };
}

function Tile({ title, value, values }: { title: string; value: string; values?: number[] | undefined }) {
  return (
    <div class="tile">
      <span>{title}</span>
      <strong>{value}</strong>
      {values && values.length > 1 && <Line values={values} label={title} />}
    </div>
  );
}

function Figures({ live, missing, course, samples }: ReturnType<typeof useLive>) {
  const volume = useGet<Bucket[]>("/events/events/volume/");
  const since = Date.now() - 24 * 3600_000;
  const recent = (volume.value ?? []).filter((one) => new Date(one.time).getTime() >= since);
  const sum = (action: string) => recent.filter((one) => one.action === action).reduce((all, one) => all + one.count, 0);
  const asked = askedPerSecond(samples);
  const last = (name: string) => number(Math.round((course[name]?.at(-1) ?? 0) * 10) / 10);
  return (
    <>
      {missing && !live && <Alert kind="info" title={t("Live figures are not available")} live={false} />}
      <div class="tiles">
        <Tile title={t("Logins (24 hours)")} value={number(sum("login"))} />
        <Tile title={t("Failed logins (24 hours)")} value={number(sum("login_failed"))} />
        {live && (
          <>
            {asked.length > 0 && (
              <Tile title={t("Operations per second")} value={number(Math.round((asked.at(-1) ?? 0) * 10) / 10)} values={asked} />
            )}
            <Tile title={t("Open connections")} value={last("connections")} values={course["connections"]} />
            <Tile title={t("New connections per second")} value={last("accepted")} values={course["accepted"]} />
            <Tile title={t("Octets per second")} value={last("traffic")} values={course["traffic"]} />
            <Tile title={t("Work done per second")} value={last("done")} values={course["done"]} />
            <Tile title={t("Work waiting")} value={last("waiting")} values={course["waiting"]} />
          </>
        )}
      </div>
    </>
  );
}

function Listeners({ live }: { live: Live | null }) {
  if (!live || live.listeners.length === 0) return null;
  return (
    <Card title={t("Listeners")}>
      <Facts rows={live.listeners.map((one) => [one.protocol.toUpperCase(), <code>{one.address}</code>])} />
    </Card>
  );
}

export function Overview() {
  const version = useGet<Row>("/admin/version/");
  const system = useGet<Row>("/admin/system/");
  const figures = useLive();
  const { live } = figures;
  return (
    <main id="main" tabIndex={-1} class="page">
      <div class="page-head">
        <h1>{t("Overview")}</h1>
      </div>
      <Figures {...figures} />
      <Operations samples={figures.samples} />
      <Card title={t("Logins and failures")}>
        <EventVolume />
      </Card>
      <div class="two-columns">
        <Card title={t("System")}>
          {system.error && <Problem error={system.error} again={system.reload} />}
          <Facts
            rows={[
              [t("Version"), version.value?.["version_current"] ?? ""],
              [t("Server time"), dateTime(system.value?.["server_time"])],
              [t("Address"), system.value?.["base_url"] || system.value?.["http_host"] || ""],
              [t("TLS library"), system.value?.["runtime"]?.openssl_version ?? ""],
              [t("System"), system.value?.["runtime"]?.uname ?? ""],
              [
                t("Database"),
                !live ? (
                  ""
                ) : live.store_reachable ? (
                  <Label colour="green">{t("Answers")}</Label>
                ) : (
                  <Label colour="red">{t("Does not answer")}</Label>
                ),
              ],
            ]}
          />
        </Card>
        <Listeners live={live} />
      </div>
      <h2 class="pf-v6-c-title pf-m-lg">{t("Recent events")}</h2>
      <EventTable query={{}} />
    </main>
  );
}

// Operations as they are served: how many a second, how long they take, with their recent course. The
// server counts from its start, by kind and how long it took; differences are what was in between.
import { number, t } from "../../lib/i18n";
import { Card, Empty } from "../../ui/basic";
import { Table } from "../../ui/table";
import { Line } from "./line";

export interface Operation {
  name: string;
  count: number;
  failed: number;
  buckets: number[]; // how many took at most as long as the bound of the same place; the last: longer
}

export interface Sample {
  at: number;
  bounds: number[]; // microseconds
  operations: Operation[];
}

const kinds: [string, () => string][] = [
  ["ldap_bind", () => t("LDAP bind")],
  ["ldap_search", () => t("LDAP search")],
  ["ldap_compare", () => t("LDAP compare")],
  ["ldap_update", () => t("LDAP change")],
  ["ldap_extended", () => t("LDAP extended")],
  ["radius_access", () => t("RADIUS login")],
  ["radius_accounting", () => t("RADIUS accounting")],
  ["http_request", () => t("HTTP request")],
  ["store_commit", () => t("Database write")],
];

// Those that people and their software asked for.
const kAsked = /^(ldap|radius|http)_/;

function between(later: Operation, earlier: Operation | undefined): Operation {
  if (!earlier || earlier.count > later.count) return later;
  return {
    ...later,
    count: later.count - earlier.count,
    failed: later.failed - earlier.failed,
    buckets: later.buckets.map((one, index) => one - (earlier.buckets[index] ?? 0)),
  };
}

function find(sample: Sample | undefined, name: string): Operation | undefined {
  return sample?.operations.find((one) => one.name === name);
}

// The bound at or below which so much of them took; null = beyond the last one.
function quantile(one: Operation, bounds: number[], part: number): number | null {
  const wanted = one.count * part;
  let seen = 0;
  for (const [index, bound] of bounds.entries()) {
    seen += one.buckets[index] ?? 0;
    if (seen >= wanted) return bound;
  }
  return null;
}

function duration(microseconds: number): string {
  if (microseconds < 1000) return `${number(microseconds)} µs`;
  if (microseconds < 1_000_000) return `${number(microseconds / 1000)} ms`;
  return `${number(microseconds / 1_000_000)} s`;
}

function shown(one: Operation, bounds: number[], part: number): string {
  if (one.count === 0) return "–";
  const bound = quantile(one, bounds, part);
  return bound === null ? `> ${duration(bounds.at(-1) ?? 0)}` : `≤ ${duration(bound)}`;
}

// Of all that were asked for, per second, between each two samples.
export function askedPerSecond(samples: Sample[]): number[] {
  const total = (sample: Sample) => sample.operations.filter((one) => kAsked.test(one.name)).reduce((sum, one) => sum + one.count, 0);
  return perSecond(samples, total);
}

function perSecond(samples: Sample[], count: (sample: Sample) => number): number[] {
  return samples.slice(1).map((sample, index) => {
    const before = samples[index]!;
    const seconds = (sample.at - before.at) / 1000;
    return seconds > 0 ? Math.max(0, (count(sample) - count(before)) / seconds) : 0;
  });
}

export function Operations({ samples }: { samples: Sample[] }) {
  const latest = samples.at(-1);
  const first = samples[0];
  if (!latest || !first) return null;
  const seconds = (latest.at - first.at) / 1000;
  const rows = kinds.filter(([name]) => (find(latest, name)?.count ?? 0) > 0);
  const recent = (name: string) => between(find(latest, name)!, seconds > 0 ? find(first, name) : undefined);
  const rate = (name: string) => perSecond(samples, (sample) => find(sample, name)?.count ?? 0);
  return (
    <Card title={t("Operations and how long they take")}>
      {rows.length === 0 ? (
        <Empty icon="chart" title={t("Nothing was asked yet")} />
      ) : (
        <Table
          label={t("Operations and how long they take")}
          rows={rows}
          keyOf={([name]) => name}
          columns={[
            { title: t("Operation"), show: ([, title]) => title() },
            {
              title: t("Per second"),
              show: ([name, title]) => (
                <span class="with-spark">
                  {number(Math.round((rate(name).at(-1) ?? 0) * 10) / 10)} <Line values={rate(name)} label={title()} small />
                </span>
              ),
            },
            { title: t("Half of them"), show: ([name]) => shown(recent(name), latest.bounds, 0.5) },
            { title: t("99 of 100"), show: ([name]) => shown(recent(name), latest.bounds, 0.99) },
            { title: t("Failed"), show: ([name]) => number(recent(name).failed) },
            { title: t("Since the start"), show: ([name]) => number(find(latest, name)?.count ?? 0) },
          ]}
        />
      )}
    </Card>
  );
}

// RADIUS: packets that were dropped without an answer, with the cause, and who is connected.
import { useGet } from "../../lib/hooks";
import { dateTime, number, relative, t } from "../../lib/i18n";
import { Button, Card, Empty, Problem, Spinner } from "../../ui/basic";
import { Table } from "../../ui/table";
import { NetworkTable, type NetworkUse } from "../../user/sessions";

interface Dropped {
  cause: string;
  source: string;
  detail: string;
  count: number;
  first: string;
  last: string;
}

export function DroppedPackets() {
  const dropped = useGet<{ results: Dropped[] }>("/postern/dropped/");
  const rows = dropped.value?.results ?? [];
  return (
    <main id="main" tabIndex={-1} class="page">
      <div class="page-head">
        <h1>{t("Dropped RADIUS packets")}</h1>
        <Button icon="again" onClick={dropped.reload}>
          {t("Refresh")}
        </Button>
        <p class="subtle">{t("A client sees a time-out and nothing else. Here is why: the last pairs of sender and cause.")}</p>
      </div>
      {dropped.error && <Problem error={dropped.error} again={dropped.reload} />}
      {!dropped.value && dropped.busy && <Spinner />}
      {dropped.value && rows.length === 0 && <Empty icon="check" title={t("Nothing was dropped")} />}
      {rows.length > 0 && (
        <Table
          label={t("Dropped RADIUS packets")}
          rows={rows}
          keyOf={(one) => one.source + one.cause}
          columns={[
            {
              title: t("Sender"),
              show: (one) => (
                <>
                  {one.source}
                  {one.detail && <span class="sub">{one.detail}</span>}
                </>
              ),
            },
            { title: t("Cause"), show: (one) => t(one.cause) },
            { title: t("Number"), show: (one) => number(one.count) },
            { title: t("First"), show: (one) => dateTime(one.first) },
            { title: t("Last"), show: (one) => relative(one.last) },
          ]}
        />
      )}
      <NetworkList />
    </main>
  );
}

function NetworkList() {
  const list = useGet<{ results: NetworkUse[] }>("/postern/network_sessions/");
  if (list.error || !list.value) return null;
  const rows = list.value.results;
  return (
    <Card title={t("Network sessions")}>
      {rows.length === 0 ? (
        <Empty icon="wifi" title={t("Nobody is connected")} />
      ) : (
        <NetworkTable rows={rows} users reload={list.reload} />
      )}
    </Card>
  );
}

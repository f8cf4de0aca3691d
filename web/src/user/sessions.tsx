// Where this account is logged in: browsers, and the network gear and LDAP clients that use it.
import { useState } from "preact/hooks";

import { remove, type Page } from "../lib/api";
import { useGet } from "../lib/hooks";
import { dateTime, relative, t, tn } from "../lib/i18n";
import { Button, Card, Empty, Label, Problem, Spinner } from "../ui/basic";
import { Confirm } from "../ui/modal";
import type { Me } from "../ui/shell";
import { Table } from "../ui/table";
import { toast } from "../ui/toast";

export interface WebSession {
  uuid: string;
  current: boolean;
  last_ip: string;
  last_used: string;
  expires: string | null;
  user_agent: {
    device: { family: string };
    os: { family: string; major?: string | null };
    user_agent: { family: string; major: string };
  };
  geo_ip: { city: string; country: string } | null;
}

function browser(one: WebSession): string {
  const { os, user_agent } = one.user_agent;
  const place = one.geo_ip ? `${one.geo_ip.city ? `${one.geo_ip.city}, ` : ""}${one.geo_ip.country} · ` : "";
  return `${place}${user_agent.family} ${user_agent.major ?? ""} · ${os.family} ${os.major ?? ""}`;
}

export function WebSessions({ username, own }: { username: string; own: boolean }) {
  const sessions = useGet<Page<WebSession>>("/core/authenticated_sessions/", {
    user__username: username,
    ordering: "-expires",
    page_size: 100,
  });
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [asking, setAsking] = useState(false);
  const rows = sessions.value?.results ?? [];
  const chosen = rows.filter((one) => selected.has(one.uuid));
  const end = async () => {
    const current = chosen.find((one) => one.current);
    for (const one of chosen.filter((other) => !other.current)) await remove(`/core/authenticated_sessions/${one.uuid}/`);
    if (current) {
      await remove(`/core/authenticated_sessions/${current.uuid}/`);
      location.assign("/flows/-/default/authentication/?next=/");
      return;
    }
    setSelected(new Set());
    sessions.reload();
    toast(t("Deleted"));
  };
  return (
    <>
      {sessions.error && <Problem error={sessions.error} again={sessions.reload} />}
      {!sessions.value && sessions.busy && <Spinner />}
      {rows.length > 0 && (
        <>
          <Table
            label={t("Web sessions")}
            rows={rows}
            keyOf={(one) => one.uuid}
            nameOf={(one) => `${one.last_ip} ${browser(one)}`}
            selected={selected}
            onSelect={setSelected}
            columns={[
              {
                title: t("Last IP"),
                show: (one) => (
                  <>
                    {one.last_ip} {own && one.current && <Label colour="green">{t("Current session")}</Label>}
                    <span class="sub">{browser(one)}</span>
                  </>
                ),
              },
              { title: t("Last used"), show: (one) => relative(one.last_used) },
              {
                title: t("Expires"),
                show: (one) => (one.expires ? dateTime(one.expires) : t("When the browser closes")),
              },
            ]}
          />
          <div>
            <Button kind="danger" icon="trash" disabled={chosen.length === 0} onClick={() => setAsking(true)}>
              {t("Delete")}
            </Button>
          </div>
        </>
      )}
      {sessions.value && rows.length === 0 && <Empty icon="clock" title={t("No sessions")} />}
      {asking && (
        <Confirm title={t("Delete sessions")} action={t("Delete")} onConfirm={end} onClose={() => setAsking(false)}>
          <p>{tn(chosen.length, "This browser is signed out at once:", "These {n} browsers are signed out at once:")}</p>
          <ul class="permissions">
            {chosen.map((one) => (
              <li key={one.uuid}>
                {one.last_ip} – {one.expires ? dateTime(one.expires) : t("When the browser closes")}
                {one.current && own ? ` (${t("Current session")})` : ""}
              </li>
            ))}
          </ul>
        </Confirm>
      )}
    </>
  );
}

export interface NetworkUse {
  pk: number;
  username: string;
  nas: string;
  calling_station: string;
  framed_address: string;
  started: string | null;
  updated: string | null;
  ending: boolean; // its device has been asked
  disconnect: string; // what that said: "", "ack", or why not
}

// Ends what network gear has let in, after a question.
export function Disconnect({ one, reload }: { one: NetworkUse; reload: () => void }) {
  const [asking, setAsking] = useState(false);
  const act = async () => {
    await remove(`/postern/network_sessions/${one.pk}/`);
    reload();
    toast(t("The network device was asked to end it."));
  };
  return (
    <>
      <Button kind="plain" icon="close" label={t("Disconnect {name}", { name: one.calling_station || one.username })} onClick={() => setAsking(true)} />
      {asking && (
        <Confirm title={t("Disconnect")} action={t("Disconnect")} onConfirm={act} onClose={() => setAsking(false)}>
          <p>{t("The network gear is told to end this connection. Whoever may log in may connect again.")}</p>
          <ul class="permissions">
            <li>{[one.username, one.nas, one.calling_station, one.framed_address].filter(Boolean).join(" – ")}</li>
          </ul>
        </Confirm>
      )}
    </>
  );
}

// The connections that network gear has told of; `users`: with whose they are.
export function NetworkTable({ rows, users, reload }: { rows: NetworkUse[]; users?: boolean; reload: () => void }) {
  return (
    <Table
      label={t("Networks")}
      rows={rows}
      keyOf={(one) => String(one.pk)}
      columns={[
        ...(users ? [{ title: t("User"), show: (one: NetworkUse) => one.username }] : []),
        {
          title: t("Network device"),
          show: (one) => (
            <>
              {one.nas} {one.ending && <Label colour="orange">{t("Ending")}</Label>}
              <span class="sub">{one.calling_station}</span>
              {one.ending && !["", "ack"].includes(one.disconnect) && <span class="sub">{one.disconnect}</span>}
            </>
          ),
        },
        { title: t("Address"), show: (one) => one.framed_address || "–" },
        { title: t("Begun"), show: (one) => dateTime(one.started) },
        { title: t("Last heard"), show: (one) => relative(one.updated) },
      ]}
      actions={(one) => <Disconnect one={one} reload={reload} />}
    />
  );
}

// Of one user, as an administrator sees it, or one's own.
export function NetworkSessions({ username }: { username?: string }) {
  const used = useGet<Page<NetworkUse>>("/postern/network_sessions/", username === undefined ? { mine: true } : {});
  if (used.error) return <Problem error={used.error} again={used.reload} />;
  if (!used.value) return <Spinner />;
  const rows = used.value.results.filter((one) => username === undefined || one.username === username);
  if (rows.length === 0) return <Empty icon="wifi" title={t("Not connected to any network by this account")} />;
  return <NetworkTable rows={rows} reload={used.reload} />;
}

interface ServiceUse {
  protocol: string;
  service: string;
  client: string;
  count: number;
  first: string;
  last: string;
}

// Where the account was used over LDAP and RADIUS of late.
export function ServiceUses({ user }: { user?: number }) {
  const used = useGet<Page<ServiceUse>>("/postern/logins/", { user });
  if (used.error) return <Problem error={used.error} again={used.reload} />;
  if (!used.value) return <Spinner />;
  const rows = used.value.results;
  if (rows.length === 0) return <Empty icon="server" title={t("Not used over LDAP or RADIUS of late")} />;
  return (
    <Table
      label={t("LDAP and RADIUS")}
      rows={rows}
      keyOf={(one) => `${one.protocol} ${one.service} ${one.client}`}
      columns={[
        {
          title: t("Service"),
          show: (one) => (
            <>
              {one.service || "–"}
              <span class="sub">{one.protocol.toUpperCase()}</span>
            </>
          ),
        },
        { title: t("Address"), show: (one) => one.client || "–" },
        { title: t("First"), show: (one) => dateTime(one.first) },
        { title: t("Last used"), show: (one) => relative(one.last) },
      ]}
    />
  );
}

interface Lease {
  pk: number;
  service: string;
  client: string;
  created: string;
  last_used: string;
  expires: string;
}

// Codes that were right once and may come again, since the service allows it; shown where there are any.
export function Leases({ user }: { user?: number }) {
  const held = useGet<Page<Lease>>("/postern/leases/", { user });
  const [ending, setEnding] = useState<Lease | null>(null);
  if (held.error) return <Problem error={held.error} again={held.reload} />;
  const rows = held.value?.results ?? [];
  if (rows.length === 0) return null;
  const end = async () => {
    await remove(`/postern/leases/${ending?.pk}/${user === undefined ? "" : `?user=${user}`}`);
    held.reload();
    toast(t("Deleted"));
  };
  return (
    <>
      <Table
        label={t("Codes that may come again")}
        rows={rows}
        keyOf={(one) => String(one.pk)}
        columns={[
          { title: t("Service"), show: (one) => one.service || "–" },
          { title: t("Address"), show: (one) => one.client || "–" },
          { title: t("Begun"), show: (one) => dateTime(one.created) },
          { title: t("Last used"), show: (one) => relative(one.last_used) },
          { title: t("Expires"), show: (one) => dateTime(one.expires) },
        ]}
        actions={(one) => (
          <Button kind="plain" icon="trash" label={t("Delete {name}", { name: `${one.service} ${one.client}` })} onClick={() => setEnding(one)} />
        )}
      />
      {ending && (
        <Confirm title={t("Delete")} action={t("Delete")} onConfirm={end} onClose={() => setEnding(null)}>
          <p>{t("The next login from there needs a new code.")}</p>
          <ul class="permissions">
            <li>{[ending.service, ending.client].filter(Boolean).join(" – ")}</li>
          </ul>
        </Confirm>
      )}
    </>
  );
}

export function Sessions({ me }: { me: Me }) {
  return (
    <>
      <Card title={t("Browsers")}>
        <div class="panel">
          <WebSessions username={me.user.username} own />
        </div>
      </Card>
      <Card title={t("Networks (VPN, Wi-Fi)")}>
        <NetworkSessions />
      </Card>
      <Card title={t("LDAP and RADIUS")}>
        <Leases />
        <ServiceUses />
      </Card>
    </>
  );
}

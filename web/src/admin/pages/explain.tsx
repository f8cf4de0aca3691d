// Why the last logins were let in or refused, over whatever protocol: each step of the decision. The
// server keeps some of the last ones in memory, without passwords.
import { useState } from "preact/hooks";

import { useGet, useSettled } from "../../lib/hooks";
import { dateTime, t } from "../../lib/i18n";
import { Button, Empty, Label, Problem, Spinner } from "../../ui/basic";

interface Explanation {
  time: string;
  user: string;
  client: string;
  protocol: string;
  service: string;
  request_id: string;
  granted: boolean;
  reason: string;
  steps: string[];
  setting: string; // what an administrator would change
}

function One({ one }: { one: Explanation }) {
  return (
    <details class="trace">
      <summary>
        <Label colour={one.granted ? "green" : "red"}>{one.granted ? t("Let in") : t("Refused")}</Label>
        <strong>{one.user || "–"}</strong>
        <span>
          {one.protocol} {one.service}
        </span>
        <span class="subtle">{one.client}</span>
        <span class="subtle">{dateTime(one.time)}</span>
        {!one.granted && <span>{t(one.reason)}</span>}
      </summary>
      <ol class="steps">
        {one.steps.map((step, index) => (
          <li key={index}>{t(step)}</li>
        ))}
      </ol>
      {one.setting && (
        <p>
          <code>{one.setting}</code>
        </p>
      )}
      <p class="subtle">{one.request_id}</p>
    </details>
  );
}

export function Explain() {
  const [user, setUser] = useState("");
  const [client, setClient] = useState("");
  const [refused, setRefused] = useState(false);
  const query = { user: useSettled(user), client: useSettled(client), refused: refused ? "true" : "", limit: 50 };
  const found = useGet<{ results: Explanation[] }>("/postern/explain/", query);
  const rows = found.value?.results ?? [];
  return (
    <main id="main" tabIndex={-1} class="page">
      <div class="page-head">
        <h1>{t("Explain a login")}</h1>
        <Button icon="again" onClick={found.reload}>
          {t("Refresh")}
        </Button>
        <p class="subtle">{t("The last attempts to log in and each step of the decision, without passwords.")}</p>
      </div>
      <div class="bar">
        <span class="pf-v6-c-form-control grow">
          <input type="search" aria-label={t("User")} placeholder={t("User")} value={user} onInput={(event) => setUser(event.currentTarget.value)} />
        </span>
        <span class="pf-v6-c-form-control grow">
          <input type="search" aria-label={t("Address")} placeholder={t("Address")} value={client} onInput={(event) => setClient(event.currentTarget.value)} />
        </span>
        <label>
          <input type="checkbox" checked={refused} onChange={(event) => setRefused(event.currentTarget.checked)} /> {t("Refused")}
        </label>
      </div>
      {found.error && <Problem error={found.error} again={found.reload} />}
      {!found.value && found.busy && <Spinner />}
      {found.value && rows.length === 0 && <Empty icon="search" title={t("Nothing found")} />}
      <div class="panel">
        {rows.map((one) => (
          <One key={one.request_id + one.time} one={one} />
        ))}
      </div>
    </main>
  );
}

// May this user use this application, and why not?
import { useState } from "preact/hooks";

import { get, type ApiError } from "../../lib/api";
import { asApiError } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { Alert, Button, Problem } from "../../ui/basic";
import { RefField } from "../ref-field";
import type { DetailProps } from "../spec";
import { kUsers } from "../specs/common";

export interface TestResult {
  passing: boolean;
  messages: string[];
  log_messages: { event?: string; log_level?: string; [key: string]: unknown }[];
}

export function ShowResult({ result }: { result: TestResult }) {
  return (
    <Alert kind={result.passing ? "success" : "danger"} title={result.passing ? t("Let in") : t("Refused")}>
      {result.messages.map((one) => (
        <p key={one}>{t(one)}</p>
      ))}
      {result.log_messages.length > 0 && (
        <pre class="log" tabIndex={0}>{result.log_messages.map((one) => String(one.event ?? JSON.stringify(one))).join("\n")}</pre>
      )}
    </Alert>
  );
}

export function ApplicationAccess({ row }: DetailProps) {
  const [user, setUser] = useState<string | null>(null);
  const [result, setResult] = useState<TestResult | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const check = async (event: Event) => {
    event.preventDefault();
    setError(null);
    try {
      setResult(await get<TestResult>(`/core/applications/${encodeURIComponent(row["slug"])}/check_access/`, { for_user: user }));
    } catch (problem) {
      setResult(null);
      setError(asApiError(problem));
    }
  };
  return (
    <form class="pf-v6-c-form narrow" onSubmit={(event) => void check(event)}>
      <RefField id="access-user" label={t("User")} required errors={[]} target={kUsers} nullable={false} value={user} onChange={setUser} />
      <div>
        <Button kind="primary" type="submit" disabled={!user}>
          {t("Check")}
        </Button>
      </div>
      {error && <Problem error={error} />}
      {result && <ShowResult result={result} />}
    </form>
  );
}

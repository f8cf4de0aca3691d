// What a property mapping makes of a user. Nothing is changed or sent by it.
import { useState } from "preact/hooks";

import { post, type ApiError, type Row } from "../../lib/api";
import { asApiError } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { Alert, Button, Problem } from "../../ui/basic";
import { Field, TextArea } from "../../ui/field";
import { Modal } from "../../ui/modal";
import { RefField } from "../ref-field";
import type { DetailProps } from "../spec";
import { kUsers } from "../specs/common";
import { parsed } from "./policy-test";

interface Result {
  successful: boolean;
  result: string;
}

// What an expression of this kind has besides the user.
function example(component: string): Row {
  if (component.endsWith("-notification-form")) return { notification: { body: "Failed login", severity: "warning" } };
  return { packet: { "NAS-Identifier": "switch-1", ssid: "office" } };
}

// JSON comes on one line.
function shown(text: string): string {
  const value = parsed(text);
  return value === null || typeof value.given !== "object" ? text : JSON.stringify(value.given, null, 2);
}

function TestMapping({ row }: { row: Row }) {
  const [user, setUser] = useState<string | null>(null);
  const [context, setContext] = useState(() => JSON.stringify(example(row["component"]), null, 2));
  const [result, setResult] = useState<Result | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [wrong, setWrong] = useState<string[]>([]);
  const run = async (event: Event) => {
    event.preventDefault();
    setError(null);
    setResult(null);
    const given = parsed(context);
    setWrong(given === null ? [t("This is not valid JSON.")] : []);
    if (given === null) return;
    try {
      const body = { user: user === null ? null : Number(user), context: given.given };
      setResult(await post<Result>(`/propertymappings/all/${row["pk"]}/test/`, body));
    } catch (problem) {
      setError(asApiError(problem));
    }
  };
  return (
    <form class="pf-v6-c-form" onSubmit={(event) => void run(event)}>
      <RefField id="test-user" label={t("User")} errors={error?.fields["user"] ?? []} target={kUsers} nullable value={user} onChange={setUser} />
      <Field id="test-context" label={t("Context")} errors={[...wrong, ...(error?.fields["context"] ?? [])]} help={t("JSON; its members are variables of the expression.")}>
        {(aria) => <TextArea aria={aria} rows={6} spellcheck={false} value={context} onInput={(event) => setContext(event.currentTarget.value)} />}
      </Field>
      <div>
        <Button kind="primary" type="submit">
          {t("Test")}
        </Button>
      </div>
      {error && <Problem error={error} />}
      {result && (
        <Alert kind={result.successful ? "success" : "danger"} title={result.successful ? t("Result") : t("The expression failed")}>
          <pre class="log" tabIndex={0}>{shown(result.result)}</pre>
        </Alert>
      )}
    </form>
  );
}

export function MappingRowActions({ row }: DetailProps) {
  const [open, setOpen] = useState(false);
  const title = t("Test {name}", { name: row["name"] });
  return (
    <>
      <Button kind="plain" icon="check" label={title} onClick={() => setOpen(true)} />
      {open && (
        <Modal title={title} onClose={() => setOpen(false)}>
          <TestMapping row={row} />
        </Modal>
      )}
    </>
  );
}

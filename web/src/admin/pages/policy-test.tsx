// What a policy would say of a user, in a context.
import { useState } from "preact/hooks";

import { post, type ApiError } from "../../lib/api";
import { asApiError } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { Button, Problem } from "../../ui/basic";
import { Field, TextArea } from "../../ui/field";
import { Modal } from "../../ui/modal";
import { RefField } from "../ref-field";
import type { DetailProps } from "../spec";
import { kUsers } from "../specs/common";
import { ShowResult, type TestResult } from "./application-access";

// Null: it is no JSON.
export function parsed(text: string): { given: unknown } | null {
  try {
    return { given: JSON.parse(text || "{}") as unknown };
  } catch {
    return null;
  }
}

export function PolicyRowActions({ row }: DetailProps) {
  const [open, setOpen] = useState(false);
  const [user, setUser] = useState<string | null>(null);
  const [context, setContext] = useState("{}");
  const [result, setResult] = useState<TestResult | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [wrong, setWrong] = useState<string[]>([]);
  const run = async (event: Event) => {
    event.preventDefault();
    setError(null);
    setResult(null);
    const given = parsed(context);
    if (given === null) {
      setWrong([t("This is not valid JSON.")]);
      return;
    }
    setWrong([]);
    try {
      setResult(await post<TestResult>(`/policies/all/${row["pk"]}/test/`, { user: Number(user), context: given.given }));
    } catch (problem) {
      setError(asApiError(problem));
    }
  };
  return (
    <>
      <Button kind="plain" icon="check" label={t("Test {name}", { name: row["name"] })} onClick={() => setOpen(true)} />
      {open && (
        <Modal title={t("Test {name}", { name: row["name"] })} onClose={() => setOpen(false)}>
          <form class="pf-v6-c-form" onSubmit={(event) => void run(event)}>
            <RefField id="test-user" label={t("User")} required errors={[]} target={kUsers} nullable={false} value={user} onChange={setUser} />
            <Field id="test-context" label={t("Context")} errors={wrong} help={t("JSON; for a password policy for example a field “password”.")}>
              {(aria) => <TextArea aria={aria} spellcheck={false} value={context} onInput={(event) => setContext(event.currentTarget.value)} />}
            </Field>
            <div>
              <Button kind="primary" type="submit" disabled={!user}>
                {t("Test")}
              </Button>
            </div>
            {error && <Problem error={error} />}
            {result && <ShowResult result={result} />}
          </form>
        </Modal>
      )}
    </>
  );
}

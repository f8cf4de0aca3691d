// A WebAuthn ceremony on the page: starts by itself, says what is going on, can be tried again.
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../../lib/i18n";
import { Alert, Button, Spinner } from "../../ui/basic";
import { obstacle } from "../webauthn";

export function Obstacle({ kind }: { kind: "insecure" | "unsupported" }) {
  return (
    <Alert kind="warning" title={t("Security keys cannot be used here")}>
      <p>
        {kind === "insecure"
          ? t("Security keys need HTTPS (or localhost). Open this page by its https:// address.")
          : t("This browser does not support security keys.")}
      </p>
    </Alert>
  );
}

function meaning(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  switch (name) {
    case "NotAllowedError":
      return t("It was cancelled, or took too long.");
    case "InvalidStateError":
      return t("This security key is already registered.");
    case "SecurityError":
      return t("This page's address does not fit the one that security keys are registered for.");
    default:
      return error instanceof Error && error.message ? error.message : t("The security key could not be used.");
  }
}

interface Props {
  waiting: string;
  busy: boolean;
  run: (signal: AbortSignal) => Promise<void>;
  errors: string[];
}

export function Ceremony({ waiting, busy, run, errors }: Props) {
  const [problem, setProblem] = useState("");
  const [running, setRunning] = useState(false);
  const abort = useRef<AbortController | null>(null);
  const hindered = obstacle();
  const begin = async () => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    setProblem("");
    setRunning(true);
    try {
      await run(mine.signal);
    } catch (error) {
      if (!mine.signal.aborted) setProblem(meaning(error));
    }
    if (!mine.signal.aborted) setRunning(false);
  };
  useEffect(() => {
    // A refused answer is not repeated by itself.
    if (!hindered && errors.length === 0) void begin();
    return () => abort.current?.abort();
  }, []);
  if (hindered) return <Obstacle kind={hindered} />;
  const said = problem ? [problem] : running ? [] : errors;
  return (
    <div class="ceremony">
      {said.length > 0 && <Alert kind="danger" title={said.map((one) => t(one)).join(" ")} />}
      {(running || busy) && (
        <>
          <Spinner label={waiting} />
          <p>{waiting}</p>
        </>
      )}
      {!running && (
        <Button kind="primary" block busy={busy} onClick={begin}>
          {said.length ? t("Try again") : t("Start")}
        </Button>
      )}
    </div>
  );
}

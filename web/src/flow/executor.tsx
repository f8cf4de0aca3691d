// Runs one flow: shows the challenge that is due, sends its answer, shows the next. `embedded` is a flow
// inside another page (the settings): its end is told to onDone instead of followed.
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { get, post, withQuery, type ApiError } from "../lib/api";
import { asApiError } from "../lib/hooks";
import { t } from "../lib/i18n";
import { Problem, Spinner } from "../ui/basic";
import type { Answer, Challenge } from "./challenge";
import { stageOf } from "./stages";

// A target may be another site (an application), never a script.
export function follow(to: string): void {
  const target = new URL(to, location.href);
  if (target.protocol === "http:" || target.protocol === "https:") location.assign(target.href);
}

interface State {
  challenge: Challenge | null;
  error: ApiError | null;
  busy: boolean;
  round: number; // grows with every new stage, not when the same one comes back with errors
}

interface Props {
  slug: string;
  query: string;
  embedded?: boolean;
  begun?: Promise<Challenge>; // the first challenge, asked for already
  onChallenge?: (challenge: Challenge) => void;
  onDone?: (challenge: Challenge) => void;
  frame?: (challenge: Challenge, stage: ComponentChildren) => ComponentChildren;
}

export function executorPath(slug: string, query: string): string {
  return withQuery(`/flows/executor/${encodeURIComponent(slug)}/`, { query });
}

export function FlowExecutor(props: Props) {
  const [state, setState] = useState<State>({ challenge: null, error: null, busy: true, round: 0 });
  const path = executorPath(props.slug, props.query);
  const latest = useRef(props);
  latest.current = props;

  const take = useCallback((challenge: Challenge) => {
    latest.current.onChallenge?.(challenge);
    if (challenge.component === "xak-flow-redirect") {
      if (latest.current.onDone) latest.current.onDone(challenge);
      else follow(String(challenge["to"] ?? "/"));
      return;
    }
    setState((before) => {
      const again = challenge.response_errors && before.challenge?.component === challenge.component;
      return { challenge, error: null, busy: false, round: again ? before.round : before.round + 1 };
    });
  }, []);

  const run = useCallback(
    async (work: () => Promise<Challenge>) => {
      setState((before) => ({ ...before, busy: true, error: null }));
      try {
        take(await work());
      } catch (error) {
        setState((before) => ({ ...before, busy: false, error: asApiError(error) }));
      }
    },
    [take],
  );

  const load = useCallback(() => run(() => get<Challenge>(path)), [path, run]);
  const submit = useCallback(
    (component: string, answer: Answer) => run(() => post<Challenge>(path, { component, ...answer })),
    [path, run],
  );
  const begun = useRef(props.begun);
  useLayoutEffect(() => {
    const first = begun.current;
    begun.current = undefined;
    void (first ? run(() => first) : load());
  }, [load]);

  const { challenge, error, busy, round } = state;
  useEffect(() => {
    if (challenge) performance.mark("first-stage"); // for bench/pages.mjs
  }, [challenge === null]);
  if (!challenge) return error ? <Problem error={error} again={load} /> : <Spinner />;
  const Stage = stageOf(challenge.component);
  const stage = (
    <>
      {error && <Problem error={error} />}
      <Stage
        key={`${challenge.component}-${round}`}
        challenge={challenge}
        busy={busy}
        embedded={props.embedded ?? false}
        submit={(answer) => submit(challenge.component, answer)}
      />
      {busy && <span class="for-screen-reader" role="status">{t("Checking")}</span>}
    </>
  );
  return <>{props.frame ? props.frame(challenge, stage) : stage}</>;
}

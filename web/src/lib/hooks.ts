// What pages share: something loaded, with its error and a way to load it again; a value that settles
// before it is used.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { ApiError, get, type Query } from "./api";

export interface Loaded<T> {
  value: T | null;
  error: ApiError | null;
  busy: boolean;
  reload: () => void;
}

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(-1, error instanceof Error ? error.message : "");
}

// Loads by `load` whenever `key` changes; an answer that was overtaken is dropped.
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ value: T | null; error: ApiError | null }>({ value: null, error: null });
  const [busy, setBusy] = useState(true);
  const [round, setRound] = useState(0);
  const current = useRef(load);
  current.current = load;
  useEffect(() => {
    const abort = new AbortController();
    setBusy(true);
    current.current(abort.signal).then(
      (value) => {
        if (abort.signal.aborted) return;
        setState({ value, error: null });
        setBusy(false);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setState((before) => ({ value: before.value, error: asApiError(error) }));
        setBusy(false);
      },
    );
    return () => abort.abort();
  }, [key, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { ...state, busy, reload };
}

export function useGet<T>(path: string | null, query?: Query): Loaded<T> {
  const key = path === null ? "" : path + JSON.stringify(query ?? {});
  return useLoad<T>(key, (signal) =>
    path === null ? new Promise<T>(() => undefined) : get<T>(path, query, signal),
  );
}

export function useSettled<T>(value: T, milliseconds = 200): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}

// Addresses behind '#': "#/settings;{"page":"page-mfa"}" is a path and, after a semicolon, its state as
// JSON (percent-encoded in links). Links in authentik's documentation have the same form.
import { useEffect, useState } from "preact/hooks";

export interface Place {
  path: string;
  parts: string[];
  state: Record<string, any>;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function parsePlace(hash: string, home: string): Place {
  const text = hash.replace(/^#/, "");
  const cut = text.indexOf(";");
  const path = (cut < 0 ? text : text.slice(0, cut)) || home;
  let state: Record<string, any> = {};
  if (cut >= 0) {
    try {
      const parsed: unknown = JSON.parse(decode(text.slice(cut + 1)));
      if (parsed && typeof parsed === "object" && !Array.isArray(parsed)) state = parsed;
    } catch {
      state = {};
    }
  }
  return { path, parts: path.split("/").filter(Boolean).map(decode), state };
}

export function placeHref(path: string, state?: Record<string, any>): string {
  return `#${path}${state && Object.keys(state).length ? `;${encodeURIComponent(JSON.stringify(state))}` : ""}`;
}

export function go(path: string, state?: Record<string, any>): void {
  location.hash = placeHref(path, state);
}

// Changes the state of the present address without a new entry in the history.
export function replaceState(path: string, state: Record<string, any>): void {
  history.replaceState(null, "", placeHref(path, state));
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

export function usePlace(home: string): Place {
  const [place, setPlace] = useState(() => parsePlace(location.hash, home));
  useEffect(() => {
    const follow = () => setPlace(parsePlace(location.hash, home));
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, [home]);
  return place;
}

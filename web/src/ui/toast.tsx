// Short notices in the corner, read out by screen readers; they go by themselves.
import { useEffect, useState } from "preact/hooks";

import { t } from "../lib/i18n";
import { Alert, Button } from "./basic";

interface Toast {
  id: number;
  kind: "success" | "danger" | "warning" | "info";
  text: string;
}

const kEvent = "postern:toast";
let last = 0;

export function toast(text: string, kind: Toast["kind"] = "success"): void {
  window.dispatchEvent(new CustomEvent<Toast>(kEvent, { detail: { id: ++last, kind, text } }));
}

export function Toasts() {
  const [shown, setShown] = useState<Toast[]>([]);
  const drop = (id: number) => setShown((all) => all.filter((one) => one.id !== id));
  useEffect(() => {
    const add = (event: Event) => {
      const one = (event as CustomEvent<Toast>).detail;
      setShown((all) => [...all.slice(-3), one]);
      setTimeout(() => drop(one.id), one.kind === "danger" ? 12000 : 5000);
    };
    window.addEventListener(kEvent, add);
    return () => window.removeEventListener(kEvent, add);
  }, []);
  return (
    <div class="toasts" aria-live="polite">
      {shown.map((one) => (
        <div key={one.id} class="toast">
          <Alert kind={one.kind} title={one.text} live={false} />
          <Button kind="plain" icon="close" label={t("Dismiss")} onClick={() => drop(one.id)} />
        </div>
      ))}
    </div>
  );
}

// Shown over the page when the session has ended: what was typed stays behind it, and the login opens in
// a tab of its own.
import { useEffect, useState } from "preact/hooks";

import { kSessionLost } from "../lib/api";
import { t } from "../lib/i18n";
import { Button } from "./basic";
import { Modal } from "./modal";

export function SessionLost() {
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const show = () => setLost(true);
    window.addEventListener(kSessionLost, show);
    return () => window.removeEventListener(kSessionLost, show);
  }, []);
  if (!lost) return null;
  const here = location.pathname + location.hash;
  return (
    <Modal
      title={t("Your session has ended")}
      onClose={() => setLost(false)}
      footer={
        <>
          <a
            class="pf-v6-c-button pf-m-primary"
            href={`/flows/-/default/authentication/?next=${encodeURIComponent(here)}`}
          >
            <span class="pf-v6-c-button__text">{t("Sign in again")}</span>
          </a>
          <a class="pf-v6-c-button pf-m-secondary" href="/flows/-/default/authentication/" target="_blank" rel="noopener">
            <span class="pf-v6-c-button__text">{t("Sign in in a new tab")}</span>
          </a>
          <Button kind="link" onClick={() => setLost(false)}>
            {t("Close")}
          </Button>
        </>
      }
    >
      <p>{t("Sign in in a new tab, then go on here: what you typed is kept.")}</p>
    </Modal>
  );
}

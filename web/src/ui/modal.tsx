// A dialog on the browser's own <dialog>: it keeps the focus, closes by Escape, and gives the focus back.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { ApiError } from "../lib/api";
import { asApiError } from "../lib/hooks";
import { t } from "../lib/i18n";
import { Button, Problem } from "./basic";

interface ModalProps {
  title: string;
  wide?: boolean;
  side?: boolean; // a drawer along the end of the page
  onClose: () => void;
  children: ComponentChildren;
  footer?: ComponentChildren;
}

let counter = 0;

export function Modal({ title, wide, side, onClose, children, footer }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [id] = useState(() => `dialog-${++counter}`);
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    if (element && !element.open) element.showModal();
    return () => {
      element?.close();
      // It is gone from the page already, and then the browser does not do so.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`modal${wide ? " is-wide" : ""}${side ? " is-drawer" : ""}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header class="modal-head">
        <h2 id={id} class="pf-v6-c-title pf-m-xl">
          {title}
        </h2>
        <Button kind="plain" icon="close" label={t("Close")} onClick={onClose} />
      </header>
      <div class="modal-body">{children}</div>
      {footer && <footer class="modal-foot">{footer}</footer>}
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  action: string;
  children: ComponentChildren;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
  danger?: boolean;
}

// Asks before something that cannot be taken back. Stays open with the reason when it fails.
export function Confirm(props: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const act = async () => {
    setBusy(true);
    try {
      await props.onConfirm();
      props.onClose();
    } catch (problem) {
      setError(asApiError(problem));
      setBusy(false);
    }
  };
  return (
    <Modal
      title={props.title}
      onClose={props.onClose}
      footer={
        <>
          <Button kind={props.danger === false ? "primary" : "danger"} busy={busy} onClick={act}>
            {props.action}
          </Button>
          <Button kind="link" onClick={props.onClose}>
            {t("Cancel")}
          </Button>
        </>
      }
    >
      {error && <Problem error={error} />}
      {props.children}
    </Modal>
  );
}

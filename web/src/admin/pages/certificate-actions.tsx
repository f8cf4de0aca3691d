// Certificates: made here, shown, copied.
import { useState } from "preact/hooks";

import { get } from "../../lib/api";
import { asApiError } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { Button, explainError } from "../../ui/basic";
import { Copyable } from "../../ui/field";
import { Modal } from "../../ui/modal";
import { toast } from "../../ui/toast";
import { ObjectForm } from "../form";
import type { DetailProps, FieldSpec } from "../spec";

const fields: FieldSpec[] = [
  { kind: "text", name: "common_name", label: () => t("Common name"), required: true },
  { kind: "text", name: "subject_alt_name", label: () => t("Other names"), help: () => t("Host names and addresses with commas between.") },
  { kind: "number", name: "validity_days", label: () => t("Valid for days"), initial: 365, min: 1, required: true },
  { kind: "choice", name: "alg", label: () => t("Algorithm"), initial: "ecdsa", choices: () => ["ecdsa", "rsa", "ed25519"].map((one) => ({ value: one, label: one })) },
];

export function CertificateActions({ reload }: { reload: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {t("Generate")}
      </Button>
      {open && (
        <Modal title={t("Generate a certificate")} onClose={() => setOpen(false)}>
          <ObjectForm
            fields={fields}
            path="/crypto/certificatekeypairs/generate"
            row={null}
            keyOf={(one) => one["pk"]}
            onCancel={() => setOpen(false)}
            onDone={() => {
              setOpen(false);
              reload();
              toast(t("Saved"));
            }}
          />
        </Modal>
      )}
    </>
  );
}

export function CertificateRowActions({ row }: DetailProps) {
  const [text, setText] = useState("");
  const view = async () => {
    try {
      setText((await get<{ data: string }>(`/crypto/certificatekeypairs/${row["pk"]}/view_certificate/`)).data);
    } catch (problem) {
      toast(explainError(asApiError(problem)), "danger");
    }
  };
  return (
    <>
      <Button kind="plain" icon="copy" label={t("Show {name}", { name: row["name"] })} onClick={() => void view()} />
      {text && (
        <Modal wide title={row["name"]} onClose={() => setText("")}>
          <Copyable block text={text} label={t("Certificate (PEM)")} />
        </Modal>
      )}
    </>
  );
}

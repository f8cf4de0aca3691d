// The key of a token, as often as the settings allow.
import { useState } from "preact/hooks";

import { get } from "../../lib/api";
import { asApiError } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { Button, explainError } from "../../ui/basic";
import { toast } from "../../ui/toast";
import { ShowKey } from "../../user/tokens";
import type { DetailProps } from "../spec";

export function TokenRowActions({ row }: DetailProps) {
  return <KeyButton identifier={row["identifier"]} />;
}

export function KeyButton({ identifier }: { identifier: string }) {
  const [key, setKey] = useState("");
  const view = async () => {
    try {
      setKey((await get<{ key: string }>(`/core/tokens/${encodeURIComponent(identifier)}/view_key/`)).key);
    } catch (problem) {
      toast(explainError(asApiError(problem)), "danger");
    }
  };
  return (
    <>
      <Button kind="plain" icon="copy" label={t("Show the key of {name}", { name: identifier })} onClick={() => void view()} />
      {key && <ShowKey title={identifier} secret={key} onClose={() => setKey("")} />}
    </>
  );
}

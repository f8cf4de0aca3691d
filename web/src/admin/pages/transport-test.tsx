// A transport is tried: what came back is told at once.
import { useState } from "preact/hooks";

import { post } from "../../lib/api";
import { asApiError } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { Button, explainError } from "../../ui/basic";
import { toast } from "../../ui/toast";
import type { DetailProps } from "../spec";

export function TransportRowActions({ row }: DetailProps) {
  const [busy, setBusy] = useState(false);
  const test = async () => {
    setBusy(true);
    try {
      const { messages } = await post<{ messages: string[] }>(`/events/transports/${row["pk"]}/test/`);
      toast(messages.map((one) => t(one)).join(" ") || t("Sent"));
    } catch (problem) {
      toast(explainError(asApiError(problem)), "danger");
    }
    setBusy(false);
  };
  return <Button kind="plain" icon="check" busy={busy} label={t("Test {name}", { name: row["name"] })} onClick={() => void test()} />;
}

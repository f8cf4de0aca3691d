// The page of one object: its tabs, and what can be done with it.
import { useState } from "preact/hooks";

import type { Row } from "../lib/api";
import { useGet } from "../lib/hooks";
import { t } from "../lib/i18n";
import { go, replaceState, type Place } from "../lib/router";
import { Button, Problem, Spinner } from "../ui/basic";
import { Tabs } from "../ui/tabs";
import { toast } from "../ui/toast";
import { DeleteRows, Edit, kindOf } from "./list";
import type { Spec } from "./spec";

export function ObjectPage({ spec, id, place }: { spec: Spec; id: string; place: Place }) {
  const object = useGet<Row>(`${spec.path}/${encodeURIComponent(id)}/`);
  const [dialog, setDialog] = useState<"edit" | "delete" | null>(null);
  const row = object.value;
  return (
    <main id="main" tabIndex={-1} class="page">
      <nav aria-label={t("Where you are")}>
        <a href={`#${spec.route}`}>{spec.title()}</a>
      </nav>
      {object.error && <Problem error={object.error} again={object.reload} />}
      {!row && object.busy && <Spinner />}
      {row && (
        <>
          <div class="page-head">
            <h1>{spec.nameOf(row)}</h1>
            <div class="bar">
              {spec.update !== false && (!spec.kinds || kindOf(spec, row)) && (
                <Button icon="pencil" onClick={() => setDialog("edit")}>
                  {t("Edit")}
                </Button>
              )}
              {spec.remove !== false && (
                <Button kind="danger" icon="trash" onClick={() => setDialog("delete")}>
                  {t("Delete")}
                </Button>
              )}
            </div>
          </div>
          <Tabs
            label={spec.nameOf(row)}
            tabs={(spec.tabs ?? []).map((one) => ({
              id: one.id,
              title: one.title(),
              content: () => <one.content spec={spec} row={row} reload={object.reload} />,
            }))}
            current={String(place.state["page"] ?? "")}
            onChange={(page) => replaceState(place.path, { page })}
          />
        </>
      )}
      {row && dialog === "edit" && (
        <Edit
          spec={spec}
          row={row}
          kind={kindOf(spec, row)}
          onClose={() => setDialog(null)}
          onDone={(changed) => {
            setDialog(null);
            toast(t("Saved"));
            const key = String(changed[spec.key] ?? id);
            if (key !== id) go(`${spec.route}/${encodeURIComponent(key)}`);
            else object.reload();
          }}
        />
      )}
      {row && dialog === "delete" && (
        <DeleteRows spec={spec} rows={[row]} onClose={() => setDialog(null)} onDone={() => go(spec.route)} />
      )}
    </main>
  );
}

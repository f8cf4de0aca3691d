// The stages of a flow in their order, to change, and as a drawing.
import { useState } from "preact/hooks";

import { patch, remove, type Page, type Row } from "../../lib/api";
import { asApiError, useGet } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { Button, Card, Empty, LinkButton, Problem, Spinner, explainError } from "../../ui/basic";
import { Confirm, Modal } from "../../ui/modal";
import { Table } from "../../ui/table";
import { toast } from "../../ui/toast";
import { ObjectForm } from "../form";
import type { DetailProps, FieldSpec } from "../spec";
import { engineMode, choice, kStages } from "../specs/common";
import { BindingTable } from "./bindings";

export const stageBindingFields: FieldSpec[] = [
  { kind: "ref", name: "stage", label: () => t("Stage"), target: kStages, required: true },
  { kind: "number", name: "order", label: () => t("Order"), initial: 10, required: true },
  {
    kind: "choice",
    name: "invalid_response_action",
    label: () => t("After a wrong answer"),
    initial: "retry",
    choices: () => [choice("retry", t("Ask again")), choice("restart", t("Begin anew")), choice("restart_with_context", t("Begin anew and keep what is known"))],
  },
  { kind: "bool", name: "evaluate_on_plan", label: () => t("Decide policies when the flow begins"), more: true },
  { kind: "bool", name: "re_evaluate_policies", label: () => t("Decide policies when the stage is due"), initial: true, more: true },
  { kind: "choice", name: "policy_engine_mode", label: () => t("Policies"), choices: engineMode, initial: "any", more: true },
];

const kBoxHeight = 54;
const kGap = 34;
const kWidth = 420;

function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

export function FlowDiagram({ flow, bindings }: { flow: Row; bindings: Row[] }) {
  const boxes = [
    { title: t("Begin"), text: String(flow["title"] ?? "") },
    ...bindings.map((one) => ({ title: String(one["stage_obj"]?.name ?? ""), text: String(one["stage_obj"]?.verbose_name ?? "") })),
    { title: t("End"), text: "" },
  ];
  const height = boxes.length * (kBoxHeight + kGap) - kGap + 4;
  return (
    <svg class="diagram" viewBox={`0 0 ${kWidth} ${height}`} role="img" aria-label={t("The flow {name}: {steps}", { name: flow["name"], steps: boxes.map((one) => one.title).join(" → ") })}>
      {boxes.map((box, index) => {
        const y = 2 + index * (kBoxHeight + kGap);
        const middle = kWidth / 2;
        const round = index === 0 || index === boxes.length - 1 ? kBoxHeight / 2 : 8;
        return (
          <g key={index}>
            <rect x="40" y={y} width={kWidth - 80} height={kBoxHeight} rx={round} />
            <text x={middle} y={y + (box.text ? 24 : 32)} text-anchor="middle">
              {cut(box.title, 44)}
            </text>
            {box.text && (
              <text class="small" x={middle} y={y + 41} text-anchor="middle">
                {cut(t(box.text), 50)}
              </text>
            )}
            {index < boxes.length - 1 && (
              <path d={`M${middle} ${y + kBoxHeight}v${kGap - 3}m-5 -6l5 6l5 -6`} />
            )}
          </g>
        );
      })}
    </svg>
  );
}

type Dialog = { what: "edit"; row: Row | null } | { what: "delete"; row: Row } | { what: "bindings"; row: Row };

export function FlowStages({ row }: DetailProps) {
  const list = useGet<Page<Row>>("/flows/bindings/", { target: row["pk"], ordering: "order", page_size: 100 });
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const rows = [...(list.value?.results ?? [])].sort((a, b) => a["order"] - b["order"]);
  const close = () => setDialog(null);
  const swap = async (index: number, step: number) => {
    const one = rows[index];
    const other = rows[index + step];
    if (!one || !other) return;
    try {
      // Two of the same order would not change places.
      const order = one["order"] === other["order"] ? other["order"] + step : other["order"];
      await patch(`/flows/bindings/${one["pk"]}/`, { order });
      await patch(`/flows/bindings/${other["pk"]}/`, { order: one["order"] });
    } catch (problem) {
      toast(explainError(asApiError(problem)), "danger");
    }
    list.reload();
  };
  const nameOf = (one: Row) => String(one["stage_obj"]?.name ?? one["stage"]);
  return (
    <>
      <div class="bar">
        <Button kind="primary" icon="plus" onClick={() => setDialog({ what: "edit", row: null })}>
          {t("Add a stage")}
        </Button>
        <LinkButton href="#/flow/stages">{t("Stages")}</LinkButton>
      </div>
      {list.error && <Problem error={list.error} again={list.reload} />}
      {!list.value && list.busy && <Spinner />}
      {list.value && rows.length === 0 && <Empty icon="flow" title={t("No stages")} />}
      {rows.length > 0 && (
        <div class="two-columns">
          <Table
            label={t("Stages")}
            rows={rows}
            keyOf={(one) => one["pk"]}
            columns={[
              { title: t("Order"), show: (one) => one["order"] },
              {
                title: t("Stage"),
                show: (one) => (
                  <>
                    {nameOf(one)}
                    <span class="sub">{t(one["stage_obj"]?.verbose_name ?? "")}</span>
                  </>
                ),
              },
            ]}
            actions={(one) => {
              const index = rows.indexOf(one);
              return (
                <>
                  <Button kind="plain" icon="up" disabled={index === 0} label={t("Move {name} up", { name: nameOf(one) })} onClick={() => void swap(index, -1)} />
                  <Button kind="plain" icon="down" disabled={index === rows.length - 1} label={t("Move {name} down", { name: nameOf(one) })} onClick={() => void swap(index, 1)} />
                  <Button kind="plain" icon="shield" label={t("Policies of {name}", { name: nameOf(one) })} onClick={() => setDialog({ what: "bindings", row: one })} />
                  <Button kind="plain" icon="pencil" label={t("Edit {name}", { name: nameOf(one) })} onClick={() => setDialog({ what: "edit", row: one })} />
                  <Button kind="plain" icon="trash" label={t("Delete {name}", { name: nameOf(one) })} onClick={() => setDialog({ what: "delete", row: one })} />
                </>
              );
            }}
          />
          <Card title={t("Diagram")}>
            <FlowDiagram flow={row} bindings={rows} />
          </Card>
        </div>
      )}
      {dialog?.what === "edit" && (
        <Modal title={dialog.row ? t("Edit {name}", { name: nameOf(dialog.row) }) : t("Add a stage")} onClose={close}>
          <ObjectForm
            fields={stageBindingFields}
            path="/flows/bindings"
            row={dialog.row}
            fixed={dialog.row ? {} : { target: row["pk"] }}
            keyOf={(one) => one["pk"]}
            onCancel={close}
            onDone={() => {
              close();
              list.reload();
              toast(t("Saved"));
            }}
          />
        </Modal>
      )}
      {dialog?.what === "bindings" && (
        <Modal wide title={t("Policies of {name}", { name: nameOf(dialog.row) })} onClose={close}>
          <BindingTable target={dialog.row["policybindingmodel_ptr_id"] ?? dialog.row["pk"]} />
        </Modal>
      )}
      {dialog?.what === "delete" && (
        <Confirm
          title={t("Delete")}
          action={t("Delete")}
          onClose={close}
          onConfirm={async () => {
            await remove(`/flows/bindings/${dialog.row["pk"]}/`);
            list.reload();
            toast(t("Deleted"));
          }}
        >
          <p>{t("{name} is no longer part of this flow. The stage itself stays.", { name: nameOf(dialog.row) })}</p>
        </Confirm>
      )}
    </>
  );
}

export function FlowRowActions({ row }: DetailProps) {
  return <LinkButton href={`/if/flow/${row["slug"]}/?next=%2Fif%2Fadmin%2F`} kind="plain" icon="out" label={t("Run {name}", { name: row["name"] })} />;
}

// Who may use something: its bindings to policies, groups and users, in their order.
import { useState } from "preact/hooks";

import { remove, type Page, type Row } from "../../lib/api";
import { useGet } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { Button, Empty, Label, Problem, Spinner } from "../../ui/basic";
import { Confirm, Modal } from "../../ui/modal";
import { Table } from "../../ui/table";
import { toast } from "../../ui/toast";
import { ObjectForm } from "../form";
import type { DetailProps, FieldSpec } from "../spec";
import { kGroups, kPolicies, kUsers } from "../specs/common";

type Kind = "policy" | "group" | "user";

export function bindingFields(kind: Kind): FieldSpec[] {
  const subject: Record<Kind, FieldSpec> = {
    policy: { kind: "ref", name: "policy", label: () => t("Policy"), target: kPolicies, required: true },
    group: { kind: "ref", name: "group", label: () => t("Group"), target: kGroups, required: true },
    user: { kind: "ref", name: "user", label: () => t("User"), target: kUsers, required: true },
  };
  return [
    subject[kind],
    { kind: "bool", name: "enabled", label: () => t("Enabled"), initial: true },
    { kind: "bool", name: "negate", label: () => t("The opposite"), help: () => t("Lets in whom it would refuse.") },
    { kind: "number", name: "order", label: () => t("Order"), initial: 0, required: true },
    { kind: "number", name: "timeout", label: () => t("Time limit in seconds"), initial: 30, min: 0, more: true },
    { kind: "bool", name: "failure_result", label: () => t("Let in when it fails"), more: true },
  ];
}

function subjectOf(row: Row): string {
  if (row["policy_obj"]) return t("Policy {name}", { name: row["policy_obj"].name });
  if (row["group_obj"]) return t("Group {name}", { name: row["group_obj"].name });
  return t("User {name}", { name: row["user_obj"]?.username ?? "" });
}

export function BindingTable({ target }: { target: string }) {
  const list = useGet<Page<Row>>("/policies/bindings/", { target, ordering: "order", page_size: 100 });
  const [editing, setEditing] = useState<{ kind: Kind; row: Row | null } | null>(null);
  const [deleting, setDeleting] = useState<Row | null>(null);
  const rows = list.value?.results ?? [];
  const kindOf = (row: Row): Kind => (row["policy"] ? "policy" : row["group"] ? "group" : "user");
  const kinds: [Kind, string][] = [
    ["group", t("Bind a group")],
    ["user", t("Bind a user")],
    ["policy", t("Bind a policy")],
  ];
  return (
    <>
      <div class="bar">
        {kinds.map(([kind, label]) => (
          <Button key={kind} icon="plus" onClick={() => setEditing({ kind, row: null })}>
            {label}
          </Button>
        ))}
      </div>
      {list.error && <Problem error={list.error} again={list.reload} />}
      {!list.value && list.busy && <Spinner />}
      {list.value && rows.length === 0 && (
        <Empty icon="shield" title={t("No bindings")}>
          <p>{t("Without bindings every active user is let in.")}</p>
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label={t("Bindings")}
          rows={rows}
          keyOf={(one) => one["pk"]}
          columns={[
            { title: t("Order"), show: (one) => one["order"] },
            {
              title: t("Who"),
              show: (one) => (
                <>
                  {subjectOf(one)} {one["negate"] && <Label colour="orange">{t("The opposite")}</Label>}
                </>
              ),
            },
            { title: t("Enabled"), show: (one) => (one["enabled"] ? t("Yes") : t("No")) },
          ]}
          actions={(one) => (
            <>
              <Button kind="plain" icon="pencil" label={t("Edit {name}", { name: subjectOf(one) })} onClick={() => setEditing({ kind: kindOf(one), row: one })} />
              <Button kind="plain" icon="trash" label={t("Delete {name}", { name: subjectOf(one) })} onClick={() => setDeleting(one)} />
            </>
          )}
        />
      )}
      {editing && (
        <Modal title={editing.row ? t("Edit {name}", { name: subjectOf(editing.row) }) : t("Create: {what}", { what: t("Binding") })} onClose={() => setEditing(null)}>
          <ObjectForm
            fields={bindingFields(editing.kind)}
            path="/policies/bindings"
            row={editing.row}
            fixed={editing.row ? {} : { target }}
            keyOf={(one) => one["pk"]}
            onCancel={() => setEditing(null)}
            onDone={() => {
              setEditing(null);
              list.reload();
              toast(t("Saved"));
            }}
          />
        </Modal>
      )}
      {deleting && (
        <Confirm
          title={t("Delete")}
          action={t("Delete")}
          onClose={() => setDeleting(null)}
          onConfirm={async () => {
            await remove(`/policies/bindings/${deleting["pk"]}/`);
            list.reload();
            toast(t("Deleted"));
          }}
        >
          <p>{subjectOf(deleting)}</p>
        </Confirm>
      )}
    </>
  );
}

export function Bindings({ row }: DetailProps) {
  return <BindingTable target={row["pbm_uuid"] ?? row["policybindingmodel_ptr_id"] ?? row["pk"]} />;
}

// Members of a group: found, added, removed.
import { useState } from "preact/hooks";

import { post, type Page, type Row } from "../../lib/api";
import { asApiError, useGet, useSettled } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { placeHref } from "../../lib/router";
import { Button, Empty, Problem, Spinner, explainError } from "../../ui/basic";
import { Modal } from "../../ui/modal";
import { Pages, Table } from "../../ui/table";
import { toast } from "../../ui/toast";
import type { DetailProps } from "../spec";

function AddMembers({ row, onClose, onAdded }: { row: Row; onClose: () => void; onAdded: () => void }) {
  const [search, setSearch] = useState("");
  const users = useGet<Page<Row>>("/core/users/", { search: useSettled(search), page_size: 20, ordering: "username", include_groups: false });
  const [added, setAdded] = useState<Set<number>>(new Set());
  const add = async (user: Row) => {
    try {
      await post(`/core/groups/${row["pk"]}/add_user/`, { pk: user["pk"] });
      setAdded(new Set([...added, user["pk"]]));
      onAdded();
    } catch (problem) {
      toast(explainError(asApiError(problem)), "danger");
    }
  };
  return (
    <Modal title={t("Add members")} onClose={onClose}>
      <span class="pf-v6-c-form-control">
        <input type="search" aria-label={t("Search")} placeholder={t("Search")} value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
      </span>
      {users.error && <Problem error={users.error} again={users.reload} />}
      <Table
        label={t("Users")}
        rows={users.value?.results ?? []}
        keyOf={(one) => String(one["pk"])}
        columns={[{ title: t("Username"), show: (one) => one["username"] }, { title: t("Name"), show: (one) => one["name"] || "–" }]}
        actions={(one) => (
          <Button small disabled={added.has(one["pk"])} label={t("Add {name}", { name: one["username"] })} onClick={() => void add(one)}>
            {added.has(one["pk"]) ? t("Added") : t("Add")}
          </Button>
        )}
      />
    </Modal>
  );
}

export function GroupMembers({ row }: DetailProps) {
  const [page, setPage] = useState(1);
  const [adding, setAdding] = useState(false);
  const members = useGet<Page<Row>>("/core/users/", { groups_by_pk: row["pk"], page, page_size: 20, ordering: "username" });
  const rows = members.value?.results ?? [];
  const drop = async (user: Row) => {
    try {
      await post(`/core/groups/${row["pk"]}/remove_user/`, { pk: user["pk"] });
      members.reload();
    } catch (problem) {
      toast(explainError(asApiError(problem)), "danger");
    }
  };
  return (
    <>
      <div>
        <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
          {t("Add members")}
        </Button>
      </div>
      {members.error && <Problem error={members.error} again={members.reload} />}
      {!members.value && members.busy && <Spinner />}
      {members.value && rows.length === 0 && <Empty icon="people" title={t("No members")} />}
      {rows.length > 0 && (
        <>
          <Table
            label={t("Members")}
            rows={rows}
            keyOf={(one) => String(one["pk"])}
            columns={[
              { title: t("Username"), show: (one) => <a href={placeHref(`/identity/users/${one["pk"]}`)}>{one["username"]}</a> },
              { title: t("Name"), show: (one) => one["name"] || "–" },
            ]}
            actions={(one) => (
              <Button kind="plain" icon="close" label={t("Remove {name}", { name: one["username"] })} onClick={() => void drop(one)} />
            )}
          />
          {members.value && <Pages page={members.value} onPage={setPage} />}
        </>
      )}
      {adding && <AddMembers row={row} onClose={() => setAdding(false)} onAdded={members.reload} />}
    </>
  );
}

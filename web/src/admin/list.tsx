// The list of any kind of object: search, filters, order, pages; create, change, delete. Its state is in
// the address, so that "back" and a copied link lead to the same list.
import { useEffect, useState } from "preact/hooks";

import { get, remove, type Page, type Row } from "../lib/api";
import { useGet, useSettled } from "../lib/hooks";
import { t, tn } from "../lib/i18n";
import { placeHref, replaceState, type Place } from "../lib/router";
import { Button, Empty, Problem, Spinner } from "../ui/basic";
import { Confirm, Modal } from "../ui/modal";
import { Pages, Table, type Column } from "../ui/table";
import { toast } from "../ui/toast";
import { Folders } from "./folders";
import { ObjectForm } from "./form";
import type { Kind, Spec } from "./spec";

interface KindType {
  component: string;
  name: string;
  description: string;
}

export function kindOf(spec: Spec, row: Row): Kind | undefined {
  return spec.kinds?.find((one) => one.component === row["component"]);
}

export function keyOf(spec: Spec, row: Row): string {
  return String(row[spec.key]);
}

function ChooseKind({ spec, onChoose, onClose }: { spec: Spec; onChoose: (kind: Kind) => void; onClose: () => void }) {
  const types = useGet<KindType[]>(spec.kindTypes ?? null);
  const offered = (types.value ?? []).flatMap((one): [KindType, Kind][] => {
    const kind = spec.kinds?.find((other) => other.component === one.component);
    return kind ? [[one, kind]] : [];
  });
  return (
    <Modal title={t("Create: {what}", { what: spec.one() })} onClose={onClose}>
      {types.error && <Problem error={types.error} again={types.reload} />}
      {!types.value && types.busy && <Spinner />}
      {types.value && offered.length === 0 && <p>{t("This server offers none.")}</p>}
      <ul class="picker">
        {offered.map(([one, kind]) => {
          return (
            <li key={one.component}>
              <button type="button" class="picker-item" onClick={() => onChoose(kind)}>
                <span>
                  <strong>{kind.one()}</strong>
                  <span>{t(one.description)}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </Modal>
  );
}

interface EditProps {
  spec: Spec;
  row: Row | null;
  kind?: Kind | undefined;
  onClose: () => void;
  onDone: (row: Row) => void;
}

// The form in a dialog. A row of a family's list lacks its kind's fields: they are read first.
export function Edit({ spec, row, kind, onClose, onDone }: EditProps) {
  const path = kind?.path ?? spec.path;
  const whole = useGet<Row>(row && kind ? `${path}/${encodeURIComponent(keyOf(spec, row))}/` : null);
  const object = row && kind ? whole.value : row;
  const title = row ? t("Edit {name}", { name: spec.nameOf(row) }) : t("Create: {what}", { what: kind?.one() ?? spec.one() });
  return (
    <Modal title={title} wide onClose={onClose}>
      {whole.error && <Problem error={whole.error} again={whole.reload} />}
      {row && !object && !whole.error && <Spinner />}
      {(!row || object) && (
        <ObjectForm
          fields={kind?.fields ?? spec.fields}
          path={path}
          row={object}
          keyOf={(one) => keyOf(spec, one)}
          onCancel={onClose}
          onDone={onDone}
        />
      )}
    </Modal>
  );
}

type Dialog = { what: "kinds" } | { what: "edit"; row: Row | null; kind?: Kind | undefined } | { what: "delete" };

interface State {
  search?: string;
  page?: number;
  order?: string;
  [filter: string]: string | number | undefined;
}

export function ObjectList({ spec, place }: { spec: Spec; place: Place }) {
  const state = place.state as State;
  const [typed, setTyped] = useState(String(state.search ?? ""));
  const search = useSettled(typed);
  const set = (change: State) => {
    const next = { ...state, ...change };
    for (const name of Object.keys(next)) {
      if (next[name] === "" || next[name] === undefined) delete next[name];
    }
    replaceState(place.path, next);
  };
  useEffect(() => {
    if (search !== String(state.search ?? "")) set({ search, page: undefined } as unknown as State);
  }, [search]);

  const filters = Object.fromEntries((spec.filters ?? []).map((one) => [one.name, state[one.name]]));
  const folder = spec.folders ? String(state[spec.folders.filter] ?? "") : "";
  const list = useGet<Page<Row>>(`${spec.path}/`, {
    ...spec.query,
    ...filters,
    ...(spec.folders ? { [spec.folders.filter]: folder } : {}),
    search,
    page: state.page,
    ordering: state.order ?? spec.order,
    page_size: 20,
  });
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const rows = list.value?.results ?? [];
  const chosen = rows.filter((one) => selected.has(keyOf(spec, one)));
  const close = () => setDialog(null);
  const narrowed = search !== "" || folder !== "" || Object.values(filters).some((one) => one !== undefined);

  const columns = spec.columns();
  if (spec.tabs && columns[0]) {
    const first = columns[0];
    columns[0] = {
      ...first,
      show: (row) => <a href={placeHref(`${spec.route}/${encodeURIComponent(keyOf(spec, row))}`)}>{first.show(row)}</a>,
    } as Column<Row>;
  }
  const begin = () => setDialog(spec.kinds ? { what: "kinds" } : { what: "edit", row: null });
  const RowActions = spec.rowActions;
  const Actions = spec.actions;
  const edit = (row: Row) => setDialog({ what: "edit", row, kind: kindOf(spec, row) });
  const editable = (row: Row) => spec.update !== false && (!spec.kinds || kindOf(spec, row) !== undefined);
  return (
    <main id="main" tabIndex={-1} class="page">
      <div class="page-head">
        <h1>{spec.title()}</h1>
        <div class="bar">
          {Actions && <Actions reload={list.reload} />}
          {spec.create !== false && (
            <Button kind="primary" icon="plus" onClick={begin}>
              {t("Create")}
            </Button>
          )}
        </div>
        {spec.about && <p class="subtle">{spec.about()}</p>}
      </div>
      {spec.before && <spec.before />}
      <div class="bar">
        {spec.search !== false && (
          <span class="pf-v6-c-form-control grow">
            <input type="search" aria-label={t("Search")} placeholder={t("Search")} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
          </span>
        )}
        {(spec.filters ?? []).map((one) => (
          <select
            key={one.name}
            class="plain-select"
            aria-label={one.label()}
            value={String(state[one.name] ?? "")}
            onChange={(event) => set({ [one.name]: event.currentTarget.value, page: undefined } as State)}
          >
            <option value="">{one.label()}</option>
            {one.choices().map((choice) => (
              <option key={choice.value} value={choice.value} selected={choice.value === state[one.name]}>
                {choice.label}
              </option>
            ))}
          </select>
        ))}
        {spec.remove !== false && rows.length > 0 && (
          <Button kind="danger" icon="trash" disabled={chosen.length === 0} onClick={() => setDialog({ what: "delete" })}>
            {t("Delete")}
          </Button>
        )}
      </div>
      <div class={spec.folders ? "beside-folders" : "panel"}>
      {spec.folders && (
        <Folders path={spec.folders.path} current={folder} onChoose={(path) => set({ [spec.folders!.filter]: path, page: undefined } as State)} />
      )}
      <div class="panel">
      {list.error && <Problem error={list.error} again={list.reload} />}
      {!list.value && list.busy && <Spinner />}
      {list.value && rows.length === 0 && !list.error && (
        <Empty icon={narrowed ? "search" : spec.icon} title={narrowed ? t("Nothing found") : t("Nothing here yet")} />
      )}
      {rows.length > 0 && (
        <>
          <Table
            label={spec.title()}
            columns={columns}
            rows={rows}
            keyOf={(one) => keyOf(spec, one)}
            nameOf={spec.nameOf}
            order={state.order ?? spec.order ?? ""}
            onOrder={(order) => set({ order, page: undefined } as unknown as State)}
            {...(spec.remove === false ? {} : { selected, onSelect: setSelected })}
            {...(RowActions || spec.update !== false
              ? {
                  actions: (row: Row) => (
                    <>
                      {RowActions && <RowActions spec={spec} row={row} reload={list.reload} />}
                      {editable(row) && (
                        <Button kind="plain" icon="pencil" label={t("Edit {name}", { name: spec.nameOf(row) })} onClick={() => edit(row)} />
                      )}
                    </>
                  ),
                }
              : {})}
          />
          {list.value && <Pages page={list.value} onPage={(page) => set({ page })} />}
        </>
      )}
      </div>
      </div>
      {dialog?.what === "kinds" && (
        <ChooseKind spec={spec} onClose={close} onChoose={(kind) => setDialog({ what: "edit", row: null, kind })} />
      )}
      {dialog?.what === "edit" && (
        <Edit
          spec={spec}
          row={dialog.row}
          kind={dialog.kind}
          onClose={close}
          onDone={() => {
            close();
            list.reload();
            toast(t("Saved"));
          }}
        />
      )}
      {dialog?.what === "delete" && (
        <DeleteRows
          spec={spec}
          rows={chosen}
          onClose={close}
          onDone={() => {
            setSelected(new Set());
            list.reload();
          }}
        />
      )}
    </main>
  );
}

interface DeleteProps {
  spec: Spec;
  rows: Row[];
  onClose: () => void;
  onDone: () => void;
}

export function DeleteRows({ spec, rows, onClose, onDone }: DeleteProps) {
  const act = async () => {
    for (const row of rows) await remove(`${spec.path}/${encodeURIComponent(keyOf(spec, row))}/`);
    onDone();
    toast(t("Deleted"));
  };
  const used = useUsedBy(spec, rows);
  return (
    <Confirm title={t("Delete")} action={t("Delete")} onConfirm={act} onClose={onClose}>
      <p>{tn(rows.length, "This is deleted and cannot be brought back:", "These {n} are deleted and cannot be brought back:")}</p>
      <ul class="permissions">
        {rows.map((row) => (
          <li key={keyOf(spec, row)}>{spec.nameOf(row)}</li>
        ))}
      </ul>
      {used.length > 0 && <p>{t("Used by: {names}", { names: used.join(", ") })}</p>}
    </Confirm>
  );
}

function useUsedBy(spec: Spec, rows: Row[]): string[] {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    let wanted = true;
    const read = async () => {
      const found: string[] = [];
      for (const row of rows.slice(0, 10)) {
        const list = await get<{ name: string }[]>(`${spec.path}/${encodeURIComponent(keyOf(spec, row))}/used_by/`).catch(() => []);
        found.push(...list.map((one) => one.name));
      }
      if (wanted) setNames(found);
    };
    void read();
    return () => {
      wanted = false;
    };
  }, []);
  return names;
}

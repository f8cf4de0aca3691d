// A table: columns say how a row is shown; on a small screen each row becomes a card of named values.
import type { ComponentChildren } from "preact";

import { number, t } from "../lib/i18n";
import type { Page } from "../lib/api";
import { Button } from "./basic";

export interface Column<T> {
  title: string;
  order?: string; // the name by which the server sorts, when it can
  show: (row: T) => ComponentChildren;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
  actions?: (row: T) => ComponentChildren;
  order?: string;
  onOrder?: (order: string) => void;
  selected?: Set<string>;
  onSelect?: (selected: Set<string>) => void;
  nameOf?: (row: T) => string; // of a row, for the box that selects it
}

function Head<T>({ column, order, onOrder }: { column: Column<T>; order?: string; onOrder?: (order: string) => void }) {
  if (!column.order || !onOrder) return <th scope="col">{column.title}</th>;
  const up = order === column.order;
  const down = order === `-${column.order}`;
  return (
    <th scope="col" aria-sort={up ? "ascending" : down ? "descending" : "none"}>
      <button type="button" onClick={() => onOrder(up ? `-${column.order}` : column.order!)}>
        {column.title} <span aria-hidden="true">{up ? "↑" : down ? "↓" : ""}</span>
      </button>
    </th>
  );
}

export function Table<T>(props: Props<T>) {
  const { columns, rows, keyOf, selected, onSelect } = props;
  const all = selected !== undefined && rows.length > 0 && rows.every((one) => selected.has(keyOf(one)));
  const choose = (keys: string[], on: boolean) => {
    const next = new Set(selected);
    for (const key of keys) {
      if (on) next.add(key);
      else next.delete(key);
    }
    onSelect?.(next);
  };
  return (
    <div class="table-frame" role="region" aria-label={props.label} tabIndex={0}>
      <table class="table">
        <caption class="for-screen-reader">{props.label}</caption>
        <thead>
          <tr>
            {selected && (
              <th scope="col">
                <input
                  type="checkbox"
                  aria-label={t("Select all")}
                  checked={all}
                  onChange={(event) => choose(rows.map(keyOf), event.currentTarget.checked)}
                />
              </th>
            )}
            {columns.map((one) => (
              <Head
                key={one.title}
                column={one}
                {...(props.order === undefined ? {} : { order: props.order })}
                {...(props.onOrder ? { onOrder: props.onOrder } : {})}
              />
            ))}
            {props.actions && (
              <th scope="col">
                <span class="for-screen-reader">{t("Actions")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {selected && (
                <td>
                  <input
                    type="checkbox"
                    aria-label={t("Select {name}", { name: props.nameOf?.(row) ?? keyOf(row) })}
                    checked={selected.has(keyOf(row))}
                    onChange={(event) => choose([keyOf(row)], event.currentTarget.checked)}
                  />
                </td>
              )}
              {columns.map((one) => (
                <td key={one.title} data-label={one.title}>
                  <span>{one.show(row)}</span>
                </td>
              ))}
              {props.actions && <td class="actions">{props.actions(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Pages<T>({ page, onPage }: { page: Page<T>; onPage: (page: number) => void }) {
  const { count, start_index, end_index, previous, next } = page.pagination;
  if (count === 0) return null;
  return (
    <nav class="pages" aria-label={t("Pages")}>
      <span role="status">
        {t("{first}–{last} of {count}", { first: number(start_index), last: number(end_index), count: number(count) })}
      </span>
      {(previous > 0 || next > 0) && (
        <>
          <Button small disabled={!previous} onClick={() => onPage(previous)}>
            {t("Previous")}
          </Button>
          <Button small disabled={!next} onClick={() => onPage(next)}>
            {t("Next")}
          </Button>
        </>
      )}
    </nav>
  );
}

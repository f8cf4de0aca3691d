// Choosing objects: all of them when they are few, by searching when they are many.
import { useState } from "preact/hooks";

import { get, type Page, type Row } from "../lib/api";
import { useGet, useLoad, useSettled } from "../lib/hooks";
import { t } from "../lib/i18n";
import { Button, Label, Problem } from "../ui/basic";
import { Field, Input, Select } from "../ui/field";
import type { Target } from "./spec";

const kFew = 50;

function keyOf(target: Target, row: Row): string {
  return String(row[target.value ?? "pk"]);
}

function useTargets(target: Target, search: string) {
  const settled = useSettled(search);
  return useGet<Page<Row>>(`${target.path}/`, { ...target.query, page_size: kFew, search: settled });
}

// The chosen objects, which the list of few may not hold.
function useChosen(target: Target, keys: string[]) {
  return useLoad<Map<string, Row>>(`${target.path}:${keys.join(",")}`, async () => {
    const found = new Map<string, Row>();
    for (const key of keys.slice(0, kFew)) {
      const row = await get<Row>(`${target.path}/${encodeURIComponent(key)}/`).catch(() => null);
      if (row) found.set(key, row);
    }
    return found;
  });
}

interface Props {
  id: string;
  label: string;
  required?: boolean;
  help?: string | undefined;
  errors: string[];
  target: Target;
}

interface OneProps extends Props {
  value: unknown;
  nullable: boolean;
  onChange: (value: string | null) => void;
}

export function RefField(props: OneProps) {
  const { target, value, nullable, onChange } = props;
  const [search, setSearch] = useState("");
  const all = useTargets(target, search);
  const current = value === null || value === undefined || value === "" ? "" : String(value);
  const rows = all.value?.results ?? [];
  const listed = rows.some((one) => keyOf(target, one) === current);
  const chosen = useChosen(target, current && all.value && !listed ? [current] : []);
  const many = (all.value?.pagination.count ?? 0) > kFew || search !== "";
  const own = chosen.value?.get(current);
  const choices = [
    { value: "", label: nullable ? t("None") : t("Choose…") },
    ...(current && !listed ? [{ value: current, label: own ? target.label(own) : current }] : []),
    ...rows.map((one) => ({ value: keyOf(target, one), label: target.label(one) })),
  ];
  return (
    <Field id={props.id} label={props.label} required={props.required ?? false} help={props.help} errors={props.errors}>
      {(aria) => (
        <div class="panel">
          {many && (
            <span class="pf-v6-c-form-control">
              <input
                type="search"
                aria-label={t("Search: {what}", { what: props.label })}
                placeholder={t("Search")}
                value={search}
                onInput={(event) => setSearch(event.currentTarget.value)}
              />
            </span>
          )}
          {all.error && <Problem error={all.error} again={all.reload} />}
          <Select
            aria={aria}
            required={props.required}
            choices={choices}
            value={current}
            onChange={(event) => onChange(event.currentTarget.value || null)}
          />
        </div>
      )}
    </Field>
  );
}

interface ManyProps extends Props {
  value: unknown;
  onChange: (value: string[]) => void;
}

export function RefsField(props: ManyProps) {
  const { target, onChange } = props;
  const [search, setSearch] = useState("");
  const all = useTargets(target, search);
  const chosen = Array.isArray(props.value) ? props.value.map(String) : [];
  const rows = all.value?.results ?? [];
  const unlisted = chosen.filter((key) => !rows.some((one) => keyOf(target, one) === key));
  const names = useChosen(target, all.value ? unlisted : []);
  const toggle = (key: string, on: boolean) =>
    onChange(on ? [...chosen, key] : chosen.filter((one) => one !== key));
  return (
    <Field id={props.id} label={props.label} help={props.help} errors={props.errors}>
      {(aria) => (
        <div class="panel">
          <Input
            aria={aria}
            type="search"
            placeholder={t("Search")}
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
          {all.error && <Problem error={all.error} again={all.reload} />}
          {unlisted.length > 0 && (
            <div class="chips">
              {unlisted.map((key) => {
                const row = names.value?.get(key);
                return (
                  <Label key={key}>
                    {row ? target.label(row) : key}{" "}
                    <Button kind="plain" small icon="close" label={t("Remove {name}", { name: row ? target.label(row) : key })} onClick={() => toggle(key, false)} />
                  </Label>
                );
              })}
            </div>
          )}
          <div class="many" role="group" aria-label={props.label}>
            {rows.length === 0 && all.value && <span class="subtle">{t("Nothing found")}</span>}
            {rows.map((one) => {
              const key = keyOf(target, one);
              return (
                <label key={key}>
                  <input
                    type="checkbox"
                    checked={chosen.includes(key)}
                    onChange={(event) => toggle(key, event.currentTarget.checked)}
                  />{" "}
                  {target.label(one)}
                </label>
              );
            })}
          </div>
        </div>
      )}
    </Field>
  );
}

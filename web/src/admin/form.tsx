// The form of any object, from its fields' description. What the server says of a field stands beside it;
// what was typed stays. Only changed fields are sent when an object is changed.
import { useState } from "preact/hooks";

import { patch, post, type ApiError, type Row } from "../lib/api";
import { asApiError } from "../lib/hooks";
import { t } from "../lib/i18n";
import { Alert, Button, Problem } from "../ui/basic";
import { Checkbox, Field, Input, PasswordInput, Select, TextArea, type Aria } from "../ui/field";
import { slugify } from "../user/tokens";
import { RefField, RefsField } from "./ref-field";
import type { FieldSpec } from "./spec";

interface FormProps {
  fields: FieldSpec[];
  path: string; // without a slash at its end
  row: Row | null; // null: a new one
  keyOf: (row: Row) => string;
  onDone: (row: Row) => void;
  onCancel?: () => void;
  fixed?: Row; // values that are sent besides
}

function initialOf(field: FieldSpec, row: Row | null): unknown {
  if (row && field.name in row) {
    const value: unknown = row[field.name];
    if (field.kind === "json") return JSON.stringify(value ?? {}, null, 2);
    if (field.kind === "lines") return Array.isArray(value) ? value.join("\n") : "";
    if (field.kind === "time") return typeof value === "string" ? value.slice(0, 16) : "";
    return value;
  }
  if (field.initial !== undefined) return field.initial;
  switch (field.kind) {
    case "bool":
      return false;
    case "several":
    case "refs":
      return [];
    case "json":
      return "{}";
    case "ref":
      return null;
    case "choice":
      return field.empty === undefined ? (field.choices()[0]?.value ?? "") : "";
    default:
      return "";
  }
}

// The value as the API takes it; undefined = it is left out. Throws a text for the field.
function sent(field: FieldSpec, value: unknown, target: boolean): unknown {
  switch (field.kind) {
    case "json":
      try {
        return JSON.parse(String(value || "{}")) as unknown;
      } catch {
        throw new Error(t("This is not valid JSON."));
      }
    case "lines": {
      const lines = String(value)
        .split("\n")
        .map((one) => one.trim())
        .filter(Boolean);
      if (!field.numbers) return lines;
      if (!lines.every((one) => /^\d{1,15}$/.test(one))) throw new Error(t("Numbers, one a line."));
      return lines.map(Number);
    }
    case "number":
      return value === "" || value === null ? (field.required ? 0 : undefined) : Number(value);
    case "time":
      return value ? new Date(String(value)).toISOString() : null;
    case "secret":
      return value === "" && (field.generate || (field.keep && !target)) ? undefined : value; // generated, or kept
    case "choice":
      return value === "" && field.empty !== undefined ? null : value;
    case "refs":
      return Array.isArray(value) ? value.map(asKey) : [];
    case "ref":
      return value === null || value === "" ? null : asKey(value);
    default:
      return value ?? "";
  }
}

// Users and providers have numbers for keys.
function asKey(value: unknown): unknown {
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

export function randomSecret(length = 48): string {
  const letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
  const limit = 256 - (256 % letters.length);
  let out = "";
  while (out.length < length) {
    for (const octet of crypto.getRandomValues(new Uint8Array(length))) {
      if (octet < limit && out.length < length) out += letters[octet % letters.length];
    }
  }
  return out;
}

interface OneProps {
  field: FieldSpec;
  id: string;
  value: unknown;
  errors: string[];
  isNew: boolean;
  onChange: (value: unknown) => void;
}

function Control({ field, value, onChange, aria, isNew }: OneProps & { aria: Aria }) {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  const required = field.required === true;
  switch (field.kind) {
    case "textarea":
    case "json":
    case "lines":
      return (
        <TextArea
          aria={aria}
          rows={field.kind === "textarea" ? (field.rows ?? 4) : 4}
          required={required}
          spellcheck={false}
          value={text}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "secret":
      return (
        <div class="bar">
          <div class="grow">
            <PasswordInput
              aria={aria}
              name={field.name}
              autocomplete="off"
              required={required && (isNew || !field.keep)}
              value={text}
              placeholder={field.keep && !isNew ? t("Unchanged") : ""}
              onInput={onChange}
            />
          </div>
          {field.generate && (
            <Button icon="again" onClick={() => onChange(randomSecret())}>
              {t("Generate")}
            </Button>
          )}
        </div>
      );
    case "choice": {
      const choices = field.choices();
      const known = choices.some((one) => one.value === text);
      const all = [
        ...(field.empty === undefined ? [] : [{ value: "", label: field.empty() }]),
        ...(known || text === "" ? [] : [{ value: text, label: text }]),
        ...choices,
      ];
      return <Select aria={aria} required={required} choices={all} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
    }
    case "number":
      return (
        <Input
          aria={aria}
          type="number"
          required={required}
          min={field.min}
          max={field.max}
          step={field.step}
          value={text}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      );
    default:
      return (
        <Input
          aria={aria}
          type={field.kind === "time" ? "datetime-local" : field.kind === "text" ? (field.type ?? "text") : "text"}
          required={required}
          autocomplete="off"
          pattern={field.kind === "slug" ? "[a-zA-Z0-9_\\-]+" : field.kind === "text" ? field.pattern : undefined}
          value={text}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function Several({ field, id, value, errors, onChange }: OneProps) {
  if (field.kind !== "several") return null;
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const toggle = (one: string, on: boolean) => onChange(on ? [...chosen, one] : chosen.filter((other) => other !== one));
  return (
    <fieldset class="choices" aria-describedby={errors.length ? `${id}-error` : undefined}>
      <legend class="pf-v6-c-form__label-text">{field.label()}</legend>
      {field.choices().map((one) => (
        <label key={one.value}>
          <input
            type="checkbox"
            checked={chosen.includes(one.value)}
            onChange={(event) => toggle(one.value, event.currentTarget.checked)}
          />{" "}
          {one.label}
        </label>
      ))}
      {errors.length > 0 && <p id={`${id}-error`}>{errors.join(" ")}</p>}
    </fieldset>
  );
}

function One(props: OneProps) {
  const { field, id, value, errors, onChange } = props;
  const help = field.help?.();
  switch (field.kind) {
    case "bool":
      return (
        <div>
          <Checkbox id={id} label={field.label()} {...(help ? { help } : {})} checked={value === true} onChange={onChange} />
          {errors.length > 0 && <Alert kind="danger" title={errors.join(" ")} />}
        </div>
      );
    case "several":
      return <Several {...props} />;
    case "ref":
      return (
        <RefField
          id={id}
          label={field.label()}
          required={field.required === true}
          help={help}
          errors={errors}
          target={field.target}
          nullable={field.nullable !== false && !field.required}
          value={value}
          onChange={onChange}
        />
      );
    case "refs":
      return <RefsField id={id} label={field.label()} help={help} errors={errors} target={field.target} value={value} onChange={onChange} />;
    default:
      return (
        <Field id={id} label={field.label()} required={field.required === true} help={help} errors={errors}>
          {(aria) => <Control {...props} aria={aria} />}
        </Field>
      );
  }
}

export function ObjectForm({ fields, path, row, keyOf, onDone, onCancel, fixed }: FormProps) {
  const shown = fields.filter((one) => !(one.onlyNew && row));
  const [values, setValues] = useState<Row>(() => Object.fromEntries(shown.map((one) => [one.name, initialOf(one, row)])));
  const [touched, setTouched] = useState<Set<string>>(new Set());
  const [error, setError] = useState<ApiError | null>(null);
  const [local, setLocal] = useState<Record<string, string[]>>({});
  const [busy, setBusy] = useState(false);

  const change = (field: FieldSpec, value: unknown) => {
    const next: Row = { ...values, [field.name]: value };
    const follows = shown.find((one) => one.kind === "slug");
    if (field.name === "name" && follows && !row && !touched.has(follows.name)) next[follows.name] = slugify(String(value));
    setValues(next);
    setTouched(new Set([...touched, field.name]));
  };

  const save = async (event: Event) => {
    event.preventDefault();
    const body: Row = { ...fixed };
    const wrong: Record<string, string[]> = {};
    for (const field of shown) {
      if (field.when && !field.when(values)) continue;
      if (row && !touched.has(field.name)) continue;
      try {
        const value = sent(field, values[field.name], row === null);
        if (value !== undefined) body[field.name] = value;
      } catch (problem) {
        wrong[field.name] = [(problem as Error).message];
      }
    }
    setLocal(wrong);
    if (Object.keys(wrong).length) return;
    setBusy(true);
    setError(null);
    try {
      const done = row ? await patch<Row>(`${path}/${encodeURIComponent(keyOf(row))}/`, body) : await post<Row>(`${path}/`, body);
      onDone(done);
    } catch (problem) {
      setError(asApiError(problem));
      setBusy(false);
    }
  };

  const errorsOf = (name: string) => [...(local[name] ?? []), ...(error?.fields[name] ?? [])];
  const visible = shown.filter((one) => !one.when || one.when(values));
  const render = (field: FieldSpec) => (
    <One
      key={field.name}
      field={field}
      id={`field-${field.name}`}
      value={values[field.name]}
      errors={errorsOf(field.name)}
      isNew={row === null}
      onChange={(value) => change(field, value)}
    />
  );
  const plain = visible.filter((one) => !one.more);
  const more = visible.filter((one) => one.more);
  const unplaced = error && !Object.keys(error.fields).some((name) => visible.some((one) => one.name === name));
  return (
    <form class="pf-v6-c-form" onSubmit={(event) => void save(event)}>
      {unplaced && error && <Problem error={error} />}
      {plain.map(render)}
      {more.length > 0 && (
        <details class="more" open={more.some((one) => errorsOf(one.name).length > 0)}>
          <summary>{t("More settings")}</summary>
          <div class="pf-v6-c-form">{more.map(render)}</div>
        </details>
      )}
      <div class="bar">
        <Button kind="primary" type="submit" busy={busy}>
          {row ? t("Save") : t("Create")}
        </Button>
        {onCancel && (
          <Button kind="link" onClick={onCancel}>
            {t("Cancel")}
          </Button>
        )}
      </div>
    </form>
  );
}

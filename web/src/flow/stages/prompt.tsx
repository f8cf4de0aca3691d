// A form that the administrator made: any kinds of fields, in their order.
import { useState } from "preact/hooks";

import { kLanguages, t } from "../../lib/i18n";
import { Alert } from "../../ui/basic";
import { Checkbox, Field, Input, PasswordInput, Select, TextArea, type Aria, type Choice } from "../../ui/field";
import { errorsOf, type Answer, type PromptField, type StageProps } from "../challenge";
import { StageForm } from "../form";

const kInputTypes: Record<string, string> = {
  text: "text",
  text_read_only: "text",
  username: "text",
  email: "email",
  number: "number",
  date: "date",
  "date-time": "datetime-local",
};

const kAutocomplete: Record<string, string> = { username: "username", email: "email", name: "name" };

export function choicesOf(field: PromptField): Choice[] {
  if (field.type === "ak-locale") {
    return [
      { value: "", label: t("Auto-detect") },
      ...Object.entries(kLanguages).map(([value, label]) => ({ value, label })),
    ];
  }
  return (field.choices ?? []).map((one) => (typeof one === "string" ? { value: one, label: t(one) } : one));
}

function alertKind(type: string): "info" | "warning" | "danger" | "success" {
  const kind = type.replace("alert_", "");
  return kind === "warning" || kind === "danger" || kind === "success" ? kind : "info";
}

function fileText(file: File): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}

function Control({ field, aria }: { field: PromptField; aria: Aria }) {
  const [choice, setChoice] = useState(field.initial_value ?? "");
  const common = {
    aria,
    name: field.field_key,
    required: field.required,
    placeholder: t(field.placeholder ?? ""),
  };
  switch (field.type) {
    case "password":
      return <PasswordInput {...common} autocomplete="new-password" />;
    case "text_area":
    case "text_area_read_only":
      return <TextArea {...common} readOnly={field.type.endsWith("read_only")} defaultValue={field.initial_value} />;
    case "dropdown":
    case "ak-locale":
      return (
        <Select
          aria={aria}
          name={field.field_key}
          required={field.required && field.type !== "ak-locale"}
          choices={choicesOf(field)}
          value={choice}
          onChange={(event) => setChoice(event.currentTarget.value)}
        />
      );
    case "file":
      return <Input {...common} type="file" />;
    default:
      return (
        <Input
          {...common}
          type={kInputTypes[field.type] ?? "text"}
          readOnly={field.type === "text_read_only"}
          defaultValue={field.initial_value}
          autocomplete={kAutocomplete[field.field_key] ?? "off"}
          spellcheck={field.type === "text"}
        />
      );
  }
}

function Radios({ field, errors }: { field: PromptField; errors: string[] }) {
  return (
    <fieldset class="choices" aria-describedby={errors.length ? `${field.field_key}-error` : undefined}>
      <legend>{t(field.label)}</legend>
      {choicesOf(field).map((one) => (
        <label key={one.value}>
          <input
            type="radio"
            name={field.field_key}
            value={one.value}
            required={field.required}
            defaultChecked={one.value === field.initial_value}
          />{" "}
          {one.label}
        </label>
      ))}
      {errors.length > 0 && <p id={`${field.field_key}-error`}>{errors.map((one) => t(one)).join(" ")}</p>}
    </fieldset>
  );
}

function CheckField({ field }: { field: PromptField }) {
  const [checked, setChecked] = useState(field.initial_value === "true");
  return (
    <Checkbox
      id={field.field_key}
      name={field.field_key}
      label={t(field.label)}
      help={t(field.sub_text ?? "")}
      checked={checked}
      onChange={setChecked}
    />
  );
}

function One({ field, challenge }: { field: PromptField } & Pick<StageProps, "challenge">) {
  const errors = errorsOf(challenge, field.field_key);
  switch (field.type) {
    case "hidden":
      return <input type="hidden" name={field.field_key} value={field.initial_value} />;
    case "separator":
      return <hr />;
    case "static":
      return <p>{t(field.initial_value || field.label)}</p>;
    case "checkbox":
      return <CheckField field={field} />;
    case "radio-button-group":
      return <Radios field={field} errors={errors} />;
    default:
      if (field.type.startsWith("alert_")) {
        return <Alert kind={alertKind(field.type)} title={t(field.initial_value || field.label)} live={false} />;
      }
      return (
        <Field
          id={field.field_key}
          label={t(field.label)}
          required={field.required}
          errors={errors}
          help={field.sub_text ? t(field.sub_text) : undefined}
        >
          {(aria) => <Control field={field} aria={aria} />}
        </Field>
      );
  }
}

export function Prompt(props: StageProps) {
  const fields = [...((props.challenge["fields"] ?? []) as PromptField[])].sort((a, b) => a.order - b.order);
  const files = fields.some((one) => one.type === "file");
  const read = (form: FormData): Answer => {
    const out: Answer = {};
    for (const field of fields) {
      if (field.type === "separator" || field.type === "static" || field.type.startsWith("alert_")) continue;
      const value = form.get(field.field_key);
      if (field.type === "checkbox") out[field.field_key] = value !== null;
      else if (field.type === "number") out[field.field_key] = value === "" || value === null ? null : Number(value);
      else out[field.field_key] = value ?? "";
    }
    return out;
  };
  const submit = async (answer: Answer) => {
    for (const [key, value] of Object.entries(answer)) {
      if (value instanceof File) answer[key] = value.size ? await fileText(value) : "";
    }
    await props.submit(answer);
  };
  return (
    <StageForm
      {...props}
      submit={files ? submit : props.submit}
      action={props.embedded ? t("Save") : t("Continue")}
      fields={fields.map((one) => one.field_key)}
      read={read}
    >
      {fields.map((field) => (
        <One key={field.field_key} field={field} challenge={props.challenge} />
      ))}
    </StageForm>
  );
}

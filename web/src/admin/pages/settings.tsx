// The settings of the installation.
import { useState } from "preact/hooks";

import { patch, type ApiError, type Row } from "../../lib/api";
import { asApiError, useGet } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { Button, Card, Problem, Spinner } from "../../ui/basic";
import { Checkbox, Field, Input, Select } from "../../ui/field";
import { toast } from "../../ui/toast";

interface One {
  name: string;
  label: string;
  kind: "bool" | "text" | "number" | "choice";
  help?: string;
  choices?: { value: string; label: string }[];
}

function groups(): [string, One[]][] {
  return [
    [
      t("What users may change of themselves"),
      [
        { name: "default_user_change_name", label: t("Name"), kind: "bool" },
        { name: "default_user_change_email", label: t("Email"), kind: "bool" },
        { name: "default_user_change_username", label: t("Username"), kind: "bool" },
      ],
    ],
    [
      t("Tokens"),
      [
        { name: "default_token_duration", label: t("Lifetime of new tokens"), kind: "text", help: t("For example minutes=30, or days=365.") },
        { name: "default_token_length", label: t("Length of keys"), kind: "number" },
      ],
    ],
    [
      t("Reputation"),
      [
        { name: "reputation_lower_limit", label: t("Lowest score"), kind: "number" },
        { name: "reputation_upper_limit", label: t("Highest score"), kind: "number" },
      ],
    ],
    [
      t("Other"),
      [
        { name: "event_retention", label: t("Events are kept for"), kind: "text", help: t("For example days=365.") },
        { name: "impersonation", label: t("Administrators may act as users"), kind: "bool" },
        { name: "impersonation_require_reason", label: t("They must give a reason"), kind: "bool" },
        { name: "gdpr_compliance", label: t("Delete a user's events with the user"), kind: "bool" },
        { name: "avatars", label: t("Avatars"), kind: "text", help: t("initials, or gravatar,initials, or an address with %(mail_hash)s.") },
        { name: "pagination_default_page_size", label: t("Objects on a page of the API"), kind: "number" },
        { name: "pagination_max_page_size", label: t("At most, when more are asked for"), kind: "number" },
      ],
    ],
  ];
}

function Group({ title, fields, row, onSaved, path }: { title: string; fields: One[]; row: Row; onSaved: () => void; path: string }) {
  const [values, setValues] = useState<Row>(() => Object.fromEntries(fields.map((one) => [one.name, row[one.name]])));
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const known = fields.filter((one) => one.name in row);
  if (known.length === 0) return null;
  const set = (name: string, value: unknown) => setValues({ ...values, [name]: value });
  const save = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const body: Row = {};
    for (const one of known) {
      if (values[one.name] !== row[one.name]) body[one.name] = one.kind === "number" ? Number(values[one.name]) : values[one.name];
    }
    try {
      await patch(path, body);
      setError(null);
      toast(t("Saved"));
      onSaved();
    } catch (problem) {
      setError(asApiError(problem));
    }
    setBusy(false);
  };
  return (
    <Card title={title}>
      <form class="pf-v6-c-form" onSubmit={(event) => void save(event)}>
        {error && !known.some((one) => error.fields[one.name]) && <Problem error={error} />}
        {known.map((one) =>
          one.kind === "bool" ? (
            <Checkbox key={one.name} id={one.name} label={one.label} checked={values[one.name] === true} onChange={(value) => set(one.name, value)} />
          ) : (
            <Field key={one.name} id={one.name} label={one.label} help={one.help} errors={error?.fields[one.name] ?? []}>
              {(aria) =>
                one.kind === "choice" ? (
                  <Select aria={aria} choices={one.choices ?? []} value={String(values[one.name] ?? "")} onChange={(event) => set(one.name, event.currentTarget.value)} />
                ) : (
                  <Input aria={aria} type={one.kind} value={String(values[one.name] ?? "")} onInput={(event) => set(one.name, event.currentTarget.value)} />
                )
              }
            </Field>
          ),
        )}
        <div>
          <Button kind="primary" type="submit" busy={busy}>
            {t("Save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}

export function SystemSettings() {
  const settings = useGet<Row>("/admin/settings/");
  const own = useGet<Row>("/postern/settings/");
  return (
    <main id="main" tabIndex={-1} class="page">
      <div class="page-head">
        <h1>{t("System settings")}</h1>
      </div>
      {settings.error && <Problem error={settings.error} again={settings.reload} />}
      {!settings.value && settings.busy && <Spinner />}
      <div class="two-columns">
        {settings.value &&
          groups().map(([title, fields]) => (
            <Group key={title} title={title} fields={fields} row={settings.value!} onSaved={settings.reload} path="/admin/settings/" />
          ))}
        {own.value && (
          <Group
            title={t("Keys of tokens")}
            fields={[{ name: "token_view_again", label: t("Keys can be seen again after the first time"), kind: "bool" }]}
            row={own.value}
            onSaved={own.reload}
            path="/postern/settings/"
          />
        )}
      </div>
    </main>
  );
}

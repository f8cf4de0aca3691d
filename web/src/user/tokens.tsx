// API tokens and app passwords of one user. A key is shown when it is made; whether it can be seen again
// is for the administrator to say.
import { useState } from "preact/hooks";

import { get, patch, post, remove, type ApiError, type Page } from "../lib/api";
import { asApiError, useGet } from "../lib/hooks";
import { dateTime, relative, t, tn } from "../lib/i18n";
import { Alert, Button, Card, Empty, Label, Problem, Spinner } from "../ui/basic";
import { Checkbox, Copyable, Field, Input } from "../ui/field";
import { Confirm, Modal } from "../ui/modal";
import type { Me } from "../ui/shell";
import { Table } from "../ui/table";
import { toast } from "../ui/toast";
import { WifiDevices } from "./wifi";

export interface Token {
  pk: string;
  identifier: string;
  intent: "api" | "app_password";
  description: string;
  expires: string | null;
  expiring: boolean;
}

export function slugify(text: string): string {
  const plain = text.normalize("NFKD").replace(/[^\w\s-]/g, "").trim().toLowerCase();
  return plain.replace(/[\s_]+/g, "-").replace(/-+/g, "-");
}

export function ShowKey({ title, secret, onClose }: { title: string; secret: string; onClose: () => void }) {
  return (
    <Modal
      title={title}
      onClose={onClose}
      footer={
        <Button kind="primary" onClick={onClose}>
          {t("Done")}
        </Button>
      }
    >
      <Alert kind="warning" title={t("Copy it now: it may not be shown again.")} live={false} />
      <Copyable text={secret} label={title} />
    </Modal>
  );
}

interface Scope {
  protocols: string[];
  networks: string[];
}

// Where an app password may be used is more than authentik's tokens say: those are made at a place of
// their own, where the server has it.
async function make(body: Record<string, unknown>, scope: Scope): Promise<void> {
  const narrow = scope.protocols.length > 0 || scope.networks.length > 0;
  if (!narrow) {
    await post("/core/tokens/", body);
    return;
  }
  const { intent: _intent, ...rest } = body;
  await post("/postern/app_passwords/", { ...rest, ...scope });
}

interface MakeProps {
  intent: Token["intent"];
  token?: Token; // to change instead of make
  onClose: () => void;
  onDone: (key: string | null) => void;
}

function MakeToken({ intent, token, onClose, onDone }: MakeProps) {
  const password = intent === "app_password";
  const [identifier, setIdentifier] = useState(token?.identifier ?? "");
  const [description, setDescription] = useState(token?.description ?? "");
  const [expiring, setExpiring] = useState(token ? token.expiring : !password);
  const [expires, setExpires] = useState(token?.expires?.slice(0, 16) ?? "");
  const [protocols, setProtocols] = useState<string[]>([]);
  const [networks, setNetworks] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const scope: Scope = { protocols, networks: networks.split(/[\s,]+/).filter(Boolean) };
  const save = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const body = {
      identifier,
      description,
      ...(token ? {} : { intent }),
      ...(password ? { expiring, ...(expiring && expires ? { expires: new Date(expires).toISOString() } : {}) } : {}),
    };
    try {
      if (token) {
        await patch(`/core/tokens/${encodeURIComponent(token.identifier)}/`, body);
        onDone(null);
      } else {
        await make(body, scope);
        const { key } = await get<{ key: string }>(`/core/tokens/${encodeURIComponent(identifier)}/view_key/`);
        onDone(key);
      }
    } catch (problem) {
      setError(asApiError(problem));
      setBusy(false);
    }
  };
  const known = ["identifier", "description", "expires", "networks"];
  const other = error && (Object.keys(error.fields).some((name) => !known.includes(name)) || error.detail || error.status !== 400);
  const title = token
    ? t("Edit {name}", { name: token.identifier })
    : password
      ? t("Create App password")
      : t("Create Token");
  return (
    <Modal title={title} onClose={onClose}>
      {other && error && <Problem error={error} />}
      <form class="pf-v6-c-form" onSubmit={(event) => void save(event)}>
        <Field
          id="token-identifier"
          label={t("Identifier")}
          required
          errors={error?.fields["identifier"] ?? []}
          help={t("Letters, digits, hyphens and underscores. No two tokens have the same.")}
        >
          {(aria) => (
            <Input
              aria={aria}
              required
              maxLength={255}
              pattern="[a-zA-Z0-9_\-]+"
              autocomplete="off"
              value={identifier}
              onInput={(event) => setIdentifier(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field id="token-description" label={t("Description")} errors={error?.fields["description"] ?? []}>
          {(aria) => (
            <Input aria={aria} autocomplete="off" value={description} onInput={(event) => setDescription(event.currentTarget.value)} />
          )}
        </Field>
        {password && <Checkbox id="token-expiring" label={t("Expires")} checked={expiring} onChange={setExpiring} />}
        {password && expiring && (
          <Field id="token-expires" label={t("Expires on")} errors={error?.fields["expires"] ?? []}>
            {(aria) => (
              <Input aria={aria} type="datetime-local" value={expires} onInput={(event) => setExpires(event.currentTarget.value)} />
            )}
          </Field>
        )}
        {password && !token && (
          <details class="more">
            <summary>{t("Where it may be used")}</summary>
            <div class="pf-v6-c-form">
              <fieldset class="choices">
                <legend class="pf-v6-c-form__label-text">{t("Protocols (none chosen: all)")}</legend>
                {["ldap", "radius"].map((one) => (
                  <label key={one}>
                    <input
                      type="checkbox"
                      checked={protocols.includes(one)}
                      onChange={(event) =>
                        setProtocols(event.currentTarget.checked ? [...protocols, one] : protocols.filter((other) => other !== one))
                      }
                    />{" "}
                    {one.toUpperCase()}
                  </label>
                ))}
              </fieldset>
              <Field id="token-networks" label={t("Networks")} errors={error?.fields["networks"] ?? []} help={t("For example 192.0.2.0/24; empty: from everywhere.")}>
                {(aria) => <Input aria={aria} autocomplete="off" value={networks} onInput={(event) => setNetworks(event.currentTarget.value)} />}
              </Field>
            </div>
          </details>
        )}
        <div>
          <Button kind="primary" type="submit" busy={busy}>
            {token ? t("Save") : t("Create")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

type Dialog =
  | { kind: "make"; intent: Token["intent"] }
  | { kind: "edit"; token: Token }
  | { kind: "rotate"; token: Token }
  | { kind: "delete" }
  | { kind: "key"; title: string; key: string };

// The server changes the key in one step; one that cannot gets a new token of the same name.
async function rotate(token: Token): Promise<string> {
  const name = encodeURIComponent(token.identifier);
  try {
    return (await post<{ key: string }>(`/postern/tokens/${name}/rotate/`, { overlap: "seconds=0" })).key;
  } catch (problem) {
    if (asApiError(problem).status !== 404) throw problem;
  }
  const path = `/core/tokens/${name}/`;
  const { identifier, intent, description, expires, expiring } = token;
  await remove(path);
  await post("/core/tokens/", {
    identifier,
    intent,
    description,
    expiring,
    ...(intent === "app_password" && expiring && expires ? { expires } : {}),
  });
  return (await get<{ key: string }>(`${path}view_key/`)).key;
}

function TokenList({ me }: { me: Me }) {
  const path = `/core/tokens/?managed=&user__username=${encodeURIComponent(me.user.username)}&page_size=100&ordering=identifier`;
  const tokens = useGet<Page<Token>>(path);
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const rows = (tokens.value?.results ?? []).filter((one) => one.intent === "api" || one.intent === "app_password");
  const close = () => setDialog(null);
  const view = async (token: Token) => {
    try {
      const { key } = await get<{ key: string }>(`/core/tokens/${encodeURIComponent(token.identifier)}/view_key/`);
      setDialog({ kind: "key", title: token.identifier, key });
    } catch (problem) {
      toast(t(asApiError(problem).detail), "danger");
    }
  };
  return (
    <>
      <div class="bar">
        <Button kind="primary" icon="plus" onClick={() => setDialog({ kind: "make", intent: "app_password" })}>
          {t("Create App password")}
        </Button>
        <Button icon="plus" onClick={() => setDialog({ kind: "make", intent: "api" })}>
          {t("Create Token")}
        </Button>
        {rows.length > 0 && (
          <Button kind="danger" icon="trash" disabled={selected.size === 0} onClick={() => setDialog({ kind: "delete" })}>
            {t("Delete")}
          </Button>
        )}
      </div>
      {tokens.error && <Problem error={tokens.error} again={tokens.reload} />}
      {!tokens.value && tokens.busy && <Spinner />}
      {tokens.value && rows.length === 0 && (
        <Empty icon="key" title={t("No tokens and no app passwords")}>
          <p>{t("An app password lets a mail program or a network share sign in without your own password and without a code.")}</p>
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label={t("Tokens and App passwords")}
          rows={rows}
          keyOf={(one) => one.identifier}
          selected={selected}
          onSelect={setSelected}
          columns={[
            {
              title: t("Identifier"),
              show: (one) => (
                <>
                  {one.identifier}
                  {one.description && <span class="sub">{one.description}</span>}
                </>
              ),
            },
            {
              title: t("Use"),
              show: (one) =>
                one.intent === "api" ? (
                  <Label colour="blue">{t("API token")}</Label>
                ) : (
                  <Label colour="green">{t("App password")}</Label>
                ),
            },
            { title: t("Expires"), show: (one) => (one.expiring ? <span title={dateTime(one.expires)}>{relative(one.expires)}</span> : t("Never")) },
          ]}
          actions={(one) => (
            <>
              <Button kind="plain" icon="copy" label={t("Show the key of {name}", { name: one.identifier })} onClick={() => void view(one)} />
              <Button kind="plain" icon="again" label={t("Make a new key for {name}", { name: one.identifier })} onClick={() => setDialog({ kind: "rotate", token: one })} />
              <Button kind="plain" icon="pencil" label={t("Edit {name}", { name: one.identifier })} onClick={() => setDialog({ kind: "edit", token: one })} />
            </>
          )}
        />
      )}
      {(dialog?.kind === "make" || dialog?.kind === "edit") && (
        <MakeToken
          intent={dialog.kind === "make" ? dialog.intent : dialog.token.intent}
          {...(dialog.kind === "edit" ? { token: dialog.token } : {})}
          onClose={close}
          onDone={(key) => {
            tokens.reload();
            if (key) setDialog({ kind: "key", title: t("The new key"), key });
            else {
              close();
              toast(t("Saved"));
            }
          }}
        />
      )}
      {dialog?.kind === "key" && <ShowKey title={dialog.title} secret={dialog.key} onClose={close} />}
      {dialog?.kind === "rotate" && (
        <Rotate
          token={dialog.token}
          onClose={close}
          onDone={(key) => {
            tokens.reload();
            setDialog({ kind: "key", title: t("The new key"), key });
          }}
        />
      )}
      {dialog?.kind === "delete" && (
        <Confirm
          title={t("Delete")}
          action={t("Delete")}
          onClose={close}
          onConfirm={async () => {
            for (const name of selected) await remove(`/core/tokens/${encodeURIComponent(name)}/`);
            setSelected(new Set());
            tokens.reload();
            toast(t("Deleted"));
          }}
        >
          <p>{tn(selected.size, "What uses it can no longer sign in:", "What uses these {n} can no longer sign in:")}</p>
          <ul class="permissions">
            {[...selected].map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Confirm>
      )}
    </>
  );
}

function Rotate({ token, onClose, onDone }: { token: Token; onClose: () => void; onDone: (key: string) => void }) {
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    try {
      onDone(await rotate(token));
    } catch (problem) {
      setError(asApiError(problem));
      setBusy(false);
    }
  };
  return (
    <Modal
      title={t("Make a new key for {name}", { name: token.identifier })}
      onClose={onClose}
      footer={
        <>
          <Button kind="primary" busy={busy} onClick={() => void act()}>
            {t("Make a new key")}
          </Button>
          <Button kind="link" onClick={onClose}>
            {t("Cancel")}
          </Button>
        </>
      }
    >
      {error && <Problem error={error} />}
      <p>{t("The old key stops working at once.")}</p>
    </Modal>
  );
}

export function Tokens({ me }: { me: Me }) {
  return (
    <>
      <TokenList me={me} />
      <Card title={t("Wi-Fi and network devices")}>
        <WifiDevices me={me} />
      </Card>
    </>
  );
}

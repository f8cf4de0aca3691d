// What an administrator does for a user: service accounts, a new password, a recovery link, impersonation.
import { useState } from "preact/hooks";

import { post, type ApiError, type Row } from "../../lib/api";
import { asApiError } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { Alert, Button, Problem } from "../../ui/basic";
import { Checkbox, Copyable, Field, Input, PasswordInput } from "../../ui/field";
import { Modal } from "../../ui/modal";
import { toast } from "../../ui/toast";
import type { DetailProps } from "../spec";

interface Account {
  username: string;
  token: string;
}

function ServiceAccount({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState("");
  const [group, setGroup] = useState(false);
  const [expiring, setExpiring] = useState(true);
  const [error, setError] = useState<ApiError | null>(null);
  const [made, setMade] = useState<Account | null>(null);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      setMade(await post<Account>("/core/users/service_account/", { name, create_group: group, expiring }));
      onDone();
    } catch (problem) {
      setError(asApiError(problem));
    }
  };
  return (
    <Modal title={t("Create a service account")} onClose={onClose}>
      {made ? (
        <>
          <Alert kind="warning" title={t("Copy it now: it may not be shown again.")} live={false} />
          <p>{t("Username")}</p>
          <Copyable text={made.username} label={t("Username")} />
          <p>{t("App password")}</p>
          <Copyable text={made.token} label={t("App password")} />
        </>
      ) : (
        <form class="pf-v6-c-form" onSubmit={(event) => void save(event)}>
          {error && !error.fields["name"] && <Problem error={error} />}
          <Field id="account-name" label={t("Username")} required errors={error?.fields["name"] ?? []} help={t("For software that binds over LDAP or uses the API; it gets an app password.")}>
            {(aria) => <Input aria={aria} required maxLength={150} autocomplete="off" value={name} onInput={(event) => setName(event.currentTarget.value)} />}
          </Field>
          <Checkbox id="account-group" label={t("Make a group of the same name")} checked={group} onChange={setGroup} />
          <Checkbox id="account-expiring" label={t("The app password expires after a year")} checked={expiring} onChange={setExpiring} />
          <div>
            <Button kind="primary" type="submit">
              {t("Create")}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

export function UserActions({ reload }: { reload: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="plus" onClick={() => setOpen(true)}>
        {t("Create a service account")}
      </Button>
      {open && <ServiceAccount onClose={() => setOpen(false)} onDone={reload} />}
    </>
  );
}

function SetPassword({ row, onClose }: { row: Row; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      await post(`/core/users/${row["pk"]}/set_password/`, { password });
      toast(t("Saved"));
      onClose();
    } catch (problem) {
      setError(asApiError(problem));
    }
  };
  return (
    <Modal title={t("Set the password of {name}", { name: row["username"] })} onClose={onClose}>
      <form class="pf-v6-c-form" onSubmit={(event) => void save(event)}>
        {error && !error.fields["password"] && <Problem error={error} />}
        <Field id="new-password" label={t("Password")} required errors={error?.fields["password"] ?? []} help={t("The user's other sessions end.")}>
          {(aria) => <PasswordInput aria={aria} name="password" autocomplete="new-password" required value={password} onInput={setPassword} />}
        </Field>
        <div>
          <Button kind="primary" type="submit">
            {t("Save")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function Impersonate({ row, onClose }: { row: Row; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const begin = async (event: Event) => {
    event.preventDefault();
    try {
      await post(`/core/users/${row["pk"]}/impersonate/`, { reason });
      location.assign("/if/user/");
    } catch (problem) {
      setError(asApiError(problem));
    }
  };
  return (
    <Modal title={t("Act as {name}", { name: row["username"] })} onClose={onClose}>
      <form class="pf-v6-c-form" onSubmit={(event) => void begin(event)}>
        {error && !error.fields["reason"] && <Problem error={error} />}
        <Field id="reason" label={t("Reason")} required errors={error?.fields["reason"] ?? []} help={t("It is written into the events.")}>
          {(aria) => <Input aria={aria} required value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
        </Field>
        <div>
          <Button kind="primary" type="submit">
            {t("Begin")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

type Open = "password" | "impersonate" | { link: string } | { error: ApiError } | null;

// `wide`: with words, on the user's own page.
export function UserButtons({ row, wide }: { row: Row; wide?: boolean }) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const link = async () => {
    try {
      setOpen(await post<{ link: string }>(`/core/users/${row["pk"]}/recovery/`));
    } catch (problem) {
      setOpen({ error: asApiError(problem) });
    }
  };
  const name = { name: row["username"] };
  return (
    <>
      {wide ? (
        <>
          <Button icon="key" onClick={() => setOpen("password")}>
            {t("Set password")}
          </Button>
          <Button icon="link" onClick={() => void link()}>
            {t("Create a recovery link")}
          </Button>
          <Button icon="account" onClick={() => setOpen("impersonate")}>
            {t("Impersonate")}
          </Button>
        </>
      ) : (
        <>
          <Button kind="plain" icon="key" label={t("Set the password of {name}", name)} onClick={() => setOpen("password")} />
          <Button kind="plain" icon="link" label={t("Create a recovery link for {name}", name)} onClick={() => void link()} />
        </>
      )}
      {open === "password" && <SetPassword row={row} onClose={close} />}
      {open === "impersonate" && <Impersonate row={row} onClose={close} />}
      {open && typeof open === "object" && (
        <Modal title={t("Recovery link")} onClose={close}>
          {"error" in open ? (
            <Problem error={open.error} />
          ) : (
            <>
              <p>{t("Whoever opens this link sets a new password for {name}. It works once.", name)}</p>
              <Copyable text={open.link} label={t("Recovery link")} />
            </>
          )}
        </Modal>
      )}
    </>
  );
}

export function UserRowActions({ row }: DetailProps) {
  return <UserButtons row={row} />;
}

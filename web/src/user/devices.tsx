// Second factors: set up, rename, remove; and how they are used where only a password can be typed.
import { useState } from "preact/hooks";

import { patch, remove, type ApiError } from "../lib/api";
import { asApiError, useGet } from "../lib/hooks";
import { dateTime, relative, t } from "../lib/i18n";
import { Alert, Button, Card, Empty, LinkButton, Problem, Spinner } from "../ui/basic";
import { Field, Input } from "../ui/field";
import { Confirm, Modal } from "../ui/modal";
import { Table } from "../ui/table";
import { toast } from "../ui/toast";
import { configureLink, type UserSetting } from "./user-settings";

export interface Device {
  pk: string;
  name: string;
  type: string;
  verbose_name: string;
  meta_model_name: string;
  confirmed: boolean;
  created: string;
  last_used: string | null;
  extra_description?: string | null;
}

// "authentik_stages_authenticator_totp.TOTPDevice" is at authenticators/totp.
export function devicePath(device: Device, admin = false): string {
  const kind = /authenticator_([a-z]+)/.exec(device.type || device.meta_model_name)?.[1] ?? "totp";
  const id = device.pk.split(".").pop() ?? device.pk;
  return `/authenticators/${admin ? "admin/" : ""}${kind}/${id}/`;
}

function Rename({ device, onClose, onDone }: { device: Device; onClose: () => void; onDone: () => void }) {
  const [error, setError] = useState<ApiError | null>(null);
  const [name, setName] = useState(device.name);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      await patch(devicePath(device), { name });
      onDone();
    } catch (problem) {
      setError(asApiError(problem));
    }
  };
  return (
    <Modal title={t("Rename device")} onClose={onClose}>
      {error && !error.fields["name"] && <Problem error={error} />}
      <form class="pf-v6-c-form" onSubmit={(event) => void save(event)}>
        <Field id="device-name" label={t("Name")} required errors={error?.fields["name"] ?? []}>
          {(aria) => (
            <Input aria={aria} required maxLength={64} value={name} onInput={(event) => setName(event.currentTarget.value)} />
          )}
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

export function DeviceTable(props: { devices: Device[]; admin?: boolean; reload: () => void }) {
  const [renaming, setRenaming] = useState<Device | null>(null);
  const [deleting, setDeleting] = useState<Device | null>(null);
  const last = props.devices.length === 1;
  const done = (text: string) => {
    setRenaming(null);
    props.reload();
    toast(text);
  };
  return (
    <>
      <Table
        label={t("MFA Devices")}
        rows={props.devices}
        keyOf={(one) => one.type + one.pk}
        columns={[
          { title: t("Name"), show: (one) => one.name },
          {
            title: t("Type"),
            show: (one) => (
              <>
                {t(one.verbose_name)}
                {one.extra_description && <span class="sub">{one.extra_description}</span>}
              </>
            ),
          },
          { title: t("Created"), show: (one) => dateTime(one.created) },
          { title: t("Last used"), show: (one) => relative(one.last_used) },
        ]}
        actions={(one) => (
          <>
            {!props.admin && (
              <Button kind="plain" icon="pencil" label={t("Rename {name}", { name: one.name })} onClick={() => setRenaming(one)} />
            )}
            <Button kind="plain" icon="trash" label={t("Delete {name}", { name: one.name })} onClick={() => setDeleting(one)} />
          </>
        )}
      />
      {renaming && <Rename device={renaming} onClose={() => setRenaming(null)} onDone={() => done(t("Saved"))} />}
      {deleting && (
        <Confirm
          title={t("Delete {name}", { name: deleting.name })}
          action={t("Delete")}
          onClose={() => setDeleting(null)}
          onConfirm={async () => {
            await remove(devicePath(deleting, props.admin));
            done(t("Deleted"));
          }}
        >
          {last && !props.admin ? (
            <Alert kind="warning" title={t("This is the last device: you will sign in without a second factor.")} live={false} />
          ) : (
            <p>{t("This device can no longer be used to sign in.")}</p>
          )}
        </Confirm>
      )}
    </>
  );
}

export function Devices() {
  const devices = useGet<Device[]>("/authenticators/all/");
  const settings = useGet<UserSetting[]>("/stages/all/user_settings/");
  const offers = (settings.value ?? []).filter(
    (one) => one.component.startsWith("ak-user-settings-authenticator-") && one.configure_url,
  );
  const rows = devices.value ?? [];
  return (
    <>
      {devices.error && <Problem error={devices.error} again={devices.reload} />}
      {!devices.value && devices.busy && <Spinner />}
      {devices.value && rows.length === 0 && (
        <Empty icon="phone" title={t("No MFA devices")}>
          <p>{t("With a second factor a stolen password alone is worth nothing.")}</p>
        </Empty>
      )}
      {rows.length > 0 && <DeviceTable devices={rows} reload={devices.reload} />}
      <Card title={t("Set up a device")}>
        {settings.error && <Problem error={settings.error} again={settings.reload} />}
        {settings.value && offers.length === 0 && <p>{t("This server offers no devices to set up.")}</p>}
        <div class="two-buttons">
          {offers.map((one) => (
            <LinkButton key={one.object_uid} href={configureLink(one, "page-mfa")} icon="plus">
              {t(one.title)}
            </LinkButton>
          ))}
        </div>
      </Card>
      <Alert kind="info" title={t("Where only a password can be typed (LDAP, VPN, Wi-Fi)")} live={false}>
        <p>
          {t("Type your password, a semicolon and the code from your app:")} <code>password;123456</code>
        </p>
        <p>{t("Or make an app password under “Tokens and App passwords”: it needs no code.")}</p>
      </Alert>
    </>
  );
}

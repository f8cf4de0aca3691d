// "Add a Wi-Fi device": a password for one device alone, and files that set up the network on it.
import { useState } from "preact/hooks";

import { post, remove, type ApiError, type Page } from "../lib/api";
import { asApiError, useGet } from "../lib/hooks";
import { dateTime, t } from "../lib/i18n";
import { Alert, Button, Empty, Problem, Spinner } from "../ui/basic";
import { Copyable, Field, Input } from "../ui/field";
import { Confirm, Modal } from "../ui/modal";
import type { Me } from "../ui/shell";
import { Table } from "../ui/table";
import { toast } from "../ui/toast";
import { appleProfile, networkManagerProfile, windowsProfile, type WifiProfile } from "./wifi-profiles";

const kPath = "/postern/network_passwords/";

interface NetworkPassword {
  pk: string;
  device: string;
  created?: string;
  last_used?: string | null;
  key?: string; // only when it was just made
}

function download(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function Made({ me, made, onClose }: { me: Me; made: NetworkPassword; onClose: () => void }) {
  const [ssid, setSsid] = useState("");
  const [server, setServer] = useState("");
  const profile: WifiProfile = { ssid, server, username: me.user.username, password: made.key ?? "", device: made.device };
  const files: [string, () => void][] = [
    [t("iPhone, iPad, Mac"), () => download(`${ssid}.mobileconfig`, "application/x-apple-aspen-config", appleProfile(profile))],
    [t("Linux, Android (NetworkManager)"), () => download(`${ssid}.nmconnection`, "text/plain", networkManagerProfile(profile))],
    [t("Windows"), () => download(`${ssid}.xml`, "application/xml", windowsProfile(profile))],
  ];
  return (
    <Modal
      title={made.device}
      onClose={onClose}
      footer={
        <Button kind="primary" onClick={onClose}>
          {t("Done")}
        </Button>
      }
    >
      <Alert kind="warning" title={t("Copy it now: it may not be shown again.")} live={false} />
      <Field id="wifi-user" label={t("Username")}>
        {() => <Copyable text={me.user.username} label={t("Username")} />}
      </Field>
      <Field id="wifi-password" label={t("Network password")}>
        {() => <Copyable text={made.key ?? ""} label={t("Network password")} />}
      </Field>
      <Field id="wifi-ssid" label={t("Name of the Wi-Fi network (SSID)")} help={t("For the files below.")}>
        {(aria) => <Input aria={aria} value={ssid} maxLength={32} onInput={(event) => setSsid(event.currentTarget.value)} />}
      </Field>
      <Field id="wifi-server" label={t("Name in the server's certificate")} help={t("Devices refuse every other server. Your administrator knows it.")}>
        {(aria) => <Input aria={aria} value={server} onInput={(event) => setServer(event.currentTarget.value)} />}
      </Field>
      <div class="two-buttons">
        {files.map(([name, act]) => (
          <Button key={name} disabled={!ssid} onClick={act}>
            {name}
          </Button>
        ))}
      </div>
    </Modal>
  );
}

function Add({ onClose, onDone }: { onClose: () => void; onDone: (made: NetworkPassword) => void }) {
  const [device, setDevice] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      onDone(await post<NetworkPassword>(kPath, { device }));
    } catch (problem) {
      setError(asApiError(problem));
    }
  };
  return (
    <Modal title={t("Add a Wi-Fi device")} onClose={onClose}>
      {error && !error.fields["device"] && <Problem error={error} />}
      <form class="pf-v6-c-form" onSubmit={(event) => void save(event)}>
        <Field id="wifi-device" label={t("Name of the device")} required errors={error?.fields["device"] ?? []}>
          {(aria) => (
            <Input aria={aria} required maxLength={100} placeholder={t("My phone")} value={device} onInput={(event) => setDevice(event.currentTarget.value)} />
          )}
        </Field>
        <div>
          <Button kind="primary" type="submit">
            {t("Create")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

export function WifiDevices({ me }: { me: Me }) {
  const list = useGet<Page<NetworkPassword>>(kPath);
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<NetworkPassword | null>(null);
  const [deleting, setDeleting] = useState<NetworkPassword | null>(null);
  const rows = list.value?.results ?? [];
  return (
    <div class="panel">
      {list.error && <Problem error={list.error} again={list.reload} />}
      {!list.value && list.busy && <Spinner />}
      {list.value && rows.length === 0 && <Empty icon="wifi" title={t("No network devices")} />}
      {rows.length > 0 && (
        <Table
          label={t("Wi-Fi and network devices")}
          rows={rows}
          keyOf={(one) => one.pk}
          columns={[
            { title: t("Name of the device"), show: (one) => one.device },
            { title: t("Created"), show: (one) => dateTime(one.created) },
          ]}
          actions={(one) => (
            <Button kind="plain" icon="trash" label={t("Delete {name}", { name: one.device })} onClick={() => setDeleting(one)} />
          )}
        />
      )}
      {list.value && (
        <div>
          <Button icon="wifi" onClick={() => setAdding(true)}>
            {t("Add a Wi-Fi device")}
          </Button>
        </div>
      )}
      {adding && (
        <Add
          onClose={() => setAdding(false)}
          onDone={(one) => {
            setAdding(false);
            setMade(one);
            list.reload();
          }}
        />
      )}
      {made && <Made me={me} made={made} onClose={() => setMade(null)} />}
      {deleting && (
        <Confirm
          title={t("Delete {name}", { name: deleting.device })}
          action={t("Delete")}
          onClose={() => setDeleting(null)}
          onConfirm={async () => {
            await remove(`${kPath}${deleting.pk}/`);
            list.reload();
            toast(t("Deleted"));
          }}
        >
          <p>{t("This device can no longer be used to sign in.")}</p>
        </Confirm>
      )}
    </div>
  );
}

// How a client is set up for this provider: addresses, names, and lines to try it with.
import { useGet } from "../../lib/hooks";
import { t } from "../../lib/i18n";
import { Alert, Card, Facts, Label, Problem, Spinner } from "../../ui/basic";
import { Copyable } from "../../ui/field";
import type { Row } from "../../lib/api";
import type { DetailProps } from "../spec";

// For a shell, inside single quotes.
export function quoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

interface Listening {
  listeners?: { protocol: string; address: string }[];
}

function portOf(listening: Listening | null, protocol: string, fallback: number): number {
  const found = listening?.listeners?.find((one) => one.protocol === protocol);
  return Number(found?.address.split(":").pop()) || fallback;
}

function Ldap({ row, listening }: { row: Row; listening: Listening | null }) {
  const host = location.hostname;
  const base = String(row["base_dn"]);
  const bind = `cn=ldap-search,ou=users,${base}`;
  const url = `ldaps://${host}:${portOf(listening, "ldaps", 636)}`;
  const search = `ldapsearch -x -H ${url} -D ${quoted(bind)} -W -b ${quoted(base)} '(objectClass=user)'`;
  return (
    <>
      <Facts
        wide
        rows={[
          [t("Server"), <Copyable text={url} label={t("Server")} />],
          [t("Base DN"), <Copyable text={base} label={t("Base DN")} />],
          [t("Bind DN of a search account"), <Copyable text={bind} label={t("Bind DN of a search account")} />],
          [t("Users below"), <Copyable text={`ou=users,${base}`} label={t("Users below")} />],
          [t("Groups below"), <Copyable text={`ou=groups,${base}`} label={t("Groups below")} />],
          [t("Filter for users"), <Copyable text="(&(objectClass=user)(cn=%s))" label={t("Filter for users")} />],
          [t("Filter for groups"), <Copyable text="(&(objectClass=group)(member=%s))" label={t("Filter for groups")} />],
          [t("Attributes"), "cn, uid, mail, displayName, memberOf, uidNumber, gidNumber"],
        ]}
      />
      <h3 class="pf-v6-c-title pf-m-md">{t("Try it")}</h3>
      <Copyable block text={search} label={t("Search")} />
      <Copyable block text={`ldapwhoami -x -H ${url} -D ${quoted(`cn=akadmin,ou=users,${base}`)} -W`} label={t("Bind as a user")} />
      <p>{t("Where only a password is asked, a user with a second factor types password;123456, or an app password.")}</p>
    </>
  );
}

function Radius({ row, listening }: { row: Row; listening: Listening | null }) {
  const host = location.hostname;
  const port = portOf(listening, "radius", 1812);
  const secret = String(row["shared_secret"] ?? "");
  const line = `echo "User-Name = 'akadmin', User-Password = 'password'" | radclient -x ${host}:${port} auth ${quoted(secret)}`;
  return (
    <>
      <Facts
        wide
        rows={[
          [t("Server"), <Copyable text={host} label={t("Server")} />],
          [t("Authentication port"), <Copyable text={String(port)} label={t("Authentication port")} />],
          [t("Accounting port"), <Copyable text={String(portOf(listening, "accounting", 1813))} label={t("Accounting port")} />],
          [t("Shared secret"), <Copyable text={secret} label={t("Shared secret")} />],
          [t("Client networks"), row["client_networks"]],
          [t("Protocols"), "PAP, EAP-TTLS"],
        ]}
      />
      <h3 class="pf-v6-c-title pf-m-md">{t("Try it")}</h3>
      <Copyable block text={line} label={t("Request with radclient")} />
      <p>{t("Set the timeout of the gear to 5 seconds or more, with 2 retries or fewer.")}</p>
    </>
  );
}

export function Connect({ row }: DetailProps) {
  const ldap = row["component"] === "ak-provider-ldap-form";
  const path = `/providers/${ldap ? "ldap" : "radius"}/${row["pk"]}/`;
  const whole = useGet<Row>(path);
  const listening = useGet<Listening>("/postern/overview/");
  if (whole.error) return <Problem error={whole.error} again={whole.reload} />;
  if (!whole.value) return <Spinner />;
  return (
    <>
      {!row["assigned_application_slug"] && (
        <Alert kind="warning" title={t("No application has this provider: nobody can use it yet.")} live={false} />
      )}
      <Card title={t("Connect clients")} actions={<Label>{row["verbose_name"]}</Label>}>
        <div class="panel">{ldap ? <Ldap row={whole.value} listening={listening.value} /> : <Radius row={whole.value} listening={listening.value} />}</div>
      </Card>
    </>
  );
}

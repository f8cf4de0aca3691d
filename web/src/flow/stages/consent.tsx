// What an application is told. What is asked for anew stands apart.
import { t } from "../../lib/i18n";
import type { StageProps } from "../challenge";
import { StageForm } from "../form";

interface Permission {
  id: string;
  name: string;
}

function Permissions({ list }: { list: Permission[] }) {
  return (
    <ul class="permissions">
      {list.map((one) => (
        <li key={one.id}>{t(one.name)}</li>
      ))}
    </ul>
  );
}

export function Consent(props: StageProps) {
  const { challenge } = props;
  const old = (challenge["permissions"] ?? []) as Permission[];
  const fresh = (challenge["additional_permissions"] ?? []) as Permission[];
  return (
    <StageForm {...props} action={t("Continue")} fields={[]} read={() => ({ token: challenge["token"] })}>
      <p class="consent-head">{t(String(challenge["header_text"] ?? ""))}</p>
      {old.length > 0 && (
        <>
          {fresh.length > 0 && <p>{t("Application already has access to the following permissions:")}</p>}
          <Permissions list={old} />
        </>
      )}
      {fresh.length > 0 && (
        <>
          <p>{t("Application requires the following new permissions:")}</p>
          <Permissions list={fresh} />
        </>
      )}
    </StageForm>
  );
}

// The form of a stage: who it is about, errors that belong to no field, fields, the button.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { t } from "../lib/i18n";
import { Alert, Avatar, Button } from "../ui/basic";
import { otherErrors, type Answer, type StageProps } from "./challenge";

interface Props extends StageProps {
  action: string;
  fields: string[]; // whose errors the form shows itself
  read: (form: FormData) => Answer;
  children: ComponentChildren;
  more?: ComponentChildren; // below the button
}

export function PendingUser({ challenge, embedded }: Pick<StageProps, "challenge" | "embedded">) {
  const name = challenge.pending_user;
  if (!name || embedded) return null;
  const cancel = challenge.flow_info?.cancel_url;
  return (
    <div class="pending-user">
      <Avatar src={challenge.pending_user_avatar ?? ""} name={name} />
      <span class="pending-name">{name}</span>
      {cancel && <a href={cancel}>{t("Not you?")}</a>}
    </div>
  );
}

export function StageForm(props: Props) {
  const { challenge, busy, submit } = props;
  const form = useRef<HTMLFormElement>(null);
  const others = otherErrors(challenge, props.fields);
  // A new stage begins in its first field; wrong input is given back to be mended.
  useEffect(() => {
    if (props.embedded && !challenge.response_errors) return;
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    const first = form.current?.querySelector<HTMLElement>("input:not([type=hidden]):not([readonly]), select, textarea");
    const target = wrong ?? first;
    target?.focus();
    if (wrong instanceof HTMLInputElement) wrong.select();
  }, [challenge]);
  return (
    <form
      ref={form}
      class="pf-v6-c-form"
      method="post"
      noValidate={false}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit(props.read(new FormData(event.currentTarget)));
      }}
    >
      <PendingUser challenge={challenge} embedded={props.embedded ?? false} />
      {others.length > 0 && <Alert kind="danger" title={others.map((one) => t(one)).join(" ")} />}
      {props.children}
      <div class="pf-v6-c-form__group pf-m-action">
        <Button kind="primary" type="submit" block={!props.embedded} busy={busy}>
          {props.action}
        </Button>
      </div>
      {props.more}
    </form>
  );
}

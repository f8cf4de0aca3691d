// The small parts that every page is made of, in PatternFly's markup.
import type { ComponentChildren } from "preact";

import { t } from "../lib/i18n";
import type { ApiError } from "../lib/api";
import { Icon, type IconName } from "./icon";

type ButtonKind = "primary" | "secondary" | "link" | "danger" | "plain";

interface ButtonProps {
  kind?: ButtonKind;
  type?: "button" | "submit";
  icon?: IconName;
  busy?: boolean;
  disabled?: boolean;
  block?: boolean;
  small?: boolean;
  label?: string; // what a screen reader says, when the content is an icon alone
  onClick?: (event: MouseEvent) => void;
  children?: ComponentChildren;
}

export function buttonClass(kind: ButtonKind, block?: boolean, small?: boolean): string {
  return `pf-v6-c-button pf-m-${kind}${block ? " pf-m-block" : ""}${small ? " pf-m-small" : ""}`;
}

export function Button(props: ButtonProps) {
  const { kind = "secondary", type = "button", busy, disabled } = props;
  return (
    <button
      type={type}
      class={buttonClass(kind, props.block, props.small)}
      disabled={disabled || busy}
      aria-busy={busy ? "true" : undefined}
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
    >
      {props.icon && (
        <span class="pf-v6-c-button__icon pf-m-start">
          <Icon name={props.icon} />
        </span>
      )}
      {props.children && <span class="pf-v6-c-button__text">{props.children}</span>}
    </button>
  );
}

interface LinkButtonProps {
  href: string;
  kind?: ButtonKind;
  icon?: IconName;
  block?: boolean;
  small?: boolean;
  label?: string;
  children?: ComponentChildren;
}

export function LinkButton(props: LinkButtonProps) {
  return (
    <a
      href={props.href}
      class={buttonClass(props.kind ?? "secondary", props.block, props.small)}
      aria-label={props.label}
      title={props.label}
    >
      {props.icon && (
        <span class="pf-v6-c-button__icon pf-m-start">
          <Icon name={props.icon} />
        </span>
      )}
      {props.children && <span class="pf-v6-c-button__text">{props.children}</span>}
    </a>
  );
}

type AlertKind = "danger" | "warning" | "success" | "info";
const kAlertIcons: Record<AlertKind, IconName> = {
  danger: "warning",
  warning: "warning",
  success: "check",
  info: "info",
};

export function Alert(props: { kind: AlertKind; title: string; children?: ComponentChildren; live?: boolean }) {
  return (
    <div
      class={`pf-v6-c-alert pf-m-inline pf-m-${props.kind}`}
      role={props.live === false ? undefined : props.kind === "danger" ? "alert" : "status"}
    >
      <div class="pf-v6-c-alert__icon">
        <Icon name={kAlertIcons[props.kind]} />
      </div>
      <p class="pf-v6-c-alert__title">{props.title}</p>
      {props.children && <div class="pf-v6-c-alert__description">{props.children}</div>}
    </div>
  );
}

export function Spinner({ label }: { label?: string }) {
  return (
    <div class="waiting" role="status">
      <svg class="pf-v6-c-spinner pf-m-lg" viewBox="0 0 100 100" aria-hidden="true">
        <circle class="pf-v6-c-spinner__path" cx="50" cy="50" r="45" fill="none" />
      </svg>
      <span class="for-screen-reader">{label ?? t("Loading")}</span>
    </div>
  );
}

export function Empty(props: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="pf-v6-c-empty-state">
      <div class="pf-v6-c-empty-state__content">
        <div class="pf-v6-c-empty-state__header">
          <div class="pf-v6-c-empty-state__icon">
            <Icon name={props.icon} />
          </div>
          <div class="pf-v6-c-empty-state__title">
            <h2 class="pf-v6-c-empty-state__title-text">{props.title}</h2>
          </div>
        </div>
        {props.children && <div class="pf-v6-c-empty-state__body">{props.children}</div>}
      </div>
    </div>
  );
}

type Colour = "grey" | "green" | "red" | "orange" | "blue" | "purple";
export function Label(props: { colour?: Colour; children: ComponentChildren }) {
  const colour = props.colour && props.colour !== "grey" ? ` pf-m-${props.colour}` : "";
  return (
    <span class={`pf-v6-c-label${colour} pf-m-compact`}>
      <span class="pf-v6-c-label__content">
        <span class="pf-v6-c-label__text">{props.children}</span>
      </span>
    </span>
  );
}

// What a refusal means to a person, and what to do about it.
export function explainError(error: ApiError): string {
  if (error.detail) return t(error.detail);
  const fields = Object.entries(error.fields)
    .map(([name, texts]) => `${name}: ${texts.map((one) => t(one)).join(" ")}`)
    .join(" ");
  if (fields) return fields;
  switch (error.status) {
    case 0:
      return t("The server cannot be reached. Check the network, then try again.");
    case 403:
      return t("You are not allowed to do this.");
    case 404:
      return t("This server does not have it.");
    case 429:
      return t("Too many attempts. Wait a moment, then try again.");
    case 503:
      return t("The server is busy. Try again in a moment.");
    default:
      return t("The server could not do this (status {status}).", { status: error.status });
  }
}

export function Problem(props: { error: ApiError; again?: () => void }) {
  const missing = props.error.status === 404;
  return (
    <Alert kind={missing ? "info" : "danger"} title={missing ? t("Not available") : t("That did not work")}>
      <p>{explainError(props.error)}</p>
      {props.again && !missing && (
        <Button kind="link" icon="again" onClick={props.again}>
          {t("Try again")}
        </Button>
      )}
    </Alert>
  );
}

export function Avatar({ src, name }: { src?: string; name: string }) {
  if (src && !src.startsWith("data:image/svg+xml")) return <img class="avatar" src={src} alt="" />;
  const letters = [...name.trim()].slice(0, 1).join("").toUpperCase() || "?";
  return (
    <span class="avatar" aria-hidden="true">
      {letters}
    </span>
  );
}

export function Card(props: { title?: string; actions?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="pf-v6-c-card">
      {props.title && (
        <div class="pf-v6-c-card__title card-head">
          <h2 class="pf-v6-c-card__title-text">{props.title}</h2>
          {props.actions}
        </div>
      )}
      <div class="pf-v6-c-card__body">{props.children}</div>
    </section>
  );
}

export function Facts({ rows, wide }: { rows: [string, ComponentChildren][]; wide?: boolean }) {
  return (
    <dl class={`facts${wide ? " is-wide" : ""}`}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === "" || value === null || value === undefined ? "–" : value}</dd>
        </div>
      ))}
    </dl>
  );
}

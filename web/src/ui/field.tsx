// Form fields: a label, the control, help below it and what is wrong with it, tied together for screen
// readers.
import type { ComponentChildren, PartialInputHTMLAttributes, PartialSelectHTMLAttributes, TextareaHTMLAttributes } from "preact";
import { useState } from "preact/hooks";

import { t } from "../lib/i18n";
import { Icon } from "./icon";
import { Button } from "./basic";

interface FieldProps {
  id: string;
  label: string;
  required?: boolean;
  help?: ComponentChildren;
  errors?: string[];
  children: (aria: Aria) => ComponentChildren;
}
export interface Aria {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
}

export function Helper({ id, error, children }: { id: string; error?: boolean; children: ComponentChildren }) {
  return (
    <div class="pf-v6-c-form__helper-text" id={id} aria-live={error ? "polite" : undefined}>
      <div class="pf-v6-c-helper-text">
        <div class={`pf-v6-c-helper-text__item${error ? " pf-m-error" : ""}`}>
          {error && (
            <span class="pf-v6-c-helper-text__item-icon">
              <Icon name="warning" />
            </span>
          )}
          <span class="pf-v6-c-helper-text__item-text">{children}</span>
        </div>
      </div>
    </div>
  );
}

export function Field({ id, label, required, help, errors, children }: FieldProps) {
  const wrong = errors !== undefined && errors.length > 0;
  const described = [wrong ? `${id}-error` : "", help ? `${id}-help` : ""].filter(Boolean).join(" ");
  return (
    <div class="pf-v6-c-form__group">
      <div class="pf-v6-c-form__group-label">
        <label class="pf-v6-c-form__label" for={id}>
          <span class="pf-v6-c-form__label-text">{label}</span>
          {required && (
            <span class="pf-v6-c-form__label-required" aria-hidden="true">
              &#42;
            </span>
          )}
        </label>
      </div>
      <div class="pf-v6-c-form__group-control">
        {children({
          id,
          "aria-describedby": described || undefined,
          "aria-invalid": wrong ? "true" : undefined,
        })}
        {wrong && (
          <Helper id={`${id}-error`} error>
            {errors.map((one) => t(one)).join(" ")}
          </Helper>
        )}
        {help && <Helper id={`${id}-help`}>{help}</Helper>}
      </div>
    </div>
  );
}

function controlClass(aria: Aria, more = ""): string {
  return `pf-v6-c-form-control${aria["aria-invalid"] ? " pf-m-error" : ""}${more}`;
}

type InputProps = Omit<PartialInputHTMLAttributes<HTMLInputElement>, "role" | "type"> & { type?: string };

export function Input({ aria, ...rest }: { aria: Aria } & InputProps) {
  return (
    <span class={controlClass(aria)}>
      <input {...aria} {...(rest as object)} />
    </span>
  );
}

export function TextArea({ aria, ...rest }: { aria: Aria } & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <span class={controlClass(aria, " pf-m-resize-vertical")}>
      <textarea rows={4} {...aria} {...rest} />
    </span>
  );
}

export interface Choice {
  value: string;
  label: string;
}

export function Select(
  props: { aria: Aria; choices: Choice[]; value: string } & Omit<PartialSelectHTMLAttributes<HTMLSelectElement>, "role" | "size">,
) {
  const { aria, choices, value, ...rest } = props;
  return (
    <span class={controlClass(aria)}>
      <select {...aria} {...rest} value={value}>
        {choices.map((one) => (
          <option key={one.value} value={one.value} selected={one.value === value}>
            {one.label}
          </option>
        ))}
      </select>
      <span class="pf-v6-c-form-control__utilities">
        <span class="pf-v6-c-form-control__toggle-icon">
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 9l6 6 6-6" fill="none" stroke="currentColor" stroke-width="2" />
          </svg>
        </span>
      </span>
    </span>
  );
}

export function Checkbox(props: {
  id: string;
  label: string;
  checked: boolean;
  help?: string;
  name?: string;
  disabled?: boolean;
  onChange?: (checked: boolean) => void;
}) {
  return (
    <div class="pf-v6-c-check">
      <input
        class="pf-v6-c-check__input"
        type="checkbox"
        id={props.id}
        name={props.name}
        checked={props.checked}
        disabled={props.disabled}
        aria-describedby={props.help ? `${props.id}-help` : undefined}
        onChange={(event) => props.onChange?.(event.currentTarget.checked)}
      />
      <label class="pf-v6-c-check__label" for={props.id}>
        {props.label}
      </label>
      {props.help && (
        <span class="pf-v6-c-check__description" id={`${props.id}-help`}>
          {props.help}
        </span>
      )}
    </div>
  );
}

interface PasswordProps {
  aria: Aria;
  name: string;
  autocomplete: "current-password" | "new-password" | "off";
  required?: boolean;
  autofocus?: boolean;
  placeholder?: string;
  reveal?: boolean;
  value?: string;
  onInput?: (value: string) => void;
}

export function PasswordInput(props: PasswordProps) {
  const [shown, setShown] = useState(false);
  return (
    <div class="pf-v6-c-input-group">
      <div class="pf-v6-c-input-group__item pf-m-fill">
        <Input
          aria={props.aria}
          type={shown ? "text" : "password"}
          name={props.name}
          autocomplete={props.autocomplete}
          required={props.required}
          autofocus={props.autofocus}
          placeholder={props.placeholder}
          spellcheck={false}
          autocapitalize="none"
          {...(props.value === undefined ? {} : { value: props.value })}
          onInput={(event) => props.onInput?.(event.currentTarget.value)}
        />
      </div>
      {props.reveal !== false && (
        <div class="pf-v6-c-input-group__item">
          <button
            type="button"
            class="pf-v6-c-button pf-m-control"
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            <span class="pf-v6-c-button__text">{shown ? t("Hide") : t("Show")}</span>
            <span class="for-screen-reader">{t("the password")}</span>
          </button>
        </div>
      )}
    </div>
  );
}

// Something to copy: shown whole, selected by its button when the clipboard cannot be used.
export function Copyable({ text, label, block }: { text: string; label: string; block?: boolean }) {
  const [done, setDone] = useState(false);
  const copy = async (event: MouseEvent) => {
    const shown = (event.currentTarget as HTMLElement).parentElement?.querySelector("code");
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      setTimeout(() => setDone(false), 2000);
    } catch {
      if (shown) getSelection()?.selectAllChildren(shown);
    }
  };
  return (
    <div class={`copyable${block ? " is-block" : ""}`}>
      <code tabIndex={0} role="textbox" aria-readonly="true" aria-label={label}>
        {text}
      </code>
      <Button icon={done ? "check" : "copy"} small onClick={copy} label={t("Copy: {what}", { what: label })}>
        {done ? t("Copied") : t("Copy")}
      </Button>
    </div>
  );
}

// The challenges of the flow executor, as /api/v3/flows/executor/<slug>/ sends them.

export interface FieldError {
  string: string;
  code: string;
}

export interface DeviceChallenge {
  device_class: string;
  device_uid: string;
  challenge: Record<string, any>;
  last_used: string | null;
}

export interface PromptField {
  field_key: string;
  label: string;
  type: string;
  required: boolean;
  placeholder: string;
  initial_value: string;
  order: number;
  sub_text: string;
  choices: ({ value: string; label: string } | string)[] | null;
}

export interface Source {
  name: string;
  icon_url?: string | null;
  promoted?: boolean;
  challenge: { component: string; to?: string; [key: string]: any };
}

export interface Challenge {
  component: string;
  flow_info?: { title: string; background?: string; cancel_url: string; layout: string };
  response_errors?: Record<string, FieldError[]>;
  pending_user?: string;
  pending_user_avatar?: string;
  [key: string]: any;
}

export type Answer = Record<string, unknown>;

export interface StageProps {
  challenge: Challenge;
  busy: boolean;
  submit: (answer: Answer) => Promise<void>;
  embedded?: boolean;
}

// The errors of one field of the form.
export function errorsOf(challenge: Challenge, field: string): string[] {
  return (challenge.response_errors?.[field] ?? []).map((one) => one.string);
}

// Errors of fields that the form does not show: they stand above it.
export function otherErrors(challenge: Challenge, shown: string[]): string[] {
  return Object.entries(challenge.response_errors ?? {})
    .filter(([name]) => !shown.includes(name))
    .flatMap(([, list]) => list.map((one) => one.string));
}

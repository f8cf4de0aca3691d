// What one kind of object is to the administration: where the API has it, which columns its list shows,
// which fields its form has. Lists, forms, filters and deletion are made from this; no page is written
// for one kind alone, but for what it can do besides.
import type { ComponentChildren, ComponentType } from "preact";

import type { Row } from "../lib/api";
import type { Column } from "../ui/table";
import type { Choice } from "../ui/field";
import type { IconName } from "../ui/icon";

// Objects that a field points at.
export interface Target {
  path: string;
  value?: string; // the key that is written, "pk" unless told
  label: (row: Row) => string;
  query?: Record<string, string>;
}

export type FieldKind =
  | { kind: "text"; pattern?: string; type?: "email" | "url" }
  | { kind: "slug" } // follows the name until it is typed in
  | { kind: "textarea"; rows?: number }
  | { kind: "secret"; generate?: boolean; keep?: boolean } // keep: empty leaves the stored one
  | { kind: "number"; min?: number; max?: number; step?: number }
  | { kind: "bool" }
  | { kind: "choice"; choices: () => Choice[]; empty?: () => string }
  | { kind: "several"; choices: () => Choice[] }
  | { kind: "lines"; numbers?: boolean } // a list of texts or numbers, one a line
  | { kind: "ref"; target: Target; nullable?: boolean }
  | { kind: "refs"; target: Target }
  | { kind: "json" }
  | { kind: "time" };

export type FieldSpec = FieldKind & {
  name: string;
  label: () => string;
  help?: () => string;
  required?: boolean;
  initial?: unknown;
  onlyNew?: boolean;
  more?: boolean; // among the settings that are folded away
  when?: (values: Row) => boolean;
};

export interface Filter {
  name: string;
  label: () => string;
  choices: () => Choice[];
}

export interface DetailProps {
  spec: Spec;
  row: Row;
  reload: () => void;
}

export interface Tab {
  id: string;
  title: () => string;
  content: ComponentType<DetailProps>;
}

export interface Spec {
  route: string; // "/identity/users"
  path: string; // "/core/users"
  key: string; // the field that names one in addresses
  icon: IconName;
  title: () => string;
  one: () => string;
  about?: () => string;
  nameOf: (row: Row) => string;
  columns: () => Column<Row>[];
  order?: string;
  query?: Record<string, string>;
  search?: boolean;
  filters?: Filter[];
  fields: FieldSpec[];
  create?: boolean;
  update?: boolean;
  remove?: boolean;
  kinds?: Kind[]; // a family: each kind has its own form
  kindTypes?: string; // where the server says which kinds it has
  tabs?: Tab[]; // the page of one object
  before?: ComponentType; // above the list
  folders?: { path: string; filter: string }; // a tree beside the list, of the folders that `path` names
  actions?: ComponentType<{ reload: () => void }>; // beside "Create"
  rowActions?: ComponentType<DetailProps>;
  afterForm?: (row: Row) => ComponentChildren;
}

// One kind of a family: "ak-stage-password-form" at /stages/password.
export interface Kind {
  component: string;
  path: string;
  one: () => string;
  fields: FieldSpec[];
}

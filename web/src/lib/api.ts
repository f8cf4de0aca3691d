// Requests to /api/v3. Answers are JSON as the schema of the API says; refusals become ApiError, with
// the texts of their fields. A lost session is announced once, for a dialog over the page, so that
// nothing typed is lost.

import { away } from "./presence";

export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: the server could not be reached
    readonly detail: string,
    readonly fields: Record<string, string[]> = {},
  ) {
    super(detail || `HTTP ${status}`);
  }
}

export interface Page<T> {
  pagination: {
    next: number;
    previous: number;
    count: number;
    current: number;
    total_pages: number;
    start_index: number;
    end_index: number;
  };
  results: T[];
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Row = Record<string, any>;

const kRoot = "/api/v3";
export const kSessionLost = "postern:session-lost";

function csrf(): string {
  return /(?:^|; )authentik_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  if (value && typeof value === "object") return Object.values(value).flatMap(texts);
  return [];
}

function refusal(status: number, body: unknown): ApiError {
  if (!body || typeof body !== "object") return new ApiError(status, "");
  const fields: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(body)) {
    if (name !== "detail" && name !== "code") fields[name] = texts(value);
  }
  const said = (body as Row)["detail"];
  const general = fields["non_field_errors"]?.join(" ");
  return new ApiError(status, typeof said === "string" ? said : (general ?? ""), fields);
}

export type Query = Record<string, string | number | boolean | null | undefined | (string | number)[]>;

export function withQuery(path: string, query?: Query): string {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null || value === "") continue;
    for (const one of Array.isArray(value) ? value : [value]) out.append(name, String(one));
  }
  const text = out.toString();
  return text ? `${path}?${text}` : path;
}

export async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  // Reading cookies keeps a page waiting for milliseconds: not for what changes nothing.
  if (method !== "GET") headers["X-authentik-CSRF"] = csrf();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method === "GET" && away()) headers["X-Postern-Background"] = "1";
  headers["Accept-Language"] = "en"; // the catalogues' keys: a page that changes its language has them still
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(kRoot + path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
    text = await answer.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "");
  }
  let value: unknown = null;
  try {
    value = text ? JSON.parse(text) : null;
  } catch {
    if (answer.ok) throw new ApiError(answer.status, "");
  }
  if (answer.ok) return value as T;
  const problem = refusal(answer.status, value);
  if (answer.status === 403 && /credentials were not provided/i.test(problem.detail)) {
    window.dispatchEvent(new Event(kSessionLost));
  }
  throw problem;
}

export function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return request<T>("GET", withQuery(path, query), undefined, signal);
}
export const post = <T = unknown>(path: string, body: unknown = {}) => request<T>("POST", path, body);
export const patch = <T = unknown>(path: string, body: unknown) => request<T>("PATCH", path, body);
export const remove = (path: string) => request<null>("DELETE", path);

// How each of the three pages begins: brand, theme, language, then the first paint.
import { render, type ComponentChild } from "preact";

import { kSessionLost } from "./api";
import { t, useLanguage } from "./i18n";
import { startTheme } from "./theme";
import { SessionLost } from "../ui/session-lost";
import { Toasts } from "../ui/toast";

import "../styles/all.css";

export interface Brand {
  branding_title: string;
  branding_logo: string;
  ui_theme?: string;
  ui_footer_links?: { name: string; href: string | null }[];
  default_locale?: string;
  flow_authentication?: string;
  flow_invalidation?: string;
  flow_recovery?: string;
  flow_user_settings?: string;
}

// The server writes it into the page.
export const brand: Brand = (() => {
  const fallback: Brand = { branding_title: "postern", branding_logo: "" };
  const text = document.querySelector('meta[name="postern-brand"]')?.getAttribute("content");
  try {
    return { ...fallback, ...(text ? (JSON.parse(text) as Brand) : {}) };
  } catch {
    return fallback;
  }
})();

export function setTitle(text: string): void {
  document.title = text ? `${text} – ${brand.branding_title}` : brand.branding_title;
}

export async function start(page: () => ComponentChild, ownLocale?: string): Promise<void> {
  startTheme(brand.ui_theme);
  await useLanguage(ownLocale, brand.default_locale);
  if (document.readyState === "loading") await new Promise((parsed) => document.addEventListener("DOMContentLoaded", parsed, { once: true }));
  const root = document.getElementById("app");
  if (!root) return;
  const draw = () =>
    render(
      <>
        {page()}
        <Toasts />
        <SessionLost />
      </>,
      root,
    );
  draw();
  window.addEventListener("postern:language", draw);
}

// Another language from now on, without losing the page.
export async function changeLanguage(own: string): Promise<void> {
  await useLanguage(own, brand.default_locale);
  window.dispatchEvent(new Event("postern:language"));
}

export { kSessionLost, t };

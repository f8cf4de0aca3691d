// Texts. The English text is the key of t(). A catalogue, locales/<tag>.json, maps it to the
// language; what it lacks stays English. Plurals: tn() with the forms for one and for others, where the catalogue's
// entry of the second text is an object of Intl.PluralRules' categories. Texts that the server sends
// (titles of flows, errors) go through the same catalogue.
// The language: the user's own setting, else ?locale=, else a cookie, else the browser's list, else the
// brand's, else English. en-XA is made up here, for tests: every translated text is in brackets.

type Entry = string | Record<string, string>;
type Catalogue = Record<string, Entry>;
export type Vars = Record<string, string | number>;

const loaders = import.meta.glob<Catalogue>("../../locales/*.json", { import: "default" });

export const kLanguages: Record<string, string> = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  it: "Italiano",
  ja: "日本語",
  nl: "Nederlands",
  pl: "Polski",
  "pt-BR": "Português (Brasil)",
  "zh-Hans": "简体中文",
};
const kPseudo = "en-XA";
const kRightToLeft = new Set(["ar", "fa", "he", "ur"]);
const kCookie = "postern_locale";

let catalogue: Catalogue = {};
let language = "en";
let plurals: Intl.PluralRules | null = null; // made with the first plural: it takes a while

function fill(text: string, vars?: Vars): string {
  if (!vars) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in vars ? String(vars[name]) : whole));
}

export function t(text: string, vars?: Vars): string {
  if (language === kPseudo) return text ? `[${fill(text, vars)}]` : "";
  const entry = catalogue[text];
  return fill(typeof entry === "string" && entry ? entry : text, vars);
}

function rules(): Intl.PluralRules {
  plurals ??= new Intl.PluralRules(language === kPseudo ? "en" : language);
  return plurals;
}

export function tn(n: number, one: string, other: string, vars: Vars = {}): string {
  const all = { ...vars, n };
  if (language === kPseudo) return `[${fill(other, all)}]`;
  const entry = catalogue[other];
  if (entry && typeof entry === "object") {
    const text = entry[rules().select(n)] ?? entry["other"];
    if (text) return fill(text, all);
  }
  return fill(n === 1 ? one : other, all);
}

// The language of ours that serves the wanted one: "de-AT" is served by "de", "zh-TW" by none.
export function match(wanted: string): string | null {
  if (!wanted) return null;
  if (wanted.toLowerCase() === kPseudo.toLowerCase()) return kPseudo;
  const base = wanted.toLowerCase().split(/[-_]/)[0]!;
  const script = base === "zh" ? scriptOf(wanted) : undefined;
  const known = Object.keys(kLanguages).filter((tag) => tag.split("-")[0] === base);
  return known.find((tag) => script === undefined || scriptOf(tag) === script) ?? null;
}

// Of Chinese, which is written in more than one.
function scriptOf(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag.replace("_", "-")).maximize().script;
  } catch {
    return "";
  }
}

function cookie(): string {
  return /(?:^|; )postern_locale=([\w-]*)/.exec(document.cookie)?.[1] ?? "";
}

function choose(own: string | undefined, brand: string | undefined): string {
  const asked = new URLSearchParams(location.search).get("locale");
  // Who has chosen to have it detected is not asked for by an old cookie.
  const wanted = [own, asked, own === undefined ? cookie() : "", ...navigator.languages, brand];
  for (const one of wanted) {
    const tag = one ? match(one) : null;
    if (tag) return tag;
  }
  return "en";
}

// Loads the language. Call again after the user's setting has changed.
export async function useLanguage(own?: string, brand?: string): Promise<void> {
  const tag = choose(own, brand);
  const load = loaders[`../../locales/${tag}.json`];
  catalogue = load ? await load().catch(() => ({})) : {};
  language = tag;
  plurals = null;
  document.documentElement.lang = tag;
  document.documentElement.dir = kRightToLeft.has(tag.split("-")[0]!) ? "rtl" : "ltr";
  if (own !== undefined || new URLSearchParams(location.search).has("locale")) {
    const remembered = own === "" ? "; max-age=0" : "; max-age=31536000";
    document.cookie = `${kCookie}=${tag}; path=/; samesite=lax${remembered}`;
  }
}

export function languageTag(): string {
  return language;
}

const kDateTime: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };

function tagForDates(): string {
  return language === kPseudo ? "en" : language;
}

export function dateTime(text: string | null | undefined): string {
  if (!text) return "–";
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return text;
  return new Intl.DateTimeFormat(tagForDates(), kDateTime).format(time);
}

export function number(value: number): string {
  return new Intl.NumberFormat(tagForDates()).format(value);
}

// "3 minutes ago", "in 2 days".
export function relative(text: string | null | undefined): string {
  if (!text) return "–";
  const seconds = (new Date(text).getTime() - Date.now()) / 1000;
  if (Number.isNaN(seconds)) return text;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ["year", 31536000],
    ["month", 2592000],
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
  ];
  const format = new Intl.RelativeTimeFormat(tagForDates(), { numeric: "auto" });
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return format.format(Math.round(seconds), "second");
}

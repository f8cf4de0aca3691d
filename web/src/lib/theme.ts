// Light, dark or as the system says. Kept in this browser; the brand's wish counts until somebody chooses.
export type Theme = "automatic" | "light" | "dark";

const kKey = "postern.theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");
let brand: Theme = "automatic";

export function theme(): Theme {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(kKey);
  } catch {
    kept = null; // storage may be forbidden
  }
  return kept === "light" || kept === "dark" || kept === "automatic" ? kept : brand;
}

function apply(): void {
  const wanted = theme();
  const dark = wanted === "dark" || (wanted === "automatic" && system.matches);
  document.documentElement.classList.toggle("pf-v6-theme-dark", dark);
  document.documentElement.classList.toggle("is-light", !dark);
}

export function setTheme(wanted: Theme): void {
  try {
    localStorage.setItem(kKey, wanted);
  } catch {
    brand = wanted; // for this page alone
  }
  apply();
}

export function startTheme(wanted: string | undefined): void {
  if (wanted === "light" || wanted === "dark") brand = wanted;
  apply();
  system.addEventListener("change", apply);
}

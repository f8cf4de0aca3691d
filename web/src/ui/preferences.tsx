// Language and theme, for whoever is not logged in or has not chosen yet.
import { useState } from "preact/hooks";

import { kLanguages, languageTag, t } from "../lib/i18n";
import { changeLanguage } from "../lib/start";
import { setTheme, theme, type Theme } from "../lib/theme";

export function Preferences({ onlyTheme }: { onlyTheme?: boolean }) {
  const [chosen, setChosen] = useState<Theme>(theme());
  const themes: [Theme, string][] = [
    ["automatic", t("Automatic theme")],
    ["light", t("Light theme")],
    ["dark", t("Dark theme")],
  ];
  return (
    <div class="preferences">
      {!onlyTheme && (
        <select
          aria-label={t("Language")}
          value={languageTag()}
          onChange={(event) => void changeLanguage(event.currentTarget.value)}
        >
          {Object.entries(kLanguages).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag} selected={tag === languageTag()}>
              {name}
            </option>
          ))}
        </select>
      )}
      <select
        aria-label={t("Theme")}
        value={chosen}
        onChange={(event) => {
          const wanted = event.currentTarget.value as Theme;
          setTheme(wanted);
          setChosen(wanted);
        }}
      >
        {themes.map(([value, label]) => (
          <option key={value} value={value} selected={value === chosen}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

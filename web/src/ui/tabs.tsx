// Tabs whose state is in the address; arrow keys move between them.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

interface Tab {
  id: string;
  title: string;
  content: () => ComponentChildren;
}

interface Props {
  label: string;
  tabs: Tab[];
  current: string;
  onChange: (id: string) => void;
}

export function Tabs({ label, tabs, current, onChange }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const shown = tabs.find((one) => one.id === current) ?? tabs[0];
  const move = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
    const step = (steps[event.key] ?? 0) * (document.documentElement.dir === "rtl" ? -1 : 1);
    if (!step || !shown) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(shown) + step + tabs.length) % tabs.length]!;
    onChange(next.id);
    list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus();
  };
  return (
    <>
      <div class="pf-v6-c-tabs tabs">
        <ul ref={list} class="pf-v6-c-tabs__list" role="tablist" aria-label={label} onKeyDown={move}>
          {tabs.map((one) => (
            <li
              key={one.id}
              class={`pf-v6-c-tabs__item${one === shown ? " pf-m-current" : ""}`}
              role="presentation"
            >
              <button
                type="button"
                role="tab"
                id={`tab-${one.id}`}
                aria-selected={one === shown}
                aria-controls={`panel-${one.id}`}
                tabIndex={one === shown ? 0 : -1}
                class="pf-v6-c-tabs__link"
                onClick={() => onChange(one.id)}
              >
                <span class="pf-v6-c-tabs__item-text">{one.title}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      {shown && (
        <div class="panel" role="tabpanel" id={`panel-${shown.id}`} aria-labelledby={`tab-${shown.id}`} tabIndex={-1}>
          {shown.content()}
        </div>
      )}
    </>
  );
}

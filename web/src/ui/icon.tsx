// Small line drawings, 24 by 24, in the colour of the text. Decoration: a name stands beside each.
const kShapes = {
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20c1.5-3.5 4.5-5 8-5s6.5 1.5 8 5",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c1-4 3.5-5.5 6.5-5.5s5.5 1.5 6.5 5.5M16 4.5a3.5 3.5 0 0 1 0 6.5M18 15c2 .8 3 2.400 3.5 5",
  key: "M15 9a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM11 13v8M11 17h4M11 20.5h3",
  shield: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6l8-3Z",
  apps: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
  server: "M4 4h16v7H4zM4 13h16v7H4zM7.5 7.5h.01M7.5 16.5h.01",
  flow: "M4 4h6v5H4zM14 15h6v5h-6zM7 9v8.5h7",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.300 5.300l2.100 2.100M16.600 16.600l2.100 2.100M5.300 18.700l2.100-2.100M16.600 7.400l2.100-2.100",
  chart: "M4 20V4M4 20h16M8 16v-5M12 16V7M16 16v-3",
  document: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5L21 21",
  plus: "M12 5v14M5 12h14",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  pencil: "M4 20l1-4L16 5l3 3L8 19l-4 1Z",
  copy: "M8 8h12v12H8zM16 8V4H4v12h4",
  print: "M7 9V3h10v6M5 9h14v8H5zM8 14h8v7H8z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
  menu: "M4 6h16M4 12h16M4 18h16",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.5l5 5L20 7",
  warning: "M12 3.5L22 20H2L12 3.5ZM12 10v4.5M12 17.200h.01",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v6M12 7.5h.01",
  out: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  leave: "M14 4h6v16h-6M10 8l-4 4 4 4M6 12h10",
  again: "M20 5v5h-5M4 19v-5h5M19.5 10A8 8 0 0 0 6 6.5M4.5 14A8 8 0 0 0 18 17.5",
  wifi: "M2.5 9.5a14 14 0 0 1 19 0M5.5 13a9.5 9.5 0 0 1 13 0M8.700 16.400a5 5 0 0 1 6.600 0M12 20h.01",
  phone: "M7 3h10v18H7zM11 18h2",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2",
  mail: "M3 5h18v14H3zM3 6l9 7 9-7",
  bell: "M6 17V11a6 6 0 0 1 12 0v6l2 2H4l2-2ZM10 19a2 2 0 0 0 4 0",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
} as const;

export type IconName = keyof typeof kShapes;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={kShapes[name]} fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

/** The icon set, drawn for this client: 24 units, one stroke, the colour of the text around it. */

const PATHS = {
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM16 16l4.5 4.5",
  compose:
    "M12.5 5H7a3 3 0 0 0-3 3v9a3 3 0 0 0 3 3h9a3 3 0 0 0 3-3v-5.5M10 14l.6-2.9L18.2 3.5a1.6 1.6 0 0 1 2.3 2.3L12.9 13.4Z",
  back: "M20 12H4.5M11 5l-7 7 7 7",
  close: "M5.5 5.5l13 13M18.5 5.5l-13 13",
  send: "M5 12 3.5 4.5 21 12 3.5 19.5ZM5 12h7",
  reply: "M9.5 6 4 11.5 9.5 17M4 11.5h9.5a6.5 6.5 0 0 1 6.5 6.5v.5",
  edit: "M4.5 19.5l.9-4.3L16.3 4.3a2.1 2.1 0 0 1 3 0l.4.4a2.1 2.1 0 0 1 0 3L8.8 18.6ZM14 6.6 17.4 10",
  copy: "M9 11a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2ZM6 15a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2",
  hide: "M3.5 3.5l17 17M10 5.7A9.6 9.6 0 0 1 12 5.5c5 0 8.3 4.3 9.3 6.5a13 13 0 0 1-2.6 3.5M6.5 7.3A13.5 13.5 0 0 0 2.7 12c1 2.2 4.3 6.5 9.3 6.5a9.6 9.6 0 0 0 4.5-1.1M9.9 9.9a3 3 0 0 0 4.2 4.2",
  info: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 11v5.5M12 7.5v.3",
  more: "M5.5 11.9v.2M12 11.9v.2M18.5 11.9v.2",
  people:
    "M9.5 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM3 19.5c0-3.3 2.7-5.5 6.5-5.5s6.5 2.2 6.5 5.5M15.5 4.9a3.4 3.4 0 0 1 0 6.2M18 14.6c1.9.8 3 2.5 3 4.9",
  invite:
    "M10 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM3.5 19.5c0-3.3 2.7-5.5 6.5-5.5s6.5 2.2 6.5 5.5M19 7v6M16 10h6",
  leave: "M13.5 4.5H7a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h6.5M10.5 12H20M16.5 8l4 4-4 4",
  down: "M12 5v14M5.5 12.5 12 19l6.5-6.5",
  chevron: "M9 5.5 15.5 12 9 18.5",
  check: "M4.5 12.5 9.5 17.5 19.5 7",
  alert: "M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17v.2",
  offline:
    "M3.5 3.5l17 17M8.5 15.5a5 5 0 0 1 6 0M5 11.8a10 10 0 0 1 4-2.3M13 9.1a10 10 0 0 1 6 2.7M2.5 8a14 14 0 0 1 4.3-2.6M10.5 4.6A14.5 14.5 0 0 1 21.5 8M12 19v.2",
  face: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 7a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM6.3 18.3c.8-2.2 3-3.6 5.7-3.6s4.9 1.4 5.7 3.6",
  device: "M5.5 5.5h13a1 1 0 0 1 1 1v8.5h-15V6.5a1 1 0 0 1 1-1ZM2.5 18.5h19",
  globe:
    "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM3.5 12h17M12 3.5c2.5 2.3 3.5 5.2 3.5 8.5s-1 6.2-3.5 8.5c-2.5-2.3-3.5-5.2-3.5-8.5s1-6.2 3.5-8.5Z",
  theme:
    "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 3.5v17M12 8l4.5-2.5M12 12.5l8-4M12 17l7.5-3.7",
  keyboard:
    "M5 6h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2ZM7 10v.1M10.3 10v.1M13.7 10v.1M17 10v.1M8 14.2h8",
  at: "M12 8.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM15.5 8.5V13a2.5 2.5 0 0 0 5 0v-1a8.5 8.5 0 1 0-3.5 6.9",
  shield: "M12 3.5 19 6v5.5c0 4.3-2.9 7.6-7 9-4.1-1.4-7-4.7-7-9V6ZM9 11.8l2.2 2.2 4-4.2",
  key: "M8 11.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM11.2 12.8 20 4M16 8l3 3",
  plus: "M12 5v14M5 12h14",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon without a name of its own; whatever holds it is labelled. `size` in px. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "more" ? 2.6 : 1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

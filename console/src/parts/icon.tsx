// 16 × 16, drawn with the colour of the text. Always beside words or a hidden label, so never read out.
const shapes = {
  overview: 'M2.5 2.5h4.5v5H2.5zM9 2.5h4.5v3H9zM9 7.5h4.5v6H9zM2.5 9.5h4.5v4H2.5z',
  tables: 'M2.5 3h11v10h-11zM2.5 6.5h11M2.5 9.75h11M6.5 6.5V13',
  tenants: 'M3 13.5V4l5-1.5V13.5M8 6.5h5v7M2 13.5h12M5.5 6v.01M5.5 8.5v.01M5.5 11v.01M10.5 9v.01M10.5 11.25v.01',
  content: 'M8 2l5.5 2.75v6.5L8 14l-5.5-2.75v-6.5zM2.5 4.75L8 7.5l5.5-2.75M8 7.5V14',
  mail: 'M2 3.5h12v9H2zM2 4.5l6 4.5 6-4.5',
  pools: 'M8 2l6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3',
  jobs: 'M2.5 4h11M2.5 8h5M2.5 12h5M10 7.5l4 2.5-4 2.5z',
  migrations:
    'M4.5 5.5v5M4.5 2.25a1.6 1.6 0 110 3.2 1.6 1.6 0 010-3.2zM4.5 10.5a1.6 1.6 0 110 3.2 1.6 1.6 0 010-3.2zM11.5 4.5a1.6 1.6 0 110 3.2 1.6 1.6 0 010-3.2zM11.5 7.7c0 2.5-3.5 2-5.6 3.3',
  privacy: 'M8 1.75l5 2v4c0 3-2 5.25-5 6.5-3-1.25-5-3.5-5-6.5v-4zM8 5.5a1.5 1.5 0 110 3 1.5 1.5 0 010-3zM5.5 11c.5-1.5 4.5-1.5 5 0',
  audit: 'M3.5 2.5h9v11h-9zM6 5.5h4M6 8h4M6 10.5h2.5',
  search: 'M7 2.5a4.5 4.5 0 110 9 4.5 4.5 0 010-9zM10.5 10.5L14 14',
  attachment: 'M13 7.5L7.9 12.6a3 3 0 01-4.3-4.3l5.3-5.2a2 2 0 012.8 2.8L6.6 11a1 1 0 01-1.4-1.4l4.7-4.7',
  download: 'M8 2.5v8M4.75 7.5L8 10.75l3.25-3.25M2.5 13.5h11',
  check: 'M3 8.5l3.25 3.25L13 5',
  warning: 'M8 2.25L14.25 13H1.75zM8 6.5v3M8 11.25v.01',
  cross: 'M4 4l8 8M12 4l-8 8',
  dot: 'M8 6.5a1.5 1.5 0 110 3 1.5 1.5 0 010-3z',
  up: 'M8 13V3.5M4 7l4-4 4 4',
  down: 'M8 3v9.5M4 9l4 4 4-4',
  left: 'M9.5 3.5L5 8l4.5 4.5',
  right: 'M6.5 3.5L11 8l-4.5 4.5',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  light:
    'M8 5.25a2.75 2.75 0 110 5.5 2.75 2.75 0 010-5.5zM8 1.5v1.25M8 13.25v1.25M1.5 8h1.25M13.25 8h1.25M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  dark: 'M13.25 9.75A5.75 5.75 0 016.25 2.75 5.75 5.75 0 1013.25 9.75z',
  system: 'M2 3h12v8H2zM6 13.5h4M8 11v2.5',
  leave: 'M6.5 2.5h-4v11h4M6.5 8H14M11 5l3 3-3 3',
  lock: 'M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 015 0v2',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}

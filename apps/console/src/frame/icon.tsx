/** Line drawings on a field of 20 by 20. */
const drawings = {
  overview: 'M3 3h6v7H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 12h6v5H3z',
  devices: 'M6 2.500h8a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1zM8.500 15h3',
  live: 'M2 10h3.500l2.500-6 4 12 2.500-6H18',
  users:
    'M7.500 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 17c0-3 2.500-5 5.500-5s5.500 2 5.500 5M13 4a3 3 0 0 1 0 5.500M15 12.500c1.900.700 3 2.300 3 4.500',
  policies:
    'M10 2.500 16.500 5v5c0 3.700-2.600 6.300-6.500 7.500C6.100 16.300 3.500 13.700 3.500 10V5zM7 10l2.200 2.200L13 8',
  rules: 'M3 5h14M5.500 10h9M8 15h4',
  inbox: 'M3 11h4l1 2.500h4L13 11h4M3 11l2.500-7h9l2.500 7v5.500H3z',
  audit: 'M5 2.500h7L15.500 6v11.500H5zM8 9h5M8 12h5M8 15h3',
  tenants:
    'M3 17.500V5l6-2.500V17.500M9 7.500l8 2v8M1.500 17.500h17M6 7v.1M6 10v.1M6 13v.1M13 12v.1M13 15v.1',
  key: 'M12.500 11a4 4 0 1 0-3.700-2.500L2.500 14.800V17.500h3v-2h2v-2h1.500l1.700-1.700c.500.100 1.200.200 1.800.200zM13.500 6.500v.1',
  webhooks:
    'M7 9a3 3 0 1 1 5.500-1.500L14.500 11M9.500 7.500 7 12M7 14.500a3 3 0 1 1-2-3.800M14 17a3 3 0 1 0-2.500-4.500M7.500 14.500H13',
  alert: 'M10 3 18 17H2zM10 8v4M10 14.400v.1',
  menu: 'M3 5.500h14M3 10h14M3 14.500h14',
  close: 'M5 5l10 10M15 5 5 15',
  search: 'M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11zM13 13l4.500 4.500',
  light:
    'M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM10 1.500v2M10 16.500v2M1.500 10h2M16.500 10h2M4 4l1.400 1.400M14.600 14.600 16 16M16 4l-1.400 1.400M5.400 14.600 4 16',
  dark: 'M16.500 12.500A7 7 0 0 1 7.500 3.500a7 7 0 1 0 9 9z',
  system: 'M2.500 4h15v9.500h-15zM7 17h6M10 13.500V17',
  leave: 'M8 3H4v14h4M8.500 10H17M14 7l3 3-3 3',
  refresh: 'M16.500 8A7 7 0 0 0 4 6.500V3.500M3.500 12A7 7 0 0 0 16 13.500v3M4 6.500h3M16 13.500h-3',
  up: 'M10 15.500v-11M5.500 9 10 4.500 14.500 9',
  down: 'M10 4.500v11M5.500 11l4.500 4.500 4.500-4.500',
  check: 'M4 10.500l4 4 8-9',
  pause: 'M7 4.500v11M13 4.500v11',
  play: 'M6 4l10 6-10 6z',
  download: 'M10 3v9.500M6 9l4 4 4-4M3.500 16.500h13',
  more: 'M4.500 10v.1M10 10v.1M15.500 10v.1',
  copy: 'M7 7h9.500v10H7zM4 13H3.500V3H13v1',
  add: 'M10 4v12M4 10h12',
  back: 'M12.500 4.500 7 10l5.500 5.500',
} as const;

export type IconName = keyof typeof drawings;

/** Says nothing to screen readers: what it stands beside does. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={drawings[name]} />
    </svg>
  );
}

/** Line drawings of 24 by 24, in the colour of the text; always beside text, so hidden from screen readers. */
import { raw } from 'hono/html';
import type { Html } from './html.ts';

const PATHS = {
  overview: 'M4 11.5 12 4l8 7.5M6 10v10h4v-6h4v6h4V10',
  messages: 'M4 5h16v11H9l-5 4z',
  scripts: 'M5 4h14v16H5zM9 9l2.5 2.5L9 14M13 15h3',
  charts: 'M4 20V4M4 20h16M8 20v-6M12 20V9M16 20v-9',
  users:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.6-4 3-6 6.5-6s5.900 2 6.500 6M16 4.500a3.500 3.500 0 0 1 0 6.300M18 14.500c2 .8 3.200 2.600 3.500 5.500',
  destinations:
    'M12 21s-7-6.200-7-11.500a7 7 0 1 1 14 0C19 14.800 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  send: 'M21 4 3 11l6 2.500M21 4l-4 16-8-6.500M21 4 9 13.500V20l3.300-4',
  check: 'M5 12.500 10 17.500 19.500 7',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.500l3.500 2',
  cross: 'M6 6l12 12M18 6 6 18',
  quiet: 'M18 15V11a6 6 0 0 0-9.500-4.900M6 11v4l-2 3h13M10 21h4M3 3l18 18',
  bell: 'M6 16v-5a6 6 0 1 1 12 0v5l2 2.500H4zM10 21.500h4',
  retry: 'M20 11a8 8 0 1 0-2.500 6.500M20 5v6h-6',
  play: 'M7 4.500v15l12-7.500z',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 21 21',
  leave: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
  file: 'M7 3h7l5 5v13H7zM14 3v5h5',
  log: 'M5 4h14v16H5zM8.500 8.500h7M8.500 12h7M8.500 15.500h4',
} as const;

export type IconName = keyof typeof PATHS;

export const icon = (name: IconName): Html =>
  raw(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="${PATHS[name]}"/></svg>`);

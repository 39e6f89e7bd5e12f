/** All texts of the pages, by page, so that another language needs only other files like these. */
import { admin } from './strings/admin.ts';
import { alerts } from './strings/alerts/alerts.ts';
import { rotations, rules } from './strings/alerts/rotations.ts';
import { bytes } from './strings/bytes.ts';
import { charts } from './strings/charts.ts';
import { destinations } from './strings/destinations.ts';
import { duration } from './strings/duration.ts';
import { type Done, frame } from './strings/frame.ts';
import { login, programs, sessions } from './strings/login.ts';
import { messages } from './strings/messages.ts';
import { scripts } from './strings/scripts.ts';
import { settings } from './strings/settings.ts';
import { telegram } from './strings/telegram.ts';

export type { Done };

export const strings = {
  ...frame,
  bytes,
  duration,
  login,
  sessions,
  programs,
  telegram,
  messages,
  alerts,
  rotations,
  rules,
  scripts,
  settings,
  destinations,
  charts,
  admin,
} as const;

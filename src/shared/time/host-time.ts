import { wallClock } from './wall-clock.ts';
import { createServerZone } from './zone.ts';

/** The time zone of this host. */
export const hostZone = createServerZone();

/** A moment as the host's clock shows it: `2026-01-30 18:00:00`. @param at ms since 1970 */
export const hostTime = (at: number): string =>
  new Date(wallClock(hostZone(), at)).toISOString().slice(0, 19).replace('T', ' ');

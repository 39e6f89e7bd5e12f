import { shortDuration } from '../../../shared/text/duration.ts';
import { hostTime } from '../../../shared/time/host-time.ts';
import type { Forecast } from './forecast.ts';

const SOUNDS: Readonly<Record<string, string>> = {
  info: 'none',
  low: 'none',
  critical: 'yes, also when the destination is muted or quiet',
};

/** A forecast as people read it. */
export function forecastLines(one: Forecast): readonly string[] {
  const group = Object.entries(one.group).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const sent = one.toldAt === undefined ? 'never' : hostTime(one.toldAt);
  const schedule = one.schedule === undefined ? '' : ` (schedule ${one.schedule})`;
  const mutes = one.mutes.map(
    ({ time, is, until }) =>
      `${is} ${is === 'outside' ? 'of ' : ''}${time}${until === undefined ? '' : ` until ${hostTime(until)}`}`,
  );
  return [
    `Route ${one.route}`,
    `  to          ${one.to.join(', ') || 'nobody'}`,
    `  group       ${group.join(', ') || 'all alerts of the account'}`,
    `  sent        ${sent}${schedule}`,
    `  mutes       ${mutes.join(', ') || 'none'}`,
    `  sound       ${SOUNDS[one.severity ?? ''] ?? 'yes'}`,
    `  repeats     ${one.repeatMs === 0 ? 'never' : `every ${shortDuration(one.repeatMs)} until acknowledged or resolved`}`,
    ...(one.escalation === undefined ? [] : [`  escalation  ${one.escalation}`]),
    ...one.steps.map(
      ({ afterMs, at, to }) =>
        `    +${afterMs === 0 ? '0m' : shortDuration(afterMs)}  ${hostTime(at)}  ${to.join(', ')}`,
    ),
    `  text        (template ${one.template})`,
    ...one.text.split('\n').map((line) => `    ${line}`.trimEnd()),
  ];
}

const iso = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());

/** A forecast as JSON of the outside. */
export const forecastFields = (one: Forecast) => ({
  route: one.route,
  to: one.to,
  template: one.template,
  group: one.group,
  told_at: iso(one.toldAt),
  schedule: one.schedule ?? null,
  mutes: one.mutes.map(({ time, is, until }) => ({ time, is, until: iso(until) })),
  repeat_ms: one.repeatMs,
  severity: one.severity ?? null,
  notify: one.notify,
  escalation: one.escalation ?? null,
  steps: one.steps.map(({ afterMs, at, to }) => ({ after_ms: afterMs, at: iso(at), to })),
  text: one.text,
});

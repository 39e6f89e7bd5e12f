import { readFileSync } from 'node:fs';
import type { PostedAlert } from '../../../core/alerts/alert.ts';
import { errnoOf, Problem } from '../../../core/problem.ts';
import { readPostedAlerts } from '../../../shared/api/alerts/posted-alerts.ts';
import { isMoment } from '../../../shared/api/send-at.ts';
import { shortDuration } from '../../../shared/text/duration.ts';
import { wallClock } from '../../../shared/time/wall-clock.ts';
import { createRules } from '../../rules/create-rules.ts';
import { BUILT_IN } from '../../rules/model.ts';
import type { Override } from '../../rules/rotations/on-call.ts';
import type { Rules } from '../../rules/rules.ts';
import { type BotIo, DONE } from '../io.ts';
import { withService } from '../with-service.ts';
import { type Forecast, forecast } from './forecast.ts';
import { hostZone, readNamedRules } from './rules-file.ts';

/** Options of the command. */
export interface TestOptions {
  readonly at?: string;
  readonly file?: string;
  readonly owner?: string;
  readonly source?: string;
  readonly json?: boolean;
}

/** The standard input of a process. */
const STANDARD_INPUT = 0;

/** @throws Problem `no_file`, `not_json`, `usage` */
function readAlert(name: string, now: number): PostedAlert {
  let text: string;
  try {
    text = readFileSync(name === '-' ? STANDARD_INPUT : name, 'utf8');
  } catch (error) {
    throw new Problem('no_file', `${name} can't be read (${errnoOf(error)}).`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem('not_json', `${name} is not JSON.`, { cause: error });
  }
  const { alerts, fault } = readPostedAlerts(Array.isArray(value) ? value : [value], now);
  const [alert, ...others] = alerts;
  if (fault !== undefined) throw new Problem('usage', `${name}: ${fault}`);
  if (alert === undefined || others.length > 0) throw new Problem('usage', `${name}: one alert is needed.`);
  return alert;
}

/** Who stands in, as the running service has it; nobody where none runs. */
async function runningOverrides(io: BotIo): Promise<(rotation: string) => readonly Override[]> {
  try {
    const { rotations } = await withService(io, (client) => client.rotations());
    return (name) =>
      (rotations.find((one) => one.name === name)?.overrides ?? []).map(({ person, from, until }) => ({
        person,
        from: Date.parse(from),
        until: Date.parse(until),
      }));
  } catch {
    return () => [];
  }
}

/** @throws Problem `bad_rules` for a file with mistakes, `no_file` */
async function rulesFor(io: BotIo, file: string | undefined): Promise<Rules> {
  const { read } = await readNamedRules(io, file);
  if (read !== undefined && 'problem' in read) throw new Problem('bad_rules', read.problem);
  return createRules({ ...(read ?? { model: BUILT_IN, text: '' }), overrides: await runningOverrides(io) });
}

/** A moment as the host's clock shows it. */
const shownAt = (at: number) => `${new Date(wallClock(hostZone(), at)).toISOString().slice(0, 19).replace('T', ' ')}`;

const SOUNDS: Readonly<Record<string, string>> = {
  info: 'none',
  low: 'none',
  critical: 'yes, also when the destination is muted or quiet',
};

function lines(one: Forecast): readonly string[] {
  const group = Object.entries(one.group).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const told = one.toldAt === undefined ? 'never' : shownAt(one.toldAt);
  const schedule = one.schedule === undefined ? '' : ` (schedule ${one.schedule})`;
  const mutes = one.mutes.map(
    ({ time, is, until }) =>
      `${is} ${is === 'outside' ? 'of ' : ''}${time}${until === undefined ? '' : ` until ${shownAt(until)}`}`,
  );
  return [
    `Route ${one.route}`,
    `  to          ${one.to.join(', ') || 'nobody'}`,
    `  group       ${group.join(', ') || 'all alerts of the account'}`,
    `  told        ${told}${schedule}`,
    `  mutes       ${mutes.join(', ') || 'none'}`,
    `  sound       ${SOUNDS[one.severity ?? ''] ?? 'yes'}`,
    `  repeats     ${one.repeatMs === 0 ? 'never' : `every ${shortDuration(one.repeatMs)} until acknowledged or resolved`}`,
    ...(one.escalation === undefined ? [] : [`  escalation  ${one.escalation}`]),
    ...one.steps.map(
      ({ afterMs, at, to }) =>
        `    +${afterMs === 0 ? '0m' : shortDuration(afterMs)}  ${shownAt(at)}  ${to.join(', ')}`,
    ),
    `  text        (template ${one.template})`,
    ...one.text.split('\n').map((line) => `    ${line}`.trimEnd()),
  ];
}

const iso = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());

/** A forecast as JSON of the outside. */
const fieldsOf = (one: Forecast) => ({
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

/** `notify-bot alerts test ALERT.json` @throws Problem `usage`, `no_file`, `not_json`, `bad_rules`, `bad_setting` */
export async function testRules(io: BotIo, name: string, options: TestOptions): Promise<number> {
  const { at, file, owner = 'root', source = 'socket', json } = options;
  if (at !== undefined && !isMoment(at)) {
    throw new Problem('usage', `--at: ${JSON.stringify(at)} is not a time such as 2026-01-30T18:00:00+01:00.`);
  }
  const now = at === undefined ? Date.now() : Date.parse(at);
  const { labels, annotations, startsAt = now, endsAt, generatorUrl } = readAlert(name, now);
  const status = endsAt !== undefined && endsAt <= now ? 'resolved' : 'firing';
  const rules = await rulesFor(io, file);
  const subject = { labels, annotations, owner, source, startsAt, status } as const;
  const alert = {
    labels,
    annotations,
    status,
    startsAt,
    ...(endsAt !== undefined && { endsAt }),
    ...(generatorUrl !== undefined && { generatorUrl }),
  } as const;
  const found = await forecast(subject, alert, rules, now);
  if (json) {
    io.out(`${JSON.stringify({ at: iso(now), routes: found.map(fieldsOf) }, null, 2)}\n`);
    return DONE;
  }
  const none = ['Nobody is told: the entry of this alert says enabled: false.'];
  const texts =
    found.length === 0 ? none : found.flatMap((one, index) => [...(index === 0 ? [] : ['']), ...lines(one)]);
  io.out(`${texts.join('\n')}\n`);
  return DONE;
}

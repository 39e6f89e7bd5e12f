import { readFileSync } from 'node:fs';
import type { PostedAlert } from '../../../core/alerts/alert.ts';
import { errnoOf, Problem } from '../../../core/problem.ts';
import { readPostedAlerts } from '../../../shared/api/alerts/posted-alerts.ts';
import { isMoment } from '../../../shared/api/send-at.ts';
import { createRules } from '../../rules/create-rules.ts';
import { BUILT_IN } from '../../rules/model.ts';
import type { Override } from '../../rules/rotations/on-call.ts';
import type { Rules } from '../../rules/rules.ts';
import { type BotIo, DONE } from '../io.ts';
import { withService } from '../with-service.ts';
import { forecast } from './forecast.ts';
import { forecastFields, forecastLines } from './forecast-text.ts';
import { readNamedRules } from './rules-file.ts';

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
function readAlert(file: string, now: number): PostedAlert {
  const name = file === '-' ? 'standard input' : file;
  let text: string;
  try {
    text = readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8');
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

/** The overrides of the running service; none if no service runs. */
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
    io.out(`${JSON.stringify({ at: new Date(now).toISOString(), routes: found.map(forecastFields) }, null, 2)}\n`);
    return DONE;
  }
  const none = ['No notifications: the entry of this alert sets enabled: false.'];
  const texts =
    found.length === 0 ? none : found.flatMap((one, index) => [...(index === 0 ? [] : ['']), ...forecastLines(one)]);
  io.out(`${texts.join('\n')}\n`);
  return DONE;
}

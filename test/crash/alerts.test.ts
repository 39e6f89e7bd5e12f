/**
 * Kills in the life of alerts: between their post, their message, a step of an escalation, an acknowledgement and their end.
 * What was answered is told, what was told to fire is told to be over, nothing is told to be over that was not told to fire,
 * and no step follows an acknowledgement.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { SandboxMessage } from '../../src/sandbox/model.ts';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { createRandom } from '../support/random.ts';
import { tell } from '../support/reporters/figures.ts';
import { type Ground, layGround } from '../support/traffic/ground.ts';
import { waitFor } from '../support/wait-for.ts';
import { everyStep, sum } from './support/at-each-step.ts';
import { BOOKS, killsFor, SEED, THOROUGH } from './support/settings.ts';
import { killAt, ONE_THREAD, type Step, UNTRACEABLE } from './support/tracing.ts';

const ROUNDS = killsFor(0.1);
/** Alerts of one round, and how long they have before the kill, ms. */
const ALERTS = 4;
const LONGEST_MS = 1500;
/** A call to Telegram that was under way when an acknowledgement was answered may end this much later, ms. */
const UNDER_WAY_MS = 2000;
const LONG_MS = 60_000;

const RULES = `
defaults: {to: ["user:crash0"], group_by: ["..."], group_wait: 50ms, group_interval: 100ms, repeat_interval: 1h}
routes: [{name: stepped, when: "kind == 'stepped'", escalation: up}]
escalations: {up: [{after: 300ms, to: "user:crash1"}]}
`;

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

/** What the test knows of an alert; times are ms since 1970. */
interface Known {
  readonly name: string;
  fingerprint?: string;
  acknowledgedAt?: number;
  /** An end was posted; whether it was answered is not known after a kill. */
  isEnding?: true;
}

async function lay(environment: Readonly<Record<string, string>> = {}) {
  const ground = await layGround({ linked: 2, limits: false });
  const rules = join(ground.folder, 'alerts.yaml');
  await writeFile(rules, RULES);
  return { ground, environment: { ...environment, NOTIFY_ALERTS_FILE: rules } };
}

const labelsOf = (name: string) => ({ alertname: name, kind: name.endsWith('s') ? 'stepped' : 'plain' });

/** @returns the body of a 200; nothing where the service was killed meanwhile */
async function ask(ground: Ground, path: string, body: object): Promise<unknown> {
  const answer = await ground.client.request('POST', path, body).catch(() => undefined);
  if (answer === undefined) return undefined;
  expect([200, 409], JSON.stringify(answer.body)).toContain(answer.status);
  return answer.status === 200 ? answer.body : undefined;
}

async function fire(ground: Ground, known: Known): Promise<void> {
  const body = (await ask(ground, '/alerts', [{ labels: labelsOf(known.name) }])) as
    | { alerts: { fingerprint: string }[] }
    | undefined;
  const fingerprint = body?.alerts[0]?.fingerprint;
  if (fingerprint !== undefined) known.fingerprint = fingerprint;
}

async function acknowledge(ground: Ground, known: Known): Promise<void> {
  const body = await ask(ground, `/alerts/${known.fingerprint}/ack`, {});
  if (body !== undefined) known.acknowledgedAt = Date.now();
}

async function end(ground: Ground, known: Known): Promise<boolean> {
  known.isEnding = true;
  const endsAt = new Date().toISOString();
  return (await ask(ground, '/alerts', [{ labels: labelsOf(known.name), endsAt }])) !== undefined;
}

/** Messages about an alert in a chat, those included that were deleted. */
const about = (ground: Ground, { name }: Known, place: 0 | 1): readonly SandboxMessage[] =>
  ground.sandbox
    .messages(1000 + place)
    .filter(({ text = '' }) => text.includes(`${name}.`) || text.includes(`${name}\n`) || text.endsWith(name));

const isOver = ({ text = '' }: SandboxMessage) => text.includes('✅ Resolved');

/** What the chats show, to explain a failure. */
const shownOf = (ground: Ground) =>
  ground.sandbox.messages().map(({ chat_id, message_id, text, edits, deleted }) => ({
    chat_id,
    message_id,
    text,
    edits: edits.length,
    deleted,
  }));

/** Lets a service that nothing disturbs tell all that is left, and end it. */
async function conclude(ground: Ground, all: readonly Known[], when = ''): Promise<void> {
  const accepted = all.filter(({ fingerprint }) => fingerprint !== undefined);
  for (const known of accepted) {
    if (known.isEnding === undefined) await waitFor(() => about(ground, known, 0).length > 0, LONG_MS);
  }
  for (const known of all) while (!(await end(ground, known))) await sleep(20);
  await ground.idle(LONG_MS);
  const open = () =>
    all.filter((known) =>
      ([0, 1] as const).some(
        (place) => about(ground, known, place).at(-1)?.deleted === false && !about(ground, known, place).some(isOver),
      ),
    );
  await waitFor(() => open().length === 0, LONG_MS).catch(() => undefined);
  expect(
    open().map(({ name }) => name),
    `told to fire, and not to be over ${when}: ${JSON.stringify(shownOf(ground))}`,
  ).toEqual([]);
}

/** What must hold of every alert. @returns messages beyond the first one of each place */
function audit(ground: Ground, all: readonly Known[]): number {
  let more = 0;
  for (const known of all) {
    for (const place of [0, 1] as const) {
      const messages = about(ground, known, place);
      more += Math.max(0, messages.length - 1);
      const [first] = messages;
      if (first === undefined) continue;
      const wasFiring = !isOver(first) || first.edits.some((version) => !(version.text ?? '').includes('✅ Resolved'));
      expect(wasFiring, `${known.name} was told to be over, and not to fire`).toBe(true);
    }
    const late = about(ground, known, 1).filter(
      ({ at }) => at > (known.acknowledgedAt ?? Number.POSITIVE_INFINITY) + UNDER_WAY_MS,
    );
    expect(
      late.map(({ text }) => text),
      `a step of ${known.name} after its acknowledgement`,
    ).toEqual([]);
  }
  return more;
}

/** The life of one alert, as far as the service lives. */
async function live(ground: Ground, known: Known, next: () => number): Promise<void> {
  await sleep(next() * 300);
  await fire(ground, known);
  if (known.fingerprint === undefined) return;
  await sleep(next() * 800);
  const what = next();
  if (what < 0.4) await acknowledge(ground, known);
  if (what > 0.7 || (what < 0.4 && next() < 0.5)) {
    await sleep(next() * 300);
    await end(ground, known);
  }
}

test('alerts are told, escalated, acknowledged and ended, wherever the service is killed', {
  timeout: 240_000 + ROUNDS * 15_000,
}, async (context) => {
  const { ground, environment } = await lay();
  onTestFinished(() => ground.remove());
  const random = createRandom(SEED).named('alerts');
  const all: Known[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const service = ground.start(programs.fast, { environment });
    expect(await service.ready, service.tail()).toBe(true);
    const some = Array.from(
      { length: ALERTS },
      (_, n): Known => ({ name: `A${round}x${n}${n % 2 === 0 ? 's' : 'p'}` }),
    );
    all.push(...some);
    const living = Promise.all(some.map((known) => live(ground, known, random.next)));
    await sleep(random.next() * LONGEST_MS);
    await service.kill();
    await living;
  }
  const last = ground.start(programs.fast, { environment });
  expect(await last.ready, last.tail()).toBe(true);
  await conclude(ground, all);
  const more = audit(ground, all);
  // Of each kill, as many messages may come twice as were under way.
  expect(more).toBeLessThanOrEqual(ROUNDS * ALERTS * 2);
  const accepted = all.filter(({ fingerprint }) => fingerprint !== undefined).length;
  tell(context, BOOKS, { what: 'alerts', kills: ROUNDS, accepted, lost: 0, twice: more });
  await last.stop();
});

/** One alert with a step, an acknowledgement and an end; the service is killed at one step on disk. */
async function oneLife(step: Step, nth: number): Promise<boolean> {
  const { ground, environment } = await lay(ONE_THREAD);
  try {
    const known: Known = { name: 'Lives' };
    const victim = ground.start(programs.real, { via: killAt(step, nth), environment });
    const killed = victim.ended.then((how) => how === 'SIGKILL');
    const working = (async () => {
      if (!(await victim.ready)) return;
      await fire(ground, known);
      if (known.fingerprint === undefined) return;
      await Promise.race([waitFor(() => about(ground, known, 1).length > 0, LONG_MS), killed]);
      await acknowledge(ground, known);
      await sleep(200);
      await end(ground, known);
      await Promise.race([waitFor(() => about(ground, known, 1).some(isOver), LONG_MS), killed]);
    })();
    await Promise.race([killed, working]);
    victim.askToStop();
    const wasKilled = await killed;
    await working;
    if (!wasKilled) return false;
    const last = ground.start(programs.real, { environment });
    expect(await last.ready, last.tail()).toBe(true);
    await conclude(ground, [known], `at ${step} ${nth}`);
    expect(audit(ground, [known]), `messages twice at ${step} ${nth}`).toBeLessThanOrEqual(1);
    await last.stop();
    return true;
  } finally {
    await ground.remove();
  }
}

describe.skipIf(UNTRACEABLE !== undefined || !THOROUGH)('at each step (in the long run only, with strace)', () => {
  test('an alert is told, escalated, acknowledged and ended', { timeout: 1_800_000 }, async (context) => {
    const steps = await everyStep(oneLife);
    console.log(`an alert: killed at each of ${sum(steps)} steps (${JSON.stringify(steps)}), 0 lost`);
    tell(context, BOOKS, { what: 'at each step of an alert', kills: sum(steps), accepted: sum(steps), lost: 0 });
    expect(sum(steps)).toBeGreaterThan(10);
  });
});

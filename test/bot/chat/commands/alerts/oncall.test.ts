import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { onCallPieces } from '../../../../../src/bot/chat/commands/alerts/oncall.ts';
import { compose } from '../../../../../src/bot/chat/reply.ts';
import type { OnCall } from '../../../../../src/bot/rules/rules.ts';
import { type RunningBot, startBot } from '../../../../support/bot/running-bot.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-03-02T12:00:00Z');

/** Rotations in which each person has an hour. */
const hourly = (people: Readonly<Record<string, readonly string[]>>) => ({
  rotations: Object.keys(people),
  onCall(name: string, now: number): OnCall | undefined {
    const all = people[name] ?? [];
    const turn = Math.floor(now / HOUR);
    const person = all[turn % all.length];
    return { people: person === undefined ? [] : [person], since: turn * HOUR, until: (turn + 1) * HOUR };
  },
});

describe('the answer to /oncall', () => {
  const textOf = (rules: Parameters<typeof onCallPieces>[0]) => compose(onCallPieces(rules, NOW));

  test('names who is on call, until when, and who is next', () => {
    const { text, entities } = textOf(hourly({ primary: ['alice', 'bob'], web: ['eve'] }));
    expect(text).toMatch(
      /^☎ On call\n\nprimary: \w+ until 2026-03-02 \d\d:00 \S+, then \w+\nweb: eve until .*, then eve\n$/,
    );
    expect(entities.filter(({ type }) => type === 'date_time')).toHaveLength(2);
  });

  test('says that nobody is on call, and that there are no rotations', () => {
    expect(textOf(hourly({ empty: [] })).text).toMatch(/^☎ On call\n\nempty: nobody until .*, then nobody\n$/);
    expect(textOf(hourly({})).text).toBe('There are no rotations: the rules of alerts name none.');
  });

  test('names no end where there is none', () => {
    const always = { rotations: ['a'], onCall: () => ({ people: ['eve'], since: 0, until: Number.POSITIVE_INFINITY }) };
    expect(textOf(always).text).toBe('☎ On call\n\na: eve\n');
  });

  test('fits one message', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`r${n}`.padEnd(32, 'x'), ['n'.repeat(64)]]));
    const { text } = textOf(hourly(many));
    expect(text.length).toBeLessThan(4096);
    expect(text).toMatch(/and 75 more$/);
  });
});

describe('/oncall', () => {
  let bot: RunningBot;
  afterEach(() => bot.stop());

  test('answers who is linked, and where a destination is, from the rules in force', async () => {
    const example = await readFile(new URL('../../../../../examples/alerts.yaml', import.meta.url), 'utf8');
    bot = await startBot({
      links: { root: 7 },
      beforeStart: (dataDir) => writeFile(join(dataDir, 'alerts.yaml'), example),
    });
    expect((await bot.ask(7, '/oncall')).text).toMatch(/^☎ On call\n\nprimary: \w+ until .*, then \w+$/);
    expect((await bot.ask(8, '/oncall')).text).toBe('Use /start to link your account.');
    const group = -1_001_000_000_123;
    expect((await bot.ask(group, '/oncall')).text).toBe('Use /start to link your account.');
    const { body } = await bot.client.request('POST', '/destinations', { name: 'ops' });
    await bot.ask(group, `/link ${(body as { code: string }).code}`);
    expect((await bot.ask(group, '/oncall')).text).toContain('☎ On call');
  });
});

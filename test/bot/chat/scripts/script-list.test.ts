/** A page of scripts, and the words for how a run ended, for names and facts of any kind. */
import { describe, expect, test } from 'vitest';
import { cut, localMinuteOf } from '../../../../src/bot/chat/format.ts';
import { compose } from '../../../../src/bot/chat/reply.ts';
import { createButtons } from '../../../../src/bot/chat/scripts/buttons.ts';
import { RESTARTED, runningPieces, saidOf, saidPieces } from '../../../../src/bot/chat/scripts/run-message-text.ts';
import { listKeyboard, listPieces, pageOf } from '../../../../src/bot/chat/scripts/script-list.ts';
import { lastLines, logPieces } from '../../../../src/bot/chat/scripts/script-log.ts';
import { Problem } from '../../../../src/core/problem.ts';
import { RUN_OUTCOMES } from '../../../../src/shared/api/actor/protocol.ts';
import { listed } from '../../../support/bot/pretend-actor.ts';

const NOW = Date.parse('2026-01-30T12:00:00Z');
const owner = { user: 'ann', uid: 1, chatId: 1, linkedAt: undefined };
const scripts = (count: number) => Array.from({ length: count }, (_, i) => listed(`s${i + 1}.py`));
const words = (
  list: ReturnType<typeof scripts>,
  page = 0,
  mutes = { scripts: [] as { name: string; until: number }[] },
) => compose(listPieces(pageOf(list, page), mutes, NOW)).text;

function keyboard(list: ReturnType<typeof scripts>, page = 0, all = true) {
  const sheet = createButtons(() => 0).sheet(1, { kind: 'status', page });
  return listKeyboard(pageOf(list, page), owner, { scripts: [] }, sheet, all);
}

const NAMES = [
  'two words.py',
  `it's "quoted".sh`,
  '📈 revenue 👨‍👩‍👧‍👦.py',
  'x'.repeat(200),
  '😀'.repeat(63),
  'a\u202eyp.exe',
  'line\nbreak.py',
  '*_`[x](y)`_*.py',
  ' ',
  '\u0000',
  '\ud800',
  'ß'.normalize('NFD'),
];

describe('a page', () => {
  test.each([
    [0, 1, 0],
    [1, 1, 1],
    [8, 1, 8],
    [9, 2, 1],
    [30, 4, 6],
  ])('of %i scripts is one of %i, and the last has %i', (count, pages, onLast) => {
    expect(pageOf(scripts(count), 0).pages).toBe(pages);
    expect(pageOf(scripts(count), pages - 1).scripts).toHaveLength(onLast);
    expect(pageOf(scripts(count), 99).page).toBe(pages - 1);
    expect(pageOf(scripts(count), -1).page).toBe(0);
  });

  test('has a row a script, and ways to the pages beside it', () => {
    const texts = (page: number) => keyboard(scripts(20), page).map((row) => row.map(({ text }) => text));
    expect(texts(0)[0]).toEqual(['▶ Run s1.py', '🔕 Mute', '📄 Log']);
    expect(texts(0).at(-1)).toEqual(['›']);
    expect(texts(1).at(-1)).toEqual(['‹', '›']);
    expect(texts(2).at(-1)).toEqual(['‹']);
    expect(texts(2)).toHaveLength(5);
    expect(keyboard(scripts(3), 0, false).map((row) => row.length)).toEqual([1, 1, 1]);
    expect(keyboard([])).toEqual([]);
  });

  test('says what is known of each script', () => {
    const last_run = '2026-01-30T11:55:00Z';
    const list = [
      listed('a.py', { last_run, last_result: 'sent', cooldown_left: '42m' }),
      listed('b.py'),
      listed('c.py', { last_run, last_result: 'quiet', error: 'its header has no time' }),
      listed('d.py', { last_run: '2026-01-30T13:00:00Z', last_result: 'failed' }),
      listed('e.py', { last_run: '5m ago', last_result: 'a word of its own' }),
    ];
    expect(
      words(list, 0, { scripts: [{ name: 'b', until: NOW + 60_000 }] })
        .split('\n')
        .slice(2),
    ).toEqual([
      '1. a.py',
      '     5m ago: sent · cooldown 42m left',
      '2. b.py',
      `     not run yet · 🔕 until ${localMinuteOf(NOW + 60_000)}`,
      '3. c.py',
      '     5m ago: no alert · ⚠ its header has no time',
      '4. d.py',
      '     just now: failed',
      '5. e.py',
      '     5m ago: a word of its own',
      '',
    ]);
    const { text, entities } = compose(
      listPieces(pageOf(list, 0), { scripts: [{ name: 'b', until: NOW + 60_000 }] }, NOW),
    );
    const moments = entities.flatMap((one) =>
      one.type === 'date_time' ? [[text.slice(one.offset, one.offset + one.length), one.unix_time * 1000 - NOW]] : [],
    );
    expect(moments).toEqual([
      ['5m ago', -300_000],
      [localMinuteOf(NOW + 60_000), 60_000],
      ['5m ago', -300_000],
    ]);
    expect(words(scripts(20), 2)).toContain('\nScripts 17–20 of 20\n17. s17.py');
    expect(words([])).toContain('No scripts yet: notify-runner init');
  });

  test.each(NAMES)('takes the name %j, on one line and whole where it is short', (name) => {
    const [row = []] = keyboard([listed(name)]);
    for (const { text, ...button } of row) {
      expect(text.isWellFormed()).toBe(true);
      expect(text.length).toBeLessThanOrEqual(40);
      expect(text).not.toMatch(/\p{Cc}/u);
      expect('callback_data' in button && Buffer.byteLength(button.callback_data)).toBeLessThanOrEqual(64);
    }
    const text = words([listed(name)]);
    expect(text.split('\n')).toHaveLength(5);
    expect(text.isWellFormed()).toBe(true);
  });

  test('of the longest of everything fits a message beside the rest', () => {
    const long = '😀'.repeat(200);
    const more = { last_run: long, last_result: long, cooldown_left: long, error: long };
    const mutes = { scripts: [{ name: long, until: NOW + 1 }] };
    const list = Array.from({ length: 8 }, () => listed(long, more));
    expect(compose(listPieces(pageOf(list, 0), mutes, NOW)).text.length).toBeLessThan(2_900);
  });
});

describe('how a run ended', () => {
  const said = (end: Parameters<typeof saidOf>[0]) => compose(saidPieces(saidOf(end, 'rev'))).text;

  test.each(RUN_OUTCOMES)('as %s is a line that begins with a mark and the name', (result) => {
    expect(said({ name: 'rev.py', result, seconds: 0.1 })).toMatch(/^\S+ rev\.py [a-z ,:]+$/);
  });

  test('shows its reason and time', () => {
    expect(said({ name: 'rev.py', result: 'failed', detail: 'exit code 3 (why)', seconds: 2.04 })).toBe(
      '❌ rev.py failed: exit code 3 (why) (2.0 s)',
    );
    expect(said({ name: 'rev.py', result: 'queued', detail: '1 queued, 1 cooldown.', seconds: 0 })).toBe(
      '✅ rev.py queued: 1 queued, 1 cooldown.',
    );
    expect(said({ name: 'rev.py', result: 'running', detail: 'another run has it', seconds: 0 })).toBe(
      '▶ rev.py is running already',
    );
    expect(said(new Problem('no_script', 'There is none.'))).toBe('❌ rev was not run. There is none.');
    expect(said(new Problem('no_answer', 'It was lost.'))).toBe('❌ rev may have run. It was lost.');
  });

  test.each(NAMES)('of %j fits a message, whatever the reason', (name) => {
    const detail = `${name}\u0007\n`.repeat(3_000);
    const { text, entities } = compose(saidPieces(saidOf({ name, result: 'failed', detail, seconds: 1 }, name)));
    expect(text.length).toBeLessThanOrEqual(4096);
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    // The script's name, and names of files in what it says.
    expect(entities.length).toBeLessThanOrEqual(51);
    expect(new Set(entities.map(({ type }) => type))).toEqual(new Set(['code']));
    expect(said(new Problem('failed', name.repeat(5_000))).length).toBeLessThanOrEqual(4096);
    expect(compose(runningPieces(name, 0)).text).toMatch(/^▶ .+ is running…$/);
  });

  test('takes its time', () => {
    expect([1, 59, 60, 3_600].map((seconds) => compose(runningPieces('a', seconds)).text)).toEqual([
      '▶ a is running… 1 s',
      '▶ a is running… 59 s',
      '▶ a is running… 1 min',
      '▶ a is running… 60 min',
    ]);
    expect(RESTARTED).toMatch(/restarted.*\/status/);
  });
});

describe('a log', () => {
  test('is shown from its end, in whole lines', () => {
    expect(lastLines(['one', 'two'])).toBe('one\ntwo');
    expect(lastLines(['one', 'two', 'three'], 10)).toBe('…\nthree');
    expect(lastLines(['x'.repeat(50)], 10)).toBe(`…${'x'.repeat(9)}`);
    expect(lastLines(['😀'.repeat(50)], 10).isWellFormed()).toBe(true);
    expect(lastLines(['a\u001b[31mred\u202e'])).toBe('a?[31mred?');
  });

  test.each([[[]], [['']], [['  ', '\n']]])('of %j says that there is nothing', (lines) => {
    expect(compose(logPieces('a.py', lines)).text).toBe('The log has nothing of a.py yet.');
  });

  test('fits a message, as a block', () => {
    const { text, entities } = compose(logPieces('x'.repeat(300), Array(500).fill('😀'.repeat(20))));
    expect(text.length).toBeLessThanOrEqual(4096);
    expect(entities.map(({ type }) => type)).toEqual(['code', 'pre']);
  });
});

test('a cut is never inside a character', () => {
  expect([cut('abc', 3), cut('abcd', 3), cut('a😀b', 3), cut('😀😀', 4)]).toEqual(['abc', 'ab…', 'a…', '😀😀']);
});

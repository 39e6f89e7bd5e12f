import { describe, expect, test } from 'vitest';
import { type SummaryItem, summaryItemOf } from '../../../../src/bot/people/summary/summary-item.ts';
import { planSummary } from '../../../../src/bot/people/summary/summary-plan.ts';
import { summaryText } from '../../../../src/bot/people/summary/summary-text.ts';
import type { Part } from '../../../../src/bot/telegram/part.ts';
import { type Course, courseData } from '../../../../src/core/alerts/course.ts';
import type { Delivery } from '../../../../src/core/delivery/delivery.ts';
import { linkedChat } from '../../../../src/core/destination.ts';
import type { Origin } from '../../../../src/core/notification.ts';

/** Of the 30th of January, a Friday, in Berlin. */
const at = (clock: string, day = 30) => Date.parse(`2026-01-${day}T${clock}:00+01:00`);
const options = { isDigest: false, zone: 'Europe/Berlin', now: at('07:00') };

const item = (name: string, clock: string, more: Partial<SummaryItem> = {}): SummaryItem => ({
  delivery: name,
  at: at(clock),
  text: name,
  isEdit: false,
  isWhole: false,
  ...more,
});
const course = (state: Course['state'], since: string, until?: string): Course => ({
  name: 'DiskFull on db1',
  state,
  since: at(since),
  ...(until !== undefined && { until: at(until) }),
});
const alert = (name: string, clock: string, is: Course, more: Partial<SummaryItem> = {}) =>
  item(name, clock, { thing: 'group', isEdit: true, isWhole: true, course: is, ...more });

const plan = (items: readonly SummaryItem[], inChat: readonly string[] = []) =>
  planSummary(items, ({ delivery }) => inChat.includes(delivery));
const words = (items: readonly SummaryItem[]) => summaryText(plan(items).lines, options).text;

describe('a plan', () => {
  test.each<[string, SummaryItem[], string[], string[], string[]]>([
    ['plain messages are told', [item('a', '02:00'), item('b', '03:00')], [], ['a', 'b'], []],
    [
      'files and buttons that act follow',
      [item('a', '02:00', { isWhole: true }), item('b', '03:00')],
      [],
      ['b'],
      ['a'],
    ],
    [
      'of one key the newest counts',
      [item('a', '02:00', { thing: 'k', isEdit: true }), item('b', '03:00', { thing: 'k', isEdit: true })],
      [],
      ['a', 'b'],
      [],
    ],
    [
      'and brings the message up to date that the chat has',
      [item('a', '02:00', { thing: 'k', isEdit: true }), item('b', '03:00', { thing: 'k', isEdit: true })],
      ['a', 'b'],
      ['a'],
      ['b'],
    ],
    [
      'messages of one key that replace nothing keep their files',
      [item('a', '02:00', { thing: 'k', isWhole: true }), item('b', '03:00', { thing: 'k', isWhole: true })],
      [],
      [],
      ['a', 'b'],
    ],
    [
      'an alert that fires follows, so that it can be acknowledged',
      [
        alert('a', '02:10', course('firing', '02:10'), { isEdit: false }),
        alert('b', '06:10', course('firing', '02:10'), { isEdit: false }),
      ],
      [],
      ['a'],
      ['b'],
    ],
    [
      'one that is over and was never told of is told only',
      [alert('a', '02:10', course('firing', '02:10')), alert('b', '02:22', course('resolved', '02:10', '02:22'))],
      [],
      ['a', 'b'],
      [],
    ],
    [
      'one that is over and stands in the chat is edited there',
      [alert('b', '02:22', course('resolved', '01:00', '02:22'))],
      ['b'],
      [],
      ['b'],
    ],
  ])('%s', (_what, items, inChat, told, own) => {
    const made = plan(items, inChat);
    expect([made.told, made.own]).toEqual([told, own]);
  });
});

describe('the words', () => {
  test.each<[string, SummaryItem[], string]>([
    [
      'a title and a text',
      [item('Used: *91 %*', '02:10', { title: 'Disk <full>' })],
      '02:10 <b>Disk &lt;full&gt;</b>\nUsed: 91 %',
    ],
    ['a text without a title', [item('done\n\nin 3 s', '02:10')], '02:10 <b>done</b>\nin 3 s'],
    ['nothing but a file', [item('', '02:10', { isWhole: true })], '02:10 <b>A message</b> ⤵'],
    ['a severity', [item('x', '02:10', { severity: 'high' })], '02:10 🟠 <b>x</b>'],
    ['text that is no Markdown', [item('*x*', '02:10', { parseMode: 'none' })], '02:10 <b>*x*</b>'],
    ['yesterday', [{ ...item('x', '02:10'), at: at('23:10', 29) }], 'Thu 23:10 <b>x</b>'],
    [
      'several of one key',
      [item('10 %', '02:10', { thing: 'k' }), item('60 %', '03:10', { thing: 'k' })],
      '02:10–03:10, 2 times <b>60 %</b>',
    ],
    [
      'an alert that fires',
      [alert('a', '02:10', course('firing', '02:10'))],
      '🔥 <b>DiskFull on db1</b>, still firing since 02:10',
    ],
    [
      'one that somebody has taken',
      [alert('a', '02:10', course('acknowledged', '02:10'))],
      '👀 <b>DiskFull on db1</b>, acknowledged, firing since 02:10',
    ],
    [
      'one that is over',
      [alert('a', '02:10', course('firing', '02:10')), alert('b', '02:22', course('resolved', '02:10', '02:22'))],
      '✅ <b>DiskFull on db1</b>, 02:10–02:22, over',
    ],
  ])('%s', (_what, items, text) => {
    expect(words(items)).toBe(text);
  });

  test('fit one message, whatever is held', () => {
    const many = Array.from({ length: 200 }, (_, n) =>
      item(`${n}`, '02:10', { title: `Title ${n} ${'<x>'.repeat(40)}`, text: 'long '.repeat(1000), severity: 'high' }),
    );
    for (const count of [1, 2, 3, 10, 39, 40, 41, 200]) {
      const { title, text } = summaryText(plan(many.slice(0, count)).lines, options);
      const shown = text.replaceAll(/<\/?b>/g, '').replaceAll(/&[lg]t;/g, '<');
      expect(title.length + 1 + shown.length).toBeLessThan(4096);
      expect(text.includes(`And ${count - 40} more`)).toBe(count > 40);
    }
  });

  test('leave out the least urgent ones', () => {
    const mild = Array.from({ length: 60 }, (_, n) => item(`mild ${n}`, '02:10', { severity: 'info' }));
    const text = words([item('urgent', '01:00', { severity: 'high' }), ...mild]);
    expect(text).toContain('urgent');
    expect(text).toContain('And 21 more');
  });

  test('never cut a character in two', () => {
    const title = '𝕏'.repeat(60);
    expect(words([item('x', '02:10', { title })]).isWellFormed()).toBe(true);
  });
});

test('only features of the bot say how something stands', () => {
  const delivery = (origin?: Origin): Delivery<Part> => ({
    delivery: 'd',
    id: 'i',
    user: 'ana',
    uid: 1001,
    destination: linkedChat('ana', 1),
    acceptedAt: '2026-01-30T01:10:00Z',
    summary: { text: 'x', data: courseData(course('firing', '02:10')) },
    steps: [],
    files: [],
    done: 0,
    messageIds: [],
    attempts: 0,
    ...(origin !== undefined && { origin }),
  });
  expect(summaryItemOf(delivery({ feature: 'alerts', ref: 'g' })).course).toEqual(course('firing', '02:10'));
  expect(summaryItemOf(delivery({ feature: 'questions', ref: 'q' })).course).toBeUndefined();
  expect(summaryItemOf(delivery()).course).toBeUndefined();
});

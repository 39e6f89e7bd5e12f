import { describe, expect, test } from 'vitest';
import { questionMessage } from '../../../src/bot/questions/question-message.ts';
import { compose } from '../../../src/bot/telegram/render/compose.ts';
import { rowsOf } from '../../../src/core/buttons.ts';
import type { Question, QuestionEnd } from '../../../src/core/questions/question.ts';

const ASKED = Date.parse('2026-01-30T14:00:00Z');
const ANN = { user: 'ann', uid: 1001 };
const OWN = { route: { destination: { name: 'user:ann', chatId: 7 }, person: ANN } };
const OPS = { route: { destination: { name: 'ops', chatId: -1001 } } };

const asked = (more: Partial<Question> = {}): Question => ({
  ref: '0123456789ABCDEF',
  id: 'x',
  owner: ANN,
  text: 'Drop *it*?',
  choices: ['Yes', 'No'],
  places: [OWN],
  digest: '',
  askedAt: ASKED,
  expiresAt: ASKED + 600_000,
  ...more,
});
const shown = (more: Partial<Question>) => compose(questionMessage(asked(more)));
const answered = (at: number, by = 'bob', choice = 0): QuestionEnd => ({
  state: 'answered',
  at,
  choice,
  by,
  telegramId: 5,
});

describe('the message of a question', () => {
  test('names who asks where others read it', () => {
    expect(shown({}).text).toBe('❓ Question\nDrop it?');
    expect(shown({ places: [OWN, OPS] }).text).toBe('❓ ann asks\nDrop it?');
    expect(shown({ places: [{ route: { ...OWN.route, person: { user: 'ben', uid: 1002 } } }] }).text).toMatch(
      /^❓ ann asks/,
    );
  });

  test.each([
    [['Yes', 'No'], [2]],
    [
      ['a', 'b', 'c', 'd', 'e'],
      [4, 1],
    ],
    [
      ['Delete logs', 'Grow it', 'Wait'],
      [2, 1],
    ],
    [
      ['A choice of some words', 'No'],
      [1, 1],
    ],
  ])('has rows of buttons for %j', (choices, rows) => {
    const { buttons = [] } = questionMessage(asked({ choices }));
    expect(rowsOf(buttons).map(({ length }) => length)).toEqual(rows);
    const data = rowsOf(buttons).flat();
    expect(data.map(({ press }) => press)).toEqual(choices.map((_, n) => `qu:0123456789ABCDEF:${n}`));
  });

  test('passes quiet hours, and at its end mutes too, without a sound', () => {
    expect(questionMessage(asked())).toMatchObject({ passes: { quiet: true }, replace: true });
    const closed = questionMessage(asked({ end: answered(ASKED) }));
    expect(closed).toMatchObject({ passes: { quiet: true, mute: true }, silent: true, replace: true });
    expect(closed.buttons).toBeUndefined();
    expect(closed.key).toBe(questionMessage(asked()).key);
  });
});

describe('its end', () => {
  test.each<[QuestionEnd, RegExp]>([
    [answered(ASKED + 120_000), /\n\n✅ Yes — bob, .*14:02.*$/],
    [answered(ASKED + 120_000, 'A_*b* [x](y)', 1), /✅ No — A_\*b\* \[x\]\(y\), /],
    [{ state: 'expired', at: ASKED + 600_000 }, /\n\n⌛ Expired without an answer \(.*14:10.*\)\.$/],
    [{ state: 'cancelled', at: ASKED, by: 'root' }, /🚫 Cancelled by root, /],
    [{ state: 'cancelled', at: ASKED, reason: 'The bot was removed.' }, /🚫 Cancelled, /],
  ])('%j is shown in words, with a moment', (end, words) => {
    const { text, entities } = shown({ end });
    expect(text).toMatch(words);
    expect(entities.filter(({ type }) => type === 'date_time')).toMatchObject([
      { unix_time: Math.floor(end.at / 1000), date_time_format: 't' },
    ]);
  });

  test('names the day where the question was open for long', () => {
    const { entities } = shown({ end: answered(ASKED + 24 * 3_600_000) });
    expect(entities.find(({ type }) => type === 'date_time')).toMatchObject({ date_time_format: 'Dt' });
  });

  test.each(['```\nselect 1', '~~~~\na\n~~~', '> quoted', '- a list', '**open', '`open', '<b>'])(
    'is no part of the text %j',
    (text) => {
      const { entities } = shown({ text, end: answered(ASKED) });
      expect(entities.map(({ type }) => type)).toContain('date_time');
    },
  );
});

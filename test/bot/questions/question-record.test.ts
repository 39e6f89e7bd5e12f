import fc from 'fast-check';
import { expect, test } from 'vitest';
import { questionFrom, recordOf, removalOf } from '../../../src/bot/questions/question-record.ts';
import type { Question } from '../../../src/core/questions/question.ts';

const PERSON = { user: 'ann', uid: 1001 };
const QUESTION: Question = {
  ref: '0123456789ABCDEF',
  id: 'deploy',
  owner: PERSON,
  text: 'Deploy?',
  choices: ['Yes', 'No'],
  may: ['%dba'],
  places: [
    { route: { destination: { name: 'user:ann', chatId: 7 }, person: PERSON }, missed: 'The chat is muted.' },
    {
      route: { destination: { name: 'ops/disks', chatId: -1001, threadId: 5 } },
      shown: { chatId: -1002, messageId: 9 },
      isClosed: true,
    },
    { route: { destination: { name: 'user:old', chatId: 8 }, person: { user: 'old', uid: undefined } } },
  ],
  digest: 'd',
  askedAt: 1,
  expiresAt: 2,
};

const stored = (question: Question) => {
  const { kind, key, value } = recordOf(question);
  return { kind, key, value: JSON.parse(JSON.stringify(value)) };
};

test.each<[string, Partial<Question>]>([
  ['open', {}],
  ['answered', { end: { state: 'answered', at: 3, choice: 1, by: 'bob', telegramId: 5 } }],
  ['expired', { end: { state: 'expired', at: 3 } }],
  ['cancelled', { end: { state: 'cancelled', at: 3, by: 'root' } }],
  ['refused', { end: { state: 'cancelled', at: 3, reason: 'The bot was removed.' } }],
])('a question that is %s comes back whole', (_state, more) => {
  expect(questionFrom(stored({ ...QUESTION, ...more }))).toEqual({ ...QUESTION, ...more });
});

test('is removed by its name', () => {
  expect(removalOf(QUESTION)).toEqual({ kind: 'question', key: QUESTION.ref, value: undefined });
});

test('what is no question is none', () => {
  const { value } = stored(QUESTION);
  expect(questionFrom({ kind: 'other', key: 'a', value })).toBeUndefined();
  for (const field of Object.keys(value).filter((name) => name !== 'may')) {
    expect(questionFrom({ kind: 'question', key: 'a', value: { ...value, [field]: null } })).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (other) => {
      expect(questionFrom({ kind: 'question', key: 'a', value: other })).toBeUndefined();
    }),
  );
});

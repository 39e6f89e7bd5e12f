import { describe, expect, test } from 'vitest';
import { createButtons, isToken } from '../../../../src/bot/chat/scripts/buttons.ts';
import type { LinkedAccount } from '../../../../src/bot/links/linked-account.ts';

const ann: LinkedAccount = { user: 'ann', uid: 1001, chatId: 1, linkedAt: '2026-01-30T12:00:00Z' };
const ben: LinkedAccount = { user: 'ben', uid: 1002, chatId: 2, linkedAt: undefined };
const view = { kind: 'status', page: 0 } as const;
const action = { action: 'run', script: 'rev.py' } as const;
const DAY = 24 * 3_600_000;

describe('a token', () => {
  test('means what it was made for, in its chat and message alone', () => {
    const buttons = createButtons(() => 0);
    const sheet = buttons.sheet(1, view);
    const token = sheet.token(ann, action);
    expect(isToken(token)).toBe(true);
    expect(Buffer.byteLength(token)).toBeLessThanOrEqual(64);
    sheet.bind(10);
    expect(buttons.look(token, 1, 10)).toEqual({ owner: ann, view, action });
    expect(buttons.look(token, 1, 11)).toBeUndefined();
    expect(buttons.look(token, 2, 10)).toBeUndefined();
    expect(buttons.look('sAAAAAAAAAAAAAAAAAAAAAA', 1, 10)).toBeUndefined();
  });

  test('is good before the number of its message is known', () => {
    const buttons = createButtons(() => 0);
    const token = buttons.sheet(1, view).token(ann, action);
    expect(buttons.look(token, 1, 10)).toBeDefined();
    expect(buttons.look(token, 2, 10)).toBeUndefined();
  });

  test('is used once, unless it is given back', () => {
    const buttons = createButtons(() => 0);
    const token = buttons.sheet(1, view).token(ann, action);
    expect([buttons.use(token), buttons.use(token)]).toEqual([true, false]);
    buttons.restore(token);
    expect([buttons.use(token), buttons.use(token), buttons.use('other')]).toEqual([true, false, false]);
  });

  test('is over after a day', () => {
    let time = 0;
    const buttons = createButtons(() => time);
    const token = buttons.sheet(1, view).token(ann, action);
    time = DAY - 1;
    expect(buttons.look(token, 1, 10)).toBeDefined();
    time = DAY;
    expect(buttons.look(token, 1, 10)).toBeUndefined();
  });

  test('is no other one’s twin', () => {
    const sheet = createButtons(() => 0).sheet(1, view);
    expect(new Set(Array.from({ length: 500 }, () => sheet.token(ann, action))).size).toBe(500);
  });
});

describe('new buttons of a message', () => {
  test('end those that it carried before, and no others', () => {
    const buttons = createButtons(() => 0);
    const [first, other, second] = [buttons.sheet(1, view), buttons.sheet(1, view), buttons.sheet(1, { kind: 'one' })];
    const tokens = [first, other, second].map((sheet) => sheet.token(ann, action));
    first.bind(10);
    other.bind(11);
    expect(buttons.viewOf(1, 10)).toEqual(view);
    second.bind(10);
    expect(buttons.viewOf(1, 10)).toEqual({ kind: 'one' });
    expect(tokens.map((token) => buttons.look(token, 1, 10) !== undefined)).toEqual([false, false, true]);
    expect(buttons.look(tokens[1] ?? '', 1, 11)).toBeDefined();
  });
});

describe('very many buttons', () => {
  test('of one account push out its own oldest alone', () => {
    const buttons = createButtons(() => 0, 100, 3);
    const bens = buttons.sheet(2, view).token(ben, action);
    const anns = Array.from({ length: 5 }, () => buttons.sheet(1, view).token(ann, action));
    expect(anns.map((token) => buttons.look(token, 1, 1) !== undefined)).toEqual([false, false, true, true, true]);
    expect(buttons.look(bens, 2, 1)).toBeDefined();
  });

  test('of everybody push out the oldest of the account that has the most', () => {
    const buttons = createButtons(() => 0, 4, 3);
    const bens = buttons.sheet(2, view).token(ben, action);
    const anns = Array.from({ length: 3 }, () => buttons.sheet(1, view).token(ann, action));
    const more = buttons.sheet(3, view).token({ ...ben, user: 'eve', chatId: 3 }, action);
    expect(anns.map((token) => buttons.look(token, 1, 1) !== undefined)).toEqual([false, true, true]);
    expect([buttons.look(bens, 2, 1), buttons.look(more, 3, 1)]).not.toContain(undefined);
  });

  test('and messages leave nothing behind', () => {
    const buttons = createButtons(() => 0, 50, 50);
    for (let message = 1; message <= 500; message += 1) {
      const sheet = buttons.sheet(1, view);
      sheet.token(ann, action);
      sheet.bind(message);
    }
    const known = Array.from({ length: 500 }, (_, i) => buttons.viewOf(1, i + 1)).filter(
      (found) => found !== undefined,
    );
    expect(known.length).toBeLessThanOrEqual(51);
  });
});

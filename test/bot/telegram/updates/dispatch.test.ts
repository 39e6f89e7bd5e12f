import type { Update } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { createDispatcher, keyOf } from '../../../../src/bot/telegram/updates/dispatch.ts';

let ids = 0;
const update = (fields: object) => ({ update_id: ++ids, ...fields }) as unknown as Update;
const from = (chat: number) => update({ message: { chat: { id: chat } } });

describe('keyOf', () => {
  test.each<[string, object, number]>([
    ['a message', { message: { chat: { id: 5 } } }, 5],
    ['an edited message', { edited_message: { chat: { id: 6 } } }, 6],
    ['a button under a message', { callback_query: { from: { id: 1 }, message: { chat: { id: -7 } } } }, -7],
    ['a button without a message', { callback_query: { from: { id: 8 } } }, 8],
    ['a membership', { my_chat_member: { chat: { id: 9 } } }, 9],
    ['an unknown kind', { something: 1 }, 0],
    ['a message without a chat', { message: {} }, 0],
    ['a message that is none', { message: null, callback_query: null }, 0],
  ])('of %s', (_what, fields, key) => {
    expect(keyOf(update(fields))).toBe(key);
  });
});

describe('the dispatcher', () => {
  test('begins a chat’s next update when the one before has ended, and other chats’ at once', async () => {
    const log: string[] = [];
    const gates = new Map<number, () => void>();
    const { dispatch, idle } = createDispatcher(async (one) => {
      log.push(`begin ${one.update_id}`);
      await new Promise<void>((resolve) => gates.set(one.update_id, resolve));
      log.push(`end ${one.update_id}`);
    });
    const [a1, a2, b1] = [from(1), from(1), from(2)];
    for (const one of [a1, a2, b1]) dispatch(one);
    expect(log).toEqual([`begin ${a1.update_id}`, `begin ${b1.update_id}`]);
    let quiet = false;
    const resting = idle().then(() => {
      quiet = true;
    });
    gates.get(b1.update_id)?.();
    gates.get(a1.update_id)?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.slice(2)).toEqual([`end ${b1.update_id}`, `end ${a1.update_id}`, `begin ${a2.update_id}`]);
    expect(quiet).toBe(false);
    gates.get(a2.update_id)?.();
    await resting;
    expect(log.at(-1)).toBe(`end ${a2.update_id}`);
  });

  test('is idle at once when nothing is under way', async () => {
    await createDispatcher(async () => {}).idle();
  });
});

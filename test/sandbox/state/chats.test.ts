import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { call, startSandbox } from '../../support/bot/sandbox-client.ts';

const send = (sandbox: Sandbox, chatId: number) => call(sandbox, 'sendMessage', { chat_id: chatId, text: 'x' });

describe('a chat', () => {
  test('is private, a group or a supergroup depending on its id', async () => {
    const sandbox = await startSandbox();
    sandbox.say(7, 'hi', { first_name: 'Ada', username: 'ada' });
    sandbox.say(-8, 'hi');
    sandbox.say(-1_000_000_000_009, 'hi');
    expect(sandbox.chats).toMatchObject([
      { id: 7, type: 'private', first_name: 'Ada', username: 'ada' },
      { id: -8, type: 'group' },
      { id: -1_000_000_000_009, type: 'supergroup' },
    ]);
    expect((await call(sandbox, 'getChat', { chat_id: 7 })).result).toMatchObject({ first_name: 'Ada' });
  });

  test.each([
    ['block', 7, 403, 'Forbidden: bot was blocked by the user'],
    ['deactivate', 7, 403, 'Forbidden: user is deactivated'],
    ['remove', 7, 400, 'Bad Request: chat not found'],
    ['kick', -7, 403, 'Forbidden: bot was kicked from the group chat'],
    ['kick', -1_000_000_000_007, 403, 'Forbidden: bot was kicked from the supergroup chat'],
  ] as const)('after %s (%i) answers %i until it is restored', async (how, chatId, code, description) => {
    const sandbox = await startSandbox();
    sandbox[how](chatId);
    expect(await send(sandbox, chatId)).toMatchObject({ status: code, error_code: code, description });
    sandbox.restore(chatId);
    expect((await send(sandbox, chatId)).ok).toBe(true);
  });

  test('that became a supergroup reports its new id', async () => {
    const sandbox = await startSandbox();
    sandbox.migrate(-7, -1_000_000_000_007);
    expect(await send(sandbox, -7)).toEqual({
      status: 400,
      ok: false,
      error_code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: -1_000_000_000_007 },
    });
    expect((await send(sandbox, -1_000_000_000_007)).ok).toBe(true);
  });

  test('sends the bot an update when it blocks it, and ends the block by writing', async () => {
    const sandbox = await startSandbox();
    sandbox.block(7);
    sandbox.say(7, '/start');
    expect((await send(sandbox, 7)).ok).toBe(true);
    expect((await call(sandbox, 'getUpdates')).result).toMatchObject([
      { my_chat_member: { new_chat_member: { status: 'kicked' } } },
      { my_chat_member: { new_chat_member: { status: 'member' } } },
      { message: { text: '/start' } },
    ]);
  });

  test('without the bot can’t send it messages', async () => {
    const sandbox = await startSandbox();
    sandbox.kick(-7);
    expect(() => sandbox.say(-7, 'hello?')).toThrow("Chat -7 is kicked: it can't reach the bot.");
    expect(() => sandbox.say(7, ' ')).toThrow('A message needs some text.');
  });
});

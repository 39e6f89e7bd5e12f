import type { Context } from 'grammy';
import { describe, expect, test } from 'vitest';
import { pressFeature } from '../../../../src/bot/chat/asking/feature-press.ts';
import type { CommandParts } from '../../../../src/bot/chat/command.ts';
import type { FeaturePress, PressAnswer } from '../../../../src/core/chat/press.ts';

const BEN = { id: 202, is_bot: false, first_name: 'Ben', last_name: '\u202eB\n.' };
const MESSAGE = {
  message_id: 7,
  date: 1,
  chat: { id: -1001, type: 'supergroup', title: 'Ops', username: 'ops_of_us' },
  is_topic_message: true,
  message_thread_id: 5,
};

/** Presses with `al` as a feature. */
async function press(
  query: object,
  links: Readonly<Record<string, number>> = {},
  answer: PressAnswer = {},
  isCatchingUp = false,
) {
  const pressed: FeaturePress[] = [];
  const parts = {
    presses: {
      async al(one: FeaturePress) {
        pressed.push(one);
        return answer;
      },
    },
    uidOf: async () => 1000,
    isCatchingUp: () => isCatchingUp,
    links: {
      usersOf: async (chatId: number) => Object.keys(links).filter((user) => links[user] === chatId),
      find: async (user: string) => ({ user, chatId: links[user] }),
    },
  } as unknown as CommandParts;
  const callbackQuery = { id: '1', chat_instance: '1', from: BEN, message: MESSAGE, ...query };
  const ctx = { me: { id: 9 }, update: { update_id: 55 }, callbackQuery } as unknown as Context;
  return { answer: await pressFeature(parts, ctx), pressed };
}

describe('a press of a feature’s button', () => {
  test('reaches the feature with place, chat and person', async () => {
    const { pressed } = await press({ data: 'al:ack:7f' }, { ben: BEN.id });
    expect(pressed).toEqual([
      {
        data: 'ack:7f',
        place: { chatId: -1001, threadId: 5, messageId: 7 },
        isUnder: false,
        chatType: 'supergroup',
        isPublic: true,
        by: { telegramId: BEN.id, name: 'ben', accounts: [{ user: 'ben', uid: 1000 }] },
        update: '9:55',
      },
    ]);
  });

  test('of a person without a link names them as Telegram does, on one line', async () => {
    const { pressed } = await press({ data: 'al:ack:7f' });
    expect(pressed[0]?.by).toEqual({ telegramId: BEN.id, name: 'Ben ?B?.', accounts: [] });
  });

  test('under a message that is too old for Telegram has its place', async () => {
    const gone = { message_id: 7, date: 0, chat: { id: -1001, type: 'group', title: 'Ops' } };
    const { pressed } = await press({ data: 'al:', message: gone });
    expect(pressed[0]).toMatchObject({ data: '', place: { chatId: -1001, messageId: 7 }, isPublic: false });
  });

  test('is answered in a length that Telegram takes', async () => {
    const { answer } = await press({ data: 'al:x' }, {}, { text: 'é'.repeat(300), alert: true });
    expect(answer).toEqual({ text: `${'é'.repeat(199)}…`, alert: true });
    expect((await press({ data: 'al:x' })).answer).toEqual({});
  });

  test('says whether Telegram knows the button under that message', async () => {
    const under = (callback_data: string) => ({
      ...MESSAGE,
      reply_markup: {
        inline_keyboard: [
          [
            { text: 'Graph', url: 'https://example.org/' },
            { text: 'Yes', callback_data },
          ],
        ],
      },
    });
    const pressed = async (message: object) => (await press({ data: 'al:1', message })).pressed[0]?.isUnder;
    expect([await pressed(under('al:1')), await pressed(under('al:2')), await pressed(MESSAGE)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('that may have waited at Telegram has to be repeated', async () => {
    const { answer, pressed } = await press({ data: 'al:ack:7f' }, {}, {}, true);
    expect([answer?.alert, pressed]).toEqual([true, []]);
    expect((await press({ data: 'zz:1' }, {}, {}, true)).answer).toBeUndefined();
  });

  test.each([
    ['a bot', { ...BEN, is_bot: true }],
    ['Telegram itself', { ...BEN, id: 777_000 }],
  ])('of %s does nothing', async (_who, from) => {
    const { answer, pressed } = await press({ data: 'al:ack:7f', from });
    expect([answer?.alert, pressed]).toEqual([true, []]);
  });

  test.each(['', 'al', 'sAAAAAAAAAAAAAAAAAAAAAA', 'qu:1', 'constructor:1', '__proto__:1'])(
    'whose data is %j is left to others',
    async (data) => {
      const { answer, pressed } = await press({ data });
      expect([answer, pressed]).toEqual([undefined, []]);
    },
  );
});

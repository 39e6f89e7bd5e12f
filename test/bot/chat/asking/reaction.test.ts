import type { Context } from 'grammy';
import { describe, expect, test } from 'vitest';
import { handleReaction } from '../../../../src/bot/chat/asking/reaction.ts';
import type { CommandParts } from '../../../../src/bot/chat/command.ts';
import type { FeatureReaction } from '../../../../src/core/chat/press.ts';

const BEN = { id: 202, is_bot: false, first_name: 'Ben' };
const GROUP = { id: -1001, type: 'supergroup', title: 'Ops', username: 'ops_of_us' };
const thumb = { type: 'emoji', emoji: '👍' };
const heart = { type: 'emoji', emoji: '❤' };

/** What reaches the alerts of a reaction. */
async function react(change: object): Promise<readonly FeatureReaction[]> {
  const found: FeatureReaction[] = [];
  const parts = {
    alerts: { react: async (reaction: FeatureReaction) => found.push(reaction) > 0 },
    uidOf: async () => 1000,
    links: {
      usersOf: async (chatId: number) => (chatId === BEN.id ? ['ben'] : []),
      find: async () => ({ user: 'ben', chatId: BEN.id }),
    },
  } as unknown as CommandParts;
  const messageReaction = { chat: GROUP, message_id: 7, user: BEN, date: 1, old_reaction: [], new_reaction: [thumb] };
  const ctx = { me: { id: 9 }, update: { update_id: 55 }, messageReaction: { ...messageReaction, ...change } };
  await handleReaction(parts, ctx as unknown as Context);
  return found;
}

describe('a reaction', () => {
  test('👍 reaches the alerts with message, chat and person', async () => {
    expect(await react({})).toEqual([
      {
        place: { chatId: -1001, messageId: 7 },
        chatType: 'supergroup',
        isPublic: true,
        by: { telegramId: BEN.id, name: 'ben', accounts: [{ user: 'ben', uid: 1000 }] },
        update: '9:55',
      },
    ]);
  });

  test('👍 beside or after others counts', async () => {
    expect(await react({ old_reaction: [heart], new_reaction: [heart, thumb] })).toHaveLength(1);
  });

  test.each([
    ['of another kind', { new_reaction: [heart] }],
    ['that is an emoji of somebody’s own', { new_reaction: [{ type: 'custom_emoji', custom_emoji_id: '👍' }] }],
    ['that is taken back', { old_reaction: [thumb], new_reaction: [] }],
    ['that was there before', { old_reaction: [thumb], new_reaction: [thumb, heart] }],
    ['of an anonymous administrator', { user: undefined, actor_chat: GROUP }],
    ['of a bot', { user: { ...BEN, is_bot: true } }],
    ['of Telegram itself', { user: { ...BEN, id: 777_000 } }],
  ])('%s does nothing', async (_, change) => {
    expect(await react(change)).toEqual([]);
  });
});

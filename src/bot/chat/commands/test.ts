import type { BotCommand } from '../command.ts';
import { reply } from '../reply.ts';

/** `/test`: sends a notification with a picture, through the queue as any other. */
export const testCommand: BotCommand = {
  name: 'test',
  description: 'Send a test notification with a picture',
  linkedOnly: true,
  asksWhenLate: true,
  async run({ notify, makeTest, uidOf }, { ctx, users }) {
    for (const user of users) {
      const { status } = await notify(await makeTest({ user, uid: await uidOf(user) }));
      if (status === 'muted') {
        await reply(ctx, '🔕 The test for ', { bold: user }, ' was recorded but not sent: /unmute ends the mute.');
      }
    }
  },
};

import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFile } from '../../shared/durable.ts';
import type { Command } from './command.ts';
import { reply } from './reply.ts';
import { drawTestPicture } from './test-picture.ts';

/** `/test`: a picture that travels as every notification does, through the outbox. */
export const testCommand: Command = {
  name: 'test',
  description: 'Send a test notification with a picture',
  linkedOnly: true,
  async run({ notify, stagingDir, host }, { ctx, users }) {
    const picture = await drawTestPicture();
    for (const user of users) {
      const path = join(stagingDir, randomUUID());
      await writeFile(path, picture, { mode: 0o600 });
      await syncFile(path);
      const { status } = await notify({
        user,
        title: 'It works',
        text: `This is what a notification for **${user}** from ${host} looks like: a title, *bold* words, \`code\`, and a picture.`,
        parseMode: 'Markdown',
        source: 'test',
        media: [{ path, name: 'test.png', size: picture.length, as: 'photo' }],
      });
      if (status === 'muted') {
        await reply(ctx, '🔕 The test for ', { bold: user }, ' was recorded but not sent: /unmute ends the mute.');
      }
    }
  },
};

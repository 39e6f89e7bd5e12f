import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Notification } from '../../core/notification.ts';
import { syncFile } from '../../shared/files/durable.ts';
import { drawTestPicture } from './test-picture.ts';

/** Makes a notification that shows a user what notifications look like. */
export type MakeTest = (user: string) => Promise<Notification>;

/**
 * @param stagingDir where its picture lies until somebody takes it over
 * @param host how this server calls itself to people
 */
export function createMakeTest(stagingDir: string, host: string): MakeTest {
  let drawn: Promise<Uint8Array> | undefined;
  return async (user) => {
    // The same for all: drawn once, when it is first asked for.
    drawn ??= drawTestPicture();
    const picture = await drawn;
    const path = join(stagingDir, randomUUID());
    await writeFile(path, picture, { mode: 0o600 });
    await syncFile(path);
    return {
      user,
      title: 'It works',
      text: `This is what a notification for **${user}** from ${host} looks like: a title, *bold* words, \`code\`, and a picture.`,
      parseMode: 'Markdown',
      source: 'test',
      media: [{ path, name: 'test.png', size: picture.length, as: 'photo' }],
    };
  };
}

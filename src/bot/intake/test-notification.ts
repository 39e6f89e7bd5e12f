import type { Account } from '../../core/account.ts';
import type { Notification } from '../../core/notification.ts';
import type { Blobs } from '../../storage/ports.ts';
import { drawTestPicture } from './test-picture.ts';

/** Makes a notification that shows a user what notifications look like. */
export type MakeTest = (account: Account) => Promise<Notification>;

/**
 * @param blobs where its picture is stored until a delivery takes it over
 * @param host this server's name, as messages show it
 */
export function createMakeTest(blobs: Pick<Blobs, 'write'>, host: string): MakeTest {
  let drawn: Promise<Uint8Array> | undefined;
  return async (account) => {
    // The same picture for every user, drawn for the first.
    drawn ??= drawTestPicture();
    const picture = await drawn;
    const blob = await blobs.write([picture]);
    return {
      account,
      title: 'It works',
      text: `This is what a notification for **${account.user}** from \`${host}\` looks like: a title, *bold* words, \`code\`, and a picture.`,
      parseMode: 'Markdown',
      source: 'test',
      // Somebody waits for it.
      passes: { quiet: true },
      media: [{ blob, name: 'test.png', size: picture.length, as: 'photo' }],
    };
  };
}

import { GrammyError } from 'grammy';
import { Problem } from '../../core/problem.ts';
import type { Signal } from './call.ts';
import type { TelegramClient } from './client.ts';

/**
 * Downloads a file that was sent earlier.
 *
 * @param fileId Telegram's id of the file
 * @param hold called with the number of bytes before they are read into memory; it may throw to refuse them
 * @returns `undefined` when Telegram doesn't have the file, or it is too large
 * @throws Problem `telegram_unreachable`
 */
export type Download = (fileId: string, hold: (bytes: number) => void) => Promise<Buffer | undefined>;

/** Bytes; Telegram's limit for photos. Larger pictures are sent as documents. https://core.telegram.org/bots/api#sendphoto */
const LARGEST = 10 * 1024 * 1024;
/** Milliseconds for each of the two calls. */
const CALL_MS = 20_000;

/** Creates the function that downloads by a client. */
export function createDownload({ api, download }: Pick<TelegramClient, 'api' | 'download'>): Download {
  async function locate(fileId: string): Promise<{ path: string; size: number } | undefined> {
    try {
      const file = await api.getFile(fileId, AbortSignal.timeout(CALL_MS) as unknown as Signal);
      const { file_path: path, file_size: size = LARGEST } = file;
      return path === undefined || size > LARGEST ? undefined : { path, size };
    } catch (error) {
      // Telegram doesn't know the file, or no longer has it.
      if (error instanceof GrammyError && error.error_code >= 400 && error.error_code < 500) return undefined;
      throw new Problem('telegram_unreachable', 'The picture is with Telegram, which can’t be reached just now.', {
        cause: error,
      });
    }
  }

  return async (fileId, hold) => {
    const file = await locate(fileId);
    if (file === undefined) return undefined;
    hold(file.size);
    try {
      return await download(file.path, LARGEST, AbortSignal.timeout(CALL_MS));
    } catch (error) {
      throw new Problem('telegram_unreachable', 'The picture is with Telegram, which can’t be reached just now.', {
        cause: error,
      });
    }
  };
}

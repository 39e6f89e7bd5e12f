import { GrammyError } from 'grammy';
import { Problem } from '../../core/problem.ts';
import type { Signal } from './call.ts';
import type { TelegramClient } from './client.ts';

/**
 * Fetches a file that was sent before.
 *
 * @param fileId what Telegram called it when it was sent
 * @param hold told how many bytes memory is to hold, before they are read; it may throw
 * @returns `undefined` for one that Telegram doesn't have, or one that is too large
 * @throws Problem `telegram_unreachable`
 */
export type Download = (fileId: string, hold: (bytes: number) => void) => Promise<Buffer | undefined>;

/** Telegram's own limit for photos; larger ones travelled as documents. https://core.telegram.org/bots/api#sendphoto */
const LARGEST = 10 * 1024 * 1024;
/** For each of the two calls, ms. */
const CALL_MS = 20_000;

/** Nothing is fetched before it is asked for. */
export function createDownload({ api, download }: Pick<TelegramClient, 'api' | 'download'>): Download {
  async function locate(fileId: string): Promise<{ path: string; size: number } | undefined> {
    try {
      const file = await api.getFile(fileId, AbortSignal.timeout(CALL_MS) as unknown as Signal);
      const { file_path: path, file_size: size = LARGEST } = file;
      return path === undefined || size > LARGEST ? undefined : { path, size };
    } catch (error) {
      // It doesn't know the file, or has it no more.
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

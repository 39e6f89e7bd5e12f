/** Caches the one-time link of each user, because otherwise every page would create another. */

import { sentenceOf } from '../../core/problem.ts';
import type { DeepLinkAnswer } from '../../shared/api/answers.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Bot } from './bot.ts';

/** Remaining time below which a link is replaced, ms. */
const LEAST_LEFT_MS = 3 * 60_000;
const MAX = 10_000;

export interface DeepLinkCache {
  /** The link of an unlinked user; `undefined` if none can be made now. */
  forUser(user: string): Promise<DeepLinkAnswer | undefined>;
  /** Drops a user's link, so that the next page shows another. */
  forget(user: string): void;
}

/** @param now milliseconds since the epoch */
export function createDeepLinkCache(bot: Pick<Bot, 'deepLink'>, log: Log, now: () => number = Date.now): DeepLinkCache {
  const made = new Map<string, DeepLinkAnswer>();
  const isFresh = ({ expires_at: at }: DeepLinkAnswer) => Date.parse(at) - now() > LEAST_LEFT_MS;
  return {
    async forUser(user) {
      const known = made.get(user);
      if (known !== undefined && isFresh(known)) return known;
      try {
        const link = await bot.deepLink(user);
        const [oldest] = made.keys();
        if (made.size >= MAX && oldest !== undefined) made.delete(oldest);
        made.set(user, link);
        return link;
      } catch (error) {
        log.warn({ user, cause: sentenceOf(error) }, 'A one-time link could not be created.');
        return undefined;
      }
    },
    forget: (user) => void made.delete(user),
  };
}

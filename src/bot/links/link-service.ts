import { Problem } from '../../core/problem.ts';
import type { Codes } from '../../storage/files/codes/codes.ts';
import type { DeepLinks } from '../../storage/files/codes/deep-links.ts';
import type { Taken } from '../../storage/files/codes/one-time.ts';
import type { Chat } from '../../storage/files/entries.ts';
import type { Links } from '../../storage/files/links/links.ts';
import type { AttemptLimit } from './attempt-limit.ts';

/** A link that was just made. */
export interface Linked {
  readonly outcome: 'linked';
  readonly user: string;
  /** ISO 8601. */
  readonly linkedAt: string;
  /** The chat, for a notice there. */
  readonly chat: Chat;
  /** Another chat that the user was linked to until now, for a notice there. */
  readonly previousChatId?: number;
}

/** What came of a code or a token. */
export type LinkAttempt = Linked | { readonly outcome: 'unknown' | 'expired' | 'too-many-tries' };

/** Every function throws Problem `links_unreadable` or `storage`; the code or token is then still good. */
export interface LinkService {
  /**
   * Links `user` to the chat that asked for `code`.
   * @param callerKey whose wrong tries are counted together, such as the caller's uid
   */
  redeemCode(user: string, uid: number | undefined, code: string, callerKey: string): Promise<LinkAttempt>;
  /** Links the user that `token` was made for to `chat`, whose wrong tries are counted together. */
  redeemToken(token: string, chat: Chat): Promise<LinkAttempt>;
}

export interface LinkServiceOptions {
  readonly links: Links;
  readonly codes: Codes;
  readonly deepLinks: DeepLinks;
  /** Wrong codes, by caller. */
  readonly tries: AttemptLimit;
  /** Wrong tokens, by chat: a bound of their own, for anybody in Telegram can use it up. */
  readonly tokenTries: AttemptLimit;
}

const isWrong = ({ outcome }: LinkAttempt) => outcome === 'unknown' || outcome === 'expired';

async function bounded(tries: AttemptLimit, key: string, attempt: () => Promise<LinkAttempt>): Promise<LinkAttempt> {
  const takeBack = tries.reserve(key);
  if (takeBack === undefined) return { outcome: 'too-many-tries' };
  let wrong = false;
  try {
    const result = await attempt();
    wrong = isWrong(result);
    return result;
  } finally {
    if (!wrong) takeBack();
  }
}

/** Puts the trip from a code, or a token, to a link together. */
export function createLinkService({ links, codes, deepLinks, tries, tokenTries }: LinkServiceOptions): LinkService {
  async function link<T>(taken: Taken<T>, partiesOf: (value: T) => Parties): Promise<LinkAttempt> {
    if (taken.outcome !== 'ok') return taken;
    const { user, uid, chat } = partiesOf(taken.value);
    try {
      return { outcome: 'linked', user, chat, ...(await links.link(user, uid, chat)) };
    } catch (error) {
      // Where even this fails, say on a full disk, the person asks for another code.
      if (error instanceof Problem) await taken.giveBack().catch(() => {});
      throw error;
    }
  }
  return {
    redeemCode: (user, uid, code, callerKey) =>
      bounded(tries, callerKey, async () => link(await codes.redeem(code), (chat) => ({ user, uid, chat }))),
    redeemToken: (token, chat) =>
      bounded(tokenTries, String(chat.id), async () =>
        link(await deepLinks.redeem(token), ({ user, uid }) => ({ user, uid, chat })),
      ),
  };
}

interface Parties {
  readonly user: string;
  readonly uid: number | undefined;
  readonly chat: Chat;
}

import { Problem } from '../../core/problem.ts';
import type { Chat, Codes, DeepLinks, Links, Taken } from '../../storage/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { AttemptLimit } from './attempt-limit.ts';

/** A link that was just made. */
export interface Linked {
  readonly outcome: 'linked';
  readonly user: string;
  /** ISO 8601. */
  readonly linkedAt: string;
}

/** The result of a code or a token. */
export type LinkAttempt = Linked | { readonly outcome: 'unknown' | 'expired' | 'too-many-tries' };

/** Every function throws Problem `links_unreadable` or `storage`; the code or token can then be used again. */
export interface LinkService {
  /**
   * Links `user` to the chat that asked for `code`.
   * @param callerKey wrong tries are counted by this key, such as the caller's uid
   */
  redeemCode(user: string, uid: number | undefined, code: string, callerKey: string): Promise<LinkAttempt>;
  /** Links the user that `token` was made for to `chat`; wrong tries are counted by chat. */
  redeemToken(token: string, chat: Chat): Promise<LinkAttempt>;
}

export interface LinkServiceOptions {
  readonly links: Links;
  readonly codes: Codes;
  readonly deepLinks: DeepLinks;
  readonly bus: EventBus;
  /** Wrong codes, by caller. */
  readonly tries: AttemptLimit;
  /** Wrong tokens, by chat: a limit of their own, since any Telegram user can exhaust it. */
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

/** Makes links from codes and from tokens, and publishes them. */
export function createLinkService(options: LinkServiceOptions): LinkService {
  const { links, codes, deepLinks, bus, tries, tokenTries } = options;

  async function link<T>(taken: Taken<T>, partiesOf: (value: T) => Parties): Promise<LinkAttempt> {
    if (taken.outcome !== 'ok') return taken;
    const { user, uid, chat } = partiesOf(taken.value);
    try {
      const { linkedAt, previousChatId } = await links.link(user, uid, chat);
      if (previousChatId !== undefined) void bus.publish('link.replaced', { user, chatId: previousChatId });
      return { outcome: 'linked', user, linkedAt };
    } catch (error) {
      // If this fails as well, for instance on a full disk, the person asks for another code.
      if (error instanceof Problem) await taken.giveBack().catch(() => {});
      throw error;
    }
  }
  return {
    redeemCode: (user, uid, code, callerKey) =>
      bounded(tries, callerKey, async () => {
        const taken = await codes.redeem(code);
        const result = await link(taken, (chat) => ({ user, uid, chat }));
        // The chat asked for the code and waits for the answer; a token is redeemed in the chat itself.
        if (taken.outcome === 'ok' && result.outcome === 'linked') {
          void bus.publish('link.redeemed', { user, chatId: taken.value.id });
        }
        return result;
      }),
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

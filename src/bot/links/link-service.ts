import { isSameChat } from '../../core/destination.ts';
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
  readonly chat: Chat;
  /** The chat or topic that the user was linked to before, when it is another. */
  readonly previous?: Chat;
}

/** A token that would move the user's messages away from another chat, and was not used for that yet. */
export interface MoveToConfirm {
  readonly outcome: 'would-move';
  readonly user: string;
  readonly uid: number;
  readonly previous: Chat;
}

/** The result of a code or a token. */
export type LinkAttempt = Linked | { readonly outcome: 'unknown' | 'expired' | 'too-many-tries' };

/** Every function throws Problem `links_unreadable` or `storage`; the code or token can then be used again. */
export interface LinkService {
  /**
   * Links `user` to the chat that asked for `code`.
   * @param callerKey wrong tries are counted by this key, such as the caller's uid
   */
  redeemCode(user: string, uid: number, code: string, callerKey: string): Promise<LinkAttempt>;
  /**
   * Links the user that `token` was made for to `chat`; wrong tries are counted by chat.
   * @param mayMove whether the messages may be moved away from another chat; else the token stays good
   */
  redeemToken(token: string, chat: Chat, mayMove: boolean): Promise<LinkAttempt | MoveToConfirm>;
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

const isWrong = ({ outcome }: LinkAttempt | MoveToConfirm) => outcome === 'unknown' || outcome === 'expired';

async function bounded<T extends LinkAttempt | MoveToConfirm>(
  tries: AttemptLimit,
  key: string,
  attempt: () => Promise<T>,
): Promise<T | LinkAttempt> {
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

/** Counts what was wrong only afterwards: what can't be guessed needs no refusal. */
async function counted<T extends LinkAttempt | MoveToConfirm>(
  tries: AttemptLimit,
  key: string,
  attempt: () => Promise<T>,
): Promise<T | LinkAttempt> {
  const result = await attempt();
  return isWrong(result) && tries.reserve(key) === undefined ? { outcome: 'too-many-tries' } : result;
}

/** Makes links from codes and from tokens, and publishes them. */
export function createLinkService(options: LinkServiceOptions): LinkService {
  const { links, codes, deepLinks, bus, tries, tokenTries } = options;

  async function link<T>(taken: Taken<T>, partiesOf: (value: T) => Parties): Promise<LinkAttempt> {
    if (taken.outcome !== 'ok') return taken;
    const { user, uid, chat } = partiesOf(taken.value);
    try {
      const { linkedAt, former, previous } = await links.link(user, uid, chat);
      if (former !== undefined) {
        const both = previous === undefined ? {} : { by: chat, previous };
        void bus.publish('link.replaced', { user, former, ...both });
      }
      return { outcome: 'linked', user, linkedAt, chat, ...(previous && { previous }) };
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
          const { chat, previous } = result;
          void bus.publish('link.redeemed', { user, chat, ...(previous && { previous }) });
        }
        return result;
      }),
    redeemToken: (token, chat, mayMove) =>
      counted(tokenTries, String(chat.id), async () => {
        const taken = await deepLinks.redeem(token);
        if (taken.outcome === 'ok' && !mayMove) {
          const { user, uid } = taken.value;
          const before = await links.find(user, uid).catch(async (error: unknown) => {
            await taken.giveBack().catch(() => {});
            throw error;
          });
          if (before !== undefined && !isSameChat(before.chat, chat)) {
            await taken.giveBack();
            return { outcome: 'would-move', user, uid, previous: before.chat } as const;
          }
        }
        return link(taken, ({ user, uid }) => ({ user, uid, chat }));
      }),
  };
}

interface Parties {
  readonly user: string;
  readonly uid: number;
  readonly chat: Chat;
}

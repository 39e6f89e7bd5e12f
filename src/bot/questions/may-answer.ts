/**
 * Who may answer a question. In a private chat its person. In a group the people whom the asker named; if none are named,
 * the asker and people whose account may send to the group. A presser's account is the one linked to their private chat.
 */
import { type Account, isSameAccount } from '../../core/account.ts';
import type { FeaturePress } from '../../core/chat/press.ts';
import type { AskedPlace, Question } from '../../core/questions/question.ts';
import type { Destinations } from '../../storage/ports.ts';
import type { Accounts } from '../api/callers/accounts.ts';
import { createSenderCheck } from '../api/callers/senders.ts';

/** The press to check. */
export interface RightsParts {
  readonly accounts: Pick<Accounts, 'groupsOf' | 'check'>;
  readonly destinations: Pick<Destinations, 'find'>;
}

type Asked = Pick<Question, 'owner' | 'may'>;

const LINK_FIRST = 'I don’t know your account here: send /start to me in a private chat, and link it.';

/** Whether an account is the asker's, or may send to the destination. @throws Problem `accounts_unavailable` */
async function mayByDefault({ accounts, destinations }: RightsParts, { owner }: Asked, place: AskedPlace, by: Account) {
  const { person, destination } = place.route;
  if (isSameAccount(owner, by)) return true;
  // A group that is a person's link, not a registered destination.
  if (person !== undefined) return isSameAccount(person, by);
  const registered = await destinations.find(destination.name);
  if (registered === undefined) return false;
  const check = createSenderCheck(by, accounts);
  if (await check.maySend(registered)) return true;
  await check.requireKnown(registered);
  return false;
}

/** Whether an account is among those that the asker named. @throws Problem `accounts_unavailable` */
async function isNamed({ accounts }: RightsParts, may: readonly string[], by: Account): Promise<boolean> {
  // Matched like the senders of a destination without an owner.
  const named = { owner: { user: '', uid: undefined }, senders: may };
  const check = createSenderCheck(by, accounts);
  if (await check.maySend(named)) return true;
  await check.requireKnown(named);
  return false;
}

/**
 * Decides on a press under the question's message.
 *
 * @returns a sentence that says why the person may not answer; `undefined` if they may
 * @throws Problem `accounts_unavailable`, `destinations_unreadable`, `storage`
 */
export async function refusalOf(
  parts: RightsParts,
  question: Asked,
  place: AskedPlace,
  { by, chatType, isPublic }: FeaturePress,
): Promise<string | undefined> {
  const { person } = place.route;
  if (chatType === 'private') {
    const isTheirs = person !== undefined && by.accounts.some((one) => isSameAccount(person, one));
    return isTheirs ? undefined : `This chat is no longer linked to ${person?.user ?? 'the account that was asked'}.`;
  }
  const { may } = question;
  // Strangers can join a public group, and see a channel.
  const isForAll = may?.includes('*') === true && chatType !== 'channel' && !isPublic;
  if (isForAll) return undefined;
  if (by.accounts.length === 0) return LINK_FIRST;
  for (const account of by.accounts) {
    const isAllowed = may === undefined ? mayByDefault(parts, question, place, account) : isNamed(parts, may, account);
    if (await isAllowed) return undefined;
  }
  if (may !== undefined) return `Only ${may.join(', ')} may answer this.`;
  return `Only ${question.owner.user} and people who may send to ${place.route.destination.name} may answer this.`;
}

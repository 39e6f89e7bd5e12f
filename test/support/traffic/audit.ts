/** What must be true at the end, whatever was killed when; each finding is a sentence, and none is what we want. */
import { type Arrivals, sortArrivals } from './arrivals.ts';
import { copyFaults } from './copies.ts';
import type { Ground } from './ground.ts';
import { isFailure, type Recorded, readHistory } from './history.ts';
import type { Posted } from './senders.ts';

/** How the books stand. */
export interface Audit {
  /** Accepted, and neither arrived nor recorded as failed. */
  readonly lost: readonly string[];
  /** Anything else that must not be. */
  readonly wrong: readonly string[];
  readonly accepted: number;
  /** Of these, failed for good, and recorded so. */
  readonly failed: number;
  /** Messages that arrived more than once. */
  readonly twice: number;
  /** Messages in Telegram. */
  readonly arrived: number;
}

const nameOf = ({ person, number, id }: Posted) =>
  `${person.user}’s message ${number}${id === undefined ? '' : ` (${id})`}`;

function contentFaults(posted: Posted, arrivals: Arrivals): string[] {
  const { album, size, marks } = posted.draft;
  const faults: string[] = [];
  for (const message of arrivals.of(marks[0] ?? '')) {
    if (size !== undefined && message.media?.size !== size) {
      faults.push(`${nameOf(posted)} arrived with a file of ${message.media?.size} bytes, not ${size}`);
    }
    const group = arrivals.inChat(message.chat_id).filter((other) => other.media_group_id === message.media_group_id);
    if (album !== undefined && group.length !== album) {
      faults.push(`${nameOf(posted)} arrived with ${group.length} pictures, not ${album}`);
    }
  }
  return faults;
}

const hasFailed = ({ receipt, person }: Posted, lines: Recorded) =>
  receipt !== undefined && lines.of(person.user, receipt.id).some(isFailure);

/** Lost: not every part arrived, and nothing says that it failed. */
function isLost(posted: Posted, arrivals: Arrivals, lines: Recorded): 'arrived' | 'failed' | 'lost' {
  if (posted.draft.marks.every((mark) => arrivals.of(mark).length > 0)) return 'arrived';
  return hasFailed(posted, lines) ? 'failed' : 'lost';
}

function recordFaults(posted: Posted, lines: Recorded): string[] {
  const { receipt, person, id } = posted;
  if (receipt === undefined) return [];
  const found = lines.of(person.user, receipt.id);
  const faults: string[] = [];
  if (!found.some((line) => line.status === 'sent' || isFailure(line))) {
    faults.push(`${nameOf(posted)} was accepted and is not in the history`);
  }
  if (id !== undefined && receipt.id !== id) faults.push(`${nameOf(posted)} was answered with the id ${receipt.id}`);
  const deliveries = new Set(found.map(({ delivery }) => delivery));
  if (deliveries.size > 1) faults.push(`${nameOf(posted)} was taken ${deliveries.size} times under one id`);
  return faults;
}

function orderFaults(chatId: number, arrivals: Arrivals): string[] {
  const numbers = arrivals.firsts(chatId).map((mark) => mark.replace('mark', '').split('x').slice(1).map(Number));
  return numbers.flatMap(([message = 0, part = 0], i) => {
    const [before = -1, partBefore = -1] = numbers[i - 1] ?? [];
    const inOrder = message > before || (message === before && part > partBefore);
    return inOrder ? [] : [`chat ${chatId} got message ${message}.${part} after ${before}.${partBefore}`];
  });
}

/** Answered as sent: then Telegram has it, under the ids that were told. */
function answerFaults(posted: Posted, arrivals: Arrivals): string[] {
  const { receipt, person } = posted;
  if (receipt?.status !== 'sent') return [];
  const there = new Set(arrivals.inChat(person.chatId).map((message) => message.message_id));
  const missing = receipt.messageIds.filter((id) => !there.has(id));
  return missing.map((id) => `${nameOf(posted)} was answered as sent with ${id}, which Telegram does not know`);
}

/** Whose first message came without the file that holds all of it, though nothing says that the rest failed. */
function wholeFaults(chatId: number, posted: readonly Posted[], arrivals: Arrivals, lines: Recorded): string[] {
  const wanted = posted
    .filter(({ draft, person }) => draft.whole === true && person.chatId === chatId)
    .filter((one) => arrivals.of(one.draft.marks[0] ?? '').length > 0 && !hasFailed(one, lines)).length;
  const found = arrivals.inChat(chatId).filter(({ media }) => media?.name === 'message.txt').length;
  return found < wanted ? [`chat ${chatId} got ${found} files for ${wanted} long messages`] : [];
}

/**
 * Compares what was accepted with what arrived and with what the history says.
 *
 * @param kills when, by `Date.now`
 * @param resets how many answers of Telegram's were lost on the way on purpose: each may cost a copy
 */
export async function audit(
  { sandbox, dataDir, people }: Ground,
  posted: readonly Posted[],
  kills: readonly number[],
  resets = 0,
): Promise<Audit> {
  const arrivals = sortArrivals(sandbox.messages());
  const lines = await readHistory(dataDir);
  const accepted = posted.filter(({ receipt }) => receipt !== undefined);
  const fates = accepted.map((one) => ({ one, fate: isLost(one, arrivals, lines) }));
  const halves = posted.filter(({ draft, receipt, person }) => {
    const there = draft.marks.filter((mark) => arrivals.of(mark).length > 0).length;
    const isHalf = receipt === undefined && there > 0 && there < draft.marks.length;
    return isHalf && !lines.failedWith(person.user, draft.marks[0] ?? '');
  });
  const copies = copyFaults(posted, arrivals, kills, resets);
  const wrong = [
    ...halves.map((one) => `${nameOf(one)} was not answered and arrived in part`),
    ...posted.flatMap((one) => contentFaults(one, arrivals)),
    ...accepted.flatMap((one) => [...recordFaults(one, lines), ...answerFaults(one, arrivals)]),
    ...people.flatMap(({ chatId }) => [
      ...orderFaults(chatId, arrivals),
      ...wholeFaults(chatId, posted, arrivals, lines),
    ]),
    ...copies.faults,
    ...(lines.torn > kills.length ? [`the history has ${lines.torn} torn lines for ${kills.length} kills`] : []),
  ];
  return {
    lost: fates.filter(({ fate }) => fate === 'lost').map(({ one }) => nameOf(one)),
    wrong,
    accepted: accepted.length,
    failed: fates.filter(({ fate }) => fate === 'failed').length,
    twice: copies.twice,
    arrived: arrivals.total,
  };
}

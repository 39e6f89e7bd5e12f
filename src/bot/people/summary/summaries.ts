/**
 * Tells people what was held back for them, in one summary.
 *
 * Promises: what is held is told once, or goes out by itself: a summary's list of deliveries is durable before it is sent,
 * each is crossed off by itself afterwards, and what is held meanwhile waits for the next one. A person gets at most one
 * summary at a time. What can't be done, such as on a full disk, is tried again within a minute.
 */
import type { Account } from '../../../core/account.ts';
import { linkName, personOf } from '../../../core/destination.ts';
import { sentenceOf } from '../../../core/problem.ts';
import type { ReceiptStatus } from '../../../core/receipt.ts';
import type { Queue } from '../../../queue/queue.ts';
import type { Log } from '../../../shared/process/log.ts';
import type { Module } from '../../../shared/process/module-list.ts';
import type { Records } from '../../../storage/ports.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { Part } from '../../telegram/part.ts';
import { summaryAt } from '../hold-policy.ts';
import { asIs, type MakeSummaryParts, MOST_HELD, pendingOf, planHeld } from './make-summary.ts';
import { isLate, type SendSummaryParts, sendSummary } from './send-summary.ts';
import { createSummaryRecords } from './summary-records.ts';

/** What the module needs. */
export interface SummaryParts extends MakeSummaryParts, Omit<SendSummaryParts, 'settled' | 'isStopping' | 'queue'> {
  readonly queue: Pick<Queue<Part>, 'held' | 'heldSize' | 'release' | 'end' | 'queued'>;
  readonly heldRecords: Records;
  /** Deliveries that may wait at most: half of them may be held. */
  readonly capacity: number;
  readonly uidOf: (user: string) => Promise<number | undefined>;
  readonly bus: EventBus;
  readonly log: Log;
}

/** @see createSummaries */
export interface Summaries {
  readonly module: Module;
  /** Looks again at what is held for a person, such as after a change of their settings. */
  consider(user: string): void;
  /** Whether a summary is taken back, asked at the moment at which it would go: quiet hours have begun again. */
  isTakenBack(user: string): Promise<boolean>;
  /** How much is held for a person, and when a summary tells of it, ms since 1970. */
  standing(person: Account): Promise<{ readonly held: number; readonly summaryAt?: number }>;
}

/** The longest sleep between two looks, so that a clock that was set is followed; after a failure, the wait. Ms. */
const LOOK_EVERY_MS = 60_000;
/** How long a stop waits for a step that is being written, ms. */
const STOP_MS = 1000;
/** What is held within this time is looked at together, ms. */
const GATHER_MS = 200;
/** The least between two summaries of a person, ms. */
const SPACING_MS = 1000;

/** Creates the module. */
export function createSummaries(parts: SummaryParts): Summaries {
  const { queue, preferences, capacity, uidOf, bus, now, log } = parts;
  const records = createSummaryRecords(parts.heldRecords);
  /** When each person is looked at again, ms since 1970. */
  const due = new Map<string, number>();
  const underWay = new Map<string, Promise<void>>();
  const waiting = new Map<string, (status: ReceiptStatus) => void>();
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let lookedAt = now();

  const accountOf = async (user: string): Promise<Account> => ({ user, uid: await uidOf(user) });
  const settled = async (id: string) =>
    isRunning ? new Promise<ReceiptStatus>((resolve) => void waiting.set(id, resolve)) : 'queued';

  async function timeFor(person: Account): Promise<number | undefined> {
    if (records.of(person.user) !== undefined) return now();
    const held = queue.held(linkName(person.user));
    return held.length === 0 ? undefined : summaryAt(await preferences(person), held, now());
  }

  async function tell(user: string, isEarly: boolean): Promise<void> {
    let summary = records.of(user);
    if (summary === undefined) {
      const plan = await planHeld(parts, user);
      if (plan === undefined) return;
      summary = pendingOf(plan, await accountOf(user), { now: now(), isEarly });
      await records.begin(summary);
    }
    const { id, told, own } = summary;
    const sending = { ...parts, settled, isStopping: () => !isRunning };
    const status = await sendSummary(sending, summary).finally(() => waiting.delete(id));
    if (status === 'queued') return;
    await records.end(user);
    log.info({ user, id, status, told: told.length, own: own.length }, 'A summary of what was held back');
  }

  function start(user: string, isEarly: boolean): void {
    const told = tell(user, isEarly).then(
      () => SPACING_MS,
      (error: unknown) => {
        log.warn({ user, err: sentenceOf(error) }, 'A summary could not be sent yet');
        return LOOK_EVERY_MS;
      },
    );
    const ended = told.then((waitMs) => {
      underWay.delete(user);
      lookAgain(user, now() + waitMs);
    });
    underWay.set(user, ended);
  }

  function lookAgain(user: string, at: number): void {
    due.set(user, Math.min(at, due.get(user) ?? Number.POSITIVE_INFINITY));
    arm();
  }

  function arm(): void {
    clearTimeout(timer);
    if (!isRunning || due.size === 0) return;
    const next = Math.min(...due.values()) - now();
    timer = setTimeout(look, Math.min(LOOK_EVERY_MS, Math.max(0, next)));
  }

  function look(): void {
    // A clock that was set back moves what was planned by it.
    const isSetBack = now() < lookedAt;
    lookedAt = now();
    for (const [user, at] of [...due]) if (at <= lookedAt || isSetBack) consider(user);
    const fullest = isCrowded() ? fullestOf() : undefined;
    if (fullest !== undefined) consider(fullest);
    arm();
  }

  const isCrowded = () => queue.heldSize() > capacity / 2;

  /** The person for whom most is held, and whose summary is not under way. */
  function fullestOf(): string | undefined {
    const counts = new Map<string, number>();
    for (const { to } of queue.held()) {
      const user = personOf(to);
      if (user !== undefined && !underWay.has(user)) counts.set(user, (counts.get(user) ?? 0) + 1);
    }
    return [...counts].reduce<[string, number] | undefined>(
      (most, one) => (most === undefined || one[1] > most[1] ? one : most),
      undefined,
    )?.[0];
  }

  /** Whether so much is held, for a person or for all, that theirs has to go. */
  const isFull = (user: string) =>
    queue.held(linkName(user)).length >= MOST_HELD || (isCrowded() && fullestOf() === user);

  async function decide(user: string): Promise<void> {
    const at = await timeFor(await accountOf(user).catch(() => ({ user, uid: undefined })));
    if (at === undefined || underWay.has(user) || !isRunning) return;
    const isNow = at <= now();
    if (isNow || isFull(user)) start(user, !isNow);
    else lookAgain(user, at);
  }

  function consider(user: string): void {
    due.delete(user);
    void decide(user).catch((error: unknown) => {
      log.warn({ user, err: sentenceOf(error) }, 'What is held back could not be looked at');
      lookAgain(user, now() + LOOK_EVERY_MS);
    });
  }

  /** What is held for a chat that is linked no more goes to its turn, where its record says why it fails. */
  async function letGo(user: string): Promise<void> {
    for (const { delivery: name } of queue.held(linkName(user))) {
      const delivery = await parts.deliveries.get(name).catch(() => undefined);
      const isLinked = delivery !== undefined && (await parts.objection(delivery)) === undefined;
      if (!isLinked) await queue.release(name, asIs);
    }
  }

  let unsubscribe = () => {};
  return {
    consider,
    async isTakenBack(user) {
      const summary = records.of(user);
      return summary !== undefined && isLate(parts, summary);
    },
    async standing(person) {
      const at = await timeFor(person);
      const held = queue.held(linkName(person.user)).length;
      return { held, ...(at !== undefined && held > 0 && { summaryAt: at }) };
    },
    module: {
      name: 'summaries',
      stopMs: STOP_MS,
      async start() {
        await records.open();
        unsubscribe = bus.subscribe({
          'delivery.changed'(event) {
            if ('record' in event) return waiting.get(event.record.id)?.(event.record.status);
            const user = personOf(event.delivery.destination.name);
            if (user !== undefined && event.delivery.heldSince !== undefined) lookAgain(user, now() + GATHER_MS);
          },
          'link.changed': ({ user }) =>
            void letGo(user).catch((error: unknown) => log.warn({ user, err: sentenceOf(error) }, 'Held messages')),
        });
      },
      run() {
        isRunning = true;
        const held = queue.held().flatMap(({ to }) => personOf(to) ?? []);
        for (const user of new Set([...records.users(), ...held])) consider(user);
      },
      async stop() {
        isRunning = false;
        clearTimeout(timer);
        unsubscribe();
        for (const resolve of waiting.values()) resolve('queued');
        await Promise.all(underWay.values());
        await records.close();
      },
    },
  };
}

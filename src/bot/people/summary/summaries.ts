/**
 * Sends people one summary of the messages that were held back for them.
 *
 * Promises: a held delivery is included in one summary, or sent by itself: a summary's list of deliveries is durable
 * before it is sent, each is settled separately afterwards, and deliveries held in the meantime wait for the next one. A
 * person gets at most one summary at a time. A failure, such as a full disk, is retried within a minute.
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
import { createAgenda } from './agenda.ts';
import { createCrowding } from './crowding.ts';
import { asIs, type MakeSummaryParts, pendingOf, planHeld } from './make-summary.ts';
import { isOutdated, type SendSummaryParts, sendSummary } from './send-summary.ts';
import { createSummaryRecords } from './summary-records.ts';

/** Dependencies of the module. */
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
  /** Processes a person's held deliveries again, for instance after a change of their settings. */
  consider(user: string): void;
  /** Whether a summary is withdrawn and another one made instead; called right before it is sent. */
  isTakenBack(user: string, id: string): Promise<boolean>;
  /** The number of a person's held deliveries, and when their summary is due, ms since 1970. */
  standing(person: Account): Promise<{ readonly held: number; readonly summaryAt?: number }>;
}

/** The wait before a retry, ms. */
const AGAIN_MS = 60_000;
/** How long a stop waits for a step that is being written, ms. */
const STOP_MS = 1000;
/** Deliveries held within this time are processed together, ms. */
const GATHER_MS = 200;
/** The shortest time between two summaries of a person, ms. */
const SPACING_MS = 1000;

/** Creates the module. */
export function createSummaries(parts: SummaryParts): Summaries {
  const { queue, preferences, capacity, uidOf, bus, now, log } = parts;
  const records = createSummaryRecords(parts.heldRecords);
  const underWay = new Map<string, Promise<void>>();
  const waiting = new Map<string, (status: ReceiptStatus) => void>();
  let isRunning = false;

  const crowding = createCrowding(queue, capacity, (user) => underWay.has(user));
  const agenda = createAgenda(now, (user) => {
    consider(user);
    const fullest = crowding.fullest();
    if (fullest !== undefined && fullest !== user) consider(fullest);
  });

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
        return AGAIN_MS;
      },
    );
    const ended = told.then((waitMs) => {
      underWay.delete(user);
      agenda.plan(user, now() + waitMs);
    });
    underWay.set(user, ended);
  }

  async function decide(user: string): Promise<void> {
    const at = await timeFor(await accountOf(user).catch(() => ({ user, uid: undefined })));
    if (at === undefined || underWay.has(user) || !isRunning) return;
    const isNow = at <= now();
    if (isNow || crowding.isFull(user)) start(user, !isNow);
    else agenda.plan(user, at);
  }

  function consider(user: string): void {
    agenda.drop(user);
    void decide(user).catch((error: unknown) => {
      log.warn({ user, err: sentenceOf(error) }, 'What is held back could not be looked at');
      agenda.plan(user, now() + AGAIN_MS);
    });
  }

  /** Releases held deliveries for a chat that is no longer linked, so that they fail with a reason in the history. */
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
    async isTakenBack(user, id) {
      const summary = records.of(user);
      return summary?.id === id && isOutdated(parts, summary);
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
            if (user !== undefined && event.delivery.heldSince !== undefined) agenda.plan(user, now() + GATHER_MS);
          },
          'link.changed': ({ user }) =>
            void letGo(user).catch((error: unknown) => log.warn({ user, err: sentenceOf(error) }, 'Held messages')),
        });
      },
      run() {
        isRunning = true;
        agenda.start();
        const held = queue.held().flatMap(({ to }) => personOf(to) ?? []);
        for (const user of new Set([...records.users(), ...held])) consider(user);
      },
      async stop() {
        isRunning = false;
        agenda.stop();
        unsubscribe();
        for (const resolve of waiting.values()) resolve('queued');
        await Promise.all(underWay.values());
        await records.close();
      },
    },
  };
}

/**
 * Between sources of updates and their consumers. The poll is a source; the chat is a consumer.
 *
 * Promises: every consumer gets every update once, or once more after a crash; what one consumer does neither delays
 * nor loses an update of another.
 */
import type { Update, UserFromGetMe } from 'grammy/types';
import { sentenceOf } from '../../../core/problem.ts';
import type { Log } from '../../../shared/process/log.ts';
import type { UpdateLog } from '../../../storage/ports.ts';
import { describeError } from '../http.ts';
import { createConsumption, type UpdateConsumer } from './consumer.ts';

/** How many update ids are remembered, to recognize one that comes twice. */
const REMEMBERED = 1000;

/** @see createDistributor */
export interface Distributor {
  /** Opens the log and hands each consumer what an earlier process left for it. */
  open(me: UserFromGetMe): Promise<void>;
  /**
   * Hands updates to every consumer.
   *
   * @returns whether any of them is new, and a promise that resolves when all of them may be confirmed to Telegram:
   * they are durable, or every consumer is done with them
   */
  take(updates: readonly Update[]): { readonly anyNew: boolean; readonly confirmable: Promise<void> };
  /** Whether there is room for more; where not, a source leaves them with Telegram for the moment. */
  hasRoom(): boolean;
  /** Resolves when no consumer has anything under way. */
  idle(): Promise<void>;
  /** Whether everything that was taken is durable or done, after one more attempt to store it. */
  settle(): Promise<boolean>;
}

/** What a distributor needs. */
export interface DistributorParts {
  readonly consumers: readonly UpdateConsumer[];
  readonly updateLog: UpdateLog<Update>;
  readonly log: Log;
}

/** The last updates that were seen, by id. */
function createRecentIds() {
  const ids = new Set<number>();
  return {
    /** @returns `false` for an id that is there already */
    add(id: number): boolean {
      if (ids.has(id)) return false;
      ids.add(id);
      if (ids.size > REMEMBERED) {
        for (const oldest of ids) {
          ids.delete(oldest);
          if (ids.size <= REMEMBERED / 2) break;
        }
      }
      return true;
    },
  };
}

/** Connects the consumers to one log of updates. */
export function createDistributor({ consumers, updateLog, log }: DistributorParts): Distributor {
  const recent = createRecentIds();
  const consumptions = consumers.map((consumer) => ({
    consumer,
    consumption: createConsumption(consumer, updateLog, log),
  }));

  async function identified(consumer: UpdateConsumer, me: UserFromGetMe): Promise<void> {
    try {
      await consumer.identified?.(me);
    } catch (error) {
      log.error({ consumer: consumer.name, err: describeError(error) }, 'A consumer of updates could not begin');
    }
  }

  async function idle(): Promise<void> {
    await Promise.all(consumptions.map(({ consumption }) => consumption.idle()));
  }

  return {
    async open(me) {
      const backlogs = await updateLog.open(
        me.id,
        consumers.map(({ name }) => name),
      );
      for (const sentence of await updateLog.unreadable()) log.error({}, sentence);
      for (const consumer of consumers) await identified(consumer, me);
      for (const { consumer, consumption } of consumptions) {
        const backlog = backlogs.get(consumer.name) ?? { updates: [], interrupted: [] };
        for (const { update_id } of [...backlog.interrupted, ...backlog.updates]) recent.add(update_id);
        consumption.resume(backlog);
      }
    },
    take(updates) {
      const fresh = updates.filter(({ update_id }) => recent.add(update_id));
      if (fresh.length === 0) return { anyNew: false, confirmable: Promise.resolve() };
      const stored = updateLog.append(fresh);
      for (const update of fresh) for (const { consumption } of consumptions) consumption.take(update);
      const confirmable = stored.catch(async (error: unknown) => {
        const sentence = 'The update log could not be written; waiting for the updates under way instead';
        log.warn({ err: sentenceOf(error) }, sentence);
        await idle();
      });
      return { anyNew: true, confirmable };
    },
    hasRoom: updateLog.hasRoom,
    idle,
    settle: () =>
      updateLog.flush().then(
        () => true,
        () => updateLog.size() === 0,
      ),
  };
}

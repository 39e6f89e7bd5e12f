/**
 * One consumer of updates: what it has to handle, in the order of each chat.
 *
 * Promises: updates of one chat are handled one after the other, chats side by side; an update is acknowledged when its
 * handler has ended, also when it threw, which is logged; at most a hundred updates of one chat wait, and few while very
 * many of all chats do.
 */
import type { Update, UserFromGetMe } from 'grammy/types';
import { sentenceOf } from '../../../core/problem.ts';
import type { Log } from '../../../shared/process/log.ts';
import type { UpdateBacklog, UpdateLog } from '../../../storage/ports.ts';
import { describeError } from '../http.ts';
import { createDispatcher, keyOf } from './dispatch.ts';

/**
 * Updates of one chat that wait at most. A person doesn't reach it; a program that floods a chat would otherwise fill
 * memory and log while Telegram is slow to accept the answers.
 */
const MOST_WAITING = 100;
/** Updates of all chats from which on fewer of one chat wait: half of those that the log takes. */
const CROWDED = 250;
const FEW_WAITING = 5;

/** An update as the Bot API describes it. */
export type TelegramUpdate = Update;

/** Why an update is not handled: the process ended three times while it was, or its chat sends too much. */
export type SkipReason = 'interrupted' | 'flood';

/** A feature that handles updates. */
export interface UpdateConsumer {
  /** Its acknowledgements are stored under this name. */
  readonly name: string;
  /** Called once, before the first update. */
  identified?(me: UserFromGetMe): Promise<void>;
  /** Handles an update. What it throws is logged, and the update counts as done: a consumer retries by itself. */
  handle(update: Update): Promise<void>;
  /** Called instead of `handle` for an update that is not handled, so that its sender can hear of it. */
  skip(update: Update, why: SkipReason): Promise<void>;
}

/** @see createConsumption */
export interface Consumption {
  /** Handles what an earlier process left. */
  resume(backlog: UpdateBacklog<Update>): void;
  /** Handles an update of the log when those before it of the same chat are done. */
  take(update: Update): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** Connects a consumer to the log of updates. */
export function createConsumption(consumer: UpdateConsumer, updates: UpdateLog<Update>, log: Log): Consumption {
  const skipped = new Map<number, SkipReason>();
  const { name } = consumer;
  const unstored = (error: unknown) => log.warn({ err: sentenceOf(error) }, 'The update log could not be written');

  async function handle(update: Update): Promise<void> {
    // An update that was begun before may have ended the process: that it is begun again has to be durable first.
    if (updates.begin(name, update.update_id) > 1) await updates.flush().catch(unstored);
    await consumer.handle(update);
  }

  const dispatcher = createDispatcher(async (update) => {
    const { update_id } = update;
    const why = skipped.get(update_id);
    try {
      await (why === undefined ? handle(update) : consumer.skip(update, why));
    } catch (error) {
      log.error({ update_id, consumer: name, err: describeError(error) }, 'An update could not be handled');
    }
    skipped.delete(update_id);
    // Not awaited: handling an update twice after a crash is better than a slower answer.
    updates.ack(name, update_id).catch(unstored);
  });

  return {
    resume({ updates: open, interrupted }) {
      for (const update of interrupted) {
        const { update_id } = update;
        log.error({ update_id, consumer: name }, 'The service ended three times while it handled this update; skipped');
        skipped.set(update_id, 'interrupted');
        dispatcher.dispatch(update);
      }
      for (const update of open) dispatcher.dispatch(update);
    },
    take(update) {
      const waiting = dispatcher.waiting(update);
      if (waiting > (updates.size() > CROWDED ? FEW_WAITING : MOST_WAITING)) {
        updates.ack(name, update.update_id).catch(unstored);
        return;
      }
      if (waiting === MOST_WAITING) {
        log.warn({ chat_id: keyOf(update), consumer: name }, 'A chat sends more than is answered; the rest is skipped');
        skipped.set(update.update_id, 'flood');
      }
      dispatcher.dispatch(update);
    },
    idle: dispatcher.idle,
  };
}

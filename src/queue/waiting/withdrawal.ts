/** Ends deliveries that wait without sending them: those that are taken back, and those that another message takes the place of. */
import type { Delivery } from '../../core/delivery/delivery.ts';
import { sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Progress, UnsentStatus } from '../progress.ts';
import type { Cancellations } from './cancellation.ts';
import type { WaitingList } from './waiting-list.ts';

/** What withdrawing works with. */
export interface WithdrawalParts<P> {
  readonly waiting: Pick<WaitingList, 'find'>;
  readonly progress: Pick<Progress<P>, 'load' | 'drop'>;
  readonly cancellations: Pick<Cancellations, 'cancel'>;
  /** Resolves when a try of a delivery that is under way has ended; asked before anything else. */
  readonly attempted: (delivery: string) => Promise<void>;
  /** Waits until a delivery has a file of its own. @throws Problem `storage` */
  readonly separated: (delivery: string) => Promise<void>;
  /** Resolves when a delivery is not being let go. */
  readonly released: (delivery: string) => Promise<void>;
  /** Takes a delivery off wherever it waits for its turn; `false` where its turn is still to come. */
  readonly takeOff: (dropped: Delivery<P>) => boolean;
  readonly log: Log;
}

/** @see createWithdrawal */
export interface Withdrawal {
  /**
   * Ends a delivery.
   * @returns `false` where it does not wait any more, or has begun and is not to be cancelled @throws Problem `storage`, `history_full`
   */
  withdraw(delivery: string, status: UnsentStatus): Promise<boolean>;
  /** Ends a delivery in favour of a newer one. Where that fails, it is sent. */
  skip(delivery: string): void;
}

/** Creates the functions. */
export function createWithdrawal<P>(parts: WithdrawalParts<P>): Withdrawal {
  const { waiting, progress, cancellations, attempted, separated, released, takeOff, log } = parts;

  /** @returns what is withdrawn, if it was not sent meanwhile, or, unless it is cancelled, has begun */
  async function drop(delivery: string, status: UnsentStatus): Promise<Delivery<P> | undefined> {
    // A try that begins from now on waits for this to end.
    const underWay = attempted(delivery);
    await separated(delivery);
    await released(delivery);
    await underWay;
    const found = waiting.find(delivery) && (await progress.load(delivery));
    const hasBegun = found !== undefined && (found.done > 0 || found.unconfirmed !== undefined);
    if (found === undefined || (status !== 'cancelled' && hasBegun)) return undefined;
    await progress.drop(found, status);
    return found;
  }

  const withdraw = (delivery: string, status: UnsentStatus) =>
    cancellations.cancel(delivery, () => drop(delivery, status), takeOff);

  return {
    withdraw,
    skip(delivery) {
      withdraw(delivery, 'replaced').catch((error: unknown) =>
        log.warn({ delivery, err: sentenceOf(error) }, 'A message was not replaced by a newer one, and is sent'),
      );
    },
  };
}

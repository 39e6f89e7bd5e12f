import { Problem } from '../core/problem.ts';
import type { DeliveryDraft } from './draft.ts';
import type { IdempotencyCache, KnownSubmission } from './idempotency/idempotency-cache.ts';
import { type Accepted, createStoreDraft, queuedAt, type StoreDraftParts } from './store-draft.ts';
import type { Capacity } from './waiting/capacity.ts';
import type { WaitingList } from './waiting/waiting-list.ts';

/** What accepting works with. */
export interface AcceptParts<P> extends StoreDraftParts<P> {
  readonly cache: IdempotencyCache;
  readonly waiting: Pick<WaitingList, 'list'>;
  readonly capacity: Capacity;
  /** Resolves when the cache holds the ids of before this start. */
  readonly recalled: () => Promise<void>;
}

/**
 * Takes a draft: durable at all its destinations, or at none, when it settles.
 *
 * @throws Problem `outbox_full`, `history_full`, `storage`, `id_conflict`, `too_many_scheduled`, `bad_field` for a time in the past
 */
export type Accept<P> = (draft: DeliveryDraft<P>) => Promise<Accepted>;

/** @throws Problem `bad_field`; a repeated request whose time has come meanwhile does not get here */
function requireFuture({ sendAt }: DeliveryDraft<unknown>, now: number): void {
  if (sendAt === undefined || sendAt > now) return;
  throw new Problem('bad_field', `at: ${new Date(sendAt).toISOString()} is in the past.`);
}

/** Makes the function that takes drafts. */
export function createAccept<P>(parts: AcceptParts<P>): Accept<P> {
  const { cache, waiting, capacity, recalled, now } = parts;
  const keep = createStoreDraft(parts);

  async function repeat(
    known: KnownSubmission,
    { user, digest, targets }: DeliveryDraft<P>,
    id: string,
  ): Promise<Accepted> {
    if (!known.isSame(digest)) {
      throw new Problem(
        'id_conflict',
        `The id ${JSON.stringify(id)} was used for another message in the last 24 hours.`,
      );
    }
    const receipt = await known.receipt();
    const heldAt = new Set(targets.flatMap(({ held, destination }) => (held ? destination.name : [])));
    const entries = waiting.list(user).filter((candidate) => candidate.id === id && !heldAt.has(candidate.to));
    const settled = Promise.all(entries.map((entry) => entry.settled));
    const current = async () => cache.find(user, id)?.receipt() ?? receipt;
    return { receipt, settled: settled.then(current), current };
  }

  /** The worker settles what waits. */
  function settleMuted({ user, targets }: DeliveryDraft<P>, id: string): void {
    const of = targets.length;
    for (const [place, { destination, muted }] of targets.entries()) {
      const receipt = { ...queuedAt(destination.name), status: 'muted' } as const;
      if (muted) cache.settle(user, id, receipt, of > 1 ? { place, of } : undefined);
    }
  }

  return async (draft) => {
    if (draft.id !== undefined) {
      await recalled();
      const known = cache.find(draft.user, draft.id);
      if (known !== undefined) return repeat(known, draft, draft.id);
    }
    const count = draft.targets.filter(({ muted }) => !muted).length;
    requireFuture(draft, now());
    if (draft.sendAt === undefined) capacity.require(draft.user, count);
    else capacity.requireLater(draft.user, count);
    const kept = keep(draft);
    if (draft.id === undefined) return kept;
    const { id, user, digest } = draft;
    const names = draft.targets.map(({ destination }) => destination.name);
    cache.begin(user, id, { digest, names, receipt: async () => (await kept).receipt });
    try {
      const accepted = await kept;
      settleMuted(draft, id);
      return accepted;
    } catch (error) {
      cache.release(user, id);
      throw error;
    }
  };
}

/** Deletes messages of groups that newer ones replaced. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../../../core/problem.ts';
import type { AnswerTurn } from '../../../queue/answer-turns.ts';
import type { Log } from '../../../shared/process/log.ts';
import { chatLane } from '../../telegram/channel.ts';
import type { RemoveMessage } from '../../telegram/sending/remove.ts';
import type { Membership } from '../groups/membership.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { type Settled, withPlace } from './settled.ts';

/** Dependencies. */
export interface SweepingParts {
  readonly store: AlertStore;
  readonly save: Membership['save'];
  readonly settled: Pick<Settled, 'forgetEnded'>;
  readonly remove: RemoveMessage;
  readonly answerTurn: AnswerTurn;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  readonly log: Log;
}

/** Milliseconds between two deletions; answers to people have priority. */
const SPACING_MS = 50;

/** Creates the function. @returns whether all former messages of a group are deleted; never rejects */
export function createSweeping(parts: SweepingParts): (id: string) => Promise<boolean> {
  const { store, save, settled, remove, answerTurn, stopping, log } = parts;

  async function sweepPlace(id: string, index: number): Promise<boolean> {
    for (;;) {
      const place = store.group(id)?.group.places[index];
      const [messageId] = place?.former ?? [];
      if (place === undefined || messageId === undefined) return true;
      await answerTurn(chatLane(place.chatId), stopping);
      if (stopping.aborted) return false;
      const removal = await remove(place.chatId, messageId, stopping);
      if (removal.kind === 'unreachable') return false;
      const current = store.group(id)?.group;
      const after = current?.places[index];
      if (current === undefined || after === undefined) return true;
      save(withPlace(current, index, { ...after, former: after.former.filter((one) => one !== messageId) }));
      await sleep(SPACING_MS);
    }
  }

  return async (id) => {
    const places = store.group(id)?.group.places ?? [];
    try {
      let isDone = true;
      for (const [index, { former }] of places.entries()) {
        if (former.length > 0) isDone = (await sweepPlace(id, index)) && isDone;
      }
      settled.forgetEnded(id);
      await store.commit();
      return isDone;
    } catch (error) {
      log.warn({ group: id, err: sentenceOf(error) }, 'Former messages about alerts could not be deleted');
      return false;
    }
  };
}

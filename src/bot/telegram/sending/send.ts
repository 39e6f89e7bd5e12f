/**
 * Sends a part: by one call, or, where Telegram refuses it, in a simpler form.
 *
 * Promise: a call that Telegram took is never made again because of another one. A form that takes several calls is handed
 * back as parts of their own, which the queue stores before it sends them.
 */
import type { Api } from 'grammy';
import type {
  FailedOutcome,
  MovedOutcome,
  Outcome,
  ReplacedOutcome,
  RetryOutcome,
} from '../../../core/delivery/outcome.ts';
import { personOf } from '../../../core/destination.ts';
import type { SendTarget } from '../../../queue/ports.ts';
import { classify } from '../classify.ts';
import { costOf, type Part, stepOf } from '../part.ts';
import { callPart, type Target } from './call-part.ts';
import { sentAs } from './sent.ts';
import { simpler } from './simpler.ts';
import { outsideTopic } from './topic.ts';

/** Milliseconds for a call without a file. */
const CALL_MS = 30_000;

/** Forms of one part at most: a photo, a document, words with a note, plain buttons, without buttons, without links, without moments, without entities. */
const MOST_FORMS = 9;

/** A failed call as an outcome at its destination. */
function failed(error: unknown, { destination }: Target): RetryOutcome | FailedOutcome | MovedOutcome {
  const failure = classify(error, personOf(destination.name) === undefined ? 'registered' : 'linked');
  if (failure.kind !== 'moved') return failure;
  return { kind: 'moved', to: { ...destination, chatId: failure.chatId } };
}

/** Makes the function that sends one part. @param callMs how long a call without a file may take, ms */
export function createSend(api: Api, callMs = CALL_MS) {
  return async function send(part: Part, to: SendTarget): Promise<Outcome | ReplacedOutcome<Part>> {
    const target = { ...to, callMs };
    let current = part;
    let refusal = '';
    for (let form = 1; ; form += 1) {
      try {
        const sent = sentAs(current, await callPart(api, current, target));
        return 'isNote' in current ? { ...sent, inPlaceOf: refusal } : sent;
      } catch (error) {
        const outside = outsideTopic(current, error, target.destination);
        if (outside !== undefined) return outside;
        const outcome = failed(error, target);
        const [only, ...more] = form < MOST_FORMS ? simpler(current, error, target.files) : [];
        if (only === undefined) return outcome;
        if (more.length > 0) return { kind: 'replaced', steps: [only, ...more].map(stepOf) };
        if (outcome.kind === 'failed') refusal ||= outcome.reason;
        target.charge(costOf(only));
        current = only;
      }
    }
  };
}

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
  SentOutcome,
} from '../../../core/delivery/outcome.ts';
import { personOf } from '../../../core/destination.ts';
import type { SendTarget } from '../../../queue/ports.ts';
import { classify } from '../classify.ts';
import { costOf, type Part, stepOf } from '../part.ts';
import { callPart } from './call-part.ts';
import { editPart, formOf, isEditOf } from './edit-part.ts';
import { isUneditable } from './refusal.ts';
import { type Sent, sentAs } from './sent.ts';
import { simpler } from './simpler/simpler.ts';
import { outsideTopic } from './topic.ts';
import { createDigests, type Target } from './uploads.ts';

/** Milliseconds for a call without a file. */
const CALL_MS = 30_000;

/** Forms of one part at most: an edit, a photo, a document, words with a note, plain buttons, without buttons, without links, without moments, without entities. */
const MOST_FORMS = 10;

/** A failed call as an outcome at its destination. @param isEdit it may be done twice without harm */
function failed(error: unknown, { destination }: Target, isEdit: boolean): RetryOutcome | FailedOutcome | MovedOutcome {
  const failure = classify(error, personOf(destination.name) === undefined ? 'registered' : 'linked');
  if (failure.kind === 'moved') return { kind: 'moved', to: { ...destination, chatId: failure.chatId } };
  if (failure.kind === 'failed' || !isEdit) return failure;
  const { unconfirmed: _, ...repeatable } = failure;
  return repeatable;
}

/** Makes the function that sends one part. @param callMs how long a call without a file may take, ms */
export function createSend(api: Api, callMs = CALL_MS) {
  return async function send(part: Part, to: SendTarget): Promise<Outcome | ReplacedOutcome<Part>> {
    const target = { ...to, callMs };
    const digestOf = createDigests(target);
    let { edits } = to;
    let current = part;
    let refusal = '';

    async function sent(messages: readonly Sent[]): Promise<SentOutcome> {
      const form = to.isKeyed === true ? await formOf(current, digestOf) : undefined;
      return {
        ...sentAs(current, messages),
        ...(form !== undefined && { form }),
        ...('isNote' in current && { inPlaceOf: refusal }),
      };
    }

    for (let form = 1; ; form += 1) {
      const edit = edits !== undefined && isEditOf(current, edits) ? { part: current, message: edits } : undefined;
      try {
        if (edit === undefined) return await sent(await callPart(api, current, target));
        return await sent(await editPart(api, edit, target, digestOf));
      } catch (error) {
        if (edit !== undefined && isUneditable(error)) {
          edits = undefined;
          target.charge(costOf(current));
          continue;
        }
        const outside = outsideTopic(current, error, target.destination);
        if (outside !== undefined) return outside;
        const outcome = failed(error, target, edit !== undefined);
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

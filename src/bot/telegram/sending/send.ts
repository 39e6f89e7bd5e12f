/** Sends a part: by one call, or, where Telegram refuses it, in simpler forms. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from 'grammy';
import type { Outcome, SentOutcome } from '../../../core/delivery/outcome.ts';
import type { SendTarget } from '../../../queue/ports.ts';
import { classify } from '../classify.ts';
import type { Part } from '../part.ts';
import { callPart, type Target } from './call-part.ts';
import { mergeSent, sentAs } from './sent.ts';
import { simpler } from './simpler.ts';

/** Milliseconds for a call without a file. */
const CALL_MS = 30_000;

/** A failed call as an outcome at its destination. */
function failed(error: unknown, { destination }: Target): Outcome {
  const failure = classify(error);
  if (failure.kind !== 'moved') return failure;
  return { kind: 'moved', to: { ...destination, chatId: failure.chatId } };
}

/** Forms inside forms of one part at most: album, documents, one by one, words, without buttons, without entities. */
const MOST_FORMS = 7;

/** What became of a part. */
interface Attempted {
  readonly outcome: Outcome;
  /** Something of the sender's arrived, not only a note on what didn't. */
  readonly arrived: boolean;
  /** How its first form failed. */
  readonly refusal?: Outcome;
}

/** Makes the function that sends one part. @param callMs how long a call without a file may take, ms */
export function createSend(api: Api, callMs = CALL_MS) {
  return async function send(part: Part, to: SendTarget): Promise<Outcome> {
    const { outcome, arrived, refusal } = await attempt(api, part, { ...to, callMs }, MOST_FORMS);
    const isFailure = outcome.kind === 'sent' && !arrived && part.oneOfSeveral !== true;
    return isFailure ? (refusal ?? outcome) : outcome;
  };
}

/** Sends a part, in simpler forms where Telegram refuses it. */
async function attempt(api: Api, part: Part, target: Target, forms: number): Promise<Attempted> {
  try {
    return { outcome: sentAs(part, await callPart(api, part, target)), arrived: !('isNote' in part) };
  } catch (error) {
    const refusal = failed(error, target);
    const others = forms > 1 ? simpler(part, error, target.files) : [];
    if (others.length === 0) return { outcome: refusal, arrived: false };
    target.charge(others.reduce((sum, other) => sum + (other.kind === 'album' ? other.media.length : 1), 0));
    return { ...(await attemptAll(api, others, target, forms - 1)), refusal };
  }
}

/** Waits that Telegram asks for between two calls of one part: how many, and the longest in milliseconds. */
const MOST_WAITS = 5;
const LONGEST_WAIT_MS = 60_000;

/** Tries a further call of a part, waiting where Telegram asks for it: the whole part again would repeat what arrived. */
async function attemptFurther(api: Api, part: Part, target: Target, forms: number): Promise<Attempted> {
  for (let waits = 0; ; waits += 1) {
    const result = await attempt(api, part, target, forms);
    const { outcome } = result;
    const after = outcome.kind === 'retry' ? outcome.after : undefined;
    if (after === undefined || after > LONGEST_WAIT_MS || waits === MOST_WAITS) return result;
    const isStopping = await sleep(after, false, { signal: target.signal }).catch(() => true);
    if (isStopping) return result;
  }
}

/** Sends the calls that a part became. Once one is sent, a refusal of another doesn't undo it. */
async function attemptAll(api: Api, parts: readonly Part[], target: Target, forms: number): Promise<Attempted> {
  const sent: SentOutcome[] = [];
  let anyArrived = false;
  for (const part of parts) {
    const tried = sent.length === 0 ? attempt : attemptFurther;
    const { outcome, arrived } = await tried(api, part, target, forms);
    anyArrived ||= arrived;
    if (outcome.kind === 'sent') sent.push(outcome);
    else if (outcome.kind !== 'failed' || sent.length === 0) return { outcome, arrived: anyArrived };
  }
  return { outcome: mergeSent(sent), arrived: anyArrived };
}

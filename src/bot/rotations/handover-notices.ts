/**
 * Notifies people in their own chat when a handover or an override puts them on call.
 *
 * Promises: the person on call and the id of the notice are durable before the notice is sent, and the id prevents a
 * second one; so a crash neither loses nor duplicates a notice. A new rotation sends no notice, since nothing was handed
 * over.
 */
import type { KnownAccount } from '../../core/account.ts';
import { Problem, sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { KnownOnCall, Rotations } from '../../storage/ports.ts';
import type { IntakeServices } from '../api/services.ts';
import type { Rules } from '../rules/rules.ts';

/** Dependencies of the notices. */
export interface HandoverNoticeParts {
  readonly rules: () => Rules;
  readonly rotations: Pick<Rotations, 'all' | 'change'>;
  readonly submit: IntakeServices['submit'];
  readonly accountOf: (user: string) => Promise<KnownAccount | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

const SECOND_MS = 1000;

/** The recorded person on call, with the notice that is due. */
function knownAfter(known: KnownOnCall | undefined, present: Omit<KnownOnCall, 'notice'>, id: string): KnownOnCall {
  if (known === undefined) return present;
  if (known.person === present.person) return { ...known, since: present.since };
  return { ...present, notice: id };
}

/** Creates the function that checks every rotation once, and notifies people who came on call. Never rejects. */
export function createHandoverNotices(parts: HandoverNoticeParts): () => Promise<void> {
  const { rules, rotations, submit, accountOf, now, log } = parts;

  /** @returns a sentence if the person can't be notified */
  async function tell(
    rotation: string,
    { person, notice = '' }: KnownOnCall,
    until: number,
  ): Promise<string | undefined> {
    const account = await accountOf(person);
    if (account === undefined) return `this host has no account named ${person}`;
    const end = Number.isFinite(until) ? ` until <t:${Math.floor(until / SECOND_MS)}>` : '';
    const notification = {
      account,
      title: `You are on call: ${rotation}`,
      text: `You are on call${end}. Who else is, and who comes next, shows \`/oncall\`.`,
      parseMode: 'Markdown',
      severity: 'medium',
      source: 'rotations',
      media: [],
    } as const;
    try {
      await submit({ notification, id: notice, digest: notice, wait: 0 });
      return undefined;
    } catch (error) {
      if (error instanceof Problem && error.code === 'not_linked') return error.message;
      throw error;
    }
  }

  async function lookAt(name: string): Promise<void> {
    const shift = rules().onCall(name, now());
    const [person] = shift?.people ?? [];
    if (shift === undefined || person === undefined) return;
    const stored = (await rotations.all()).get(name)?.onCall;
    const after = knownAfter(
      stored,
      { person, since: shift.since },
      `on-call-${name.slice(0, 30)}-${now().toString(36)}`,
    );
    if (JSON.stringify(after) !== JSON.stringify(stored))
      await rotations.change(name, (all) => ({ ...all, onCall: after }));
    if (after.notice === undefined) return;
    const reason = await tell(name, after, shift.until);
    if (reason !== undefined)
      log.warn({ rotation: name, user: person }, `No notice of the handover was sent: ${reason}`);
    const { notice: _, ...told } = after;
    await rotations.change(name, (all) => ({ ...all, onCall: told }));
  }

  return async () => {
    for (const name of rules().rotations) {
      try {
        await lookAt(name);
      } catch (error) {
        log.warn(
          { rotation: name, err: sentenceOf(error) },
          'A notice of a handover could not be sent; the next look retries it',
        );
      }
    }
  };
}

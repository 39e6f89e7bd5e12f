/** The state of messages: chats that refuse them, deliveries that failed, deliveries that wait for long. */
import { shortDuration } from '../../../shared/text/duration.ts';
import type { Storage } from '../../../storage/open-storage.ts';
import { type Finding, warning } from './finding.ts';

/** A delivery that waits longer than this is mentioned: Telegram is rarely away for so long, milliseconds. */
const LONG_WAIT_MS = 15 * 60_000;
/** Users that a line names. */
const NAMED = 5;

/** `1 message waits`, `2 messages wait`. */
const count = (number: number, one: string, verb: string) =>
  number === 1 ? `1 ${one} ${verb}s` : `${number} ${one}s ${verb}`;

type Stored = Pick<Storage<unknown, never>, 'links' | 'deliveries'>;

/** @param now milliseconds since 1970 */
export async function checkMessages({ links, deliveries }: Stored, now: number): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const ago = (time: string | undefined) => shortDuration(Math.max(0, now - Date.parse(time ?? '')));

  const refusing = (await links.all()).filter(({ unreachable }) => unreachable !== undefined);
  if (refusing.length > 0) {
    const named = refusing.slice(0, NAMED).map(({ user, unreachable }) => `${user}: ${unreachable?.reason}`);
    const rest = refusing.length > NAMED ? ` … and ${refusing.length - NAMED} more` : '';
    const seen = `${count(refusing.length, 'linked chat', 'accept')} no messages. ${named.join(' ')}${rest}`;
    findings.push(warning('chats', seen, 'Tell these people; notify-bot links names them all'));
  }

  const failed = await deliveries.failed(1);
  const last = failed.deliveries.at(-1);
  if (last !== undefined) {
    const seen = `${failed.total} message${failed.total === 1 ? '' : 's'} failed in the last 7 days; the last one, of ${last.user}, ${ago(last.failedAt)} ago: ${last.lastError}`;
    findings.push(
      warning('failed', seen, 'notify-bot failed lists them; once the cause is mended: notify-bot retry --all'),
    );
  }

  const waiting = await deliveries.waiting();
  const oldest = waiting.deliveries[0];
  if (oldest !== undefined && now - Date.parse(oldest.acceptedAt) > LONG_WAIT_MS) {
    const why = oldest.lastError === undefined ? '' : `: ${oldest.lastError}`;
    const seen = `${count(waiting.total, 'message', 'wait')}, the oldest for ${ago(oldest.acceptedAt)}${why}`;
    findings.push(warning('queue', seen, 'notify-bot queue lists them'));
  }
  return findings;
}

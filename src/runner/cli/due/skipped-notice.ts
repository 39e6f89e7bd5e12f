/** Notifies the owner of the folder once, in the chat, of files that look like scripts and are not run. */
import { createHash } from 'node:crypto';
import type { DeliveryContext } from '../../delivery/delivery-context.ts';
import { rememberNotice, type SkippedNotice } from '../../state/notice-memory.ts';
import { sentenceMarkdown } from '../../text/plain-text.ts';
import { skippedText } from '../../text/skipped-text.ts';

/** Files that a notice names. */
const MAX_NAMED = 20;

/** Sends the notice. It is not kept while the bot is unavailable: the next run sends it. */
export async function sendSkippedNotice(
  { stateDir, client, log }: DeliveryContext,
  { fresh, all }: SkippedNotice,
): Promise<void> {
  const sentences = fresh.map(skippedText);
  for (const sentence of sentences) log.warn({}, sentence);
  const named = sentences.slice(0, MAX_NAMED).map((sentence) => `- ${sentenceMarkdown(sentence)}`);
  const left = sentences.length - named.length;
  const more = left > 0 ? [`- And ${left} more: notify-runner list`] : [];
  // The same for two runs at the same time, so that the bot sends one.
  const id = createHash('sha256')
    .update([process.getuid?.() ?? 0, ...sentences].join('\0'))
    .digest('hex')
    .slice(0, 40);
  const content = {
    title: fresh.length === 1 ? 'A file is not run' : `${fresh.length} files are not run`,
    message: [...named, ...more].join('\n'),
    severity: 'info' as const,
    attachments: [],
  };
  const result = await client.post({ id, source: 'notify-runner', content }, { sendable: [], unsendable: [] });
  if (result.kind !== 'unavailable') rememberNotice(stateDir, all);
}

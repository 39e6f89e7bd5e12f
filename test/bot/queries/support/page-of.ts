import { listMessages, type MessageSources } from '../../../../src/bot/queries/messages.ts';
import type { MessageQuery, MessageRecord } from '../../../../src/core/views/message.ts';

/** All of a page. */
export async function pageOf(
  sources: MessageSources,
  query: MessageQuery,
): Promise<{ readonly messages: readonly MessageRecord[]; readonly next: string | null }> {
  const page = listMessages(sources, query);
  const messages: MessageRecord[] = [];
  let found = await page.next();
  for (; found.done !== true; found = await page.next()) messages.push(found.value);
  return { messages, next: found.value };
}

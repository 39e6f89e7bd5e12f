import { MESSAGE_STATUSES } from '../../core/receipt.ts';
import type { MessagesAnswer } from '../../shared/api/answers.ts';
import type { MessagesRequest } from '../../shared/api/client.ts';
import { strings } from '../strings.ts';
import { each, type Html, html, none, when } from './parts/html.ts';
import { icon } from './parts/icons.ts';
import { messageItem } from './parts/message.ts';

const words = strings.messages;

/** The filter of the list. */
export type MessageFilter = Pick<MessagesRequest, 'before' | 'status' | 'source' | 'q'>;

const isFiltered = ({ status, source, q }: MessageFilter) => [status, source, q].some((part) => part !== undefined);

/** A page's address with its query. */
export function addressOf(path: string, choice: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(choice)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? path : `${path}?${query}`;
}

const empty = (filtered: boolean): Html => html`<div class="empty">${icon(filtered ? 'search' : 'messages')}
<p><strong>${filtered ? words.noneFound : words.none}</strong></p><p class="hint">${filtered ? words.noneFoundHint : words.noneHint}</p>
${filtered ? none : html`<pre class="command"><code>${words.noneCommand}</code></pre>`}
${when(filtered, () => html`<p><a class="button quiet" href="/messages">${words.showAll}</a></p>`)}</div>`;

/** A list of messages. With `live`, new messages are added automatically. */
export function messageList(
  found: MessagesAnswer,
  options: { readonly live: boolean; readonly filtered?: boolean },
): Html {
  const { live, filtered = false } = options;
  return html`<ol class="messages" ${live ? html`data-live` : none} aria-label="${words.title}">${each(found.messages, (message) => messageItem(message))}</ol>
${when(found.messages.length === 0, () => empty(filtered))}`;
}

function filterForm({ status, source, q }: MessageFilter, sources: readonly string[]): Html {
  // The selected script stays selectable, even without recent messages.
  const known = source === undefined || sources.includes(source) ? sources : [source, ...sources];
  const script = (name: string) =>
    html`<option value="${name}" ${name === source ? html`selected` : none}>${name}</option>`;
  const option = (value: string) =>
    html`<option value="${value}" ${value === status ? html`selected` : none}>${words.states[value]}</option>`;
  return html`<form class="filter" action="/messages" data-filter role="search">
<div class="field grow"><label for="q">${words.search}</label><input id="q" name="q" type="search" value="${q ?? ''}" maxlength="100"></div>
<div class="field"><label for="source">${words.source}</label><select id="source" name="source"><option value="">${words.anySource}</option>${each(known, script)}</select></div>
<div class="field"><label for="status">${words.state}</label><select id="status" name="status"><option value="">${words.anyState}</option>${each(MESSAGE_STATUSES, option)}</select></div>
<button class="button quiet">${icon('search')} ${words.find}</button>
</form>`;
}

/** The list with its links to older messages; a filter replaces this element. */
export function messageResults(found: MessagesAnswer, filter: MessageFilter): Html {
  const filtered = isFiltered(filter);
  const { before, ...choice } = filter;
  const older = found.next ? addressOf('/messages', { ...choice, before: found.next }) : undefined;
  return html`<div id="results" class="card flush">${messageList(found, { live: !filtered && before === undefined, filtered })}
${when(
  older !== undefined || before !== undefined,
  () => html`<nav class="pager" aria-label="${words.title}">
${before === undefined ? none : html`<a class="button quiet" href="${addressOf('/messages', choice)}">${words.newest}</a>`}
${older === undefined ? none : html`<a class="button quiet" href="${older}" rel="next">${words.older}</a>`}</nav>`,
)}</div>`;
}

/** Shows whether the list is live; filled by script. */
export const liveIndicator: Html = html`<span class="live" data-live-indicator hidden></span><button class="button quiet small" type="button" data-notify hidden></button>`;

/** The page of all messages. @param sources the scripts in the filter */
export const messagesMain = (
  found: MessagesAnswer,
  filter: MessageFilter,
  sources: readonly string[],
): Html => html`<div class="title-row"><h1>${words.title}</h1>${liveIndicator}</div>
${filterForm(filter, sources)}
${messageResults(found, filter)}`;

import type { Session } from '../sessions/session.ts';
import { strings } from '../strings.ts';
import { each, type Html, html, none } from './parts/html.ts';
import { icon } from './parts/icons.ts';
import { formField, type Viewer } from './parts/layout.ts';
import { ago, onDay } from './parts/times.ts';
import { type NewProgram, programsPart } from './programs.ts';

const words = strings.sessions;
const isoOf = (milliseconds: number) => new Date(milliseconds).toISOString();

function row(viewer: Viewer, { key, device, method, createdAt, seenAt }: Session): Html {
  const own = key === viewer.session.key;
  const end = html`<form method="post" action="/sessions/end">${formField(viewer)}<input type="hidden" name="key" value="${key}"><button class="button quiet small" aria-label="${words.endOf(device)}">${words.end}</button></form>`;
  return html`<tr><td data-label="${words.device}"><span>${device} ${own ? html`<span class="tag">${words.this}</span>` : none}</span></td>
<td data-label="${words.how}">${words.methods[method]}</td><td data-label="${words.since}">${onDay(isoOf(createdAt))}</td><td data-label="${words.seen}">${ago(isoOf(seenAt))}</td><td class="end">${own ? none : end}</td></tr>`;
}

/** The page of a user's sessions. @param made the program whose key was just created */
export const sessionsMain = (
  viewer: Viewer,
  sessions: readonly Session[],
  made?: NewProgram,
): Html => html`<h1>${words.title}</h1>
<p class="hint">${words.intro}</p>
<section class="card flush apart"><table class="rows"><thead><tr><th scope="col">${words.device}</th><th scope="col">${words.how}</th><th scope="col">${words.since}</th><th scope="col">${words.seen}</th><th scope="col"><span class="sr">${words.end}</span></th></tr></thead>
<tbody>${each(sessions, (session) => row(viewer, session))}</tbody></table></section>
${programsPart(viewer, made)}
<form class="apart" method="post" action="/sessions/end-all">${formField(viewer)}<button class="button danger">${icon('leave')} ${words.everywhere}</button><p class="hint">${words.everywhereHint}</p></form>`;

import { toString as inWords } from 'cronstrue';
import ms, { type StringValue } from 'ms';
import type { ScriptAnswer } from '../../shared/api/answers.ts';
import { strings } from '../strings.ts';
import { addressOf } from './messages.ts';
import { each, type Html, html, none, when } from './parts/html.ts';
import { icon } from './parts/icons.ts';
import { formField, type Viewer } from './parts/layout.ts';
import { ago, atMinute } from './parts/times.ts';

const words = strings.scripts;

const TONES: Readonly<Record<string, string>> = {
  sent: 'sent',
  queued: 'queued',
  waiting: 'queued',
  running: 'queued',
  failed: 'failed',
  stopped: 'failed',
};

/** How the last run ended, as a word with a colour. */
function result({ last_result: last, running }: ScriptAnswer): Html {
  const word = running ? 'running' : last;
  if (word === null) return none;
  return html`<span class="state ${TONES[word] ?? 'muted'}">${words.results[word] ?? word}</span>`;
}

/** A schedule in words, or as it stands in the script when it can't be put so. */
function scheduleOf(schedule: string | null): Html {
  if (schedule === null) return html`${words.eachTime}`;
  try {
    const said = inWords(schedule, { use24HourTimeFormat: true });
    return html`<span title="${schedule}">${said}</span>`;
  } catch {
    return html`<code>${schedule}</code>`;
  }
}

/** What is left of a cooldown, which is told as programs write durations: `42m`. */
function cooldownOf(left: string): Html {
  const time = ms(left as StringValue);
  return html`${words.cooldownLeft(Number.isFinite(time) ? strings.duration(time) : left)}`;
}

const lastRun = ({ last_run: at }: ScriptAnswer): Html => (at === null ? html`${words.never}` : ago(at));

/** A button that does something with one script; `back` is the page it stands on. */
function deed(viewer: Viewer, name: string, path: string, label: string, content: Html, back: string): Html {
  return html`<form method="post" action="${path}" data-swap>${formField(viewer)}<input type="hidden" name="name" value="${name}"><input type="hidden" name="back" value="${back}"><button class="button quiet small" aria-label="${label}">${content}</button></form>`;
}

const runButton = (viewer: Viewer, name: string, back: string): Html =>
  deed(viewer, name, '/scripts/run', words.runOf(name), html`${icon('play')} ${words.run}`, back);

function muteButton(viewer: Viewer, { name, muted_until: muted }: ScriptAnswer): Html {
  return muted
    ? deed(viewer, name, '/scripts/unmute', words.unmuteOf(name), html`${icon('bell')} ${words.unmute}`, '/scripts')
    : deed(viewer, name, '/scripts/mute', words.muteOf(name), html`${icon('quiet')} ${words.mute}`, '/scripts');
}

function item(viewer: Viewer, script: ScriptAnswer): Html {
  const { name, schedule, cooldown_left: left, muted_until: muted, error } = script;
  const fact = (what: string, value: Html) => html`<div><dt>${what}</dt><dd>${value}</dd></div>`;
  return html`<li class="script"><div class="script-head"><h2><a href="${addressOf('/messages', { source: name })}" aria-label="${words.messagesOf(name)}">${name}</a></h2>${result(script)}</div>
<dl>${fact(words.schedule, scheduleOf(schedule))}${fact(words.lastRun, lastRun(script))}${
    left === null ? none : fact(words.cooldown, cooldownOf(left))
  }${muted ? fact(words.mutedUntil, atMinute(muted)) : none}</dl>
${error === undefined ? none : html`<p class="error">${error}</p>`}
<div class="actions">${runButton(viewer, name, '/scripts')}${muteButton(viewer, script)}<a class="button quiet small" href="${addressOf('/scripts/log', { name })}" aria-label="${words.logOf(name)}">${icon('log')} ${words.log}</a></div></li>`;
}

const empty: Html = html`<div class="empty">${icon('scripts')}<p><strong>${words.none}</strong></p><p class="hint">${words.noneHint}</p></div>`;

/** All of somebody's scripts. @param scripts or the sentence that says why they can't be seen */
export const scriptsMain = (
  viewer: Viewer,
  scripts: readonly ScriptAnswer[] | string,
): Html => html`<h1>${words.title}</h1>
<section id="scripts" class="card flush apart">${
  typeof scripts === 'string'
    ? html`<p class="pad error">${words.away}. ${scripts}</p>`
    : scripts.length === 0
      ? empty
      : html`<ul class="scripts">${each(scripts, (script) => item(viewer, script))}</ul>`
}</section>`;

const BRIEF = 8;

/** Those that failed first, then the last that ran. */
const byNeed = (one: ScriptAnswer, other: ScriptAnswer): number =>
  Number(other.last_result === 'failed') - Number(one.last_result === 'failed') ||
  (other.last_run ?? '').localeCompare(one.last_run ?? '');

/** The scripts beside the messages. */
export function scriptsBrief(viewer: Viewer, scripts: readonly ScriptAnswer[] | string): Html {
  const content =
    typeof scripts === 'string'
      ? html`<p class="pad hint">${words.away}. ${scripts}</p>`
      : scripts.length === 0
        ? html`<p class="pad hint">${words.none}. ${words.noneHint}</p>`
        : html`<ul class="brief">${each(
            [...scripts].sort(byNeed).slice(0, BRIEF),
            (script) =>
              html`<li><div><a href="${addressOf('/messages', { source: script.name })}">${script.name}</a><p class="hint">${lastRun(script)}</p></div>${result(script)}${runButton(viewer, script.name, '/')}</li>`,
          )}</ul>`;
  return html`<div id="brief">${content}</div>`;
}

/** The place that those are put into when they are known; the first page doesn't wait for them. */
export const scriptsPlace: Html = html`<section class="card flush" aria-labelledby="brief-title"><header class="card-head"><h2 id="brief-title">${icon('scripts')} ${words.brief}</h2></header>
<div id="brief" data-part="/scripts?part=brief"><p class="pad hint wait">${words.wait}</p></div>
<footer class="card-foot"><a href="/scripts">${words.all}</a></footer></section>`;

/** The end of the log about one script. */
export const logMain = (
  name: string,
  lines: readonly string[],
): Html => html`<p><a href="/scripts">${words.back}</a></p>
<h1>${words.logOf(name)}</h1>
<section class="card flush apart">${when(lines.length === 0, () => html`<p class="pad hint">${words.logEmpty}</p>`)}${when(
  lines.length > 0,
  () => html`<pre class="log" tabindex="0"><code>${lines.join('\n')}</code></pre>`,
)}</section>`;

import { toString as describeCron } from 'cronstrue';
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
  firing: 'sent',
  waiting: 'queued',
  running: 'queued',
  failed: 'failed',
  undelivered: 'failed',
  stopped: 'failed',
};

/** The result of the last run, as a coloured word. */
function result({ last_result: last, running }: ScriptAnswer): Html {
  const word = running ? 'running' : last;
  if (word === null) return none;
  return html`<span class="state ${TONES[word] ?? 'muted'}">${words.results[word] ?? word}</span>`;
}

/** A description of a schedule, or the cron expression if it can't be described. */
function scheduleOf({ schedule, tz }: ScriptAnswer): Html {
  if (schedule === null) return html`${words.eachTime}`;
  const zone = tz === undefined ? none : html` (${tz})`;
  try {
    const description = describeCron(schedule, { use24HourTimeFormat: true });
    return html`<span title="${schedule}">${description}</span>${zone}`;
  } catch {
    return html`<code>${schedule}</code>${zone}`;
  }
}

/** The rest of a cooldown, which the bot sends as a short duration: `42m`. */
function cooldownOf(left: string): Html {
  const time = ms(left as StringValue);
  return html`${words.cooldownLeft(Number.isFinite(time) ? strings.duration(time) : left)}`;
}

const lastRun = ({ last_run: at }: ScriptAnswer): Html => (at === null ? html`${words.never}` : ago(at));

/** A form with a button for one script. @param back the page of the button */
function actionForm(viewer: Viewer, name: string, path: string, label: string, content: Html, back: string): Html {
  return html`<form method="post" action="${path}" data-swap>${formField(viewer)}<input type="hidden" name="name" value="${name}"><input type="hidden" name="back" value="${back}"><button class="button quiet small" aria-label="${label}">${content}</button></form>`;
}

const runButton = (viewer: Viewer, name: string, back: string): Html =>
  actionForm(viewer, name, '/scripts/run', words.runOf(name), html`${icon('play')} ${words.run}`, back);

function muteButton(viewer: Viewer, { name, muted_until: muted }: ScriptAnswer): Html {
  return muted
    ? actionForm(
        viewer,
        name,
        '/scripts/unmute',
        words.unmuteOf(name),
        html`${icon('bell')} ${words.unmute}`,
        '/scripts',
      )
    : actionForm(viewer, name, '/scripts/mute', words.muteOf(name), html`${icon('quiet')} ${words.mute}`, '/scripts');
}

function item(viewer: Viewer, script: ScriptAnswer): Html {
  const { name, cooldown_left: left, muted_until: muted, error } = script;
  const fact = (what: string, value: Html) => html`<div><dt>${what}</dt><dd>${value}</dd></div>`;
  return html`<li class="script"><div class="script-head"><h2><a href="${addressOf('/messages', { source: name })}" aria-label="${words.messagesOf(name)}">${name}</a></h2>${result(script)}</div>
<dl>${fact(words.schedule, scheduleOf(script))}${fact(words.lastRun, lastRun(script))}${
    left === null ? none : fact(words.cooldown, cooldownOf(left))
  }${muted ? fact(words.mutedUntil, atMinute(muted)) : none}</dl>
${error === undefined ? none : html`<p class="error">${error}</p>`}
<div class="actions">${runButton(viewer, name, '/scripts')}${muteButton(viewer, script)}<a class="button quiet small" href="${addressOf('/scripts/log', { name })}" aria-label="${words.logOf(name)}">${icon('log')} ${words.log}</a></div></li>`;
}

const empty: Html = html`<div class="empty">${icon('scripts')}<p><strong>${words.none}</strong></p><p class="hint">${words.noneHint}</p></div>`;

/** The page of scripts. @param scripts the scripts, or the reason why they are not available */
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

/** Failed scripts first, then the most recent runs. */
const byUrgency = (one: ScriptAnswer, other: ScriptAnswer): number =>
  Number(other.last_result === 'failed') - Number(one.last_result === 'failed') ||
  (other.last_run ?? '').localeCompare(one.last_run ?? '');

/** The short list of scripts on the overview. */
export function scriptsBrief(viewer: Viewer, scripts: readonly ScriptAnswer[] | string): Html {
  const content =
    typeof scripts === 'string'
      ? html`<p class="pad hint">${words.away}. ${scripts}</p>`
      : scripts.length === 0
        ? html`<p class="pad hint">${words.none}. ${words.noneHint}</p>`
        : html`<ul class="brief">${each(
            [...scripts].sort(byUrgency).slice(0, BRIEF),
            (script) =>
              html`<li><div><a href="${addressOf('/messages', { source: script.name })}">${script.name}</a><p class="hint">${lastRun(script)}</p></div>${result(script)}${runButton(viewer, script.name, '/')}</li>`,
          )}</ul>`;
  return html`<div id="brief">${content}</div>`;
}

/** The placeholder of that list, which is loaded later, so that the overview doesn't wait for it. */
export const scriptsPlaceholder: Html = html`<section class="card flush" aria-labelledby="brief-title"><header class="card-head"><h2 id="brief-title">${icon('scripts')} ${words.brief}</h2></header>
<div id="brief" data-part="/scripts?part=brief"><p class="pad hint wait">${words.wait}</p></div>
<footer class="card-foot"><a href="/scripts">${words.all}</a></footer></section>`;

/** The last log lines of a script. */
export const logMain = (
  name: string,
  lines: readonly string[],
): Html => html`<p><a href="/scripts">${words.back}</a></p>
<h1>${words.logOf(name)}</h1>
<section class="card flush apart">${when(lines.length === 0, () => html`<p class="pad hint">${words.logEmpty}</p>`)}${when(
  lines.length > 0,
  () => html`<pre class="log" tabindex="0"><code>${lines.join('\n')}</code></pre>`,
)}</section>`;

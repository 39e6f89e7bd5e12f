import { PERSON_SETTINGS, type PersonSettingName } from '../../../core/people/settings.ts';
import { MAX_SETTING, type SettingsAnswer } from '../../../shared/api/people/settings.ts';
import { strings } from '../../strings.ts';
import { each, type Html, html, none } from '../parts/html.ts';
import { icon } from '../parts/icons.ts';
import { formField, type Viewer } from '../parts/layout.ts';
import { atMinute } from '../parts/times.ts';

const words = strings.settings;

/** What somebody typed into the form, where the bot refused it. */
export type TypedSettings = Readonly<Partial<Record<PersonSettingName, string>>>;

function hintOf(name: PersonSettingName, { timezone, zone }: SettingsAnswer): string {
  if (name === 'quiet') return words.quietHint;
  if (name === 'digest') return words.digestHint;
  return timezone === null ? words.timezoneHint(zone) : words.timezoneOwn;
}

const EXAMPLES = { timezone: 'Europe/Berlin', quiet: words.quietExample, digest: words.digestExample } as const;

function field(name: PersonSettingName, settings: SettingsAnswer, typed: TypedSettings): Html {
  const id = `setting-${name}`;
  const list = name === 'timezone' ? html`list="zones"` : none;
  return html`<div class="field grow pad-top"><label for="${id}">${words[name]}</label>
<input id="${id}" name="${name}" value="${typed[name] ?? settings[name] ?? ''}" maxlength="${MAX_SETTING}" placeholder="${EXAMPLES[name]}" ${list} autocomplete="off" spellcheck="false" autocapitalize="none" aria-describedby="${id}-hint">
<p class="hint" id="${id}-hint">${hintOf(name, settings)}</p></div>`;
}

/** The zones that a browser offers while somebody types. */
const zones = (): Html =>
  html`<datalist id="zones">${each(Intl.supportedValuesOf('timeZone'), (zone) => html`<option value="${zone}">`)}</datalist>`;

function nowPart({ quiet_until: until, held, summary_at: at }: SettingsAnswer): Html {
  const fact = (name: string, value: Html | string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts">${fact(words.now, until === null ? words.notQuiet : html`${words.quietUntil} ${atMinute(until)}`)}${fact(
    words.held,
    held === 0 ? words.nothingHeld : words.heldCount(held),
  )}${at === null ? none : fact(words.summaryAt, atMinute(at))}</dl>`;
}

/** The page of a person's settings. @param typed what the bot refused, to be corrected */
export const settingsMain = (viewer: Viewer, settings: SettingsAnswer, typed: TypedSettings = {}): Html =>
  html`<h1>${words.title}</h1>
<p class="hint">${words.intro}</p>
<section class="card apart" aria-labelledby="settings-title"><header class="card-head"><h2 id="settings-title">${icon('quiet')} ${words.card}</h2></header>
${nowPart(settings)}
<form method="post" action="/settings" data-swap>${formField(viewer)}
${each(PERSON_SETTINGS, (name) => field(name, settings, typed))}
<div class="actions pad-top"><button class="button">${words.save}</button></div></form></section>
${zones()}`;

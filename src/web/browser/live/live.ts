/** Adds messages that arrive while the page is open. */
import { strings } from '../../strings.ts';
import { updateTimes } from '../ago.ts';
import { showAgain } from '../filter.ts';
import { ask } from '../login.ts';
import { elementIn, parse } from '../parse.ts';
import { wordsOf } from '../words.ts';
import { followAlerts, refreshAlerts } from './alerts.ts';
import { followNotify, showNotification } from './notify.ts';
import { followStream, type LiveMessage, type Stream } from './stream.ts';
import { replace, SWAPPED } from './swap.ts';
import { countUnread, followUnread } from './unread.ts';

/** Longest list. */
const MOST_SHOWN = 100;

let open: boolean | undefined;

function showState(): void {
  for (const sign of document.querySelectorAll<HTMLElement>('[data-live-indicator]')) {
    sign.hidden = open === undefined;
    sign.classList.toggle('off', open === false);
    const words = open === false ? strings.messages.offline : strings.messages.live;
    if (sign.textContent !== words) sign.textContent = words;
  }
}

/** Adds an entry to a list, or updates it. */
function upsert(list: Element, { element, html }: LiveMessage): void {
  const fresh = parse(html).body.querySelector('li');
  if (fresh === null) return;
  const old = document.getElementById(element);
  updateTimes(fresh);
  if (old !== null && list.contains(old)) old.replaceWith(document.adoptNode(fresh));
  else {
    fresh.classList.add('fresh');
    list.prepend(document.adoptNode(fresh));
    list.parentElement?.querySelector('.empty')?.remove();
    for (const extra of [...list.children].slice(MOST_SHOWN)) extra.remove();
  }
}

/** Messages already announced, by element id; a message changes several times until it is delivered. */
const announced = new Set<string>();
const MOST_ANNOUNCED = 500;

/** Notifies of a message once, unless it is muted, replaced, told in a summary, or one of the dashboard's pages is in view. */
async function announce(message: LiveMessage, stream: Stream): Promise<void> {
  const { element, status, html } = message;
  if (status === 'muted' || status === 'replaced' || status === 'summarized' || announced.has(element)) return;
  announced.add(element);
  for (const oldest of [...announced].slice(0, -MOST_ANNOUNCED)) announced.delete(oldest);
  countUnread();
  if (!stream.leads() || (await stream.isInView())) return;
  const text = parse(html).querySelector('.text');
  showNotification(message, text === null ? '' : wordsOf(text));
}

function onMessage(message: LiveMessage, stream: Stream): void {
  const lists = document.querySelectorAll('[data-live]');
  for (const list of lists) upsert(list, message);
  // The server decides whether the message matches the filter.
  if (lists.length === 0 && new URL(location.href).searchParams.get('before') === null) showAgain();
  refreshAlerts();
  void announce(message, stream);
}

async function refreshCard(): Promise<void> {
  const card = document.getElementById('telegram');
  if (card === null) return;
  const fresh = await elementIn(await ask('/telegram/card'), 'telegram');
  if (fresh !== null) replace(card, fresh);
}

/** Reloads the lists of scripts on the page. */
async function refreshScripts(): Promise<void> {
  for (const [id, address] of [
    ['brief', '/scripts?part=brief'],
    ['scripts', '/scripts'],
  ] as const) {
    const old = document.getElementById(id);
    if (old === null) continue;
    const fresh = await elementIn(await ask(address), id);
    if (fresh !== null) replace(old, fresh);
  }
}

export function followLive(): void {
  // The login page has no live updates.
  const { user } = document.body.dataset;
  if (user === undefined) return;
  followNotify();
  followUnread();
  followAlerts();
  document.addEventListener(SWAPPED, showState);
  let broken = false;
  const stream = followStream(user, {
    message: (message) => onMessage(message, stream),
    link: () => void refreshCard().catch(() => {}),
    run: () => void refreshScripts().catch(() => {}),
    gap: () => void catchUp().catch(() => {}),
    state(now) {
      // Loads the messages that arrived during the break.
      if (now && broken && document.querySelector('[data-live]') !== null) void catchUp().catch(() => {});
      broken = !now;
      open = now;
      showState();
    },
  });
}

/** Reloads a list that missed messages. */
async function catchUp(): Promise<void> {
  const list = document.querySelector('[data-live]');
  const fresh = parse(await (await ask(location.href)).text()).querySelector('[data-live]');
  if (list !== null && fresh !== null) replace(list, fresh);
}

/** Messages that come in while the page is open. */
import { strings } from '../../strings.ts';
import { updateTimes } from '../ago.ts';
import { showAgain } from '../filter.ts';
import { ask } from '../login.ts';
import { elementIn, parse } from '../trusted.ts';
import { wordsOf } from '../words.ts';
import { followNotify, showNotification } from './notify.ts';
import { followStream, type LiveMessage, type Stream } from './stream.ts';
import { replace, SWAPPED } from './swap.ts';
import { countUnread, followUnread } from './unread.ts';

/** A list that grew for days is cut here. */
const MOST_SHOWN = 100;

let open: boolean | undefined;

function showState(): void {
  for (const sign of document.querySelectorAll<HTMLElement>('[data-live-sign]')) {
    sign.hidden = open === undefined;
    sign.classList.toggle('off', open === false);
    const words = open === false ? strings.messages.offline : strings.messages.live;
    if (sign.textContent !== words) sign.textContent = words;
  }
}

/** Takes an entry in, or brings it up to date. */
function take(list: Element, { element, html }: LiveMessage): void {
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

/** Messages that were told of, by their elements; each changes some times on its way. */
const told = new Set<string>();
const MOST_TOLD = 500;

/** Tells of a message once, as soon as it is known, unless it is muted or somebody looks at a page of ours. */
async function tell(message: LiveMessage, stream: Stream): Promise<void> {
  const { element, status, html } = message;
  if (status === 'muted' || told.has(element)) return;
  told.add(element);
  for (const oldest of [...told].slice(0, -MOST_TOLD)) told.delete(oldest);
  countUnread();
  if (!stream.leads() || (await stream.isLookedAt())) return;
  const text = parse(html).querySelector('.text');
  showNotification(message, text === null ? '' : wordsOf(text));
}

function onMessage(message: LiveMessage, stream: Stream): void {
  const lists = document.querySelectorAll('[data-live]');
  for (const list of lists) take(list, message);
  // What is filtered is for the server to choose.
  if (lists.length === 0 && new URL(location.href).searchParams.get('before') === null) showAgain();
  void tell(message, stream);
}

async function refreshCard(): Promise<void> {
  const card = document.getElementById('telegram');
  if (card === null) return;
  const fresh = await elementIn(await ask('/telegram/card'), 'telegram');
  if (fresh !== null) replace(card, fresh);
}

/** Brings what is said of the scripts up to date, wherever it stands. */
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
  // The door has nothing to wait for.
  const { user } = document.body.dataset;
  if (user === undefined) return;
  followNotify();
  followUnread();
  document.addEventListener(SWAPPED, showState);
  let broken = false;
  const stream = followStream(user, {
    message: (message) => onMessage(message, stream),
    link: () => void refreshCard().catch(() => {}),
    run: () => void refreshScripts().catch(() => {}),
    gap: () => void catchUp().catch(() => {}),
    state(now) {
      // What came while nobody listened is not lost: the server remembers it.
      if (now && broken && document.querySelector('[data-live]') !== null) void catchUp().catch(() => {});
      broken = !now;
      open = now;
      showState();
    },
  });
}

/** Puts the list as the server has it in the place of the one that missed something. */
async function catchUp(): Promise<void> {
  const list = document.querySelector('[data-live]');
  const fresh = parse(await (await ask(location.href)).text()).querySelector('[data-live]');
  if (list !== null && fresh !== null) replace(list, fresh);
}

/** Notifications of the browser's own, for who doesn't have Telegram open here. */
import { strings } from '../../strings.ts';
import type { LiveMessage } from './stream.ts';
import { SWAPPED } from './swap.ts';

const KEY = 'notify-here';
const MOST_UNITS = 200;
const words = strings.messages;
/** Phones show notifications by service workers alone; there Telegram itself does it. */
const able = isSecureContext && 'Notification' in globalThis && !matchMedia('(pointer: coarse)').matches;

const isOn = () => able && Notification.permission === 'granted' && localStorage.getItem(KEY) === 'on';

function showButtons(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-notify]')) {
    button.hidden = !able;
    const text = isOn() ? words.notifyOff : words.notify;
    if (button.textContent !== text) button.textContent = text;
    button.setAttribute('aria-pressed', String(isOn()));
  }
}

/** Says something where eyes and screen readers find it. */
function say(sentence: string): void {
  const place = document.getElementById('toasts');
  if (place === null) return;
  const line = document.createElement('p');
  line.className = 'flash bad';
  line.textContent = sentence;
  place.replaceChildren(line);
}

async function turn(): Promise<void> {
  document.getElementById('toasts')?.replaceChildren();
  if (isOn()) localStorage.setItem(KEY, 'off');
  else if ((await Notification.requestPermission()) === 'granted') localStorage.setItem(KEY, 'on');
  else say(words.notifyRefused);
  showButtons();
}

/** The list that holds it, at its place. */
function lead(element: string): void {
  const shown = document.getElementById(element);
  if (shown === null) location.assign(`/messages#${element}`);
  else shown.scrollIntoView({ block: 'center' });
}

/** Shows a message, if that was wished for. @param said its words */
export function showNotification({ element, title, severity, source }: LiveMessage, said: string): void {
  if (!isOn()) return;
  const body = said.length > MOST_UNITS ? `${said.slice(0, MOST_UNITS - 1)}…` : said;
  const silent = severity === 'info' || severity === 'low';
  // Browsers show what has the same tag once.
  const shown = new Notification(title ?? source ?? words.untitled, { body, tag: element, silent });
  shown.addEventListener('click', () => {
    window.focus();
    lead(element);
    shown.close();
  });
}

export function followNotify(): void {
  showButtons();
  document.addEventListener(SWAPPED, showButtons);
  // Turned in another tab.
  addEventListener('storage', showButtons);
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-notify]') !== null) void turn();
  });
}

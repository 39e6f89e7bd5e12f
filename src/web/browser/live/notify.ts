/** Browser notifications, for users without Telegram on this computer. */
import { strings } from '../../strings.ts';
import type { LiveMessage } from './stream.ts';
import { SWAPPED } from './swap.ts';

const KEY = 'notify-here';
const MOST_UNITS = 200;
const words = strings.messages;
/** Phones require a service worker for notifications; there Telegram notifies. */
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

/** Shows an error, announced by screen readers. */
function showError(sentence: string): void {
  const place = document.getElementById('toasts');
  if (place === null) return;
  const line = document.createElement('p');
  line.className = 'flash bad';
  line.textContent = sentence;
  place.replaceChildren(line);
}

async function toggle(): Promise<void> {
  document.getElementById('toasts')?.replaceChildren();
  if (isOn()) localStorage.setItem(KEY, 'off');
  else if ((await Notification.requestPermission()) === 'granted') localStorage.setItem(KEY, 'on');
  else showError(words.notifyRefused);
  showButtons();
}

/** Scrolls to a message, or opens the list that contains it. */
function reveal(element: string): void {
  const shown = document.getElementById(element);
  if (shown === null) location.assign(`/messages#${element}`);
  else shown.scrollIntoView({ block: 'center' });
}

/** Shows a message as a notification, if the user turned that on. @param text its plain text */
export function showNotification({ element, title, severity, source }: LiveMessage, text: string): void {
  if (!isOn()) return;
  const body = text.length > MOST_UNITS ? `${text.slice(0, MOST_UNITS - 1)}…` : text;
  const silent = severity === 'info' || severity === 'low';
  // Browsers show notifications with the same tag once.
  const shown = new Notification(title ?? source ?? words.untitled, { body, tag: element, silent });
  shown.addEventListener('click', () => {
    window.focus();
    reveal(element);
    shown.close();
  });
}

export function followNotify(): void {
  showButtons();
  document.addEventListener(SWAPPED, showButtons);
  // Changed in another tab.
  addEventListener('storage', showButtons);
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-notify]') !== null) void toggle();
  });
}

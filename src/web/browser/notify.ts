/** Notifications of the browser's own, for who doesn't have Telegram open here. */
import { strings } from '../strings.ts';
import type { LiveMessage } from './stream.ts';

const KEY = 'notify-here';
const words = strings.messages;
/** Phones show notifications by service workers alone; there Telegram itself does it. */
const able = 'Notification' in globalThis && !matchMedia('(pointer: coarse)').matches;

const isOn = () => able && Notification.permission === 'granted' && localStorage.getItem(KEY) === 'on';

function showButtons(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-notify]')) {
    button.hidden = !able;
    const text = isOn() ? words.notifyOff : words.notify;
    if (button.textContent !== text) button.textContent = text;
    button.setAttribute('aria-pressed', String(isOn()));
  }
}

async function turn(button: HTMLElement): Promise<void> {
  if (isOn()) localStorage.setItem(KEY, 'off');
  else if ((await Notification.requestPermission()) === 'granted') localStorage.setItem(KEY, 'on');
  else button.title = words.notifyRefused;
  showButtons();
}

/** Shows a message that arrived, unless the page itself is being looked at. */
export function showNotification({ element, title, text, severity, source }: LiveMessage): void {
  if (!isOn() || document.visibilityState === 'visible') return;
  // Tabs share the tag, so that it is shown once.
  const silent = severity === 'info' || severity === 'low';
  const shown = new Notification(title ?? source ?? words.untitled, { body: text, tag: element, silent });
  shown.addEventListener('click', () => {
    window.focus();
    document.getElementById(element)?.scrollIntoView({ block: 'center' });
    shown.close();
  });
}

export function followNotify(): void {
  showButtons();
  document.addEventListener('notify:swapped', showButtons);
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-notify]') : null;
    if (button !== null) void turn(button);
  });
}

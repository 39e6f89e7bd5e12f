import type { SandboxMessage } from '../sandbox/model.ts';

/** Lines of a text that a terminal shows at most; the page shows the rest. */
const LINES = 12;

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} kB`;
}

/** A text that can do nothing to the terminal it is printed on. */
function harmless(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '');
}

/** A message as the terminal shows it: what a reader would see, a line each, behind a bar. */
export function showMessage(message: SandboxMessage): string {
  const lines: string[] = [];
  if (message.media !== undefined) {
    const { kind, name, size: bytes, width, height } = message.media;
    const pixels = width === undefined || height === undefined ? '' : `, ${width}×${height}`;
    lines.push(`[${kind} ${harmless(name)}, ${size(bytes)}${pixels}]`);
  }
  const said = message.text ?? message.caption ?? '';
  const text = said === '' ? [] : harmless(said).split('\n');
  // One line more is shown rather than counted.
  const shown = text.length === LINES + 1 ? text : text.slice(0, LINES);
  lines.push(...shown);
  if (text.length > shown.length) lines.push(`… ${text.length - shown.length} more lines`);
  for (const button of message.reply_markup?.inline_keyboard?.flat() ?? []) {
    lines.push(`[ ${harmless(button.text)} ]${button.url === undefined ? '' : ` → ${harmless(button.url)}`}`);
  }
  const quiet = message.silent ? ' (without a sound)' : '';
  return `    ┌ Telegram${quiet}\n${lines.map((line) => `    │ ${line}\n`).join('')}`;
}

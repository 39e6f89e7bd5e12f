import type { SandboxMessage } from '../sandbox/model.ts';

/** Lines of a text shown in the terminal; the page shows all. */
const LINES = 12;

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} kB`;
}

/** Removes control characters, which could act on the terminal. */
function withoutControls(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '');
}

/** Formats a message for the terminal: the visible content, each line after a bar. */
export function showMessage(message: SandboxMessage): string {
  const lines: string[] = [];
  if (message.media !== undefined) {
    const { kind, name, size: bytes, width, height } = message.media;
    const pixels = width === undefined || height === undefined ? '' : `, ${width}×${height}`;
    lines.push(`[${kind} ${withoutControls(name)}, ${size(bytes)}${pixels}]`);
  }
  const content = message.text ?? message.caption ?? '';
  const text = content === '' ? [] : withoutControls(content).split('\n');
  // A single extra line is shown rather than counted.
  const shown = text.length === LINES + 1 ? text : text.slice(0, LINES);
  lines.push(...shown);
  if (text.length > shown.length) lines.push(`… ${text.length - shown.length} more lines`);
  for (const button of message.reply_markup?.inline_keyboard?.flat() ?? []) {
    lines.push(
      `[ ${withoutControls(button.text)} ]${button.url === undefined ? '' : ` → ${withoutControls(button.url)}`}`,
    );
  }
  const quiet = message.silent ? ' (without a sound)' : '';
  return `    ┌ Telegram${quiet}\n${lines.map((line) => `    │ ${line}\n`).join('')}`;
}

import type { Transformer } from 'grammy';

const TEXTS: ReadonlySet<string> = new Set(['sendMessage', 'editMessageText']);

/**
 * Turns the preview of links off in every text that doesn't ask for one. Telegram finds links by itself, in `backup.sh` and
 * `README.md` too, and a preview shows a stranger's site; it also opens links that work once.
 */
export const previewsOff: Transformer = (previous, method, payload, signal) =>
  TEXTS.has(method)
    ? previous(method, { link_preview_options: { is_disabled: true }, ...payload }, signal)
    : previous(method, payload, signal);

import type { StorageFinding } from '../../../storage/ports.ts';

/** What one check found. */
export type Finding = StorageFinding;

export const good = (check: string, seen: string): Finding => ({ check, ok: true, seen });
export const bad = (check: string, seen: string, todo: string): Finding => ({ check, ok: false, seen, todo });
/** Something that a sysadmin should know and that stops nothing. */
export const warning = (check: string, seen: string, todo: string): Finding => ({
  check,
  ok: true,
  state: 'warning',
  seen,
  todo,
});
/** Something that this account can't see, which is no sign of trouble. */
export const unchecked = (check: string, seen: string): Finding => ({
  check,
  ok: true,
  state: 'unchecked',
  seen,
  todo: 'sudo notify-bot doctor',
});

/** What `read` returns; `undefined` when it throws. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The last step of every change of a setting. */
export const RESTART = 'then: systemctl restart notify-bot';

import { expect, test } from 'vitest';
import { difference, listing } from '../support/listing.ts';
import type { Server } from '../support/server.ts';

/** What stays after an uninstall: data and settings, the account that owns them, and where they lie. */
const KEPT =
  /^\/data |^\/data\/notifications[ /]|^\/etc\/notify-bot[ /]|^\/etc\/systemd\/system |^notify-bot:x:|^\/etc\/notify-web[ /]|^\/var\/lib\/notify-(web|bot)[ /]|^notify-web:x:|^\/etc\/systemd\/system\/notify-web\.socket\.d[ /]/;

/** The last steps. @param before the files before the first deploy */
export function removing(server: Server, before: () => readonly string[]): void {
  test('an uninstall leaves nothing but data and settings', async () => {
    const { status, stdout } = await server.deploy('--uninstall');
    expect(stdout).toMatch(/^Removed in/);
    expect(status).toBe(0);
    const { more, less } = difference(before(), await listing(server.container));
    expect(less).toEqual([]);
    expect(more.filter((line) => !KEPT.test(line))).toEqual([]);
    expect(more.some((line) => line.startsWith('/data/notifications/telegram_users.json '))).toBe(true);
    const { stdout: units } = await server.container.attempt("systemctl list-units --all --no-legend 'notify-*'");
    expect(units).toBe('');
  });

  test('a purge leaves nothing at all', async () => {
    const { status } = await server.deploy('--uninstall --purge --yes');
    expect(status).toBe(0);
    expect(difference(before(), await listing(server.container))).toEqual({ more: [], less: [] });
  });
}

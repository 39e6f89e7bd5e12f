/** Questions to systemd. */
import { waitFor } from '../../support/wait-for.ts';
import type { Container } from './container.ts';

export const UNIT = 'notify-bot.service';

/** A property of a unit, as `systemctl show` has it. */
export const property = async ({ run }: Container, name: string, unit = UNIT): Promise<string> =>
  (await run(`systemctl show --property=${name} --value ${unit}`)).trim();

/** Waits until the service says itself that it is ready. */
export function untilReady(container: Container, timeoutMs = 30_000): Promise<boolean> {
  return waitFor(async () => (await property(container, 'ActiveState')) === 'active', timeoutMs);
}

/** The number that `systemd-analyze security` gives a unit; the lower, the less it may. */
export async function exposure({ run }: Container, unit: string): Promise<number> {
  const told = await run(`systemd-analyze security --no-pager ${unit} | tail -n 1`);
  const number = /([\d.]+) \w+/.exec(told)?.[1];
  if (number === undefined) throw new Error(`systemd-analyze says of ${unit}: ${told}`);
  return Number(number);
}

/** Scripts whose header says how often they are to run well, as the bot hears of them. */
import { exactDuration } from '../../shared/text/duration.ts';
import type { Header } from './header.ts';

/** A script in `POST /beat`; `undefined` where its header expects nothing. @param succeededAt Unix time in ms */
export function expectedScript(
  name: string,
  { expect, to }: Header,
  succeededAt: number | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (expect === undefined) return undefined;
  return {
    name,
    every: exactDuration(expect),
    ...(to !== undefined && { to }),
    ...(succeededAt !== undefined && { succeeded_at: new Date(succeededAt).toISOString() }),
  };
}

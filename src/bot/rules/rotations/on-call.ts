import type { OnCall } from '../rules.ts';
import type { Handovers } from './handovers.ts';

/** A rotation whose schedule was read. */
export interface Rotation {
  /** Names of accounts, at least one, in turns. */
  readonly people: readonly string[];
  /** Five fields of cron, or a name such as `@weekly`. */
  readonly handover: string;
  readonly timezone: string;
  readonly handovers: Handovers;
}

/** A person who replaces the one on call for a time; milliseconds since 1970. */
export interface Override {
  readonly person: string;
  readonly from: number;
  readonly until: number;
}

type Turns = Pick<Rotation, 'people' | 'handovers'>;

/** Who is on call by the turns alone. */
function byTurn({ people, handovers }: Turns, now: number): OnCall {
  const turn = handovers.count(now) % people.length;
  return {
    people: people.slice(turn, turn + 1),
    since: handovers.last(now) ?? 0,
    until: handovers.next(now) ?? Number.POSITIVE_INFINITY,
  };
}

/**
 * Who is on call. An override counts from its beginning until before its end; of several the one that was made last. Pure.
 *
 * @param overrides in the order in which they were made
 * @param now milliseconds since 1970
 */
export function onCall(rotation: Turns, overrides: readonly Override[], now: number): OnCall {
  const place = overrides.findLastIndex(({ from, until }) => from <= now && now < until);
  const newer = overrides.slice(place + 1).filter(({ from }) => from > now);
  const override = overrides[place];
  const own = byTurn(rotation, now);
  const { people, since, until } =
    override === undefined ? own : { people: [override.person], since: override.from, until: override.until };
  const ended = overrides.filter((one) => override === undefined && one.until <= now).map((one) => one.until);
  return {
    people,
    since: override === undefined ? Math.max(since, ...ended) : since,
    until: Math.min(until, ...newer.map(({ from }) => from)),
  };
}

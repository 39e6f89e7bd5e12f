/** `notify-bot rotation …`: who is on call, and overrides. Everything goes through the service. */

import type { RotationFields } from '../../../shared/api/rotations/rotations.ts';
import { unknownRotation } from '../../../shared/api/rotations/unknown-rotation.ts';
import { cell, table } from '../../../shared/text/table.ts';
import { hostTime } from '../../../shared/time/host-time.ts';
import { type BotIo, DONE } from '../io.ts';
import { withService } from '../with-service.ts';

/** Options of the commands. */
export interface JsonOption {
  /** Print JSON for a program. */
  readonly json?: boolean;
}

/** Characters of a time to the minute. */
const MINUTE_LENGTH = '2026-01-30 18:00'.length;

/** A moment as the host's clock shows it, to the minute. */
const shownAt = (text: string | null): string =>
  text === null ? '' : hostTime(Date.parse(text)).slice(0, MINUTE_LENGTH);

/** People whom no message reaches, a sentence each on standard error. */
function warnOf(io: BotIo, { name, people, on_call }: RotationFields): void {
  const unlinked = [...people, on_call].filter(({ linked }) => !linked).map(({ user }) => user);
  for (const user of new Set(unlinked)) {
    io.err(`notify-bot: ${name}: ${user} is not linked to a Telegram chat, so no message reaches them.\n`);
  }
}

function textOf({ name, people, handover, timezone, on_call, until, next, overrides }: RotationFields): string {
  return [
    `${name}: ${on_call.user} is on call${until === null ? '' : ` until ${shownAt(until)}`}`,
    `  people     ${people.map(({ user }) => user).join(', ')}`,
    `  handover   ${handover} (${timezone})`,
    ...next.map(({ at, user }) => `  then       ${shownAt(at)}  ${user}`),
    ...overrides.map(
      ({ person, from, until: end, by }) => `  override   ${shownAt(from)} to ${shownAt(end)}  ${person} (by ${by})`,
    ),
    '',
  ].join('\n');
}

function print(io: BotIo, rotation: RotationFields, { json }: JsonOption): number {
  io.out(json ? `${JSON.stringify(rotation, null, 2)}\n` : textOf(rotation));
  warnOf(io, rotation);
  return DONE;
}

/** @throws Problem `unknown_rotation` */
function named(rotations: readonly RotationFields[], name: string): RotationFields {
  const found = rotations.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw unknownRotation(
    name,
    rotations.map((one) => one.name),
  );
}

/** `notify-bot rotation list` */
export async function listRotations(io: BotIo, { json }: JsonOption): Promise<number> {
  const { rotations } = await withService(io, (client) => client.rotations());
  if (json) {
    io.out(`${JSON.stringify(rotations, null, 2)}\n`);
    return DONE;
  }
  const rows = rotations.map(({ name, on_call, until, next }) => [
    cell(name),
    cell(on_call.user),
    shownAt(until),
    cell(next[0]?.user ?? ''),
  ]);
  io.out(
    rows.length === 0 ? 'The rules have no rotations.\n' : table([['ROTATION', 'ON CALL', 'UNTIL', 'THEN'], ...rows]),
  );
  for (const rotation of rotations) warnOf(io, rotation);
  return DONE;
}

/** `notify-bot rotation show ROTATION` @throws Problem `unknown_rotation` */
export async function showRotation(io: BotIo, name: string, options: JsonOption): Promise<number> {
  const { rotations } = await withService(io, (client) => client.rotations());
  return print(io, named(rotations, name), options);
}

/** `notify-bot rotation override ROTATION PERSON` @throws Problem with the service's sentence */
export async function overrideRotation(
  io: BotIo,
  name: string,
  person: string,
  { until, from, ...options }: JsonOption & { readonly until: string; readonly from?: string },
): Promise<number> {
  const body = { person, until, ...(from !== undefined && { from }) };
  const { rotation } = await withService(io, (client) => client.overrideRotation(name, body));
  return print(io, rotation, options);
}

/** `notify-bot rotation clear ROTATION` @throws Problem with the service's sentence */
export async function clearOverrides(io: BotIo, name: string, options: JsonOption): Promise<number> {
  const { rotation } = await withService(io, (client) => client.clearOverrides(name));
  return print(io, rotation, options);
}

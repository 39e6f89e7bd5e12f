/** The sections `rotations` and `times`. */
import { addressOf, linkName } from '../../../core/destination.ts';
import { splitZone } from '../../../shared/time/cron.ts';
import { DAYS, parseWindows, type WeeklyWindow } from '../../../shared/time/weekly-windows.ts';
import { isNamedZone, notZone } from '../../../shared/time/zone.ts';
import { parseHandovers } from '../rotations/handovers.ts';
import type { Rotation } from '../rotations/on-call.ts';
import { foundIn, type Reader, type Value } from './nodes.ts';
import { listOf, mapOf, namedEntries, orRefuse, type Read, text } from './readers.ts';

const MOST_PEOPLE = 100;
const MOST_NAMED = 1000;
const MOST_WINDOWS = 50;

const timezone: Read<string> = (value, reader) => {
  const name = text(100)(value, reader);
  if (name === undefined || isNamedZone(name)) return name;
  return reader.refuse(value, notZone(name));
};

const person: Read<string> = (value, reader) => {
  const name = text(256)(value, reader);
  if (name === undefined || addressOf(linkName(name)) !== undefined) return name;
  return reader.refuse(value, `${foundIn(value)} is no name of an account.`);
};

function handoversOf(value: Value, reader: Reader, cron: string, zone: string) {
  if (!cron.startsWith('@') && cron.split(/\s+/).length !== 5) {
    const found = JSON.stringify(cron);
    return reader.refuse(
      value,
      `handover: ${found} is neither a day and a time, such as "mon 09:00", nor a cron schedule.`,
    );
  }
  const read = orRefuse(value, reader, () => parseHandovers(cron, zone, value.key));
  if (read === 'never') return reader.refuse(value, `handover: ${JSON.stringify(cron)} never comes.`);
  if (read === 'too_often')
    return reader.refuse(value, `handover: ${JSON.stringify(cron)} comes more than 24 times a day.`);
  return read;
}

const WEEKLY = /^([a-z]{3})\s{1,5}([01]?\d|2[0-3]):([0-5]\d)(\s|$)/i;

/** `mon 09:00` as cron has it; anything else as it is. */
const weeklyAsCron = (text: string): string =>
  text.trim().replace(WEEKLY, (all, day: string, hour, minute, end) => {
    const index = DAYS.indexOf(day.toLowerCase());
    return index < 0 ? all : `${Number(minute)} ${Number(hour)} * * ${index}${end}`;
  });

/** `rotations`. @param zone of those that name none */
export function rotationEntries(zone: string): Read<ReadonlyMap<string, Rotation>> {
  const shape = mapOf({ people: listOf(person, MOST_PEOPLE), handover: text(200), timezone });
  return namedEntries((value, reader) => {
    const read = shape(value, reader);
    if (read === undefined) return undefined;
    const { people, handover } = read;
    if (people === undefined || people.length === 0) {
      return reader.refuse(value, 'it has no people: write people: [alice, bob].');
    }
    if (handover === undefined) {
      return reader.refuse(value, 'it has no handover: write handover: "mon 09:00", or a cron schedule.');
    }
    const split = splitZone(weeklyAsCron(handover), read.timezone ?? zone);
    const handovers = handoversOf(value, reader, split.schedule, split.zone);
    return handovers && { people, handover: split.schedule, timezone: split.zone, handovers };
  }, MOST_NAMED);
}

/** `times`. @param zone of those that name none */
export const timeEntries = (zone: string): Read<ReadonlyMap<string, readonly WeeklyWindow[]>> =>
  namedEntries((value, reader) => {
    const all = listOf(text(), MOST_WINDOWS)(value, reader);
    return all && orRefuse(value, reader, () => all.flatMap((one) => parseWindows(one, value.key, zone)));
  }, MOST_NAMED);

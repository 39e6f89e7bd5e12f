/** The data folder, its files, and the state of messages; by the owner of the folder where root asks. */
import { Problem } from '../../../core/problem.ts';
import { isJsonObject } from '../../../shared/json/json-object.ts';
import { asOwner } from '../as-owner.ts';
import { type BotIo, DONE, INSPECT } from '../io.ts';
import { openServiceStorage } from '../service-storage.ts';
import { checkMessages } from './check-messages.ts';
import { bad, type Finding, readable } from './finding.ts';

async function look(io: BotIo): Promise<readonly Finding[]> {
  const storage = openServiceStorage(io);
  const found = await storage.inspection.diagnose();
  const isReadable = found.every(({ ok, state }) => ok && state !== 'unchecked');
  return isReadable ? [...found, ...(await checkMessages(storage, Date.now()))] : found;
}

/** The findings that another process printed; `undefined` for anything else. */
function findingsIn(text: string): readonly Finding[] | undefined {
  const list = readable((): unknown => JSON.parse(text));
  const isFinding = (value: unknown): value is Finding =>
    isJsonObject(value) &&
    typeof value.check === 'string' &&
    typeof value.ok === 'boolean' &&
    typeof value.seen === 'string' &&
    (value.todo === undefined || typeof value.todo === 'string');
  return Array.isArray(list) && list.every(isFinding) ? list : undefined;
}

/** Nothing where a setting is wrong, which the check of the settings reports. */
export async function checkStorage(io: BotIo): Promise<readonly Finding[]> {
  try {
    const answer = await asOwner(io, [INSPECT]);
    if (answer === undefined) return await look(io);
    const sorry = `the account that owns the data folder can't look: ${answer.err.trim()}`;
    return findingsIn(answer.out) ?? [bad('data', sorry, 'ls -ld shows whether it may run Node and notify-bot')];
  } catch (error) {
    if (error instanceof Problem && error.code === 'bad_setting') return [];
    throw error;
  }
}

/** The hidden command: prints the findings as JSON. */
export async function inspect(io: BotIo): Promise<number> {
  io.out(`${JSON.stringify(await look(io))}\n`);
  return DONE;
}

/** Reads and writes requests. By hand, because an actor starts for every button press and the user waits. */
import { Problem } from '../../../core/problem.ts';
import { jsonObjectIn } from '../../json/json-object.ts';
import { type ActorRequest, MOST_LOG_LINES, uidOfRunUnit } from './protocol.ts';

/** Bytes of a file's name on Linux (`NAME_MAX`). */
const MAX_NAME_BYTES = 255;

/** Whether a text is a bare file name, which stays in its folder when it is appended to a path. */
export function isBareName(name: string): boolean {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > MAX_NAME_BYTES || name === '.' || name === '..') return false;
  return name.isWellFormed() && !/[/\p{Cc}]/u.test(name);
}

const refuse = (message: string) => new Problem('bad_request', message);

/** Reads a request. @param line without its newline @throws Problem `bad_request` */
export function parseActorRequest(line: string): ActorRequest {
  const fields = jsonObjectIn(line);
  if (fields === undefined) throw refuse('The request is not one JSON object.');
  const { action, user, name, lines, unit, progress, ...others } = fields;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw refuse(`The request has a field that is not known: ${JSON.stringify(unknown)}.`);
  if (action === 'runs') {
    if (Object.keys(fields).length > 1) throw refuse('runs: it takes no other field.');
    return { action };
  }
  if (typeof user !== 'string' || user === '') throw refuse('user: expected the name of an account.');
  if (lines !== undefined && action !== 'log') throw refuse('lines: only log takes them.');
  if (unit !== undefined && action !== 'stop') throw refuse('unit: only stop takes one.');
  if (progress !== undefined && !(action === 'run' && progress === true)) {
    throw refuse('progress: only run takes it, as true.');
  }
  if (action === 'stop') {
    if (name !== undefined) throw refuse('name: stop takes none.');
    if (typeof unit !== 'string' || uidOfRunUnit(unit) === undefined) throw refuse('unit: expected the unit of a run.');
    return { action, user, unit };
  }
  if (action === 'list') {
    if (name !== undefined) throw refuse('name: list takes none.');
    return { action, user };
  }
  if (action !== 'run' && action !== 'log') throw refuse('action: expected list, run, log, stop or runs.');
  if (typeof name !== 'string' || !isBareName(name)) {
    throw refuse(`name: expected the bare name of a file, at most ${MAX_NAME_BYTES} bytes, without "/".`);
  }
  if (action === 'run') return { action, user, name, ...(progress === true && { progress }) };
  if (lines === undefined) return { action, user, name };
  if (typeof lines === 'number' && Number.isInteger(lines) && lines >= 1 && lines <= MOST_LOG_LINES) {
    return { action, user, name, lines };
  }
  throw refuse(`lines: expected a whole number from 1 to ${MOST_LOG_LINES}.`);
}

/** The line of a request, including its newline. */
export const actorRequestLine = (request: ActorRequest): string => `${JSON.stringify(request)}\n`;

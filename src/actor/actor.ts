/**
 * Serves one request of the bot without trusting it: the kernel identifies the caller, the host's accounts decide whose
 * scripts may run, and a script's name is a bare file name. The script runs as the user.
 */
import type { Socket } from 'node:net';
import { errnoOf, Problem, sentenceOf } from '../core/problem.ts';
import {
  ACTOR_ERROR_CODES,
  type ActorAction,
  type ActorAnswers,
  type ActorRequest,
  MAX_REQUEST_BYTES,
  parseActorRequest,
  STAND_BY_MS,
  type UserRequest,
} from '../shared/api/actor-protocol.ts';
import { type ActorAccount, accountOf, personOf, type Sources } from './account.ts';
import { answerTo, runnerArguments } from './actions.ts';
import type { Become, UnitCommand } from './become.ts';
import { readLine } from './read-line.ts';
import { type Ended, runCommand } from './run-command.ts';
import { unitRunsIn } from './unit-runs.ts';

/** Dependencies of the actor. */
export interface ActorParts {
  /** The uid at the other end of the connection, as the kernel reports it. */
  readonly caller: () => number;
  /** The user that may send requests, besides root. */
  readonly botUser: string;
  /** The group whose members' scripts may run; every person's when `undefined`. */
  readonly group: string | undefined;
  readonly sources: Sources;
  /** Builds the command that runs a program as a user. */
  readonly become: Become;
  /** The command that lists the runs under way. */
  readonly listRuns: UnitCommand;
  /** The command line that starts `notify-runner`. */
  readonly runner: readonly string[];
  /** Writes one sentence to the journal. */
  readonly say: (sentence: string) => void;
  /** Time limit of `list` and `log`, ms, 10 s by default. A run is limited by its script's own timeout. */
  readonly answerMs?: number;
  /** How long the actor waits for a request to begin, ms, two and a half minutes by default. */
  readonly beginMs?: number;
}

/** Wait for a request to begin, ms: longer than the bot keeps an idle connection, so that the bot closes it first. */
const BEGIN_MS = STAND_BY_MS + 30_000;
/** Wait for the rest of the request, ms. */
const REQUEST_MS = 2_000;
const ANSWER_MS = 10_000;
/** Wait for the caller to read the answer, ms. */
const WRITE_MS = 5_000;

async function checkCaller({ caller, botUser, sources }: ActorParts): Promise<void> {
  const uid = caller();
  if (uid === 0) return;
  const bot = await accountOf(botUser, sources);
  if (bot?.uid !== uid) throw new Problem('forbidden', `Only ${botUser} and root may send requests, not uid ${uid}.`);
}

/** Aborted when the caller hangs up or the time limit ends; never for a run. */
function stopSignal(socket: Socket, { action }: ActorRequest, ms: number): AbortSignal {
  const stop = new AbortController();
  if (action === 'run') return stop.signal;
  socket.once('end', () => stop.abort(new Problem('failed', 'The caller hung up.')));
  const late = new Problem(
    'timeout',
    `${action} took longer than ${ms / 1000} s: is the user's home slow or unavailable?`,
  );
  setTimeout(() => stop.abort(late), ms).unref();
  return stop.signal;
}

function shown(request: ActorRequest): string {
  if (request.action === 'runs') return request.action;
  const name = 'name' in request ? ` ${JSON.stringify(request.name)}` : '';
  return `${request.action}${name} for ${request.user}`;
}

/** A request, and the account whose scripts it is about. */
type CheckedRequest =
  | { readonly request: UserRequest; readonly account: ActorAccount }
  | { readonly request: Exclude<ActorRequest, UserRequest> };

/**
 * Waits for the request; `undefined` if the caller sends none.
 * @throws Problem `bad_request`, `timeout`, or what `personOf` throws
 */
async function readRequest(
  socket: Socket,
  { group, sources, beginMs }: ActorParts,
): Promise<CheckedRequest | undefined> {
  const limits = { bytes: MAX_REQUEST_BYTES, beginMs: beginMs ?? BEGIN_MS, endMs: REQUEST_MS };
  const line = await readLine(socket, limits);
  if (line === undefined) return undefined;
  const request = parseActorRequest(line);
  if (request.action === 'runs') return { request };
  return { request, account: await personOf(request.user, group, sources) };
}

/** Runs a command for a request, with a line in the journal before and after it. */
async function runFor(request: ActorRequest, command: UnitCommand, socket: Socket, parts: ActorParts): Promise<Ended> {
  const stop = stopSignal(socket, request, parts.answerMs ?? ANSWER_MS);
  socket.resume();
  const startedAt = performance.now();
  parts.say(`${shown(request)}: started.`);
  const ended = await runCommand(command, stop);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(2);
  const stderr = ended.stderr.replace(/\p{Cc}+/gu, ' ').trim();
  parts.say(`${shown(request)}: status ${ended.status}, ${seconds} s${stderr === '' ? '.' : `; stderr: ${stderr}`}`);
  return ended;
}

async function actOn(checked: CheckedRequest, socket: Socket, parts: ActorParts): Promise<ActorAnswers[ActorAction]> {
  if (!('account' in checked)) {
    const ended = await runFor(checked.request, parts.listRuns, socket, parts);
    return { ok: true, runs: unitRunsIn(ended) };
  }
  const { request, account } = checked;
  const words = [...parts.runner, ...runnerArguments(request)];
  const command = parts.become(account, words, request.action === 'run');
  return answerTo(request, await runFor(request, command, socket, parts));
}

async function act(socket: Socket, parts: ActorParts): Promise<ActorAnswers[ActorAction] | undefined> {
  // In parallel, to save time. A caller without permission gets only that error, whatever its line contains.
  const [allowed, received] = await Promise.allSettled([checkCaller(parts), readRequest(socket, parts)]);
  if (received.status === 'fulfilled' && received.value === undefined) return undefined;
  if (allowed.status === 'rejected') throw allowed.reason;
  if (received.status === 'rejected') throw received.reason;
  return received.value && (await actOn(received.value, socket, parts));
}

function refusal(error: unknown, say: ActorParts['say']): object {
  const code = ACTOR_ERROR_CODES.find((known) => known === errnoOf(error)) ?? 'failed';
  const sentence = error instanceof Problem ? error.message : 'An unexpected error occurred: see the journal.';
  say(`No answer (${code}): ${sentenceOf(error).replace(/\p{Cc}+/gu, ' ')}`);
  return { error: sentence, code };
}

/** Writes the answer and waits until the caller has read it or is gone. */
function answerWith(socket: Socket, answer: object): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, WRITE_MS).unref();
    socket.once('close', () => resolve());
    socket.end(`${JSON.stringify(answer)}\n`, () => resolve());
  });
}

/**
 * Serves one connection: one line in, one line out. Never rejects; resolves when the work is complete.
 *
 * @param socket connected and not yet read, made with `allowHalfOpen`
 */
export async function serve(socket: Socket, parts: ActorParts): Promise<void> {
  // A caller that is gone must not end the process: its run continues.
  socket.on('error', () => {});
  const answer = await act(socket, parts).catch((error: unknown) => refusal(error, parts.say));
  if (answer !== undefined) await answerWith(socket, answer);
  socket.destroy();
}

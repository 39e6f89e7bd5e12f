/**
 * One request of the bot's. It believes nothing of it: the kernel says who calls, the host's accounts say whose
 * scripts may be run, and the name of a script is a bare file name. What then runs, runs as the user.
 */
import type { Socket } from 'node:net';
import { errnoOf, Problem, sentenceOf } from '../core/problem.ts';
import {
  ACTOR_ERROR_CODES,
  type ActorAnswers,
  type ActorRequest,
  MAX_REQUEST_BYTES,
  parseActorRequest,
  STAND_BY_MS,
} from '../shared/api/actor-protocol.ts';
import { type ActorAccount, accountOf, personOf, type Sources } from './account.ts';
import { answerTo, runnerWords } from './actions.ts';
import type { Become } from './become.ts';
import { readLine } from './read-line.ts';
import { runCommand } from './run-command.ts';

/** What the actor works with. */
export interface ActorParts {
  /** The uid at the other end, of the kernel's own knowledge. */
  readonly caller: () => number;
  /** Who may ask, besides root. */
  readonly botUser: string;
  /** Whose members may be asked for; everybody when `undefined`. */
  readonly group: string | undefined;
  readonly sources: Sources;
  /** How a program is run as a user. */
  readonly become: Become;
  /** The words that start `notify-runner`. */
  readonly runner: readonly string[];
  /** Takes one sentence for the journal. */
  readonly say: (sentence: string) => void;
  /** How long `list` and `log` may take, ms: 10 s unless given. A run has the time that its script has. */
  readonly answerMs?: number;
  /** How long the actor stands by until a request begins, ms: two and a half minutes unless given. */
  readonly beginMs?: number;
}

/** For the request to begin, ms: longer than the bot has an actor stand by, so that the bot is the one to end that. */
const BEGIN_MS = STAND_BY_MS + 30_000;
/** For the rest of the request, ms. */
const REQUEST_MS = 2_000;
const ANSWER_MS = 10_000;
/** For the answer to be taken, ms. */
const FAREWELL_MS = 5_000;

async function checkCaller({ caller, botUser, sources }: ActorParts): Promise<void> {
  const uid = caller();
  if (uid === 0) return;
  const bot = await accountOf(botUser, sources);
  if (bot?.uid !== uid) throw new Problem('forbidden', `Only ${botUser} and root may ask, and this is uid ${uid}.`);
}

/** Aborted when the caller hangs up, or the time is over; a run knows neither. */
function patience(socket: Socket, { action }: ActorRequest, ms: number): AbortSignal {
  const stop = new AbortController();
  if (action === 'run') return stop.signal;
  socket.once('end', () => stop.abort(new Problem('failed', 'The caller hung up.')));
  const late = new Problem('timeout', `${action} took longer than ${ms / 1000} s: is the user's home slow or away?`);
  setTimeout(() => stop.abort(late), ms).unref();
  return stop.signal;
}

const shown = (request: ActorRequest) =>
  'name' in request
    ? `${request.action} ${JSON.stringify(request.name)} for ${request.user}`
    : `${request.action} for ${request.user}`;

/** What is asked, and whose scripts it is about. */
interface Wanted {
  readonly request: ActorRequest;
  readonly account: ActorAccount;
}

/** Waits for the request; `undefined` when none comes after all. @throws Problem `bad_request`, `timeout`, or what `personOf` throws */
async function readRequest(socket: Socket, { group, sources, beginMs }: ActorParts): Promise<Wanted | undefined> {
  const limits = { bytes: MAX_REQUEST_BYTES, beginMs: beginMs ?? BEGIN_MS, endMs: REQUEST_MS };
  const line = await readLine(socket, limits);
  if (line === undefined) return undefined;
  const request = parseActorRequest(line);
  return { request, account: await personOf(request.user, group, sources) };
}

async function actOn(
  { request, account }: Wanted,
  socket: Socket,
  parts: ActorParts,
): Promise<ActorAnswers[ActorRequest['action']]> {
  const stop = patience(socket, request, parts.answerMs ?? ANSWER_MS);
  socket.resume();
  const command = parts.become(account, [...parts.runner, ...runnerWords(request)]);
  const startedAt = performance.now();
  parts.say(`${shown(request)}: begins.`);
  const ended = await runCommand(command, stop);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(2);
  const said = ended.stderr.replace(/\p{Cc}+/gu, ' ').trim();
  parts.say(`${shown(request)}: status ${ended.status}, ${seconds} s${said === '' ? '.' : `; it said: ${said}`}`);
  return answerTo(request, ended);
}

async function act(socket: Socket, parts: ActorParts): Promise<ActorAnswers[ActorRequest['action']] | undefined> {
  // Side by side, to save time; whoever may not ask is told so, and no more, whatever their line says.
  const [allowed, asked] = await Promise.allSettled([checkCaller(parts), readRequest(socket, parts)]);
  if (asked.status === 'fulfilled' && asked.value === undefined) return undefined;
  if (allowed.status === 'rejected') throw allowed.reason;
  if (asked.status === 'rejected') throw asked.reason;
  return asked.value && (await actOn(asked.value, socket, parts));
}

function refusal(error: unknown, say: ActorParts['say']): object {
  const code = ACTOR_ERROR_CODES.find((known) => known === errnoOf(error)) ?? 'failed';
  const sentence = error instanceof Problem ? error.message : 'Something unforeseen went wrong: see the journal.';
  say(`No answer (${code}): ${sentenceOf(error).replace(/\p{Cc}+/gu, ' ')}`);
  return { error: sentence, code };
}

/** Writes the one line and waits until it is taken, or the caller is gone. */
function answerWith(socket: Socket, answer: object): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, FAREWELL_MS).unref();
    socket.once('close', () => resolve());
    socket.end(`${JSON.stringify(answer)}\n`, () => resolve());
  });
}

/**
 * Serves one connection: one line in, one line out. Never rejects; resolves when nothing is left to do.
 *
 * @param socket connected and not yet read, made with `allowHalfOpen`
 */
export async function serve(socket: Socket, parts: ActorParts): Promise<void> {
  // A caller that is gone is no reason to break off.
  socket.on('error', () => {});
  const answer = await act(socket, parts).catch((error: unknown) => refusal(error, parts.say));
  if (answer !== undefined) await answerWith(socket, answer);
  socket.destroy();
}

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
  MAX_REQUEST_BYTES,
  STAND_BY_MS,
} from '../shared/api/actor/protocol.ts';
import { parseActorRequest } from '../shared/api/actor/request.ts';
import { accountOf, personOf } from './account.ts';
import type { ActorParts } from './parts.ts';
import { type CheckedRequest, perform } from './perform.ts';
import { readLine } from './read-line.ts';

/** Wait for a request to begin, ms: longer than the bot keeps an idle connection, so that the bot closes it first. */
const BEGIN_MS = STAND_BY_MS + 30_000;
/** Wait for the rest of the request, ms. */
const REQUEST_MS = 2_000;
/** Wait for the caller to read the answer, ms. */
const WRITE_MS = 5_000;

async function checkCaller({ caller, botUser, sources }: ActorParts): Promise<void> {
  const uid = caller();
  if (uid === 0) return;
  const bot = await accountOf(botUser, sources);
  if (bot?.uid !== uid) throw new Problem('forbidden', `Only ${botUser} and root may send requests, not uid ${uid}.`);
}

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

async function act(socket: Socket, parts: ActorParts): Promise<ActorAnswers[ActorAction] | undefined> {
  // In parallel, to save time. A caller without permission gets only that error, whatever its line contains.
  const [allowed, received] = await Promise.allSettled([checkCaller(parts), readRequest(socket, parts)]);
  if (received.status === 'fulfilled' && received.value === undefined) return undefined;
  if (allowed.status === 'rejected') throw allowed.reason;
  if (received.status === 'rejected') throw received.reason;
  return received.value && (await perform(received.value, socket, parts));
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

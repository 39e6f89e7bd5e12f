/** Does what a checked request asks for, by a command of the user's own runner or of systemd's. */
import type { Socket } from 'node:net';
import { Problem } from '../core/problem.ts';
import { PROGRESS_VARIABLE, progressLine } from '../shared/api/actor/progress.ts';
import {
  type ActorAction,
  type ActorAnswers,
  type ActorRequest,
  type StopRequest,
  type UserRequest,
  uidOfRunUnit,
} from '../shared/api/actor/protocol.ts';
import type { ActorAccount } from './account.ts';
import { answerTo, runnerArguments } from './actions.ts';
import type { UnitCommand } from './become.ts';
import type { ActorParts } from './parts.ts';
import { siftProgress } from './progress.ts';
import { type Ended, runCommand, type Sift } from './run-command.ts';
import { newRunUnit, unitRunsIn, wasStopped } from './unit-runs.ts';

const ANSWER_MS = 10_000;

/** A request, and the account whose scripts it is about. */
export type CheckedRequest =
  | { readonly request: UserRequest | StopRequest; readonly account: ActorAccount }
  | { readonly request: Extract<ActorRequest, { action: 'runs' }> };

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
  if (request.action === 'stop') return `stop ${request.unit} for ${request.user}`;
  const name = 'name' in request ? ` ${JSON.stringify(request.name)}` : '';
  return `${request.action}${name} for ${request.user}`;
}

/** Runs a command for a request, with a line in the journal before and after it. */
async function runFor(
  request: ActorRequest,
  command: UnitCommand,
  socket: Socket,
  parts: ActorParts,
  sift?: Sift,
): Promise<Ended> {
  const stop = stopSignal(socket, request, parts.answerMs ?? ANSWER_MS);
  socket.resume();
  const startedAt = performance.now();
  parts.say(`${shown(request)}: started.`);
  const ended = await runCommand(command, stop, sift);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(2);
  const stderr = ended.stderr.replace(/\p{Cc}+/gu, ' ').trim();
  parts.say(`${shown(request)}: status ${ended.status}, ${seconds} s${stderr === '' ? '.' : `; stderr: ${stderr}`}`);
  return ended;
}

/**
 * Acts, and returns the answer.
 *
 * @throws Problem of `ACTOR_ERROR_CODES`
 */
export async function perform(
  checked: CheckedRequest,
  socket: Socket,
  parts: ActorParts,
): Promise<ActorAnswers[ActorAction]> {
  if (!('account' in checked)) {
    const ended = await runFor(checked.request, parts.listRuns, socket, parts);
    return { ok: true, runs: unitRunsIn(ended) };
  }
  const { request, account } = checked;
  if (request.action === 'stop') {
    if (uidOfRunUnit(request.unit) !== account.uid) throw new Problem('bad_request', 'unit: a run of somebody else.');
    return { ok: true, stopped: wasStopped(await runFor(request, parts.stopRun(request.unit), socket, parts)) };
  }
  const words = [...parts.runner, ...runnerArguments(request)];
  if (request.action !== 'run') {
    return answerTo(request, await runFor(request, parts.become(account, words), socket, parts));
  }
  const unit = newRunUnit(account.uid);
  const asked = request.progress === true;
  const run = { name: unit, environment: asked ? { [PROGRESS_VARIABLE]: '1' } : {} };
  if (asked) socket.write(progressLine({ unit }));
  const sift = asked ? siftProgress(socket) : undefined;
  return answerTo(request, await runFor(request, parts.become(account, words, run), socket, parts, sift));
}

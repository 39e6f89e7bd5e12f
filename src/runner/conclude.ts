/** What a finished run means: whom to tell, what to send, what to remember. */
import { basename, resolve } from 'node:path';
import { shortDuration } from '../shared/duration.ts';
import { sentenceOf } from '../shared/problem.ts';
import type { ScriptOutput } from '../shared/script-output.ts';
import type { Attempt } from './attempt.ts';
import { cooldownLeft, DEFAULT_COOLDOWN_MS } from './cooldown.ts';
import { deliver, type Outlet } from './delivery.ts';
import type { Script } from './discover.ts';
import type { JobContext, JobResult } from './job-context.ts';
import { lastLine } from './notices.ts';
import { type Attachment, type Content, dropPending, stillPending } from './pending.ts';
import { complaintsOf } from './posts.ts';
import { lastSentOf, readState, type ScriptState, withSend, writeState } from './state.ts';
import { tellFailure, tellRecovery } from './telling.ts';

/** What came of a run, and what is to be remembered of it. */
export type Ending = Pick<JobResult, 'outcome' | 'detail'> & {
  readonly state: ScriptState;
  readonly cooldown?: number;
};

const ACCEPTED: ReadonlySet<JobResult['outcome']> = new Set(['sent', 'queued', 'muted']);

/** As a shell would: `~/` is the home too. */
const fromHome = (home: string, path: string): string => resolve(home, path.replace(/^~\//, ''));

const attachmentsOf = ({ images, file }: ScriptOutput, home: string): readonly Attachment[] => [
  ...images.map((path) => ({ as: 'photo' as const, path: fromHome(home, path), name: basename(path) })),
  ...(file === undefined ? [] : [{ as: 'document' as const, path: fromHome(home, file), name: basename(file) }]),
];

function contentOf(output: ScriptOutput, home: string): Content {
  const { title, message, severity, silent, buttons, data } = output;
  return {
    ...(title !== undefined && { title }),
    ...(message !== undefined && { message }),
    ...(severity && { severity }),
    ...(silent !== undefined && { silent }),
    ...(buttons && { buttons }),
    ...(data && { data }),
    attachments: attachmentsOf(output, home),
  };
}

async function notify(
  script: Script,
  context: JobContext,
  { header }: Attempt,
  output: ScriptOutput,
  state: ScriptState,
): Promise<Ending> {
  const { outlet, waiting, force } = context;
  const { key } = output;
  const cooldown = output.cooldown ?? header.cooldown ?? DEFAULT_COOLDOWN_MS;
  const pendings = waiting.filter(
    ({ id, source, cooldown: of }) =>
      source === script.name && of !== undefined && of.key === key && stillPending(outlet.stateDir, id),
  );
  const sent = lastSentOf(state, key);
  const sends = [...(sent === undefined ? [] : [sent]), ...pendings.map(({ createdAt }) => createdAt)];
  const left = force ? 0 : cooldownLeft(sends, cooldown, outlet.now());
  if (left > 0) return { outcome: 'cooldown', detail: `${shortDuration(left)} left`, state, cooldown };

  const content = contentOf(output, context.surroundings.home);
  const target = { stateName: script.stateName, ...(key !== undefined && { key }) };
  const handed = await deliver(outlet, { source: script.name, content, cooldown: target, window: cooldown });
  if (handed.kind === 'away') {
    const kept = handed.stored ? 'it waits for the next run' : 'and it could not be kept';
    return { outcome: handed.stored ? 'waiting' : 'failed', detail: `${kept}: ${handed.reason}`, state, cooldown };
  }
  if (handed.kind === 'refused') {
    const told = await tellFailure(script, context, `The bot refused the notification: ${handed.reason}`, '', state);
    dropPending(outlet.stateDir, handed.pending.id);
    return { outcome: 'failed', detail: `The bot refused it: ${handed.reason}`, state: told, cooldown };
  }
  const next = withSend(state, key, outlet.now());
  await writeState(outlet.stateDir, script.stateName, next).catch((error: unknown) => outlet.warn(sentenceOf(error)));
  const complaints = complaintsOf(handed.pending);
  dropPending(outlet.stateDir, handed.pending.id);
  return { outcome: handed.status, detail: complaints.join(' '), state: next, cooldown };
}

/**
 * Decides on a finished run and acts: tells of a failure or recovery, sends or holds back, remembers.
 *
 * @throws Problem `storage` when the script's state can't be read
 */
export async function conclude(script: Script, context: JobContext, run: Attempt): Promise<Ending> {
  const { outlet } = context;
  const { state, problem } = readState(outlet.stateDir, script.stateName);
  if (problem) outlet.warn(problem.message);
  const { result, stderr } = run;
  if ('failure' in result) {
    const next = await tellFailure(script, context, result.failure, stderr, state);
    await save(script, outlet, state, next);
    return { outcome: 'failed', detail: `${result.failure}${lastLine(stderr)}`, state: next };
  }
  const ending: Ending = result.output.notify
    ? await notify(script, context, run, result.output, state)
    : { outcome: 'quiet', detail: '', state };
  // A send has been remembered before its pending went.
  const remembered = ACCEPTED.has(ending.outcome) ? ending.state : state;
  const next = ending.outcome === 'failed' ? ending.state : await tellRecovery(script, context, ending.state);
  await save(script, outlet, remembered, next);
  return ending;
}

async function save(script: Script, { stateDir, warn }: Outlet, before: ScriptState, next: ScriptState): Promise<void> {
  if (before === next || JSON.stringify(before) === JSON.stringify(next)) return;
  await writeState(stateDir, script.stateName, next).catch((error: unknown) => warn(sentenceOf(error)));
}

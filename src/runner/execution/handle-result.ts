/** What a finished run means: whom to tell, what to send, what to remember. */
import { basename, resolve } from 'node:path';
import { sentenceOf } from '../../core/problem.ts';
import type { ScriptOutput } from '../../shared/api/script-output.ts';
import { shortDuration } from '../../shared/text/duration.ts';
import { attachmentWarnings } from '../delivery/bot-requests.ts';
import { type DeliveryContext, deliver } from '../delivery/deliver.ts';
import { alertFailure, alertRecovery } from '../delivery/failure-alerts.ts';
import { type Attachment, dropPending, type NotificationContent, stillPending } from '../delivery/pending.ts';
import { cooldownLeft, DEFAULT_COOLDOWN_MS } from '../policy/cooldown.ts';
import type { Script } from '../scripts/discover.ts';
import { lastSentOf, readState, type ScriptState, withSend, writeState } from '../state/script-state.ts';
import { lastLine } from '../text/failure-messages.ts';
import type { JobContext, JobResult } from './job-context.ts';
import type { ScriptRun } from './run-script.ts';

/** What came of a run, and what is to be remembered of it. */
export type RunDecision = Pick<JobResult, 'outcome' | 'detail'> & {
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

function contentOf(output: ScriptOutput, home: string): NotificationContent {
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
  { header }: ScriptRun,
  output: ScriptOutput,
  state: ScriptState,
): Promise<RunDecision> {
  const { delivery, waiting, force } = context;
  const { key } = output;
  const cooldown = output.cooldown ?? header.cooldown ?? DEFAULT_COOLDOWN_MS;
  const pendings = waiting.filter(
    ({ id, source, cooldown: of }) =>
      source === script.name && of !== undefined && of.key === key && stillPending(delivery.stateDir, id),
  );
  const sent = lastSentOf(state, key);
  const sends = [...(sent === undefined ? [] : [sent]), ...pendings.map(({ createdAt }) => createdAt)];
  const left = force ? 0 : cooldownLeft(sends, cooldown, delivery.now());
  if (left > 0) return { outcome: 'cooldown', detail: `${shortDuration(left)} left`, state, cooldown };

  const content = contentOf(output, context.execution.home);
  const target = { stateName: script.stateName, ...(key !== undefined && { key }) };
  const handed = await deliver(delivery, { source: script.name, content, cooldown: target, window: cooldown });
  if (handed.kind === 'away') {
    const kept = handed.stored ? 'it waits for the next run' : 'and it could not be kept';
    return { outcome: handed.stored ? 'waiting' : 'failed', detail: `${kept}: ${handed.reason}`, state, cooldown };
  }
  if (handed.kind === 'refused') {
    const told = await alertFailure(script, context, `The bot refused the notification: ${handed.reason}`, '', state);
    dropPending(delivery.stateDir, handed.pending.id);
    return { outcome: 'failed', detail: `The bot refused it: ${handed.reason}`, state: told, cooldown };
  }
  const next = withSend(state, key, delivery.now());
  await writeState(delivery.stateDir, script.stateName, next).catch((error: unknown) =>
    delivery.warn(sentenceOf(error)),
  );
  const complaints = attachmentWarnings(handed.pending);
  dropPending(delivery.stateDir, handed.pending.id);
  return { outcome: handed.status, detail: complaints.join(' '), state: next, cooldown };
}

/**
 * Decides on a finished run and acts: tells of a failure or recovery, sends or holds back, remembers.
 *
 * @throws Problem `storage` when the script's state can't be read
 */
export async function handleResult(script: Script, context: JobContext, run: ScriptRun): Promise<RunDecision> {
  const { delivery } = context;
  const { state, problem } = readState(delivery.stateDir, script.stateName);
  if (problem) delivery.warn(problem.message);
  const { result, stderr } = run;
  if ('failure' in result) {
    const next = await alertFailure(script, context, result.failure, stderr, state);
    await save(script, delivery, state, next);
    return { outcome: 'failed', detail: `${result.failure}${lastLine(stderr)}`, state: next };
  }
  const ending: RunDecision = result.output.notify
    ? await notify(script, context, run, result.output, state)
    : { outcome: 'quiet', detail: '', state };
  // A send has been remembered before its pending went.
  const remembered = ACCEPTED.has(ending.outcome) ? ending.state : state;
  const next = ending.outcome === 'failed' ? ending.state : await alertRecovery(script, context, ending.state);
  await save(script, delivery, remembered, next);
  return ending;
}

async function save(
  script: Script,
  { stateDir, warn }: DeliveryContext,
  before: ScriptState,
  next: ScriptState,
): Promise<void> {
  if (before === next || JSON.stringify(before) === JSON.stringify(next)) return;
  await writeState(stateDir, script.stateName, next).catch((error: unknown) => warn(sentenceOf(error)));
}

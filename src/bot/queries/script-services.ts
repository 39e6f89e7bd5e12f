/** Runs and mutes scripts for the socket API, with the same limits as in the chat. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../../core/account.ts';
import type { Code } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import { sameScript } from '../../core/script-name.ts';
import type { ScriptRecord } from '../../core/views/script-record.ts';
import type { ListedScript } from '../../shared/api/actor/protocol.ts';
import { attempts } from '../../shared/process/retry.ts';
import type { Links, MuteList, Mutes } from '../../storage/ports.ts';
import type { MuteServices, RunAnswer, ScriptServices } from '../api/services.ts';
import type { Launched } from '../scripts/launch-run.ts';
import type { Scripts } from '../scripts/scripts.ts';

/** The services that the API's scripts use. */
export interface ScriptServiceParts {
  readonly scripts: Pick<Scripts, 'actor' | 'runs' | 'launch' | 'active' | 'tasks'>;
  readonly links: Pick<Links, 'find'>;
  readonly mutes: Pick<Mutes, 'list' | 'mute' | 'unmute'>;
  readonly now: () => number;
}

/** Maps the actor's codes to the API's; any other code is a failure of the actor. */
const CODES: Partial<Readonly<Record<Code, Code>>> = {
  not_set_up: 'actor_unavailable',
  busy: 'actor_busy',
  bad_name: 'bad_field',
  no_script: 'unknown_script',
  no_folder: 'unknown_script',
  unknown_user: 'no_scripts',
  refused_user: 'no_scripts',
  accounts_unavailable: 'accounts_unavailable',
};

/** Waits between attempts while every place of the actor is taken, in milliseconds. */
const BUSY_POLICY = { firstMs: 100, longestMs: 100, withinMs: 5_000 };

function translated(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  return new Problem(CODES[error.code] ?? 'actor_failed', error.message, { cause: error });
}

/** Sends a request to the actor, and again while every place is taken. @throws Problem with a code of the API */
async function ask<T>(question: () => Promise<T>, stopping: AbortSignal): Promise<T> {
  for await (const attempt of attempts(BUSY_POLICY, stopping)) {
    try {
      return await question();
    } catch (error) {
      if (stopping.aborted) break;
      const isBusy = error instanceof Problem && error.code === 'busy';
      if (!isBusy || attempt.isLast) throw translated(error);
    }
  }
  throw new Problem('stopping', 'notify-bot is stopping: try again in a moment.');
}

/** The end of a script's own mute, ISO 8601. */
function mutedUntil({ scripts }: MuteList, name: string): string | null {
  const times = scripts.filter((mute) => sameScript(mute.name, name)).map(({ until }) => until);
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}

function recordOf(script: ListedScript, muted: string | null, running: boolean): ScriptRecord {
  const { name, stem, schedule, tz, error } = script;
  return {
    name,
    stem,
    schedule,
    ...(tz === undefined ? {} : { tz }),
    lastRun: script.last_run,
    lastResult: script.last_result,
    cooldownLeft: script.cooldown_left,
    cooldownUntil: script.cooldown_until,
    ...(error === undefined ? {} : { error }),
    mutedUntil: muted,
    running,
  };
}

/** Reports how a run ended, or that it continues. @throws Problem with the actor's code; `already_running` */
async function outcomeOf({ ended }: Launched, wait: number): Promise<RunAnswer> {
  const over = new AbortController();
  const late = sleep(wait, undefined, { signal: over.signal }).catch(() => undefined);
  // The run continues when the service stops meanwhile.
  const end = await Promise.race([ended.catch(() => undefined), late]);
  over.abort();
  if (end === undefined) return { status: 'running' };
  if (end instanceof Problem) throw translated(end);
  if (end.result === 'running') throw alreadyRunning(end.name);
  return { status: 'done', result: end };
}

const alreadyRunning = (name: string) => new Problem('already_running', `${name} is running already.`);

/** Creates the services for scripts and mutes. */
export function createScriptServices({
  scripts,
  links,
  mutes,
  now,
}: ScriptServiceParts): ScriptServices & MuteServices {
  const { actor, runs, launch, active, tasks } = scripts;
  const isRunning = (user: string, name: string) => active.of(user).some((script) => sameScript(script, name));

  async function begin({ user, uid }: Account, script: string): Promise<Launched> {
    const link = await links.find(user, uid);
    const update = `api:${randomUUID()}`;
    // A recorded run names a chat for its result; this one has none, because its script sends its own messages.
    const owner = { user, uid, chatId: link?.chatId ?? 0, linkedAt: link?.linkedAt };
    const launched = await launch({ update, owner, script });
    if (launched.outcome === 'refused') throw new Problem(launched.code, launched.why);
    if (launched.outcome === 'known') throw alreadyRunning(script);
    void tasks.start('run', async () => {
      await launched.ended;
      await runs.end(update);
    });
    return launched;
  }

  return {
    async scripts(account) {
      const { user } = account;
      const [listed, muted] = await Promise.all([
        ask(() => actor.list(user, tasks.stopping), tasks.stopping),
        mutes.list(account),
      ]);
      return listed.map((script) => recordOf(script, mutedUntil(muted, script.name), isRunning(user, script.name)));
    },
    async runScript(subject, name, wait) {
      if (isRunning(subject.user, name)) throw alreadyRunning(name);
      return outcomeOf(await begin(subject, name), wait);
    },
    scriptLog: (user, name, lines) => ask(() => actor.log(user, name, tasks.stopping, lines), tasks.stopping),
    async mute(account, lasts, script) {
      const until = now() + lasts;
      await mutes.mute(account, until, script);
      return new Date(until).toISOString();
    },
    async unmute(account, script) {
      await mutes.unmute(account, script);
    },
  };
}

/** People's scripts as the socket API reaches them: the same runs, bounds and mutes as in the chat. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../../core/account.ts';
import type { Code } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import { sameScript } from '../../core/script-name.ts';
import type { ScriptRecord } from '../../core/views/script-record.ts';
import type { ListedScript } from '../../shared/api/actor-protocol.ts';
import { attempts } from '../../shared/process/retry.ts';
import type { Links, MuteList, Mutes } from '../../storage/ports.ts';
import type { MuteServices, RunAnswer, ScriptServices } from '../api/services.ts';
import type { Launched } from '../scripts/launch-run.ts';
import type { Scripts } from '../scripts/scripts.ts';

/** What the scripts of the API are made of. */
export interface ScriptServiceParts {
  readonly scripts: Pick<Scripts, 'actor' | 'runs' | 'launch' | 'active' | 'tasks'>;
  readonly links: Pick<Links, 'find'>;
  readonly mutes: Pick<Mutes, 'list' | 'mute' | 'unmute'>;
  readonly now: () => number;
}

/** What the actor's own codes are to callers of the API; others are a failure of it. */
const CODES: Partial<Readonly<Record<Code, Code>>> = {
  not_set_up: 'actor_unavailable',
  busy: 'actor_busy',
  bad_name: 'bad_field',
  no_script: 'unknown_script',
  no_folder: 'unknown_script',
  unknown_user: 'no_scripts',
  refused_user: 'no_scripts',
};

/** For a question while others have all the actor's places. */
const BUSY_POLICY = { firstMs: 100, longestMs: 100, withinMs: 5_000 };
/** Scripts that one user may have muted each by itself. */
const MOST_MUTES = 200;

function translated(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  return new Problem(CODES[error.code] ?? 'actor_failed', error.message, { cause: error });
}

/** Asks the actor, again while others have all its places. @throws Problem with a code of the API */
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

/** Until when a script by itself is muted, ISO 8601. */
function mutedUntil({ scripts }: MuteList, name: string): string | null {
  const times = scripts.filter((mute) => sameScript(mute.name, name)).map(({ until }) => until);
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}

function recordOf(script: ListedScript, muted: string | null, running: boolean): ScriptRecord {
  const { name, stem, schedule, error } = script;
  return {
    name,
    stem,
    schedule,
    lastRun: script.last_run,
    lastResult: script.last_result,
    cooldownLeft: script.cooldown_left,
    cooldownUntil: script.cooldown_until,
    ...(error === undefined ? {} : { error }),
    mutedUntil: muted,
    running,
  };
}

/** How a run ended, or that it goes on. @throws Problem as the actor says, `already_running` */
async function outcomeOf({ ended }: Launched, wait: number): Promise<RunAnswer> {
  const over = new AbortController();
  const late = sleep(wait, undefined, { signal: over.signal }).catch(() => undefined);
  // Where the service stops meanwhile, it goes on all the same.
  const end = await Promise.race([ended.catch(() => undefined), late]);
  over.abort();
  if (end === undefined) return { status: 'running' };
  if (end instanceof Problem) throw translated(end);
  if (end.result === 'running') throw alreadyRunning(end.name);
  return { status: 'done', result: end };
}

const alreadyRunning = (name: string) => new Problem('already_running', `${name} is running already.`);

/** Makes the services of scripts and mutes. */
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
    // The book of runs names a chat; there is none to tell of this one, and its script speaks for itself.
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
    async scripts(user) {
      const [listed, muted] = await Promise.all([
        ask(() => actor.list(user, tasks.stopping), tasks.stopping),
        mutes.list(user),
      ]);
      return listed.map((script) => recordOf(script, mutedUntil(muted, script.name), isRunning(user, script.name)));
    },
    async runScript(subject, name, wait) {
      if (isRunning(subject.user, name)) throw alreadyRunning(name);
      return outcomeOf(await begin(subject, name), wait);
    },
    scriptLog: (user, name, lines) => ask(() => actor.log(user, name, tasks.stopping, lines), tasks.stopping),
    async mute(user, lasts, script) {
      const { scripts: muted } = await mutes.list(user);
      if (script !== undefined && muted.length >= MOST_MUTES) {
        throw new Problem(
          'too_many_mutes',
          `${muted.length} scripts of ${user} are muted already: unmute some of them.`,
        );
      }
      const until = now() + lasts;
      await mutes.mute(user, until, script);
      return new Date(until).toISOString();
    },
    async unmute(user, script) {
      await mutes.unmute(user, script);
    },
  };
}

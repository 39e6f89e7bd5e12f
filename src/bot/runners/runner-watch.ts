/**
 * Watches that cron runs people's runners. Scripts that don't run report nothing, so a stopped cron or an expired account
 * would stay unnoticed.
 *
 * Promises: a beat is durable before it is answered; an absence is reported once, and its end once. A report that
 * could not be queued is retried at the next check.
 */
import type { Account } from '../../core/account.ts';
import type { Notification } from '../../core/notification.ts';
import { Problem, sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import { shortDuration } from '../../shared/text/duration.ts';
import type { Beats, RunnerBeat } from '../../storage/ports.ts';
import type { BeatServices, IntakeServices } from '../api/services.ts';
import type { ExpectedBeatWatch } from './expected-beats.ts';
import { judgeSilence } from './silence.ts';

/** How often beats are checked, ms: a job may be expected every minute. */
const LOOK_EVERY_MS = 60_000;
/** A check that is this late means that the computer slept, ms. */
const ASLEEP_MS = 30 * 60_000;

type Words = Pick<Notification, 'title' | 'text' | 'severity'>;

export interface RunnerWatchParts {
  readonly beats: Beats;
  readonly submit: IntakeServices['submit'];
  /** The jobs, which are checked together with the runners. */
  readonly jobs: Pick<ExpectedBeatWatch, 'look'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The server's name, as messages show it. */
  readonly host: string;
  readonly log: Log;
}

export interface RunnerWatch {
  readonly services: BeatServices;
  readonly module: Module;
  /** Checks every beat once, as the module does every minute; one check at a time. Never rejects. */
  look(): Promise<void>;
}

/** Creates the watch. */
export function createRunnerWatch(parts: RunnerWatchParts): RunnerWatch {
  const { beats, submit, jobs, now, host, log } = parts;
  let awakeSince = now();
  let lookedAt = now();
  let timer: NodeJS.Timeout | undefined;

  /** @returns whether the person receives it: a person without a link receives nothing */
  async function tell(account: Account, id: string, words: Words): Promise<boolean> {
    const notification = { ...words, account, parseMode: 'Markdown', source: 'notify-runner', media: [] } as const;
    try {
      // The id prevents a second report after a crash before it is marked.
      await submit({ notification, id, digest: id, wait: 0 });
      return true;
    } catch (error) {
      if (error instanceof Problem && error.code === 'not_linked') return false;
      throw error;
    }
  }

  async function reportSilence(beat: RunnerBeat): Promise<void> {
    const { user, uid } = beat;
    const text = `cron on \`${host}\` last ran notify-runner ${shortDuration(now() - beat.at)} ago. Run there: \`notify-runner doctor\``;
    const words = { title: 'Your scripts do not run', text, severity: 'high' } as const;
    const told = await tell({ user, uid }, `runner-silent-${beat.at}`, words);
    if (told) await beats.markReported(beat, now());
    if (told) log.warn({ user }, 'No beat of this runner has come; its owner was told');
  }

  async function lookOnce(): Promise<void> {
    const at = now();
    if (at - lookedAt > ASLEEP_MS) awakeSince = at;
    lookedAt = at;
    try {
      for (const beat of await beats.all()) {
        const silence = judgeSilence(beat, at, awakeSince);
        if (silence === 'gone') await beats.forget(beat.user);
        if (silence === 'silent' && beat.reportedAt === undefined) await reportSilence(beat);
      }
    } catch (error) {
      log.warn({ err: sentenceOf(error) }, 'The beats of runners could not be looked at');
    }
    try {
      await jobs.look(awakeSince);
    } catch (error) {
      log.warn({ err: sentenceOf(error) }, 'The expected beats could not be looked at');
    }
  }

  let looking: Promise<void> | undefined;
  function look(): Promise<void> {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  return {
    look,
    services: {
      async beat({ name: user, uid }, withinMs) {
        const at = now();
        const last = await beats.note({ user, uid, at, expectedBy: at + withinMs });
        if (last?.reportedAt === undefined) return;
        const text = `cron on \`${host}\` runs notify-runner again, after ${shortDuration(at - last.at)}.`;
        const words = { title: 'Your scripts run again', text, severity: 'info' } as const;
        await tell({ user, uid }, `runner-back-${at}`, words);
      },
      endBeats: ({ name }) => beats.forget(name),
    },
    module: {
      name: 'runner watch',
      run() {
        awakeSince = now();
        lookedAt = awakeSince;
        timer = setInterval(() => void look(), LOOK_EVERY_MS);
      },
      stop: () => clearInterval(timer),
    },
  };
}

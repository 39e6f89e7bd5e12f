/**
 * Watches jobs that send beats: a missed beat raises an alert of the job's owner, which the next beat resolves.
 *
 * Promises: a beat is durable before it is answered; an absence raises one alert. The alert is resolved before the beat
 * is stored, and raised before the absence counts as reported, so a crash repeats a step and leaves no stale alert.
 */
import type { Caller, KnownAccount } from '../../core/account.ts';
import type { PostedAlert } from '../../core/alerts/alert.ts';
import { Problem } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import { exactDuration, shortDuration } from '../../shared/text/duration.ts';
import type { ExpectedBeat, ExpectedBeats } from '../../storage/ports.ts';
import type { AlertServices } from '../api/services/alerts.ts';
import type { ExpectedBeatServices } from '../api/services/beats.ts';
import type { RoutingServices } from '../api/services.ts';
import { type BeatPlan, planBeat, planEnd, planScripts } from './beat-plan.ts';
import { isForgotten, lateFrom } from './silence.ts';

/** Name and source of the alerts of missed beats. */
const ALERT_NAME = 'MissedBeat';
const SOURCE = 'beat';

/** Dependencies of the watch. */
export interface ExpectedBeatParts {
  readonly expectedBeats: ExpectedBeats;
  readonly takeAlerts: AlertServices['takeAlerts'];
  readonly route: RoutingServices['route'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** @see createExpectedBeatWatch */
export interface ExpectedBeatWatch {
  readonly services: ExpectedBeatServices;
  /**
   * Checks every job.
   *
   * @param awakeSince since when this host runs without a pause, ms since 1970
   * @throws Problem `beats_unreadable`, `storage`, `too_many_alerts`
   */
  look(awakeSince: number): Promise<void>;
}

const ownerOf = ({ name: user, uid }: Caller): KnownAccount => ({ user, uid });

/** The alert of an absence, as it was raised. */
function alertOf({ name, everyMs, graceMs, at, isScript }: ExpectedBeat, now: number): PostedAlert {
  const what = isScript ? `${name} has not run well` : `No beat of ${name} has come`;
  const rule = `every ${exactDuration(everyMs)}, at most ${exactDuration(graceMs)} late`;
  return {
    labels: { alertname: ALERT_NAME, beat: name, severity: 'high' },
    annotations: {
      summary: `${name} is overdue`,
      description: `${what} for ${shortDuration(now - at)}; it is expected ${rule}.`,
    },
    startsAt: at + everyMs + graceMs,
  };
}

/** Creates the watch. */
export function createExpectedBeatWatch(parts: ExpectedBeatParts): ExpectedBeatWatch {
  const { expectedBeats, takeAlerts, route, now, log } = parts;

  /** Where the alert of an absence is sent, if its owner may still send there. */
  async function destinationsOf({ owner: account, name, to }: ExpectedBeat): Promise<readonly string[] | undefined> {
    if (to === undefined) return undefined;
    try {
      await route({ account, trusted: false }, to);
      return to;
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'storage') throw error;
      log.warn({ user: account.user, beat: name, code: error.code }, 'An absent beat is told to its owner instead');
      return undefined;
    }
  }

  async function post(beat: ExpectedBeat, alert: PostedAlert): Promise<void> {
    const to = await destinationsOf(beat);
    await takeAlerts(beat.owner, [alert], { source: SOURCE, ...(to !== undefined && { to }) });
  }

  const end = (beat: ExpectedBeat) => post(beat, { ...alertOf(beat, now()), endsAt: now() });

  /** Makes a change, and resolves the alerts of absences that it ends. @returns the previous state */
  async function change(
    owner: KnownAccount,
    plan: (known: readonly ExpectedBeat[]) => BeatPlan,
  ): Promise<readonly ExpectedBeat[]> {
    const over = (known: readonly ExpectedBeat[]) => {
      const { back } = plan(known);
      return known.filter(({ name, reportedAt }) => reportedAt !== undefined && back.includes(name));
    };
    const early = over(await expectedBeats.all(owner));
    for (const beat of early) await end(beat);
    const before = await expectedBeats.change(owner, plan);
    // Absences that a check reported in the meantime.
    for (const beat of over(before)) if (!early.some(({ name }) => name === beat.name)) await end(beat);
    return before;
  }

  return {
    services: {
      async expectBeat(caller, draft) {
        const owner = ownerOf(caller);
        const at = now();
        const before = await change(owner, (known) => planBeat(owner, known, draft, at));
        const [beat] = planBeat(owner, before, draft, at).beats;
        if (beat === undefined) throw new Error('A beat changed nothing.');
        return beat;
      },
      async noteScripts(caller, scripts, isAll) {
        const owner = ownerOf(caller);
        const at = now();
        await change(owner, (known) => planScripts(owner, known, scripts, isAll, at));
      },
      async endBeat(caller, name) {
        const before = await change(ownerOf(caller), () => planEnd(name));
        return before.some((beat) => beat.name === name);
      },
      expectedBeats: (owner) => expectedBeats.all(owner),
    },
    async look(awakeSince) {
      const at = now();
      for (const beat of await expectedBeats.all()) {
        if (isForgotten(beat, at)) await change(beat.owner, () => planEnd(beat.name));
        if (beat.reportedAt !== undefined || at <= lateFrom(beat, awakeSince) || isForgotten(beat, at)) continue;
        await post(beat, alertOf(beat, at));
        if (await expectedBeats.markReported(beat, at)) {
          log.warn({ user: beat.owner.user, beat: beat.name }, 'An expected beat has not come');
        }
        // Its beat arrived in the meantime.
        else await end(beat);
      }
    },
  };
}

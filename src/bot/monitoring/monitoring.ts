/** The service's health and metrics, for the API and for systemd. */
import { type Problem, sentenceOf } from '../../core/problem.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type {
  Beats,
  Blobs,
  Codes,
  DeepLinks,
  Deliveries,
  Destinations,
  ExpectedBeats,
  Links,
  Mutes,
  People,
  RegistrationCodes,
  Rotations,
  Runs,
  UpdateLog,
} from '../../storage/ports.ts';
import type { MonitoringServices } from '../api/services.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { EventLog } from '../events/event-log.ts';
import type { PollState } from '../telegram/updates/poll-status.ts';
import { countEvents } from './count-events.ts';
import { type HealthProblem, healthProblems, type Vitals } from './health.ts';
import { createMetrics } from './metrics.ts';
import { watchStorage } from './storage-watch.ts';

/** What is observed. */
export interface MonitoringParts {
  readonly bus: EventBus;
  readonly poll: () => PollState;
  readonly queue: Pick<Queue<unknown>, 'size' | 'oldest' | 'heldSize'>;
  /** Deliveries that may wait at most. */
  readonly capacity: number;
  readonly links: Pick<Links, 'count' | 'check'>;
  readonly mutes: Pick<Mutes, 'check'>;
  readonly beats: Pick<Beats, 'check'>;
  readonly expectedBeats: Pick<ExpectedBeats, 'check'>;
  readonly people: Pick<People, 'check'>;
  readonly rotations: Pick<Rotations, 'check'>;
  readonly codes: Pick<Codes, 'check'>;
  readonly deepLinks: Pick<DeepLinks, 'check'>;
  readonly runs: Pick<Runs, 'check'>;
  readonly destinations: Pick<Destinations, 'check'>;
  readonly registrationCodes: Pick<RegistrationCodes, 'check'>;
  readonly events: Pick<EventLog, 'followers'>;
  readonly updateLog: Pick<UpdateLog<never>, 'unreadable'>;
  readonly deliveries: Pick<Deliveries<never>, 'corrupt'>;
  readonly blobs: Pick<Blobs, 'probe'>;
  /** Why the data folder is not the one that the service started with. */
  readonly folderProblem: () => Promise<Problem | undefined>;
  /** What is wrong with the rules of alerts and with who is on call, a sentence each. */
  readonly ruleProblems: () => readonly string[];
  /** A sentence for each thing wrong with the host's accounts. */
  readonly accountReasons: () => Promise<readonly string[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds on a clock that is never set. */
  readonly clock: () => number;
  readonly log: Log;
}

/** How often the line for `systemctl status` looks at health, which reads some files. */
const LOOK_EVERY_MS = 10_000;

/** A turn of the poll loop takes 30 s, 45 s without an answer, or the wait after a fault, half a minute and a bit. */
const LONGEST_TURN_MS = 120_000;

/** @see createMonitoring */
export interface Monitoring {
  /** What the API offers. */
  readonly services: MonitoringServices;
  /** The state in one line, for `systemctl status`. */
  statusLine(): string;
  /** Whether the poll loop is alive: it may go from fault to fault, but each turn ends. */
  polling(): boolean;
  readonly modules: readonly Module[];
}

/** Creates the module. */
export function createMonitoring(parts: MonitoringParts): Monitoring {
  const { bus, poll, queue, capacity, links, mutes, people, rotations, beats, expectedBeats } = parts;
  const { codes, deepLinks, runs } = parts;
  const { destinations, registrationCodes, now, clock, log } = parts;
  let latest: { readonly problems: readonly HealthProblem[]; readonly at: number } = { problems: [], at: clock() };
  let looking = false;
  const startedAt = clock();
  const storage = watchStorage(bus, parts.blobs.probe);
  const oldestMs = () => Math.max(0, now() - (queue.oldest() ?? now()));
  const metrics = createMetrics({
    queued: () => queue.size(),
    held: () => queue.heldSize(),
    oldestAge: oldestMs,
    links: links.count,
    streams: parts.events.followers,
    lastPollAt: () => poll().lastPoll?.at,
  });

  /** What is wrong with the stored files; none is looked at in a folder that is not the service's. */
  async function storedVitals(): Promise<Pick<Vitals, 'storage' | 'unreadable' | 'corrupt'>> {
    const folder = await parts.folderProblem();
    if (folder !== undefined) return { storage: folder, unreadable: [], corrupt: 0 };
    // A file that was damaged or repaired meanwhile is read first.
    const problems = await Promise.all(
      [
        links,
        mutes,
        people,
        rotations,
        beats,
        expectedBeats,
        codes,
        deepLinks,
        runs,
        registrationCodes,
        destinations,
      ].map((store) => store.check()),
    );
    return {
      storage: await storage.problem(),
      unreadable: [...problems.flatMap((problem) => problem?.message ?? []), ...(await parts.updateLog.unreadable())],
      corrupt: (await parts.deliveries.corrupt()).length,
    };
  }

  async function health() {
    const upMs = clock() - startedAt;
    const state = poll();
    const problems = healthProblems({
      poll: state,
      upMs,
      queued: queue.size(),
      capacity,
      oldestMs: oldestMs(),
      accounts: await parts.accountReasons(),
      rules: parts.ruleProblems(),
      ...(await storedVitals()),
    });
    const { me, lastPoll } = state;
    const details = {
      queued: queue.size(),
      ...(queue.size() === 0 ? {} : { oldest_s: Math.round(oldestMs() / 1000) }),
      links: links.count(),
      uptime_s: Math.round(upMs / 1000),
      ...(me === undefined ? {} : { bot: me.username }),
      ...(lastPoll === undefined ? {} : { last_poll_at: new Date(lastPoll.at).toISOString() }),
    };
    latest = { problems, at: clock() };
    return {
      reasons: problems.map(({ reason }) => reason),
      details: { ...details, ...(problems.length > 0 && { problems }) },
    };
  }

  /** What was wrong when health was last looked at, and looks again when that is some seconds ago. */
  function recentProblems(): readonly HealthProblem[] {
    if (clock() - latest.at >= LOOK_EVERY_MS && !looking) {
      looking = true;
      void health()
        .catch((error: unknown) => log.warn({}, sentenceOf(error)))
        .finally(() => {
          looking = false;
        });
    }
    return latest.problems;
  }

  return {
    services: { health, metrics: () => metrics.text() },
    statusLine() {
      const { problem, lastPoll } = poll();
      const polled = lastPoll === undefined ? 'not polled yet' : `last poll ${Math.round(lastPoll.agoMs / 1000)} s ago`;
      const line = `${links.count()} linked · ${queue.size()} queued · ${polled}`;
      // A fault of the poll is shown before it counts as one of health.
      const reasons = recentProblems().map(({ reason }) => reason);
      const all = problem === undefined ? reasons : [...new Set([problem.sentence, ...reasons])];
      // First, because systemctl cuts the line at the width of the terminal.
      return all.length === 0 ? line : `Degraded: ${all.join(' ').replaceAll(/\s+/g, ' ')} · ${line}`;
    },
    polling: () => poll().turnMs < LONGEST_TURN_MS,
    modules: [
      storage.module,
      countEvents(bus, metrics, now),
      {
        name: 'health',
        // A damaged file is reported at the start, before anybody needs it.
        async start() {
          await health();
        },
      },
    ],
  };
}

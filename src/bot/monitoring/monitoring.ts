/** The service's health and metrics, for the API and for systemd. */
import type { Problem } from '../../core/problem.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { MonitoringServices } from '../api/services.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { PollState } from '../telegram/updates/poll-status.ts';
import { countEvents } from './count-events.ts';
import { healthReasons } from './health.ts';
import { createMetrics } from './metrics.ts';
import { watchStorage } from './storage-watch.ts';

/** What is observed. */
export interface MonitoringParts {
  readonly bus: EventBus;
  readonly poll: () => PollState;
  readonly queue: {
    readonly size: () => number;
    readonly capacity: number;
    /** When the oldest waiting delivery was accepted, milliseconds since the epoch. */
    readonly oldestAt: () => number | undefined;
  };
  /** Links that can be served, as last read. */
  readonly links: () => number;
  /** Open streams of events. */
  readonly streams: () => number;
  /** Stores that say whether their file can be read. */
  readonly stores: readonly { check(): Promise<Problem | undefined> }[];
  /** A sentence for each file of updates that was put aside. */
  readonly unreadableUpdates: () => Promise<readonly string[]>;
  /** Files of deliveries that were put aside. */
  readonly corruptDeliveries: () => Promise<readonly string[]>;
  /** Whether a file can be stored now. */
  readonly canStore: () => Promise<boolean>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds on a clock that is never set. */
  readonly clock: () => number;
}

/** @see createMonitoring */
export interface Monitoring {
  /** What the API offers. */
  readonly services: MonitoringServices;
  /** The state in one line, for `systemctl status`. */
  statusLine(): string;
  readonly modules: readonly Module[];
}

/** Creates the module. */
export function createMonitoring(parts: MonitoringParts): Monitoring {
  const { bus, poll, queue, links, streams, stores, now, clock } = parts;
  const startedAt = clock();
  const storage = watchStorage(bus, parts.canStore);
  const metrics = createMetrics({
    queued: queue.size,
    oldestAge: () => Math.max(0, now() - (queue.oldestAt() ?? now())),
    links,
    streams,
    lastPollAt: () => poll().lastPoll?.at,
  });

  async function health() {
    // A file that was damaged or repaired meanwhile is read first.
    const problems = await Promise.all(stores.map((store) => store.check()));
    const upMs = clock() - startedAt;
    const state = poll();
    const reasons = healthReasons({
      poll: state,
      upMs,
      queued: queue.size(),
      capacity: queue.capacity,
      storage: await storage.problem(),
      unreadable: [...problems.flatMap((problem) => problem?.message ?? []), ...(await parts.unreadableUpdates())],
      corrupt: (await parts.corruptDeliveries()).length,
    });
    const { me, lastPoll } = state;
    const details = {
      queued: queue.size(),
      links: links(),
      uptime_s: Math.round(upMs / 1000),
      ...(me === undefined ? {} : { bot: me.username }),
      ...(lastPoll === undefined ? {} : { last_poll_at: new Date(lastPoll.at).toISOString() }),
    };
    return { reasons, details };
  }

  return {
    services: { health, metrics: () => metrics.text() },
    statusLine() {
      const { problem, lastPoll } = poll();
      const polled = lastPoll === undefined ? 'not polled yet' : `last poll ${Math.round(lastPoll.agoMs / 1000)} s ago`;
      const line = `${links()} linked · ${queue.size()} queued · ${polled}`;
      return problem === undefined ? line : `${line} · ${problem.sentence}`;
    },
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

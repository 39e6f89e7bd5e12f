import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the gauges show, read at each scrape. */
export interface Readings {
  readonly queued: () => number;
  /** Of these, what quiet hours and digests hold back. */
  readonly held: () => number;
  /** Milliseconds that the oldest waiting delivery has waited, 0 when nothing waits. */
  readonly oldestAge: () => number;
  readonly links: () => number;
  readonly streams: () => number;
  /** When Telegram last answered a poll, milliseconds since the epoch; `undefined` before the first answer. */
  readonly lastPollAt: () => number | undefined;
}

/** The service's metrics, for Prometheus. */
export interface Metrics {
  /** @param seconds from acceptance until Telegram accepted it, where that is known */
  readonly sent: (chatType: 'private' | 'group', seconds?: number) => void;
  readonly failed: () => void;
  readonly retried: () => void;
  readonly muted: () => void;
  readonly called: (method: string, seconds: number, result: string) => void;
  text(): Promise<{ contentType: string; text: string }>;
}

/** Seconds: from an answer on the loopback to that of a large upload. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

/** Seconds: from the delivery of an idle bot to a day in which Telegram is unreachable. */
const DELIVERY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 86_400];

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

/** Creates the metrics of one service; two services share nothing. */
export function createMetrics(readings: Readings): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const sent = counter('notify_bot_sent_total', 'Notifications that Telegram took.', ['chat']);
  const failed = counter('notify_bot_failed_total', 'Notifications that Telegram refused for good.');
  const retried = counter('notify_bot_retried_total', 'Attempts that will be repeated.');
  const muted = counter('notify_bot_muted_total', 'Notifications recorded but not sent, because of a mute.');
  const polls = counter('notify_bot_polls_total', 'Polls for updates, by how they ended.', ['result']);
  const delivery = new Histogram({
    name: 'notify_bot_delivery_seconds',
    help: 'From accepting a notification until Telegram had it.',
    buckets: DELIVERY_BUCKETS,
    registers,
  });
  const latency = new Histogram({
    name: 'notify_bot_telegram_call_seconds',
    help: 'Calls to the Bot API but for polls.',
    labelNames: ['method', 'result'],
    buckets: BUCKETS,
    registers,
  });
  gauge(registry, 'notify_bot_queued', 'Notifications waiting in the outbox.', readings.queued);
  gauge(registry, 'notify_bot_held', 'Of these, notifications that quiet hours and digests hold back.', readings.held);
  gauge(
    registry,
    'notify_bot_oldest_age_seconds',
    'How long the oldest of the others has waited.',
    () => readings.oldestAge() / 1000,
  );
  gauge(registry, 'notify_bot_links', 'Linked users.', readings.links);
  gauge(registry, 'notify_bot_event_streams', 'Open streams of events.', readings.streams);
  gauge(registry, 'notify_bot_last_poll_timestamp_seconds', 'When Telegram last answered a poll.', () =>
    Math.round((readings.lastPollAt() ?? 0) / 1000),
  );
  // Not process_…, the usual prefix: in node_exporter's textfile collector those clash with the exporter's own.
  gauge(registry, 'notify_bot_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge(registry, 'notify_bot_start_time_seconds', 'When the service started.', () =>
    Math.round(performance.timeOrigin / 1000),
  );
  return {
    sent(chat, seconds) {
      sent.inc({ chat });
      if (seconds !== undefined) delivery.observe(seconds);
    },
    failed: () => failed.inc(),
    retried: () => retried.inc(),
    muted: () => muted.inc(),
    called(method, seconds, result) {
      if (method === 'getUpdates') polls.inc({ result });
      else latency.observe({ method, result }, seconds);
    },
    text: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

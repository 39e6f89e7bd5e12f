import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Sources of the gauges. */
export interface WebReadings {
  readonly sessions: () => number;
  readonly streams: () => number;
  readonly feedOpen: () => boolean;
}

/** The dashboard's metrics, for Prometheus. */
export interface WebMetrics {
  readonly answered: (method: string, status: number, seconds: number) => void;
  readonly loggedIn: (method: string) => void;
  readonly refused: (why: string) => void;
  /** Alerts that a source posted and the bot took. */
  readonly alerted: (source: string, alerts: number) => void;
  text(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Seconds, from a page without requests to the bot to a run with its wait. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15];

/** Creates the metrics of one dashboard, with a registry of its own. */
export function createMetrics(readings: WebReadings): WebMetrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  const answers = new Histogram({
    name: 'notify_web_answer_seconds',
    help: 'Duration of answers, by method and status, without streams.',
    labelNames: ['method', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const logins = new Counter({ name: 'notify_web_logins_total', help: 'Logins.', labelNames: ['by'], registers });
  const refusals = new Counter({
    name: 'notify_web_refusals_total',
    help: 'Refused requests and logins, by reason.',
    labelNames: ['why'],
    registers,
  });
  const alerts = new Counter({
    name: 'notify_web_alerts_total',
    help: 'Alerts of other programs that were taken, by source.',
    labelNames: ['source'],
    registers,
  });
  gauge('notify_web_sessions', 'Sessions.', readings.sessions);
  gauge('notify_web_streams', 'Open event streams.', readings.streams);
  gauge('notify_web_feed_open', 'Whether events arrive from the bot.', () => (readings.feedOpen() ? 1 : 0));
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge('process_start_time_seconds', 'When the service started.', () => Math.round(performance.timeOrigin / 1000));
  return {
    answered: (method, status, seconds) => answers.observe({ method, status: String(status) }, seconds),
    loggedIn: (by) => logins.inc({ by }),
    refused: (why) => refusals.inc({ why }),
    alerted: (source, count) => alerts.inc({ source }, count),
    text: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

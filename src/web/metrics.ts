import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the gauges read when they are asked. */
export interface WebReadings {
  readonly sessions: () => number;
  readonly streams: () => number;
  readonly feedOpen: () => boolean;
}

/** The dashboard's metrics, for Prometheus. */
export interface WebMetrics {
  readonly answered: (method: string, status: number, seconds: number) => void;
  readonly loggedIn: (proof: string) => void;
  readonly refused: (why: string) => void;
  text(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Seconds, from a page out of memory to a run that was waited for. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15];

/** Makes the metrics of one dashboard; nothing is shared between two. */
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
    help: 'Answers, by method and status; streams are not among them.',
    labelNames: ['method', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const logins = new Counter({ name: 'notify_web_logins_total', help: 'Log-ins.', labelNames: ['by'], registers });
  const refusals = new Counter({
    name: 'notify_web_refusals_total',
    help: 'Requests and log-ins that were refused, by why.',
    labelNames: ['why'],
    registers,
  });
  gauge('notify_web_sessions', 'Log-ins that have not ended.', readings.sessions);
  gauge('notify_web_streams', 'Pages that listen for events.', readings.streams);
  gauge('notify_web_feed_open', 'Whether events arrive from the bot.', () => (readings.feedOpen() ? 1 : 0));
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge('process_start_time_seconds', 'When the service started.', () => Math.round(performance.timeOrigin / 1000));
  return {
    answered: (method, status, seconds) => answers.observe({ method, status: String(status) }, seconds),
    loggedIn: (by) => logins.inc({ by }),
    refused: (why) => refusals.inc({ why }),
    text: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../../../src/bot/monitoring/metrics.ts';

const readings = {
  queued: () => 4,
  held: () => 3,
  oldestAge: () => 1500,
  links: () => 2,
  streams: () => 3,
  lastPollAt: () => 1_800_000_000_400 as number | undefined,
};

describe('metrics', () => {
  test('are Prometheus text with a help line for each name', async () => {
    const { contentType, text } = await createMetrics(readings).text();
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    const names = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    expect(names.sort()).toEqual([
      'notify_bot_delivery_seconds histogram',
      'notify_bot_event_streams gauge',
      'notify_bot_failed_total counter',
      'notify_bot_held gauge',
      'notify_bot_last_poll_timestamp_seconds gauge',
      'notify_bot_links gauge',
      'notify_bot_muted_total counter',
      'notify_bot_oldest_age_seconds gauge',
      'notify_bot_polls_total counter',
      'notify_bot_queued gauge',
      'notify_bot_resident_memory_bytes gauge',
      'notify_bot_retried_total counter',
      'notify_bot_sent_total counter',
      'notify_bot_start_time_seconds gauge',
      'notify_bot_telegram_call_seconds histogram',
    ]);
    for (const name of names) expect(text).toContain(`# HELP ${name.split(' ')[0]} `);
  });

  test('those that the alert rules and the dashboard ask for are among them', async () => {
    const { text } = await createMetrics(readings).text();
    const known = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? '');
    const asked = ['alerts.yml', 'grafana.json'].flatMap((name) => [
      ...readFileSync(join(import.meta.dirname, '../../../docs/monitoring', name), 'utf8').matchAll(/expr"?: (.*)/g),
    ]);
    expect(asked.length).toBeGreaterThan(8);
    for (const [, expression = ''] of asked) {
      for (const [name] of expression.matchAll(/\b(notify_bot|process)_\w+/g)) {
        if (name === 'notify_bot_prom') continue;
        expect(known, expression).toContain(name.replace(/_(bucket|count|sum)$/, ''));
      }
      expect(expression).not.toContain('job=');
    }
  });

  test('read the gauges when they are asked', async () => {
    let queued = 1;
    const metrics = createMetrics({ ...readings, queued: () => queued });
    queued = 9;
    const { text } = await metrics.text();
    expect(text).toContain('\nnotify_bot_queued 9\n');
    expect(text).toContain('\nnotify_bot_held 3\n');
    expect(text).toContain('\nnotify_bot_oldest_age_seconds 1.5\n');
    expect(text).toContain('\nnotify_bot_links 2\n');
    expect(text).toContain('\nnotify_bot_last_poll_timestamp_seconds 1800000000\n');
    expect((await createMetrics({ ...readings, lastPollAt: () => undefined }).text()).text).toContain(
      '\nnotify_bot_last_poll_timestamp_seconds 0\n',
    );
  });

  test('count polls apart from calls, and nothing is shared between two', async () => {
    const metrics = createMetrics(readings);
    metrics.called('getUpdates', 30, 'ok');
    metrics.called('sendMessage', 0.2, 'ok');
    metrics.called('sendMessage', 0.3, 'refused');
    metrics.sent('private');
    metrics.sent('group', 0.3);
    metrics.muted();
    const { text } = await metrics.text();
    expect(text).toContain('notify_bot_polls_total{result="ok"} 1\n');
    expect(text).toContain('notify_bot_telegram_call_seconds_count{method="sendMessage",result="ok"} 1\n');
    expect(text).toContain('notify_bot_telegram_call_seconds_bucket{le="0.25",method="sendMessage",result="ok"} 1\n');
    expect(text).not.toContain('method="getUpdates"');
    expect(text).toContain('notify_bot_sent_total{chat="private"} 1\n');
    expect(text).toContain('notify_bot_delivery_seconds_bucket{le="0.25"} 0\n');
    expect(text).toContain('notify_bot_delivery_seconds_bucket{le="0.5"} 1\n');
    expect(text).toContain('notify_bot_muted_total 1\n');
    expect((await createMetrics(readings).text()).text).toContain('notify_bot_muted_total 0\n');
  });
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAgenda } from '../../../../src/bot/people/summary/agenda.ts';

const START = Date.parse('2026-01-30T12:00:00Z');
beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

function open() {
  const looked: string[] = [];
  const agenda = createAgenda(Date.now, (user) => {
    agenda.drop(user);
    looked.push(user);
  });
  return { agenda, looked };
}

test('looks at each person at the earliest time that was planned, and at nobody before the start', () => {
  const { agenda, looked } = open();
  agenda.plan('ana', START + 5000);
  agenda.plan('ana', START + 300_000);
  agenda.plan('ben', START + 120_000);
  vi.advanceTimersByTime(10_000);
  expect(looked).toEqual([]);
  agenda.start();
  vi.advanceTimersByTime(1);
  expect(looked).toEqual(['ana']);
  vi.advanceTimersByTime(109_000);
  expect(looked).toEqual(['ana']);
  vi.advanceTimersByTime(2000);
  expect(looked).toEqual(['ana', 'ben']);
});

test('follows a clock that is set forward within a minute, and looks at everybody when it is set back', () => {
  const { agenda, looked } = open();
  agenda.start();
  agenda.plan('ana', START + 3_600_000);
  vi.setSystemTime(START + 4_000_000);
  vi.advanceTimersByTime(60_000);
  expect(looked).toEqual(['ana']);
  agenda.plan('ben', Date.now() + 3_600_000);
  vi.setSystemTime(START);
  vi.advanceTimersByTime(60_000);
  expect(looked).toEqual(['ana', 'ben']);
});

test('looks at nobody after a stop, nor at who was dropped', () => {
  const { agenda, looked } = open();
  agenda.start();
  agenda.plan('ana', START + 1000);
  agenda.plan('ben', START + 1000);
  agenda.drop('ana');
  vi.advanceTimersByTime(1000);
  expect(looked).toEqual(['ben']);
  agenda.plan('eve', START + 2000);
  agenda.stop();
  vi.advanceTimersByTime(120_000);
  expect(looked).toEqual(['ben']);
});

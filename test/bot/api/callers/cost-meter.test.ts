import { expect, test } from 'vitest';
import { createCostMeter } from '../../../../src/bot/api/callers/cost-meter.ts';

function open() {
  const clock = { now: 0 };
  return { clock, meter: createCostMeter({ burst: 1000, perSecond: 100 }, () => clock.now) };
}

test('a user may spend the burst, then what is added', () => {
  const { clock, meter } = open();
  meter.charge(1, 999);
  expect(meter.wait(1)).toBe(0);
  meter.charge(1, 51);
  expect(meter.wait(1)).toBe(510);
  clock.now = 510;
  expect(meter.wait(1)).toBe(0);
});

test('no more than the burst is saved up, and users have nothing in common', () => {
  const { clock, meter } = open();
  meter.charge(1, 10);
  clock.now = 3_600_000;
  meter.charge(1, 1001);
  expect(meter.wait(1)).toBeGreaterThan(0);
  expect(meter.wait(2)).toBe(0);
});

test('many users take bounded memory, and one in debt is not forgotten for those who are not', () => {
  const { meter } = open();
  meter.charge(0, 5000);
  for (let uid = 1; uid < 9_999; uid += 1) meter.charge(uid, 0);
  for (let uid = 20_000; uid < 25_000; uid += 1) meter.charge(uid, 1);
  expect(meter.wait(0)).toBeGreaterThan(0);
});

/** Tries case after case of a kind; what fails is made small and kept as a file that every later run tries first. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type TestContext, test } from 'vitest';
import { type Row, tell } from '../../support/reporters/figures.ts';
import { CASES, LONG, MINUTES, SEED } from './settings.ts';

/** Something that must bear anything. A case is JSON, so that a file can hold it. */
export interface Target<C> {
  /** Also the folder of its regressions. */
  readonly name: string;
  /** How many of its cases are tried for one of the API's. */
  readonly share: number;
  /** Its part of a run that is bounded in time, of all targets' 1. */
  readonly time: number;
  readonly cases: fc.Arbitrary<C>;
  /** How many are tried side by side; 1 unless given. */
  readonly lanes?: number;
  /** Tries one. @throws Error when something is wrong */
  check(one: C): Promise<void> | void;
  /** What else was measured, for the table. @throws Error when it is out of bounds */
  measured?(): Promise<Row>;
}

const REGRESSIONS = join(import.meta.dirname, '../regressions');
/** Cases between two looks at the clock; small ones come first in each such round. */
const ROUND = 1000;
/** What a round may take in a run of all tests, and what making a case small may take on top in a long one. */
const SHORT_MS = 15_000;
const SHRINK_MS = LONG ? 120_000 : 10_000;
const LONGEST_MS = 24 * 3_600_000;

function keep<C>(name: string, counterexample: C): string {
  const text = `${JSON.stringify(counterexample, undefined, 1)}\n`;
  const folder = join(REGRESSIONS, name);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`);
  writeFileSync(path, text);
  return path;
}

/** One round. @returns how many cases were tried */
async function round<C>(target: Target<C>, numRuns: number, seed: number, msLeft: number): Promise<number> {
  let latest: { readonly one: C; readonly checked: Promise<void> } | undefined;
  let failedAt = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(target.cases, async (one) => {
    // Long enough made smaller: the smallest that failed so far is good enough.
    if (performance.now() - failedAt > SHRINK_MS) return;
    const checked = (async () => target.check(one))();
    latest = { one, checked };
    await checked.catch((error: unknown) => {
      failedAt = Math.min(failedAt, performance.now());
      throw error;
    });
  });
  const limit = LONG ? Math.min(msLeft, LONGEST_MS) + SHRINK_MS : SHORT_MS;
  const details = await fc.check(property, { numRuns, seed, interruptAfterTimeLimit: limit });
  const [counterexample] = details.counterexample ?? [];
  if (details.failed && counterexample !== undefined) throw failure(target.name, counterexample, details.errorInstance);
  // The one that was under way when the time was over has still to come to an end, and may be why it was.
  const { one, checked } = latest ?? {};
  await checked?.catch((error: unknown) => {
    throw failure(target.name, one, error);
  });
  return details.numRuns;
}

/** The case itself may be long, and stands in the file. */
function failure(name: string, one: unknown, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  return new Error(`${name} (seed ${SEED}): kept as ${keep(name, one)}\n${why.slice(-4000)}`);
}

/** Goes on until the cases are tried or the time is over. */
async function tryMany<C>(target: Target<C>): Promise<number> {
  const most = Math.ceil(CASES * target.share);
  const until = performance.now() + MINUTES * 60_000 * target.time;
  let [begun, done] = [0, 0];
  const lane = async () => {
    while (begun < most && performance.now() < until) {
      const runs = Math.min(ROUND, Math.ceil(most / (target.lanes ?? 1)), most - begun);
      const seed = (SEED + Math.imul(begun, 7919)) | 0;
      begun += runs;
      const tried = await round(target, runs, seed, until - performance.now());
      done += tried;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: target.lanes ?? 1 }, lane));
  for (const one of lanes) if (one.status === 'rejected') throw one.reason;
  return done;
}

const perSecond = (count: number, ms: number) => Math.round((count * 1000) / ms);

/** Declares the tests of a target: what once failed, then as many new cases as the run has time for. */
export function campaign<C>(name: string, target: () => Target<C>): void {
  const folder = join(REGRESSIONS, name);
  const known = readdirSync(REGRESSIONS).includes(name) ? readdirSync(folder).sort() : [];
  test.for(known)(`${name}: what once failed in %s does no more`, async (file) => {
    await target().check(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  });
  const timeout = LONG ? LONGEST_MS : 120_000;
  test(`${name}: anything is borne`, { timeout }, async (context: TestContext) => {
    const begun = performance.now();
    const done = await tryMany(target());
    const ms = performance.now() - begun;
    const rest = (await target().measured?.()) ?? {};
    tell(context, `Fuzz, seed ${SEED}`, {
      target: name,
      cases: done,
      seconds: ms / 1000,
      'per second': perSecond(done, ms),
      ...rest,
    });
  });
}

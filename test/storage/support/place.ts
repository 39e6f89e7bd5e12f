import { expect } from 'vitest';
import type { Problem } from '../../../src/core/problem.ts';
import type { Update } from '../../../src/core/update.ts';
import type { StorageBounds } from '../../../src/storage/bounds.ts';
import type { Storage } from '../../../src/storage/open-storage.ts';

/** A part of these tests. */
export interface TestPart {
  readonly say: string;
}

export type TestStorage = Storage<TestPart, Update>;

/** Where one test stores. */
export interface StoragePlace {
  /** Opens the storage as a process does that starts there; a second call is another process, or the next one. */
  open(settings?: {
    readonly now?: () => number;
    readonly onProblem?: (problem: Problem) => void;
    readonly bounds?: StorageBounds;
  }): TestStorage;
  /** Runs work in a process that is killed after so many steps, or after the work, and cuts the power then. @returns whether it came that far */
  killAfter(steps: number, work: () => Promise<unknown>): Promise<boolean>;
  /** Runs work on a storage that is full after so many steps. @returns whether it came that far */
  fillAfter(steps: number, work: () => Promise<unknown>): Promise<boolean>;
  /** Makes a waiting delivery unreadable. */
  spoilDelivery(delivery: string): Promise<void>;
  /** How many files, or whatever the implementation stores, belong to deliveries and blobs. */
  countStored(): Promise<number>;
}

/** An implementation of the ports. */
export interface Implementation {
  readonly name: string;
  /** An empty place, which is gone after the test. */
  readonly makePlace: () => Promise<StoragePlace>;
}

/** A change whose promise must hold wherever it is interrupted. */
interface Interrupted<Context> {
  readonly makePlace: Implementation['makePlace'];
  /** What is there before. */
  readonly arrange: (storage: TestStorage) => Promise<Context>;
  readonly change: (storage: TestStorage, context: Context) => Promise<unknown>;
  /** Looks at what the next process finds. @param done whether the change was answered */
  readonly check: (next: TestStorage, context: Context, done: boolean, place: StoragePlace) => Promise<void>;
}

/** More steps than any change takes. */
const MOST_STEPS = 200;

async function interruptEverywhere<Context>(
  { makePlace, arrange, change, check }: Interrupted<Context>,
  interrupt: 'killAfter' | 'fillAfter',
): Promise<void> {
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const place = await makePlace();
    const storage = place.open();
    const context = await arrange(storage);
    let done = false;
    const reached = await place[interrupt](steps, async () => {
      await change(storage, context);
      done = true;
    });
    const next = interrupt === 'killAfter' ? place.open() : storage;
    await check(next, context, done, place);
    if (reached) continue;
    expect(steps, 'the change took no step').toBeGreaterThan(0);
    expect(done).toBe(true);
    return;
  }
  throw new Error('The change never ends.');
}

/** Kills the process, with the power, before each step of a change in turn; the next process checks. */
export const killEverywhere = <Context>(change: Interrupted<Context>) => interruptEverywhere(change, 'killAfter');

/** Lets the storage fill up before each step of a change in turn; the same process checks. */
export const fillEverywhere = <Context>(change: Interrupted<Context>) => interruptEverywhere(change, 'fillAfter');

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import { writeDurably } from '../../shared/files/durable.ts';
import type { Module } from '../../shared/process/module-list.ts';
import { createListener, type EventBus } from '../events/event-bus.ts';

/** Bytes of the file that tests whether the disk accepts files: those of a notification with a long text. */
const PROBE_BYTES = 128 * 1024;

/** Remembers that a notification could not be stored. */
export interface StorageWatch {
  /** Why; `undefined` once a notification was stored again, or a test file could be written. */
  problem(): Promise<Problem | undefined>;
  readonly module: Module;
}

async function canStore(folder: string): Promise<boolean> {
  const path = join(folder, 'probe');
  try {
    await writeDurably(path, 'x'.repeat(PROBE_BYTES));
    await rm(path);
    return true;
  } catch {
    return false;
  }
}

/** @param folder where the test file is written: on the same file system as notifications */
export function watchStorage(bus: EventBus, folder: string): StorageWatch {
  let problem: Problem | undefined;
  return {
    module: createListener('storage watch', bus, {
      'storage.failed'(event) {
        problem = event.problem;
      },
      'delivery.changed'({ change }) {
        if (change === 'queued' || change === 'muted') problem = undefined;
      },
    }),
    async problem() {
      if (problem !== undefined && (await canStore(folder))) problem = undefined;
      return problem;
    },
  };
}

import type { Problem } from '../../core/problem.ts';
import type { Module } from '../../shared/process/module-list.ts';
import { createListener, type EventBus } from '../events/event-bus.ts';

/** Remembers that a notification could not be stored. */
export interface StorageWatch {
  /** Why; `undefined` once a notification was stored again, or a test file could be stored. */
  problem(): Promise<Problem | undefined>;
  readonly module: Module;
}

/** @param canStore whether a file can be stored now */
export function watchStorage(bus: EventBus, canStore: () => Promise<boolean>): StorageWatch {
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
      if (problem !== undefined && (await canStore())) problem = undefined;
      return problem;
    },
  };
}

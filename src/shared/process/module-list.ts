/**
 * Starts and stops the modules of a program.
 *
 * Promises: modules start in the order of the list, each after the one before has started; if one fails, those that
 * started are stopped again. They stop in reverse order, within one deadline for all: a module that takes longer than
 * its share is left behind and named in the log.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../../core/problem.ts';
import type { Log } from './log.ts';

/** One feature of a program. */
export interface Module {
  /** For the log. */
  readonly name: string;
  /** Opens what the module needs. Whatever can fail fails here. */
  start?(): Promise<void> | void;
  /** Begins what the module does by itself; called in order once every module of the list has started. */
  run?(): void;
  /** Ends it. @param deadlineMs milliseconds until the module is left behind */
  stop?(deadlineMs: number): Promise<void> | void;
  /** The most that `stop` may take, milliseconds; without it, all that is left of the deadline. */
  readonly stopMs?: number;
}

/** @see createModuleList */
export interface ModuleList {
  /** @throws what the first module that fails throws, after the others were stopped */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What a module gets on top of its share to notice that the share is over, milliseconds. */
const GRACE_MS = 500;

/**
 * Makes a list; nothing is started yet.
 *
 * @param options.stopMs within how many milliseconds `stop` resolves
 */
export function createModuleList(options: {
  readonly modules: readonly Module[];
  readonly stopMs: number;
  readonly log: Log;
}): ModuleList {
  const { modules, stopMs, log } = options;
  const started: Module[] = [];

  async function stopOne(module: Module, leftMs: number): Promise<void> {
    const shareMs = Math.max(0, Math.floor(Math.min(module.stopMs ?? leftMs, leftMs)));
    const over = new AbortController();
    const overdue = sleep(shareMs + GRACE_MS, 'overdue', { signal: over.signal }).catch(() => undefined);
    const ended = Promise.resolve(module.stop?.(shareMs)).then(() => undefined);
    try {
      if ((await Promise.race([ended, overdue])) === 'overdue') {
        log.warn({ module: module.name }, 'A module did not stop in time');
      }
    } finally {
      over.abort();
    }
  }

  async function stop(): Promise<void> {
    const end = performance.now() + stopMs - GRACE_MS;
    for (let module = started.pop(); module !== undefined; module = started.pop()) {
      const { name } = module;
      await stopOne(module, end - performance.now()).catch((error: unknown) =>
        log.error({ module: name, err: sentenceOf(error) }, 'A module could not be stopped'),
      );
    }
  }

  return {
    async start() {
      try {
        for (const module of modules) {
          await module.start?.();
          started.push(module);
        }
      } catch (error) {
        await stop();
        throw error;
      }
      for (const module of modules) module.run?.();
    },
    stop,
  };
}

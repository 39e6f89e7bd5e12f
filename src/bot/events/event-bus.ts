/**
 * Events between features of one process.
 *
 * Promises: listeners run in the order of subscription; an exception of one listener is logged and ends there, so it
 * reaches neither the publisher nor another listener; nothing is kept for a listener that subscribes later.
 */
import { sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { EventName, EventTable } from './event-table.ts';

/** Handles one kind of event. */
export type Listener<Name extends EventName> = (event: EventTable[Name]) => void | Promise<void>;

/** Listeners by the name of their event. */
export type Listeners = { readonly [Name in EventName]?: Listener<Name> };

/** @see createEventBus */
export interface EventBus {
  /**
   * Calls the listeners of an event.
   *
   * @returns a promise that resolves when every listener has finished; it never rejects. Await it only where the next
   * step depends on a listener's work.
   * @example void bus.publish('telegram.called', { method, seconds, result });
   */
  publish<Name extends EventName>(name: Name, event: EventTable[Name]): Promise<void>;
  /**
   * Adds listeners.
   *
   * @returns a function that removes them
   * @example const unsubscribe = bus.subscribe({ 'chat.moved': ({ from, to }) => links.moveChat(from, to) });
   */
  subscribe(listeners: Listeners): () => void;
}

type AnyListener = (event: EventTable[EventName]) => void | Promise<void>;

const DONE = Promise.resolve();

/**
 * Creates a bus without listeners.
 *
 * @param describe turns an error into a sentence that holds no secret
 */
export function createEventBus(log: Log, describe: (error: unknown) => string = sentenceOf): EventBus {
  const listening = new Map<EventName, readonly AnyListener[]>();

  function failed(name: EventName, error: unknown): void {
    log.error({ event: name, err: describe(error) }, 'A listener failed');
  }

  function call(name: EventName, listener: AnyListener, event: EventTable[EventName]): Promise<void> | undefined {
    try {
      const work: unknown = listener(event);
      // A listener that returns nothing may also be a function that returns something.
      return work instanceof Promise ? work.catch((error: unknown) => failed(name, error)) : undefined;
    } catch (error) {
      failed(name, error);
      return undefined;
    }
  }

  return {
    publish(name, event) {
      const pending = (listening.get(name) ?? []).flatMap((listener) => call(name, listener, event) ?? []);
      return pending.length === 0 ? DONE : Promise.all(pending).then(() => {});
    },
    subscribe(listeners) {
      const added = Object.entries(listeners) as [EventName, AnyListener][];
      for (const [name, listener] of added) listening.set(name, [...(listening.get(name) ?? []), listener]);
      return () => {
        for (const [name, listener] of added) {
          listening.set(name, listening.get(name)?.filter((other) => other !== listener) ?? []);
        }
      };
    },
  };
}

/** A module that listens from its start to its stop. */
export function createListener(name: string, bus: EventBus, listeners: Listeners): Module {
  let unsubscribe = () => {};
  return {
    name,
    start() {
      unsubscribe = bus.subscribe(listeners);
    },
    stop: () => unsubscribe(),
  };
}

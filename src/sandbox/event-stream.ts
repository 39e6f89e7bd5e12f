import type { SandboxEvent, SandboxMessage } from './model.ts';
import type { MessageLog } from './state/message-log.ts';

/** Hands events to whoever listens. */
export interface SandboxEvents {
  emit(event: SandboxEvent): void;
  /** @returns how to stop listening */
  on(listener: (event: SandboxEvent) => void): () => void;
}

/** Makes a watch without listeners. */
export function createSandboxEvents(): SandboxEvents {
  const listeners = new Set<(event: SandboxEvent) => void>();
  return {
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * Waits for a message of the bot's that fits: one that is there already, a new one, or one after an edit.
 * @throws Error when `timeoutMs` pass without
 */
export function waitForMessage(
  log: MessageLog,
  watch: SandboxEvents,
  predicate: (message: SandboxMessage) => boolean,
  timeoutMs: number,
): Promise<SandboxMessage> {
  const fits = (message: SandboxMessage) => message.from === 'bot' && !message.deleted && predicate(message);
  const there = log.all().find(fits);
  if (there !== undefined) return Promise.resolve(there);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      off();
      const count = log.all().filter(({ from }) => from === 'bot').length;
      reject(new Error(`No message that fits came within ${timeoutMs} ms; the bot sent ${count} others.`));
    }, timeoutMs);
    const settle = (done: () => void) => {
      clearTimeout(timer);
      off();
      done();
    };
    const off = watch.on((event) => {
      if (event.type !== 'message' && event.type !== 'edit') return;
      const { message } = event;
      try {
        if (fits(message)) settle(() => resolve(message));
      } catch (error) {
        // A predicate that throws is the waiter's trouble, never the sender's.
        settle(() => reject(error));
      }
    });
  });
}

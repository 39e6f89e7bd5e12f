import type { SandboxEvent, SandboxMessage } from './model.ts';
import type { MessageLog } from './state/message-log.ts';

/** Publishes events to listeners. */
export interface SandboxEvents {
  emit(event: SandboxEvent): void;
  /** @returns a function that removes the listener */
  on(listener: (event: SandboxEvent) => void): () => void;
}

/** Creates an event stream without listeners. */
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
 * Waits for a matching message of the bot: an existing one, a new one, or an edited one.
 * @throws Error after `timeoutMs`
 */
export function waitForMessage(
  log: MessageLog,
  events: SandboxEvents,
  predicate: (message: SandboxMessage) => boolean,
  timeoutMs: number,
): Promise<SandboxMessage> {
  const matches = (message: SandboxMessage) => message.from === 'bot' && !message.deleted && predicate(message);
  const existing = log.all().find(matches);
  if (existing !== undefined) return Promise.resolve(existing);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      off();
      const count = log.all().filter(({ from }) => from === 'bot').length;
      reject(new Error(`No matching message arrived within ${timeoutMs} ms; the bot sent ${count} others.`));
    }, timeoutMs);
    const settle = (done: () => void) => {
      clearTimeout(timer);
      off();
      done();
    };
    const off = events.on((event) => {
      if (event.type !== 'message' && event.type !== 'edit') return;
      const { message } = event;
      try {
        if (matches(message)) settle(() => resolve(message));
      } catch (error) {
        // An error in the predicate rejects the wait, and must not reach the sender.
        settle(() => reject(error));
      }
    });
  });
}

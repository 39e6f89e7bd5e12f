import { tooManyRequests } from '../http/api-error.ts';
import type { SandboxAnswer, SandboxCommand, SandboxEvent, SandboxUser } from '../model.ts';
import type { Rates } from '../rates.ts';
import type { BoundedList } from './bounded-list.ts';
import type { Chats } from './chats.ts';
import type { FileStore } from './file-store.ts';
import type { MessageLog } from './message-log.ts';
import type { Updates } from './updates.ts';

/** All that the pretend Telegram knows; methods and page act on it. */
export interface SandboxState {
  readonly bot: SandboxUser;
  readonly chats: Chats;
  readonly log: MessageLog;
  readonly files: FileStore;
  readonly updates: Updates;
  /** `undefined` when the rates are not enforced. */
  readonly rates: Rates | undefined;
  /** Commands by scope and language. */
  readonly commands: Map<string, readonly SandboxCommand[]>;
  /** Chats by the callback query that waits for an answer. */
  readonly callbacks: Map<string, number>;
  readonly answers: BoundedList<SandboxAnswer>;
  /** ms. */
  now(): number;
  emit(event: SandboxEvent): void;
}

/** Counts `count` messages for a chat. @throws ApiError 429 when that is more than the rates allow */
export function spend(world: SandboxState, chatId: number, count: number): void {
  const wait = world.rates?.take(chatId, count, world.now()) ?? 0;
  if (wait > 0) throw tooManyRequests(wait);
}

/** The commands people see: the default ones, or whatever else was set first. */
export function shownCommands(world: SandboxState): readonly SandboxCommand[] {
  const [first] = world.commands.values();
  return world.commands.get('default/') ?? first ?? [];
}

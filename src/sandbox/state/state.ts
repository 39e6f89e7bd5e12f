import { tooManyRequests } from '../http/api-error.ts';
import type { SandboxAnswer, SandboxCommand, SandboxDraft, SandboxEvent, SandboxUser } from '../model.ts';
import type { Rates } from '../rates.ts';
import type { BoundedList } from './bounded-list.ts';
import type { Chats } from './chats.ts';
import type { FileStore } from './file-store.ts';
import type { MessageLog } from './message-log.ts';
import type { Standings } from './standings.ts';
import type { Topics } from './topics.ts';
import type { Updates } from './updates.ts';

/** The state of the simulated Telegram; methods and page act on it. */
export interface SandboxState {
  readonly bot: SandboxUser;
  readonly chats: Chats;
  readonly topics: Topics;
  readonly standings: Standings;
  readonly log: MessageLog;
  readonly files: FileStore;
  readonly updates: Updates;
  /** `undefined` if the rate limits are not enforced. */
  readonly rates: Rates | undefined;
  /** Commands by scope and language. */
  readonly commands: Map<string, readonly SandboxCommand[]>;
  /** Chats by the id of the callback query that waits for an answer. */
  readonly callbacks: Map<string, number>;
  readonly answers: BoundedList<SandboxAnswer>;
  readonly drafts: BoundedList<SandboxDraft>;
  /** ms. */
  now(): number;
  emit(event: SandboxEvent): void;
}

/** Counts `count` messages for a chat. @throws ApiError 429 if the rate limits don't permit them */
export function spend(state: SandboxState, chatId: number, count: number): void {
  const wait = state.rates?.take(chatId, count, state.now()) ?? 0;
  if (wait > 0) throw tooManyRequests(wait);
}

/** The commands shown to users: the default scope's, or otherwise those set first. */
export function shownCommands(state: SandboxState): readonly SandboxCommand[] {
  const [first] = state.commands.values();
  return state.commands.get('default/') ?? first ?? [];
}

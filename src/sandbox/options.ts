import { createRates } from './rates.ts';
import { createBoundedList } from './state/bounded-list.ts';
import { createChats } from './state/chats.ts';
import { createFileStore } from './state/file-store.ts';
import { createMessageLog } from './state/message-log.ts';
import { createStandings } from './state/standings.ts';
import type { SandboxState } from './state/state.ts';
import { createTopics } from './state/topics.ts';
import { createUpdates } from './state/updates.ts';

/** Options of the sandbox; all are optional. */
export interface SandboxOptions {
  /** `123456:SANDBOX-TOKEN-abcdefghijklmnopqrstuvwxyz` by default. */
  readonly token?: string;
  /** The bot's user name, `notify_sandbox_bot` by default. */
  readonly username?: string;
  /** 0, any free port, by default. */
  readonly port?: number;
  /** Milliseconds added to each answer, 0 by default. */
  readonly latency?: number;
  /** Enforce Telegram's rate limits; true by default. */
  readonly limits?: boolean;
  /** The clock of rates, dates and the age of updates, ms. Long polls wait in real time. */
  readonly now?: () => number;
  /** Messages and calls kept, 100,000 by default. */
  readonly keep?: number;
  /** Bytes of files kept, 64 MiB by default; older files keep only their description. */
  readonly keepBytes?: number;
  /** The bot writes to an unknown chat: `open` it (the default), or `refuse` as Telegram does. */
  readonly unknownChats?: 'open' | 'refuse';
  /** Milliseconds by which a second 409 in a row is delayed, 3000 by default, like the real server. */
  readonly conflictDelay?: number;
}

/** The default token. */
export const TOKEN = '123456:SANDBOX-TOKEN-abcdefghijklmnopqrstuvwxyz';
/** Messages and calls kept by default. */
export const KEEP = 100_000;
const KEEP_BYTES = 64 * 1024 * 1024;
const CONFLICT_MS = 3000;

/** Creates an empty state with these options. */
export function createSandboxState(options: SandboxOptions, token: string, emit: SandboxState['emit']): SandboxState {
  const now = options.now ?? Date.now;
  const username = options.username ?? 'notify_sandbox_bot';
  return {
    bot: { id: Number(token.split(':')[0]), is_bot: true, first_name: 'Notify', username },
    chats: createChats(options.unknownChats === 'refuse', (chat) => emit({ type: 'chat', chat })),
    topics: createTopics((topic) => emit({ type: 'topic', topic })),
    standings: createStandings(),
    log: createMessageLog(options.keep ?? KEEP, emit),
    files: createFileStore(options.keepBytes ?? KEEP_BYTES),
    updates: createUpdates(now, options.conflictDelay ?? CONFLICT_MS),
    rates: options.limits === false ? undefined : createRates(),
    commands: new Map(),
    callbacks: new Map(),
    answers: createBoundedList(options.keep ?? KEEP),
    drafts: createBoundedList(options.keep ?? KEEP),
    now,
    emit,
  };
}

import type { Problem } from '../../core/problem.ts';

/** A user's mutes that last; times in milliseconds since 1970. */
export interface MuteList {
  readonly all?: number;
  readonly scripts: ReadonlyArray<{ readonly name: string; readonly until: number }>;
}

/** Who wants no messages for a while. Changes throw Problem `mutes_unreadable` or `storage`. */
export interface Mutes {
  /** Mutes everything, or one script, until a time (ms since 1970); a second mute replaces the first. */
  mute(user: string, until: number, script?: string): Promise<void>;
  /** Lifts the mute of one script, or, without one, every mute. @returns whether there was any */
  unmute(user: string, script?: string): Promise<boolean>;
  /** Until when messages from `source` are held back. Without an answer a message is sent: a message too many, never one too few. */
  isMuted(user: string, source: string | undefined): Promise<false | { readonly until: number }>;
  list(user: string): Promise<MuteList>;
  /** Looks at what is stored now: why it can't be read. */
  check(): Promise<Problem | undefined>;
}

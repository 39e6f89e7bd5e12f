/** The status of an account: its link, and what waits for it. */
export interface AccountStatus {
  readonly linked: boolean;
  /** ISO 8601. */
  readonly linkedAt?: string;
  readonly chat?: ChatName;
  /** Deliveries that wait. */
  readonly queued: number;
  /** Why Telegram refuses this chat, when it does. */
  readonly unreachable?: string;
  /** The bot in Telegram, once it is known. */
  readonly bot?: { readonly username: string; readonly name: string };
  /** Until when everything is muted, ISO 8601. */
  readonly mutedUntil?: string;
}

/** A chat as people know it. */
export interface ChatName {
  /** `private`, `group`, `supergroup` or `channel`. */
  readonly type: string;
  readonly name: string;
  /** The topic of a forum. */
  readonly threadId?: number;
}

/** The result of redeeming a six-digit code. */
export type LinkResult =
  | {
      readonly outcome: 'linked';
      readonly linkedAt: string;
      readonly chat: ChatName;
      /** The chat that the account was linked to before, when it is another. */
      readonly previous?: ChatName;
    }
  | { readonly outcome: 'unknown' | 'expired' | 'too-many-tries' };

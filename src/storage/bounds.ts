/** How much is stored at most. docs/security.md, "What is kept", says the same in a table. */

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** Bounds of waiting and failed deliveries. */
export interface DeliveryBounds {
  /** Bytes of one account's, their files included. */
  readonly accountBytes: number;
  /** Bytes of everybody's. */
  readonly bytes: number;
  /** Bytes of `bytes` that only accounts with at most `little` bytes may use. */
  readonly reserve: number;
  readonly little: number;
  /** Failed deliveries of one account, and of everybody. */
  readonly accountFailed: number;
  readonly failed: number;
}

/** Bounds of mutes of scripts. */
export interface MuteBounds {
  /** Of one account, and of everybody. */
  readonly account: number;
  readonly overall: number;
}

/** Bounds of the beats that jobs are expected to send. */
export interface ExpectedBeatBounds {
  /** Of one account, and of everybody. */
  readonly account: number;
  readonly overall: number;
}

/** Bounds of registered destinations. */
export interface DestinationBounds {
  /** Of one account, and of everybody. */
  readonly account: number;
  readonly overall: number;
  /** Names of senders of one destination. */
  readonly senders: number;
}

/** Bounds of what is remembered of messages with a key. */
export interface KeyedBounds {
  /** Messages of one account. */
  readonly account: number;
  /** Accounts. */
  readonly accounts: number;
}

/** Bounds of the history. */
export interface HistoryBounds {
  /** Bytes of one line; a longer one keeps a short text and no data. */
  readonly lineBytes: number;
  /** Bytes of an account's lines of a day, beyond which they keep a short text and no data. */
  readonly wholeBytes: number;
  /** Bytes of them beyond which no muted message is taken. */
  readonly mutedBytes: number;
  /** Bytes of all days; beyond them the oldest days are removed. */
  readonly bytes: number;
}

/** Every bound of the storage. */
export interface StorageBounds {
  /** Bytes of files that no delivery has taken over yet. The socket API bounds those of one account. */
  readonly stagedBytes: number;
  /** Accounts with settings of their own. */
  readonly people: number;
  /** Overrides of one rotation, and rotations. */
  readonly rotations: { readonly overrides: number; readonly rotations: number };
  /** Beats of runners, one of each account; beyond them the oldest is forgotten. */
  readonly beats: number;
  readonly expectedBeats: ExpectedBeatBounds;
  /** Runs whose end was not shown yet, and those that ended, whose updates are remembered for a day. */
  readonly runs: { readonly begun: number; readonly ended: number };
  /** Updates of Telegram that no consumer is done with; one answer of Telegram's may bring 100 more. */
  readonly openUpdates: number;
  readonly history: HistoryBounds;
  readonly mutes: MuteBounds;
  readonly destinations: DestinationBounds;
  readonly keyed: KeyedBounds;
  readonly deliveries: DeliveryBounds;
}

/** What the service uses. */
export const BOUNDS: StorageBounds = {
  stagedBytes: 2 * GIB,
  // Each host has fewer accounts of people; with the longest values the file takes 4 MB.
  people: 10_000,
  // A person stands in for another some times a month; the rules have at most 1,000 rotations.
  rotations: { overrides: 100, rotations: 2_000 },
  beats: 10_000,
  // The file is written anew for each beat; with usual names it takes 2 MB.
  expectedBeats: { account: 100, overall: 10_000 },
  // Far more than run at one time; and than all users together begin in an hour, of which few updates come again.
  runs: { begun: 1_000, ended: 5_000 },
  // The file is written anew whenever one is done: with long messages it takes 5 MB.
  openUpdates: 500,
  // A line holds 4,096 characters of text and 16 KiB of data at most; a read brings 64 KiB.
  history: { lineBytes: 64 * KIB, wholeBytes: 16 * MIB, mutedBytes: 32 * MIB, bytes: 4 * GIB },
  // The file is written anew for each change; with the longest names it takes 6 MB.
  mutes: { account: 200, overall: 20_000 },
  // Each is looked at for every message that names one; a group has few topics of which people make a name.
  destinations: { account: 100, overall: 5_000, senders: 200 },
  // An account's file is rewritten for each message with a key: 130 KB with usual keys, 1.7 MB with the longest.
  keyed: { account: 1_000, accounts: 1_000 },
  deliveries: {
    // A day's albums of large pictures, but not a disk.
    accountBytes: GIB,
    bytes: 8 * GIB,
    reserve: GIB,
    little: 16 * MIB,
    // All that an account may have waited with, after a day without Telegram, is 10,000.
    accountFailed: 5_000,
    failed: 20_000,
  },
};

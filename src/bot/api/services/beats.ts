import type { Caller, KnownAccount } from '../../../core/account.ts';
import type { ExpectedBeat } from '../../../storage/ports.ts';

/** A beat of a job. */
export interface BeatDraft {
  readonly name: string;
  /** How far apart two beats may be, ms; as before unless given. */
  readonly everyMs?: number;
  /** How late one may be beyond that, ms; as before, or a share of `everyMs`, unless given. */
  readonly graceMs?: number;
  /** Where a missing beat is reported; the caller's right to send there is checked already. */
  readonly to?: readonly string[];
}

/** A script whose header says how often it is to run well. */
export interface ExpectedScript extends Pick<BeatDraft, 'name' | 'to'> {
  readonly everyMs: number;
  /** When it last did, ms since 1970. */
  readonly succeededAt?: number;
}

/** Jobs that say when they have run. Every function throws Problem `beats_unreadable`, changes `storage`, `too_many_beats`. */
export interface ExpectedBeatServices {
  /** Notes a beat, and expects the next one. @throws Problem `unknown_beat` for a new one without `everyMs` */
  expectBeat(caller: Caller, beat: BeatDraft): Promise<ExpectedBeat>;
  /** Notes scripts of the caller's. @param isAll these are all: the caller's other scripts are expected no more */
  noteScripts(caller: Caller, scripts: readonly ExpectedScript[], isAll: boolean): Promise<void>;
  /** Expects a beat no more; `false` where it was not. */
  endBeat(caller: Caller, name: string): Promise<boolean>;
  /** Those of an account. */
  expectedBeats(owner: KnownAccount): Promise<readonly ExpectedBeat[]>;
}

import type { Code } from '../../core/codes.ts';

/** What one look found. */
export interface StorageFinding {
  /** What was looked at, in a word. */
  readonly check: string;
  readonly ok: boolean;
  /** `warning` for something that stops nothing, `unchecked` for something that this account can't see; both are ok. */
  readonly state?: 'warning' | 'unchecked';
  /** What kind of failure it is, where programs act on it. */
  readonly code?: Code;
  readonly seen: string;
  /** What a sysadmin can do about it. */
  readonly todo?: string;
}

/** The storage as a sysadmin sees it. Every function only reads, also while a service runs. */
export interface Inspection {
  /** @throws Problem `data_dir` when it doesn't exist or can't be read */
  requireReadable(): Promise<void>;
  /** Looks for what will stop the service, or stops it now. */
  diagnose(): Promise<readonly StorageFinding[]>;
}

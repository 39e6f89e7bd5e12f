import type { Problem } from '../../core/problem.ts';

/** The right to be the one service that writes here. It ends with its process, however that ends. */
export interface Lease {
  /**
   * Takes it, and prepares the storage at its first use.
   *
   * @returns a function that gives it back
   * @throws Problem `data_dir` when the storage can't be used, `service_running` when another process holds it
   */
  take(): Promise<() => void>;
  /** Makes sure that this is the storage that the host used before; changes nothing. @throws Problem `data_dir` when it is not */
  verify(): Promise<void>;
  /** Why the storage is not the one that the lease was taken for any more; the ports then throw Problem `storage`. */
  problem(): Promise<Problem | undefined>;
}

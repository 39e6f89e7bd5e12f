import type { FileHandle } from 'node:fs/promises';

/** Files on their way in, until a delivery takes them over. What is left at a start is removed. */
export interface Blobs {
  /**
   * Stores what a source yields: durable when it resolves, and readable by the service alone. Nothing is left of one
   * that failed.
   *
   * @param original an open file that the source reads from its beginning: a storage on the same file system may share its
   * blocks instead of copying them
   * @returns its id
   * @throws Problem `storage`; `outbox_full` where the blobs are too large together; whatever the source throws
   */
  write(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, original?: FileHandle): Promise<string>;
  /** Its first bytes, at most so many. @throws the system's error */
  head(blob: string, most: number): Promise<Uint8Array>;
  /** Ends blobs: removes those that no delivery took over. To be called for each, whatever became of it. */
  discard(blobs: Iterable<string>): Promise<void>;
  /** Whether a blob can be stored now, after one could not. */
  probe(): Promise<boolean>;
}

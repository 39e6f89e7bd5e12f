/** Files on their way in, until a delivery takes them over. What is left at a start is removed. */
export interface Blobs {
  /**
   * Stores what a source yields: durable when it resolves, and readable by the service alone. Nothing is left of one
   * that failed.
   *
   * @returns its id
   * @throws Problem `storage`; whatever the source throws
   */
  write(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string>;
  /** Its first bytes, at most so many. @throws the system's error */
  head(blob: string, most: number): Promise<Uint8Array>;
  /** Removes blobs that no delivery took over; does nothing for the others. */
  discard(blobs: Iterable<string>): Promise<void>;
  /** Whether a blob can be stored now, after one could not. */
  probe(): Promise<boolean>;
}

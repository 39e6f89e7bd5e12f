/** Something that happened, for `GET /events`. */
export interface FeedEvent {
  /** Rises. */
  readonly number: number;
  readonly name: 'message' | 'link' | 'run' | 'gap';
  /** JSON. */
  readonly data: string;
}

/** A function that receives events. */
export type Follower = (event: FeedEvent) => void;

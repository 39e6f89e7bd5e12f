/** Something that Telegram reports: a message, a button press, a change of membership. https://core.telegram.org/bots/api#update */
export interface Update {
  /** Rises from one update to the next; after a week without updates Telegram starts at another number. */
  readonly update_id: number;
}

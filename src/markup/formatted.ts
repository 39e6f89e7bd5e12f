/** A run of formatted text; offset and length count UTF-16 units. https://core.telegram.org/bots/api#messageentity */
export interface Entity {
  readonly type:
    | 'bold'
    | 'italic'
    | 'underline'
    | 'strikethrough'
    | 'spoiler'
    | 'blockquote'
    | 'expandable_blockquote'
    | 'code'
    | 'pre'
    | 'text_link'
    | 'custom_emoji'
    | 'date_time';
  readonly offset: number;
  readonly length: number;
  /** For `text_link`. */
  readonly url?: string;
  /** For `pre`. */
  readonly language?: string;
  /** For `custom_emoji`. */
  readonly custom_emoji_id?: string;
  /** For `date_time`: seconds since 1970, and how they are shown. */
  readonly unix_time?: number;
  readonly date_time_format?: string;
}

/** Text and its formatting, as Telegram takes it. */
export interface FormattedText {
  readonly text: string;
  readonly entities: readonly Entity[];
}

import type { LinkButton } from '../../core/notification.ts';

/** A run of formatted text; offset and length count UTF-16 units. https://core.telegram.org/bots/api#messageentity */
export interface Entity {
  readonly type:
    | 'bold'
    | 'italic'
    | 'underline'
    | 'strikethrough'
    | 'spoiler'
    | 'blockquote'
    | 'code'
    | 'pre'
    | 'text_link';
  readonly offset: number;
  readonly length: number;
  /** For `text_link`. */
  readonly url?: string;
  /** For `pre`. */
  readonly language?: string;
}

/** Text and its formatting, ready for Telegram. */
export interface FormattedText {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/**
 * A text as one call sends it: with entities, or, for text that the sender formatted (`MarkdownV2`, `HTML`),
 * with `parseMode` and the `plain` text to send should Telegram refuse the formatting.
 */
export type PartText =
  | FormattedText
  | { readonly text: string; readonly parseMode: 'MarkdownV2' | 'HTML'; readonly plain: FormattedText };

interface PartOptions {
  /** Arrive without a sound. */
  readonly silent?: boolean;
  readonly buttons?: readonly LinkButton[];
}

/** One Telegram call of a delivery; `media` are indexes into the delivery's files. */
export type Part =
  | ({ readonly kind: 'text'; readonly body: PartText } & PartOptions)
  | ({ readonly kind: 'photo'; readonly media: number; readonly caption?: PartText } & PartOptions)
  | ({ readonly kind: 'document'; readonly media: number; readonly caption?: PartText } & PartOptions)
  | {
      readonly kind: 'album';
      readonly media: readonly number[];
      readonly caption?: PartText;
      readonly silent?: boolean;
    }
  /** A text file made of `content` at sending time, so that a long text travels whole. */
  | ({ readonly kind: 'text-file'; readonly name: string; readonly content: string } & PartOptions);

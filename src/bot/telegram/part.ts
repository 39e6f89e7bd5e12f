import type { Step } from '../../core/delivery/delivery.ts';
import type { FormattedText } from '../../markup/formatted.ts';
import type { PartButtons } from './render/buttons.ts';

/**
 * A text as one call sends it. The outbox may hold deliveries of a release that handed formatted text (`MarkdownV2`,
 * `HTML`) on to Telegram, with the `plain` text to send should Telegram refuse the formatting; no such part is made any more.
 */
export type PartText =
  | FormattedText
  | { readonly text: string; readonly parseMode: 'MarkdownV2' | 'HTML'; readonly plain: FormattedText };

interface PartOptions {
  /** Arrive without a sound. */
  readonly silent?: boolean;
  readonly buttons?: PartButtons;
  /** Other parts belong to the same message: a refusal of this one is told in the chat, and the others are sent. */
  readonly oneOfSeveral?: boolean;
}

/** One Telegram call of a delivery; `media` are indexes into the delivery's files. */
export type Part =
  | ({
      readonly kind: 'text';
      readonly body: PartText;
      /** Show a preview of the first link. */
      readonly linkPreview?: boolean;
      /** Says only what could not be sent. Made while sending, never stored. */
      readonly isNote?: boolean;
    } & PartOptions)
  | ({
      readonly kind: 'photo' | 'animation' | 'video' | 'document';
      readonly media: number;
      readonly caption?: PartText;
    } & PartOptions)
  | {
      readonly kind: 'album';
      readonly media: readonly number[];
      readonly caption?: PartText;
      /** As documents; photos otherwise. */
      readonly as?: 'document';
      readonly silent?: boolean;
      readonly oneOfSeveral?: boolean;
    }
  /** A text file made of `content` at sending time, so that a long text travels whole. */
  | ({ readonly kind: 'text-file'; readonly name: string; readonly content: string } & PartOptions);

/** Messages that a part is to the rate limits: an album counts as many as it has files. */
export function costOf(part: Part): number {
  return part.kind === 'album' ? part.media.length : 1;
}

/** A part with its cost. */
export const stepOf = (part: Part): Step<Part> => ({ part, cost: costOf(part) });

/** The sandbox's data. Names are Telegram's own, so that tests read like the Bot API's documentation. */

/** A run of formatted text; offset and length count UTF-16 units. https://core.telegram.org/bots/api#messageentity */
export interface SandboxEntity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
  readonly custom_emoji_id?: string;
  readonly unix_time?: number;
  readonly date_time_format?: string;
}

/** Text and its formatting. */
export interface SandboxText {
  readonly text: string;
  readonly entities: readonly SandboxEntity[];
}

/** https://core.telegram.org/bots/api#user */
export interface SandboxUser {
  readonly id: number;
  readonly is_bot: boolean;
  readonly first_name: string;
  readonly last_name?: string;
  readonly username?: string;
  readonly language_code?: string;
}

/** https://core.telegram.org/bots/api#chat */
export interface SandboxChat {
  readonly id: number;
  readonly type: 'private' | 'group' | 'supergroup' | 'channel';
  readonly first_name?: string;
  readonly last_name?: string;
  readonly username?: string;
  readonly title?: string;
  /** A supergroup with topics. */
  readonly is_forum?: true;
}

/** A topic of a forum. https://core.telegram.org/bots/api#forumtopic */
export interface SandboxTopic {
  readonly chat_id: number;
  readonly message_thread_id: number;
  readonly name: string;
  readonly closed: boolean;
  readonly deleted: boolean;
}

/** A button under a message: exactly one of `url`, `callback_data` and `copy_text`, or another kind, which is kept unchanged. */
export interface SandboxButton {
  readonly text: string;
  readonly url?: string;
  readonly callback_data?: string;
  readonly copy_text?: { readonly text: string };
  readonly style?: string;
}

/** https://core.telegram.org/bots/api#inlinekeyboardmarkup; other kinds of keyboards are kept unchanged. */
export interface SandboxMarkup {
  readonly inline_keyboard?: ReadonlyArray<readonly SandboxButton[]>;
}

/** A file of a message. */
export interface SandboxMedia {
  readonly kind: 'photo' | 'animation' | 'video' | 'document';
  readonly file_id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** A media type such as `image/png`. */
  readonly type: string;
  /** Pixels; photos only. */
  readonly width?: number;
  readonly height?: number;
}

/** An earlier version of an edited message. */
interface SandboxEdit {
  /** Time of the edit, ms. */
  readonly at: number;
  readonly text?: string;
  readonly caption?: string;
  readonly entities: readonly SandboxEntity[];
  readonly media?: SandboxMedia;
  readonly reply_markup?: SandboxMarkup;
}

/** A message in a chat. */
export interface SandboxMessage {
  /** Time of arrival, ms. */
  readonly at: number;
  readonly from: 'bot' | 'user';
  /** The author of a user's message. */
  readonly sender?: SandboxUser;
  /** The Bot API method that sent it, such as `sendPhoto`; `say` for a user's message. */
  readonly method: string;
  readonly chat_id: number;
  readonly message_id: number;
  /** The topic of a forum, or the thread of replies in another group; absent in the topic General. */
  readonly message_thread_id?: number;
  /** The bot's reaction, an emoji. */
  readonly reaction?: string;
  readonly text?: string;
  readonly caption?: string;
  /** Entities of the text or the caption. */
  readonly entities: readonly SandboxEntity[];
  readonly media?: SandboxMedia;
  readonly media_group_id?: string;
  readonly reply_markup?: SandboxMarkup;
  /** Sent with `disable_notification`. */
  readonly silent: boolean;
  /** The address whose preview the server would show, and for which it would fetch the page; absent where there is none. */
  readonly preview?: string;
  /** Earlier versions, oldest first; empty for a message that was never edited. */
  readonly edits: readonly SandboxEdit[];
  readonly deleted: boolean;
}

/** A command that the bot announced. */
export interface SandboxCommand {
  readonly command: string;
  readonly description: string;
}

/** The bot's answer to a pressed button. */
export interface SandboxAnswer {
  readonly at: number;
  readonly callback_query_id: string;
  readonly chat_id: number;
  readonly text?: string;
  readonly show_alert: boolean;
}

/** A text that the bot showed while it was written. https://core.telegram.org/bots/api#sendmessagedraft */
export interface SandboxDraft {
  readonly at: number;
  readonly chat_id: number;
  readonly draft_id: number;
  readonly text: SandboxText;
  /** Whether it has a button that stops further drafts. */
  readonly can_stop: boolean;
}

/** A change in the sandbox. */
export type SandboxEvent =
  | { readonly type: 'message' | 'edit' | 'delete' | 'reaction'; readonly message: SandboxMessage }
  | { readonly type: 'topic'; readonly topic: SandboxTopic }
  | { readonly type: 'draft'; readonly chat_id: number; readonly draft_id: number; readonly text: SandboxText }
  | { readonly type: 'chat'; readonly chat: SandboxChat }
  | { readonly type: 'commands'; readonly commands: readonly SandboxCommand[] }
  | { readonly type: 'action'; readonly chat_id: number; readonly action: string }
  | { readonly type: 'answer'; readonly answer: SandboxAnswer };

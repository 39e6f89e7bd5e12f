/** What Telegram refused, read from its descriptions: it gives these no code. https://core.telegram.org/api/errors */
import { GrammyError } from 'grammy';
import { classify, pageReason, refusingPage } from '../classify.ts';

/** The side of a part that Telegram did not take; `part` where it is none of the others. */
export type Refusal = 'entities' | 'link' | 'buttons' | 'image' | 'part';

const BUTTONS = /BUTTON_|inline keyboard button|reply markup|REPLY_MARKUP/i;
const LINK = /entity URL|TEXTURL|WC_CONVERT_URL|EXTERNAL_URL|Wrong HTTP URL/i;
const ENTITIES = /entit|unsupported parse_mode|custom emoji identifier|date-time format|invalid date|media timestamp/i;
const IMAGE = /PHOTO_|IMAGE_PROCESS_FAILED|wrong type of the web page content|photo/i;
/** `Not enough rights to send photos to the chat`, `CHAT_SEND_DOCS_FORBIDDEN` */
const RIGHTS = /rights to send|CHAT_SEND_[A-Z]+_FORBIDDEN/i;

const GONE = /message to delete not found|MESSAGE_ID_INVALID|message identifier is not specified/i;
const TOO_OLD = /message can't be deleted/i;

/** Why Telegram deletes no message: it is not there, it is too old; `undefined` for another reason. `deleteMessage` in Client.cpp */
export function deletionRefusal({ error_code: code, description }: GrammyError): 'gone' | 'too_old' | undefined {
  if (code !== 400) return undefined;
  if (GONE.test(description)) return 'gone';
  return TOO_OLD.test(description) ? 'too_old' : undefined;
}

/** A description without the addresses and texts that it quotes. */
const bare = (description: string) => description.replace(/(?<!\w)'.*'/s, '');

/** Whether a description of a 400 concerns the entities of a text. */
export const refusesEntities = (description: string): boolean => ENTITIES.test(bare(description));

/** What was refused for good; `undefined` for a failure that is temporary, or concerns the whole chat. */
export function refusalOf(error: unknown): Refusal | undefined {
  const failure = classify(error);
  if (failure.kind !== 'failed' || failure.unreachable === true) return undefined;
  if (!(error instanceof GrammyError) || error.error_code !== 400) return 'part';
  const description = bare(error.description);
  if (BUTTONS.test(description)) return 'buttons';
  if (LINK.test(description)) return 'link';
  if (ENTITIES.test(description)) return 'entities';
  return IMAGE.test(description) ? 'image' : 'part';
}

/** Whether a call was refused with 400, which may be because of any side of the message. */
export const isBadRequest = (error: unknown): boolean => error instanceof GrammyError && error.error_code === 400;

/** The description of a 400 for an edit that changes nothing: the message shows the part already. */
const UNCHANGED = /message is not modified|MESSAGE_NOT_MODIFIED/i;

/** Whether Telegram refused an edit because the message shows the part already. */
export const isUnchanged = (error: unknown) =>
  error instanceof GrammyError && isBadRequest(error) && UNCHANGED.test(error.description);

/**
 * Whether Telegram refused an edit because of the message, so that a new one may take its place: `message to edit not found`
 * for one that was deleted, `message can't be edited`, `there is no text in the message to edit`, `MESSAGE_ID_INVALID`,
 * `MESSAGE_AUTHOR_REQUIRED`, `MESSAGE_EDIT_TIME_EXPIRED`. Any other description that names no side of the part counts too: a
 * part that is refused for itself is refused as a new message again. `edit_message_text` in td/telegram/MessagesManager.cpp
 */
export const isUneditable = (error: unknown): boolean => isBadRequest(error) && refusalOf(error) === 'part';

/** Whether a file is larger than Telegram, or a gateway before it, takes in any form. */
export const isTooLarge = (error: unknown): boolean =>
  (error instanceof GrammyError && error.error_code === 413) || refusingPage(error) === 413;

/** Whether the chat lets the bot send no file of this kind, whatever the file. */
export const isOfRights = (error: unknown): boolean =>
  error instanceof GrammyError && error.error_code === 400 && RIGHTS.test(error.description);

/** Why a part was refused, as the end of a sentence. */
export function reasonOf(error: unknown): string {
  const page = refusingPage(error);
  if (page !== undefined) return pageReason(page);
  if (!(error instanceof GrammyError)) {
    const failure = classify(error);
    return 'reason' in failure ? failure.reason.replace(/^Its/, 'its').replace(/\.$/, '') : 'it failed';
  }
  if (isTooLarge(error)) return 'it is larger than Telegram takes';
  const description = bare(error.description).replace(/^Bad Request: /, '');
  if (RIGHTS.test(description)) return `this chat does not let the bot send such files (${description})`;
  return `Telegram refused it (${description})`;
}

/** Normalises text and entities like the server: invisible characters, white space at the ends, entity positions. */
import { badRequest } from '../http/api-error.ts';
import type { SandboxEntity, SandboxText } from '../model.ts';

/** Removed: carriage returns, separators and direction marks, three combining marks. */
const DROPPED = /[\r\u2028-\u202e]|\u0333|\u033f|\u030a/g;
/** Replaced by a space. */
const CONTROL = /[\u0000-\u0009\u000b\u000c\u000e-\u001f]/g;

const byteOffset = (text: string, index: number) => Buffer.byteLength(text.slice(0, index));

function insidePair(text: string, index: number): boolean {
  return /^[\udc00-\udfff]/.test(text.charAt(index)) && /[\ud800-\udbff]$/.test(text.charAt(index - 1));
}

function checkPlace(text: string, { offset, length }: SandboxEntity): void {
  const end = offset + length;
  if (offset < 0 || offset > 1_000_000) throw badRequest(`receive an entity with incorrect offset ${offset}`);
  if (length < 0 || length > 1_000_000) throw badRequest(`receive an entity with incorrect length ${length}`);
  if (length === 0) return;
  if (offset > text.length) {
    throw badRequest(`entity begins after the end of the text at UTF-16 offset ${offset}`);
  }
  if (insidePair(text, offset)) {
    throw badRequest(`entity begins in a middle of a UTF-16 symbol at byte offset ${byteOffset(text, offset + 1)}`);
  }
  const which = `entity beginning at UTF-16 offset ${offset} ends`;
  if (end > text.length) throw badRequest(`${which} after the end of the text at UTF-16 offset ${end}`);
  if (insidePair(text, end)) {
    throw badRequest(`${which} in a middle of a UTF-16 symbol at byte offset ${byteOffset(text, end + 1)}`);
  }
}

function dropInvisible({ text, entities }: SandboxText): SandboxText {
  const places = [...text.matchAll(DROPPED)].map((match) => match.index);
  if (places.length === 0) return { text, entities };
  const before = (index: number) => places.filter((place) => place < index).length;
  const moved = entities.map((entity) => {
    const skipped = before(entity.offset);
    const inside = before(entity.offset + entity.length) - skipped;
    return { ...entity, offset: entity.offset - skipped, length: entity.length - inside };
  });
  return { text: text.replace(DROPPED, ''), entities: moved };
}

function trim({ text, entities }: SandboxText): SandboxText {
  const end = text.replace(/(?<![ \n])[ \n]+$/, '').length;
  const lead = Math.min(end, (/^[ \n]*/.exec(text)?.[0] ?? '').length);
  const kept = entities
    .map((entity) => {
      const offset = Math.max(0, entity.offset - lead);
      return { ...entity, offset, length: Math.min(entity.offset + entity.length, end) - lead - offset };
    })
    .filter((entity) => entity.length > 0);
  return { text: text.slice(lead, end), entities: kept };
}

/**
 * Cleans text like the server: replaces control characters by spaces, removes invisible ones, trims both ends, inside
 * entities too, and moves entities accordingly. (tdlib itself trims the start up to the first entity; the server behind
 * it trims the rest.)
 *
 * @throws ApiError 400 for an entity outside the text or inside a character
 */
export function cleanText(formatted: SandboxText): SandboxText {
  for (const entity of formatted.entities) checkPlace(formatted.text, entity);
  const entities = formatted.entities.filter((entity) => entity.length > 0);
  return trim(dropInvisible({ text: formatted.text.replace(CONTROL, ' '), entities }));
}

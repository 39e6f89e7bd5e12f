import { asMessage, byPosition, isIndented, slice } from '../../../markup/entities.ts';
import type { Entity, FormattedText } from '../../../markup/formatted.ts';
import { BOUNDARIES, boundaryAt, characterEdge } from './boundary.ts';

/** Telegram's bounds in UTF-16 units. https://core.telegram.org/bots/api#sendmessage and #sendphoto */
export const MESSAGE_UNITS = 4096;
export const CAPTION_UNITS = 1024;

/** Entities after the hundredth are ignored. https://limits.tginfo.me/ */
export const MAX_ENTITIES = 100;

/** Bytes of entities a message; with 4096 units of text (at most 12,288 bytes) well below the 32,768 that Telegram takes. */
const ENTITY_BYTES = 16_000;

/** A paragraph's, line's or sentence's end is taken only where it fills this much of a message. */
const WORTHWHILE = 0.5;

const endOf = (entity: Entity) => entity.offset + entity.length;

/** How far a piece from `start` may reach before its entities are too many or too heavy. */
function entityBound(entities: readonly Entity[], start: number, maxEntities: number): number {
  let count = 0;
  let bytes = 0;
  for (const entity of entities) {
    if (endOf(entity) <= start) continue;
    count += 1;
    bytes += Buffer.byteLength(JSON.stringify(entity));
    const tooMuch = count > maxEntities || (count > 1 && bytes > ENTITY_BYTES);
    if (tooMuch && entity.offset > start) return entity.offset;
  }
  return Number.POSITIVE_INFINITY;
}

/** The last natural place in (`start`, `bound`], behind an indentation, outside `whole`, the entities to keep in one piece. */
function naturalCut(text: string, start: number, bound: number, whole: readonly Entity[]): number | undefined {
  const last = new Map<string, number>();
  const worthwhile = start + (bound - start) * WORTHWHILE;
  const words = start + (/^\s*/.exec(text.slice(start, bound))?.[0].length ?? 0);
  for (let at = bound; at > words; at -= 1) {
    const kind = boundaryAt(text, at);
    if (kind === undefined || last.has(kind) || whole.some((one) => one.offset < at && at < endOf(one))) continue;
    last.set(kind, at);
    if (kind === 'paragraph' || at < worthwhile) break;
  }
  const good = BOUNDARIES.map((kind) => last.get(kind)).find((at) => at !== undefined && at >= worthwhile);
  return good ?? (last.size > 0 ? Math.max(...last.values()) : undefined);
}

/** Where to end a piece: at a natural place outside short entities, else before one, else inside. */
function chooseCut(text: string, entities: readonly Entity[], start: number, bound: number, limit: number): number {
  const short = entities.filter((one) => one.length <= limit && one.offset >= start && one.offset < bound);
  const later = short.filter((one) => one.offset > start);
  const crossing = later.filter((one) => endOf(one) > bound);
  const outside = naturalCut(text, start, bound, short);
  if (outside !== undefined) return outside;
  if (crossing.length > 0) return characterEdge(text, start, Math.min(...crossing.map((one) => one.offset)));
  return (
    naturalCut(text, start, bound, later) ?? naturalCut(text, start, bound, []) ?? characterEdge(text, start, bound)
  );
}

/** Where the next piece begins: after blank lines, and after the rest of a line that was cut; an indentation belongs to it. */
function nextStart(text: string, start: number): number {
  const atLineStart = start === 0 || text[start - 1] === '\n';
  const skipped = atLineStart ? /(?:[^\S\n]*\n)*/y : /[^\S\n]*(?:\n(?:[^\S\n]*\n)*)?/y;
  skipped.lastIndex = start;
  return start + (skipped.exec(text)?.[0].length ?? 0);
}

/**
 * Cuts a text into messages at natural places: paragraph, line, sentence, word. An entity that fits a message is
 * kept whole, a longer one goes on in the next piece. Only white space at the cuts is lost, no indentation after one; no
 * piece is blank.
 *
 * @param limit UTF-16 units a piece, at least 2
 * @param maxEntities entities a piece, at least 1
 * @param mostPieces what follows this many pieces is left out, for callers that need no more
 */
export function splitFormatted(
  formatted: FormattedText,
  limit: number,
  maxEntities = MAX_ENTITIES,
  mostPieces = Number.POSITIVE_INFINITY,
): readonly FormattedText[] {
  const pieces: FormattedText[] = [];
  const { text } = formatted;
  let entities: readonly Entity[] = [...formatted.entities].sort(byPosition);
  let start = 0;
  while (start < text.length && pieces.length < mostPieces) {
    start = nextStart(text, start);
    entities = entities.filter((one) => endOf(one) > start);
    const room = isIndented(text.slice(start, start + 1)) ? limit - 1 : limit;
    const bound = Math.min(start + room, text.length, entityBound(entities, start, maxEntities));
    const end = bound === text.length ? bound : chooseCut(text, entities, start, bound, limit);
    const piece = asMessage(slice({ text, entities }, start, end));
    if (piece.text !== '') pieces.push({ text: piece.text, entities: piece.entities.slice(0, maxEntities) });
    start = end;
  }
  return pieces;
}

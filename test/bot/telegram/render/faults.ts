import type { Part, PartText } from '../../../../src/bot/telegram/part.ts';
import type { Entity, FormattedText } from '../../../../src/markup/formatted.ts';

const endOf = (entity: Entity) => entity.offset + entity.length;
const isQuote = ({ type }: Entity) => type === 'blockquote' || type === 'expandable_blockquote';
const isFixedWidth = ({ type }: Entity) => type === 'code' || type === 'pre' || type === 'date_time';
const splitsPair = (text: string, at: number) =>
  /[\ud800-\udbff]$/.test(text.slice(0, at)) && /^[\udc00-\udfff]/.test(text.slice(at));

function faultsOfEntity(entity: Entity, text: string): readonly string[] {
  const faults: string[] = [];
  const covered = text.slice(entity.offset, endOf(entity));
  if (entity.offset < 0 || entity.length <= 0 || endOf(entity) > text.length) faults.push('lies outside the text');
  if (covered.trim() === '') faults.push('covers only white space');
  if (splitsPair(text, entity.offset) || splitsPair(text, endOf(entity))) faults.push('cuts a surrogate pair');
  if ((entity.type === 'text_link') !== (entity.url !== undefined)) faults.push('has a link where it should not');
  if (entity.language !== undefined && entity.type !== 'pre') faults.push('has a language');
  return faults.map((fault) => `${entity.type} ${fault}`);
}

/** What Telegram says of nesting: https://core.telegram.org/bots/api#formatting-options (a quote may hold code). */
function faultsOfPair(outer: Entity, inner: Entity): readonly string[] {
  if (inner.offset < outer.offset) return ['entities are out of order'];
  if (inner.offset >= endOf(outer)) return [];
  const pair = `${inner.type} in ${outer.type}`;
  if (endOf(inner) > endOf(outer)) return [`${pair} overlaps`];
  if (inner.type === outer.type) return [`${pair} is nested in its like`];
  if (isFixedWidth(outer)) return [`${pair}: fixed width holds nothing`];
  if (isFixedWidth(inner) && !isQuote(outer)) return [`${pair}: fixed width stands alone`];
  return isQuote(inner) ? [`${pair}: a quote stands in nothing`] : [];
}

/** Everything Telegram would refuse or ignore in a text of at most `limit` units; empty when all is well. */
export function faultsOf({ text, entities }: FormattedText, limit: number): readonly string[] {
  const faults = entities.flatMap((entity) => faultsOfEntity(entity, text));
  for (const [at, outer] of entities.entries()) {
    for (const inner of entities.slice(at + 1)) faults.push(...faultsOfPair(outer, inner));
  }
  if (text.length > limit) faults.push(`has ${text.length} units`);
  if (text.trim() === '') faults.push('is blank');
  if (text !== text.trim()) faults.push('has white space around it');
  if (entities.length > 100) faults.push(`has ${entities.length} entities`);
  if (Buffer.byteLength(JSON.stringify({ text, entities })) > 32_768) faults.push('is too heavy');
  if (/\p{Surrogate}/u.test(text)) faults.push('holds half a character');
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) faults.push('holds control characters');
  return faults;
}

function faultsOfBody(body: PartText, limit: number): readonly string[] {
  return 'parseMode' in body ? ['is handed on with a parse mode'] : faultsOf(body, limit);
}

/** The words of a part, as a reader sees them. */
export function wordsOf(part: Part): string {
  const body = part.kind === 'text' ? part.body : part.kind === 'text-file' ? undefined : part.caption;
  if (body === undefined) return part.kind === 'text-file' ? part.content : '';
  return 'parseMode' in body ? body.plain.text : body.text;
}

/** Everything Telegram would refuse in a part. */
export function faultsOfPart(part: Part): readonly string[] {
  if (part.kind === 'text') return faultsOfBody(part.body, 4096);
  if (part.kind === 'text-file') return part.content === '' ? ['is an empty file'] : [];
  const faults = part.caption === undefined ? [] : faultsOfBody(part.caption, 1024);
  const count = part.kind === 'album' ? part.media.length : 2;
  return count < 2 || count > 10 ? [...faults, `is an album of ${count}`] : faults;
}

/** Resolves overlapping entities like the server: which may nest, which merge, which are dropped. */
import type { SandboxEntity } from '../model.ts';

/** Never split; never inside one another. */
const WHOLE = ['code', 'pre', 'text_link', 'text_mention', 'custom_emoji', 'date_time', 'url', 'email'];
const QUOTES = ['blockquote', 'expandable_blockquote'];
/** No other entity may be inside these. */
const PLAIN_INSIDE = ['code', 'pre', 'date_time'];
/** Further ones are ignored. https://core.telegram.org/bots/api#sendmessage */
const ENTITY_LIMIT = 100;

const ORDER = [
  ...QUOTES,
  'pre',
  'code',
  'date_time',
  'text_link',
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
];

/** Whether entities of a type stand alone, so that the server finds no address where one is. */
export const isWhole = (type: string): boolean => WHOLE.includes(type);

const endOf = (entity: SandboxEntity) => entity.offset + entity.length;

function compare(a: SandboxEntity, b: SandboxEntity): number {
  return a.offset - b.offset || b.length - a.length || ORDER.indexOf(a.type) - ORDER.indexOf(b.type);
}

function withoutOverlaps(sorted: readonly SandboxEntity[]): SandboxEntity[] {
  const kept: SandboxEntity[] = [];
  let end = 0;
  for (const entity of sorted) {
    if (entity.offset < end) continue;
    kept.push(entity);
    end = endOf(entity);
  }
  return kept;
}

function crosses(a: SandboxEntity, b: SandboxEntity): boolean {
  if (endOf(a) <= b.offset || endOf(b) <= a.offset) return false;
  const inside = a.offset >= b.offset && endOf(a) <= endOf(b);
  const around = b.offset >= a.offset && endOf(b) <= endOf(a);
  return !inside && !around;
}

function contains(outer: SandboxEntity, inner: SandboxEntity): boolean {
  return inner.length < outer.length && inner.offset >= outer.offset && endOf(inner) <= endOf(outer);
}

/** Merges entities of one type that touch or overlap. */
function merge(sorted: readonly SandboxEntity[]): SandboxEntity[] {
  const merged = new Map<string, SandboxEntity[]>();
  for (const entity of sorted) {
    const runs = merged.get(entity.type) ?? [];
    merged.set(entity.type, runs);
    const last = runs.at(-1);
    if (last !== undefined && entity.offset <= endOf(last)) {
      const length = Math.max(endOf(last), endOf(entity)) - last.offset;
      runs[runs.length - 1] = { ...last, length };
    } else runs.push(entity);
  }
  return [...merged.values()].flat();
}

function without(entity: SandboxEntity, hole: SandboxEntity): SandboxEntity[] {
  if (endOf(entity) <= hole.offset || endOf(hole) <= entity.offset) return [entity];
  const before = { ...entity, length: hole.offset - entity.offset };
  const after = { ...entity, offset: endOf(hole), length: endOf(entity) - endOf(hole) };
  return [before, after].filter((piece) => piece.length > 0);
}

/** Splits an entity where `other` begins or ends, so that the two nest. */
function cutAt(entity: SandboxEntity, other: SandboxEntity): SandboxEntity[] {
  if (!crosses(entity, other)) return [entity];
  const at = entity.offset < other.offset ? other.offset : endOf(other);
  return [
    { ...entity, length: at - entity.offset },
    { ...entity, offset: at, length: endOf(entity) - at },
  ];
}

/** Resolves overlapping entities, sorts them, and keeps the first hundred. */
export function arrangeEntities(entities: readonly SandboxEntity[]): SandboxEntity[] {
  const sorted = [...entities].sort(compare);
  const quotes = withoutOverlaps(sorted.filter(({ type }) => QUOTES.includes(type)));
  const whole = withoutOverlaps(sorted.filter(({ type }) => WHOLE.includes(type))).filter(
    (entity) => !quotes.some((quote) => crosses(entity, quote) || contains(entity, quote)),
  );
  let styles = merge(sorted.filter(({ type }) => !WHOLE.includes(type) && !QUOTES.includes(type)));
  for (const other of [...whole, ...quotes]) {
    const apart = PLAIN_INSIDE.includes(other.type) ? without : cutAt;
    styles = styles.flatMap((style) => apart(style, other));
  }
  return [...quotes, ...whole, ...styles].sort(compare).slice(0, ENTITY_LIMIT);
}

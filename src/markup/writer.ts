import type { Entity, FormattedText } from './formatted.ts';
import { cleanText } from './hygiene.ts';
import { createInkedText } from './ink.ts';

type InlineType = 'bold' | 'italic' | 'underline' | 'strikethrough' | 'spoiler' | 'text_link' | 'custom_emoji';

/** What a format has beside its place. */
type Details = Pick<Entity, 'url' | 'custom_emoji_id'>;

interface Open {
  readonly type: InlineType;
  readonly details: Details;
  start: number;
}

/**
 * Builds a text with entities that nest the way Telegram has it. Words are cleaned, because a character reference in a clean
 * source (`&#4;`, `&#13;`) may stand for a control character.
 */
export interface Writer {
  /** Adds text; after each newline the current indentation follows, unless the line is empty. */
  write(text: string): void;
  /** Ends the line, unless nothing stands on it. */
  freshLine(): void;
  /** What `body` writes gets a format; within the same format, or a link within a link, it changes nothing. */
  format(type: InlineType, body: () => void, details?: Details): void;
  /** Fixed-width words; Telegram lets code stand in no other format, so these pause, and in a link it is plain. */
  code(text: string): void;
  /** A moment that each reader sees in a zone of their own; like code, it stands in no other format. @param text shown where it can't be */
  time(text: string, details: Pick<Entity, 'unix_time' | 'date_time_format'>): void;
  /** A fixed-width block on lines of its own, without indentation and in no other format. */
  pre(text: string, language?: string): void;
  /**
   * What `body` writes is quoted, without the indentation around it; a quote in a quote, which Telegram doesn't know, is marked with `> `.
   *
   * @param expandable whether readers see its first lines only until they open it; `when_long` for a quote of more than three lines
   */
  quote(body: () => void, expandable?: boolean | 'when_long'): void;
  /** What `body` writes after its next newline is indented. */
  indented(prefix: string, body: () => void): void;
  isOpen(type: InlineType): boolean;
  result(): FormattedText;
}

/** Characters of indentation at most: deeper lists get no more, or each of their lines would be mostly white space. */
const MOST_INDENT = 40;

/** Lines of a quote that are shown before it is opened, as Telegram's apps have it. */
const QUOTE_LINES = 3;

/** Starts an empty text. */
export function createWriter(): Writer {
  const entities: Entity[] = [];
  const open: Open[] = [];
  const out = createInkedText();
  const { append } = out;
  let indent = '';
  let onFreshLine = true;
  let quoted = false;

  const startLine = () => {
    if (onFreshLine) append(indent);
    onFreshLine = false;
  };
  const add = (entity: Omit<Entity, 'length'>) => {
    const length = out.length - entity.offset;
    if (out.isInkedFrom(entity.offset)) entities.push({ ...entity, length });
  };
  const addOpen = ({ type, details, start }: Open) => add({ type, offset: start, ...details });
  /** Formats end here, and begin anew with what follows. */
  const interrupt = () => {
    for (const format of open) {
      addOpen(format);
      format.start = out.length;
    }
  };

  /** Writes words with an entity that no other may hold but a quote. */
  const alone = (added: string, entity: Omit<Entity, 'offset' | 'length'>) => {
    if (writer.isOpen('text_link') || !/\S/.test(added)) return writer.write(added);
    startLine();
    interrupt();
    const offset = out.length;
    writer.write(added);
    add({ ...entity, offset });
    for (const format of open) format.start = out.length;
  };

  const writer: Writer = {
    write(added) {
      const [first = '', ...rest] = cleanText(added).split('\n');
      if (first !== '') startLine();
      append(first);
      for (const line of rest) {
        append('\n');
        onFreshLine = true;
        if (line !== '') startLine();
        append(line);
      }
    },
    freshLine() {
      if (!onFreshLine) writer.write('\n');
    },
    format(type, body, details = {}) {
      if (writer.isOpen(type)) return body();
      startLine();
      const format: Open = { type, start: out.length, details };
      open.push(format);
      body();
      open.pop();
      addOpen(format);
    },
    code: (added) => alone(added, { type: 'code' }),
    time: (added, details) => alone(added, { type: 'date_time', ...details }),
    pre(added, language) {
      writer.freshLine();
      interrupt();
      const offset = out.length;
      const block = cleanText(added);
      append(block);
      onFreshLine = block === '' || block.endsWith('\n');
      add(language === undefined ? { type: 'pre', offset } : { type: 'pre', offset, language });
      for (const format of open) format.start = out.length;
    },
    quote(body, expandable = false) {
      if (quoted) {
        if (!onFreshLine) writer.write('> ');
        return writer.indented('> ', body);
      }
      writer.freshLine();
      interrupt();
      const offset = out.length;
      const newlinesBefore = out.newlines;
      const outer = indent;
      indent = '';
      quoted = true;
      body();
      quoted = false;
      indent = outer;
      interrupt();
      const folds = expandable === 'when_long' ? out.newlinesToInk - newlinesBefore >= QUOTE_LINES : expandable;
      add({ type: folds ? 'expandable_blockquote' : 'blockquote', offset });
    },
    indented(prefix, body) {
      const outer = indent;
      if (indent.length + prefix.length <= MOST_INDENT) indent += prefix;
      body();
      indent = outer;
    },
    isOpen: (type) => open.some((one) => one.type === type),
    result: () => ({ text: out.text, entities }),
  };
  return writer;
}

import type { Entity, FormattedText } from '../part.ts';

type InlineType = 'bold' | 'italic' | 'strikethrough' | 'text_link';

interface Open {
  readonly type: InlineType;
  readonly url?: string;
  start: number;
}

/** Builds a text with entities that nest the way Telegram has it. */
export interface Writer {
  /** Adds text; after each newline the current indentation follows, unless the line is empty. */
  write(text: string): void;
  /** Ends the line, unless nothing stands on it. */
  freshLine(): void;
  /** What `body` writes gets a format; within the same format, or a link within a link, it changes nothing. */
  format(type: InlineType, body: () => void, url?: string): void;
  /** Fixed-width words; Telegram lets code stand in no other format, so these pause, and in a link it is plain. */
  code(text: string): void;
  /** A fixed-width block on lines of its own, without indentation. */
  pre(text: string, language?: string): void;
  /** What `body` writes is quoted, without the indentation around it; a quote in a quote, which Telegram doesn't know, is marked with `> `. */
  quote(body: () => void): void;
  /** What `body` writes after its next newline is indented. */
  indented(prefix: string, body: () => void): void;
  isOpen(type: InlineType): boolean;
  result(): FormattedText;
}

/** Starts an empty text. */
export function createWriter(): Writer {
  const entities: Entity[] = [];
  const open: Open[] = [];
  let text = '';
  let indent = '';
  let onFreshLine = true;
  let quoted = false;

  const startLine = () => {
    if (onFreshLine) text += indent;
    onFreshLine = false;
  };
  const add = (entity: Omit<Entity, 'length'>) => {
    const length = text.length - entity.offset;
    if (/\S/.test(text.slice(entity.offset))) entities.push({ ...entity, length });
  };
  const addOpen = ({ type, url, start }: Open) =>
    add(url === undefined ? { type, offset: start } : { type, offset: start, url });

  const writer: Writer = {
    write(added) {
      const [first = '', ...rest] = added.split('\n');
      if (first !== '') startLine();
      text += first;
      for (const line of rest) {
        text += '\n';
        onFreshLine = true;
        if (line !== '') startLine();
        text += line;
      }
    },
    freshLine() {
      if (!onFreshLine) writer.write('\n');
    },
    format(type, body, url) {
      if (writer.isOpen(type)) return body();
      startLine();
      const format: Open = url === undefined ? { type, start: text.length } : { type, start: text.length, url };
      open.push(format);
      body();
      open.pop();
      addOpen(format);
    },
    code(added) {
      if (writer.isOpen('text_link') || !/\S/.test(added)) return writer.write(added);
      startLine();
      for (const format of open) addOpen(format);
      const offset = text.length;
      writer.write(added);
      add({ type: 'code', offset });
      for (const format of open) format.start = text.length;
    },
    pre(added, language) {
      writer.freshLine();
      const offset = text.length;
      text += added;
      onFreshLine = added === '' || added.endsWith('\n');
      add(language === undefined ? { type: 'pre', offset } : { type: 'pre', offset, language });
    },
    quote(body) {
      if (quoted) {
        if (!onFreshLine) writer.write('> ');
        return writer.indented('> ', body);
      }
      writer.freshLine();
      const offset = text.length;
      const outer = indent;
      indent = '';
      quoted = true;
      body();
      quoted = false;
      indent = outer;
      add({ type: 'blockquote', offset });
    },
    indented(prefix, body) {
      const outer = indent;
      indent += prefix;
      body();
      indent = outer;
    },
    isOpen: (type) => open.some((one) => one.type === type),
    result: () => ({ text, entities }),
  };
  return writer;
}

import { decodeHTMLStrict } from 'entities';
import { QuoteType, Tokenizer } from 'htmlparser2';
import { cleanText } from '../hygiene.ts';

/** A piece of HTML. `source` is what was typed. */
export type HtmlToken =
  | { readonly kind: 'text'; readonly source: string }
  | {
      readonly kind: 'open';
      readonly name: string;
      readonly attributes: ReadonlyMap<string, string>;
      /** A word in the tag that is no attribute of HTML: `<b and c>` in `a <b and c> d`. */
      readonly strange: boolean;
      readonly source: string;
    }
  | { readonly kind: 'close'; readonly name: string; readonly source: string }
  | { readonly kind: 'comment'; readonly source: string };

const ATTRIBUTE_NAME = /^[a-z_:][\w:.-]*$/i;
/** Attributes that stand without a value. */
const BARE = new Set([
  'checked',
  'compact',
  'controls',
  'disabled',
  'expandable',
  'hidden',
  'nowrap',
  'open',
  'reversed',
]);

/** References without a semicolon, as Telegram takes them. https://core.telegram.org/bots/api#html-style */
const BARE_REFERENCE = /&(lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6})(?![0-9A-Za-z;])/g;

/** The same followed by `=`: a field of an address, `?gt=1&lt=9`. */
const FIELD = /&(?=(?:lt|gt|amp|quot)=)/g;

/**
 * Replaces character references: all named ones of HTML, and numeric ones. What is none stays as typed; one of a control
 * character falls away.
 */
export function decodeReferences(text: string): string {
  return text.includes('&') ? cleanText(decodeHTMLStrict(text.replace(BARE_REFERENCE, '&$1;'))) : text;
}

/** Divides HTML into its tokens. Nothing of the source is left out, so that who drops none loses no word. */
export function htmlTokens(source: string): readonly HtmlToken[] {
  const tokens: HtmlToken[] = [];
  /** Where the next token begins. */
  let next = 0;
  let name = '';
  let attribute = '';
  let value = '';
  let strange = false;
  let attributes = new Map<string, string>();

  const cut = (end: number) => {
    const typed = source.slice(next, end);
    next = end;
    return typed;
  };
  const text = (end: number) => {
    if (end > next) tokens.push({ kind: 'text', source: cut(end) });
  };
  const opened = (end: number) => void tokens.push({ kind: 'open', name, attributes, strange, source: cut(end + 1) });
  const other = (start: number, end: number) => {
    text(start);
    tokens.push({ kind: 'comment', source: cut(end) });
  };

  const tokenizer = new Tokenizer(
    { decodeEntities: false },
    {
      ontext: (_start, end) => text(end),
      onopentagname(start, end) {
        text(start - 1);
        name = source.slice(start, end).toLowerCase();
        attributes = new Map();
        strange = false;
      },
      onattribname(start, end) {
        attribute = source.slice(start, end).toLowerCase();
        value = '';
        if (!ATTRIBUTE_NAME.test(attribute)) strange = true;
      },
      onattribdata(start, end) {
        value += source.slice(start, end);
      },
      onattribend(quote) {
        if (quote === QuoteType.NoValue && !BARE.has(attribute)) strange = true;
        attributes.set(attribute, decodeReferences(value.replace(FIELD, '&amp;')));
      },
      onopentagend: opened,
      onselfclosingtag: opened,
      onclosetag(start, end) {
        text(start - 2);
        const closed = source.indexOf('>', end);
        const typed = cut(closed === -1 ? source.length : closed + 1);
        tokens.push({ kind: 'close', name: source.slice(start, end).toLowerCase(), source: typed });
      },
      oncomment: (start, end) => other(start - 4, source.startsWith('-->', end - 2) ? end + 1 : end),
      ondeclaration: (start, end) => other(start - 2, end + 1),
      onprocessinginstruction: (_start, end) => text(Math.min(source.length, end + 1)),
      oncdata: (_start, end) => text(Math.min(source.length, end + 1)),
      onattribentity: () => {},
      ontextentity: () => {},
      onend: () => {},
    },
  );
  tokenizer.write(source);
  tokenizer.end();
  text(source.length);
  return tokens;
}

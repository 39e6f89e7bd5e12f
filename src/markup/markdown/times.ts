/** Moments in Markdown: `<t:1769774400>` and `<t:1769774400:R>`, with the styles that Discord gave them. */
import type { Literal } from 'mdast';
import type { Extension, Options } from 'mdast-util-from-markdown';

/** Discord's styles as Telegram's format. https://core.telegram.org/bots/api#date-time-entity-formatting */
const FORMATS = { t: 't', T: 'T', d: 'd', D: 'D', f: 'Dt', F: 'wDt', R: 'r' } as const;

type Style = keyof typeof FORMATS;

/** The style of a moment without one. */
const DEFAULT_STYLE: Style = 'f';

/** The last moment that Telegram takes: it counts seconds in 32 bits, from 1. `FormattedDate` in tdlib */
const LAST = 2 ** 31 - 1;

/** A moment in the text. */
interface DateTime extends Literal {
  readonly type: 'dateTime';
  /** Seconds since 1970. */
  readonly unix: number;
  readonly style: Style;
  readonly format: string;
}

declare module 'mdast' {
  interface PhrasingContentMap {
    dateTime: DateTime;
  }
  interface RootContentMap {
    dateTime: DateTime;
  }
}

type Syntax = Exclude<NonNullable<NonNullable<Options>['extensions']>[number], readonly unknown[]>;
type Construct = Exclude<NonNullable<Syntax['text']>[number], readonly unknown[] | undefined>;
type Tokenize = Construct['tokenize'];
type State = NonNullable<ReturnType<Tokenize>>;

/** The parser's own names are listed in its types; this one is ours. */
const TOKEN = 'dateTime' as 'data';

const DATE_TIME = /^<t:(\d{1,10})(?::([tTdDfFR]))?>$/;
/** What a moment may begin with, so that the parser looks no further than it has to. */
const BEGINNING = /^<(?:t(?::(?:\d{1,10}(?::[tTdDfFR]?)?)?)?)?$/;

/** What a moment says; its `unix` is 0 where the text is none. */
function readTime(typed: string): Pick<DateTime, 'unix' | 'style'> {
  const [, digits, style = DEFAULT_STYLE] = DATE_TIME.exec(typed) ?? [];
  return { unix: Number(digits ?? 0), style: style as Style };
}

function isTime(typed: string): boolean {
  const { unix } = readTime(typed);
  return unix >= 1 && unix <= LAST;
}

const tokenize: Tokenize = (effects, ok, nok) => {
  let typed = '';
  const next = (code: number | null): State | undefined => {
    if (code === null || code < 0) return nok(code);
    typed += String.fromCharCode(code);
    const isWhole = code === 62 && isTime(typed);
    if (!isWhole && !BEGINNING.test(typed)) return nok(code);
    if (typed === '<') effects.enter(TOKEN);
    effects.consume(code);
    if (!isWhole) return next;
    effects.exit(TOKEN);
    return ok;
  };
  return next;
};

/** Finds moments outside of code; `\<` is no beginning of one. */
export const timeSyntax: Syntax = { text: { 60: { name: 'dateTime', tokenize } } };

/** Makes nodes of them. */
export const timeNodes: Extension = {
  enter: {
    dateTime(token) {
      const value = this.sliceSerialize(token);
      const { unix, style } = readTime(value);
      this.enter({ type: 'dateTime', value, unix, style, format: FORMATS[style] }, token);
    },
  },
  exit: {
    dateTime(token) {
      this.exit(token);
    },
  },
};

/** A formatter in UTC, made when it is first needed: the first one of a process takes 18 ms. */
function inUtc(options: Intl.DateTimeFormatOptions): (at: Date) => string {
  let made: Intl.DateTimeFormat | undefined;
  return (at) => {
    made ??= new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
    return made.format(at);
  };
}

const longDate = inUtc({ day: 'numeric', month: 'long', year: 'numeric' });
const weekday = inUtc({ weekday: 'long' });

/** A moment in UTC, for apps that don't know moments: `30 January 2026 12:00 UTC`. */
export function timeText({ unix, style }: Pick<DateTime, 'unix' | 'style'>): string {
  const at = new Date(unix * 1000);
  const [day = '', clock = ''] = at.toISOString().split('T');
  const minute = clock.slice(0, 5);
  if (style === 't') return `${minute} UTC`;
  if (style === 'T') return `${clock.slice(0, 8)} UTC`;
  if (style === 'd') return `${day} UTC`;
  if (style === 'D') return `${longDate(at)} UTC`;
  const date = `${longDate(at)} ${minute} UTC`;
  return style === 'F' ? `${weekday(at)}, ${date}` : date;
}

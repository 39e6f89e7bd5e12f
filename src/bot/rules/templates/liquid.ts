/**
 * Liquid without files: the tags that load others are gone. A message has bounds in time, in memory and in length, and
 * its values are shown as they are: they are Markdown with the filter `raw` alone.
 */
import { Liquid, type Template } from 'liquidjs';
import { Problem, sentenceOf } from '../../../core/problem.ts';
import type { FormattedText } from '../../../markup/formatted.ts';
import { firstLineOf } from '../../../shared/text/first-line.ts';
import { createMarkedValues, type MarkedValues, withoutMarks } from './marked-values.ts';

/** Characters of a template. */
export const LONGEST_TEMPLATE = 20_000;
/** Characters of a message: some more than the four messages of Telegram's that people read. */
const LONGEST_MESSAGE = 20_000;
/** Characters of its Markdown, with marks of eight characters in the places of values. */
const LONGEST_RENDERED = 200_000;
/** The event loop is held for so long. */
const RENDER_MS = 100;
/** Letters and items that a message may make on the way. */
const MEMORY = 2_000_000;
/** Tags that load or lay out other templates. */
const REMOVED = ['include', 'render', 'layout', 'block'];

/** The values of the message that is being rendered; rendering never waits, so there is one at a time. */
let values: MarkedValues | undefined;

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** Seconds since 1970 of a moment; `undefined` for what is none. */
function secondsOf(value: unknown): number | undefined {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^\d{1,12}$/.test(value));
  const seconds = isNumber ? Number(value) : Date.parse(textOf(value)) / 1000;
  return Number.isFinite(seconds) ? Math.floor(seconds) : undefined;
}

const STYLES = /^[tTdDfFR]$/;

function createEngine(): Liquid {
  const engine = new Liquid({
    templates: {},
    strictFilters: true,
    ownPropertyOnly: true,
    outputEscape: (value: unknown) => values?.mark(textOf(value)) ?? '',
    parseLimit: LONGEST_TEMPLATE,
    renderLimit: RENDER_MS,
    memoryLimit: MEMORY,
    locale: 'en-GB',
  });
  for (const tag of REMOVED) Reflect.deleteProperty(engine.tags, tag);
  engine.registerFilter('time', {
    raw: true,
    handler: (value: unknown, style: unknown) => {
      const seconds = secondsOf(value);
      if (seconds === undefined) return values?.mark(textOf(value)) ?? '';
      return `<t:${seconds}${typeof style === 'string' && STYLES.test(style) ? `:${style}` : ''}>`;
    },
  });
  return engine;
}

const engine = createEngine();

/** The first line of an error of the package, without the place in the template that follows it. */
const lineOf = (error: unknown) => firstLineOf(sentenceOf(error)).replace(/, file:\S+/, '');

/** A template that renders. Both functions throw Problem `bad_rules` where it takes too long or makes too much. */
export interface CompiledTemplate {
  /** Renders Markdown, and reads it. */
  render(fields: object): FormattedText;
  /** Renders a text that is no Markdown. */
  renderPlain(fields: object): string;
}

/**
 * Compiles a template.
 *
 * @throws Problem `bad_rules` with a sentence that says what is wrong
 */
export function compileTemplate(source: string): CompiledTemplate {
  if (source.length > LONGEST_TEMPLATE) {
    throw new Problem('bad_rules', `it is longer than ${LONGEST_TEMPLATE} characters.`);
  }
  let parsed: Template[];
  try {
    parsed = engine.parse(source);
  } catch (error) {
    throw new Problem('bad_rules', `it is not Liquid: ${lineOf(error)}.`, { cause: error });
  }
  function run<T>(fields: object, finish: (values: MarkedValues, text: string) => T): T {
    const own = createMarkedValues();
    values = own;
    try {
      return finish(own, String(engine.renderSync(parsed, withoutMarks(fields))));
    } catch (error) {
      throw new Problem('bad_rules', `it can't be rendered: ${lineOf(error)}.`, { cause: error });
    } finally {
      values = undefined;
    }
  }

  return {
    render(fields) {
      const message = run(fields, (own, text) => own.fill(text.slice(0, LONGEST_RENDERED)));
      if (message.text.length <= LONGEST_MESSAGE) return message;
      throw new Problem('bad_rules', `it makes a message of more than ${LONGEST_MESSAGE} characters.`);
    },
    renderPlain: (fields) => run(fields, (own, text) => own.plain(text).trim()),
  };
}

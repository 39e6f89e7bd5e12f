/** Server-sent events, read and written: https://html.spec.whatwg.org/multipage/server-sent-events.html */

export interface ServerEvent {
  readonly event: string;
  readonly id: string | undefined;
  /** Empty if the event has only an id. */
  readonly data: string;
}

/** Larger than any event; protects memory from an endless line. */
const MAX_UNITS = 1024 * 1024;

/**
 * Parses events from pieces of text.
 *
 * @returns a function that takes a piece; it throws if an event is too large
 */
export function createEventReader(onEvent: (event: ServerEvent) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    rest = (rest + piece).replaceAll('\r\n', '\n');
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const block = rest.slice(0, end);
      rest = rest.slice(end + 2);
      const found = parse(block);
      if (found !== undefined) onEvent(found);
    }
    if (rest.length > MAX_UNITS) throw new Error('An event is too large.');
  };
}

function parse(block: string): ServerEvent | undefined {
  const fields = new Map<string, string[]>();
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? [];
    if (name !== '') fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  const data = fields.get('data')?.join('\n');
  const id = fields.get('id')?.at(-1);
  if (data === undefined && id === undefined) return undefined;
  return { event: fields.get('event')?.at(-1) ?? 'message', id, data: data ?? '' };
}

/** Serialises an event. `data` must not contain line breaks, as JSON does not. */
export const writeEvent = ({ event, id, data }: ServerEvent): string =>
  `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;

/** Reads a stream of events as a browser does. */
import { request } from 'node:http';
import { waitFor } from '../wait-for.ts';

export interface StreamedEvent {
  readonly id: number;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

export interface OpenStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly events: readonly StreamedEvent[];
  /** All that came, as it was written. */
  text(): string;
  /** Whether the other side has ended it, or broken it off. */
  ended(): boolean;
  /** Waits for an event. @throws Error in time */
  next(fits: (event: StreamedEvent) => boolean): Promise<StreamedEvent>;
  close(): void;
}

function parse(block: string): StreamedEvent[] {
  const fields = new Map(
    block
      .split('\n')
      .filter((line) => !line.startsWith(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
  );
  const data = fields.get('data');
  if (data === undefined) return [];
  return [{ id: Number(fields.get('id')), event: fields.get('event') ?? 'message', data: JSON.parse(data) }];
}

/** Opens one. @param headers such as `last-event-id` */
export function openStream(
  socketPath: string,
  path = '/events',
  headers: Record<string, string> = {},
): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, headers, agent: false }, (response) => {
      let text = '';
      let over = false;
      const events: StreamedEvent[] = [];
      let read = 0;
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        for (let end = text.indexOf('\n\n', read); end >= 0; end = text.indexOf('\n\n', read)) {
          events.push(...parse(text.slice(read, end)));
          read = end + 2;
        }
      });
      response.on('error', () => {});
      response.on('close', () => {
        over = true;
      });
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        events,
        text: () => text,
        ended: () => over,
        next: (fits) => waitFor(() => events.find(fits)),
        close: () => asked.destroy(),
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

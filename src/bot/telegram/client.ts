import { Api, type ApiClientOptions } from 'grammy';
import { createTelegramFetch, type HttpOptions } from './http.ts';
import { previewsOff } from './previews.ts';

/** A connection to the Bot API. */
export interface TelegramClient {
  /** Every method of the Bot API; errors are grammY's, free of the token. */
  readonly api: Api;
  /** Options with which another grammY client uses the same connections. */
  readonly clientOptions: ApiClientOptions;
  /**
   * Fetches a file by the path that `getFile` gave.
   *
   * @param most bytes of it
   * @returns `undefined` when there is no such file, or it is larger
   * @throws UnreachableError, AnswerError
   */
  download(path: string, most: number, signal: AbortSignal): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

/** Builds the client; no call is made yet. */
export function createTelegramClient(token: string, options: HttpOptions): TelegramClient {
  const { root: apiRoot } = options.address;
  const { fetch, download, close } = createTelegramFetch(options);
  const clientOptions: ApiClientOptions = {
    apiRoot,
    baseFetchConfig: {},
    // grammY's type asks for all of `fetch`; it uses this part.
    fetch: fetch as unknown as NonNullable<ApiClientOptions['fetch']>,
    // Callers set their own time limits; this one ends calls that have none.
    timeoutSeconds: 1200,
  };
  const api = new Api(token, clientOptions);
  api.config.use(previewsOff);
  return {
    api,
    clientOptions,
    download: (path, most, signal) => download(`${apiRoot}/file/bot${token}/${path}`, most, signal),
    close,
  };
}

/**
 * The stream of events, once for all tabs: browsers keep six connections to a server, and each tab would hold one.
 * The tab that has the lock listens and tells the others; when it closes, another takes over.
 */

export interface Listener {
  message(event: LiveMessage): void;
  link(): void;
  /** A script was begun. */
  run(): void;
  /** Something was missed. */
  gap(): void;
  /** Whether events arrive. */
  state(open: boolean): void;
}

/** What the server says of a message. */
export interface LiveMessage {
  readonly element: string;
  readonly status: string;
  readonly title?: string;
  readonly text: string;
  readonly source?: string | null;
  readonly severity?: string | null;
  readonly html: string;
}

type Told =
  | { readonly kind: 'message'; readonly message: LiveMessage }
  | { readonly kind: 'link' | 'run' | 'gap' }
  | { readonly kind: 'state'; readonly open: boolean }
  | { readonly kind: 'ask' };

/** A refusal that is not the end of the log-in, such as too many pages, is tried again after this long, ms. */
const AGAIN_MS = 20_000;

/** Loads the page anew when the log-in has ended, so that the door is shown. */
async function reloadWhenLoggedOut(): Promise<void> {
  const { status } = await fetch('/api/telegram/status').catch(() => ({ status: 0 }));
  if (status === 401) location.reload();
}

/** @param user whose page this is: somebody else may have logged in since */
function listen(user: string, tell: (told: Told) => void): () => void {
  const source = new EventSource(`/events?user=${encodeURIComponent(user)}`);
  let close = () => source.close();
  const state = (open: boolean) => tell({ kind: 'state', open });
  source.addEventListener('error', () => {
    state(false);
    // The browser itself comes back after a break, not after a refusal.
    if (source.readyState !== EventSource.CLOSED) return;
    void reloadWhenLoggedOut();
    const timer = setTimeout(() => {
      close = listen(user, tell);
    }, AGAIN_MS);
    close = () => clearTimeout(timer);
  });
  source.addEventListener('state', ({ data }) => state(JSON.parse(data).open === true));
  source.addEventListener('message', ({ data }) => tell({ kind: 'message', message: JSON.parse(data) }));
  for (const kind of ['link', 'run', 'gap'] as const) source.addEventListener(kind, () => tell({ kind }));
  return () => close();
}

function hear(told: Told, listener: Listener): void {
  if (told.kind === 'message') listener.message(told.message);
  else if (told.kind === 'state') listener.state(told.open);
  else if (told.kind !== 'ask') listener[told.kind]();
}

/** Listens until the tab is closed. */
export function followStream(user: string, listener: Listener): void {
  const name = `notify-events-${user}`;
  const channel = new BroadcastChannel(name);
  let open = false;
  let leading = false;
  const tell = (told: Told) => {
    if (told.kind === 'state') open = told.open;
    hear(told, listener);
    channel.postMessage(told);
  };
  channel.addEventListener('message', ({ data }: MessageEvent<Told>) => {
    // A tab that was just opened wants to know.
    if (data.kind === 'ask' && leading) channel.postMessage({ kind: 'state', open });
    else hear(data, listener);
  });
  channel.postMessage({ kind: 'ask' });
  const lead = () => {
    leading = true;
    const close = listen(user, tell);
    addEventListener('pagehide', close);
    return new Promise<void>((resolve) => addEventListener('pagehide', () => resolve()));
  };
  if (!('locks' in navigator)) void lead();
  else void navigator.locks.request(name, lead);
  // A tab that comes back out of the browser's memory has lost its place.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
}

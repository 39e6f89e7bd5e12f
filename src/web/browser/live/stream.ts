/**
 * The stream of events, once for all tabs: browsers keep six connections to a server, and each tab would hold one.
 * The tab that has the lock listens and tells the others; when it closes, another takes over.
 */
import { ask } from '../login.ts';
import { parse } from '../trusted.ts';

export interface StreamListener {
  message(event: LiveMessage): void;
  link(): void;
  /** A script was begun. */
  run(): void;
  /** Something was missed. */
  gap(): void;
  /** Whether events arrive. */
  state(open: boolean): void;
}

/** The stream, as this tab has it. */
export interface Stream {
  /** Whether this is the tab that listens. */
  leads(): boolean;
  /** Whether somebody looks at this tab or another one of the same person's. */
  isLookedAt(): Promise<boolean>;
}

/** What the server says of a message. */
export interface LiveMessage {
  readonly element: string;
  readonly status: string;
  readonly title?: string;
  readonly source?: string | null;
  readonly severity?: string | null;
  readonly html: string;
}

type Told =
  | { readonly kind: 'message'; readonly message: LiveMessage }
  | { readonly kind: 'link' | 'run' | 'gap' }
  | { readonly kind: 'state'; readonly open: boolean }
  /** A tab that was just opened asks for the state; one that would show a notification, who is looked at. */
  | { readonly kind: 'ask' | 'who-is-looked-at' | 'looked-at' };

/** A refusal that is not the end of the log-in, such as too many pages, is tried again after this long, ms. */
const AGAIN_MS = 20_000;
/** Other tabs answer within some milliseconds, unless they sleep. */
const LOOKED_AT_MS = 250;

const looksHere = () => document.visibilityState === 'visible' && document.hasFocus();

/** Shows the door when the log-in has ended, or the page of whoever logged in since. */
async function leaveWhenLoggedOut(user: string): Promise<void> {
  const page = parse(await (await ask('/sessions')).text());
  const now = page.body.dataset.user;
  if (now !== undefined && now !== user) location.reload();
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
    void leaveWhenLoggedOut(user).catch(() => {});
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

function hear(told: Told, listener: StreamListener): void {
  if (told.kind === 'message') listener.message(told.message);
  else if (told.kind === 'state') listener.state(told.open);
  else if (told.kind === 'link' || told.kind === 'run' || told.kind === 'gap') listener[told.kind]();
}

/** Asks the other tabs. */
function isLookedAtElsewhere(channel: BroadcastChannel): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (answer: boolean) => {
      clearTimeout(timer);
      channel.removeEventListener('message', take);
      resolve(answer);
    };
    const take = ({ data }: MessageEvent<Told>) => {
      if (data.kind === 'looked-at') end(true);
    };
    const timer = setTimeout(() => end(false), LOOKED_AT_MS);
    channel.addEventListener('message', take);
    channel.postMessage({ kind: 'who-is-looked-at' });
  });
}

/** Listens until the tab is closed. */
export function followStream(user: string, listener: StreamListener): Stream {
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
    else if (data.kind === 'who-is-looked-at' && looksHere()) channel.postMessage({ kind: 'looked-at' });
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
  return { leads: () => leading, isLookedAt: async () => looksHere() || isLookedAtElsewhere(channel) };
}

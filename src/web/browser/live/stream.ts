/**
 * One event stream for all tabs, because browsers open at most six connections to a server and each tab would hold one.
 * The tab with the lock listens and forwards events to the others; when it closes, another tab takes over.
 */
import { ask } from '../login.ts';
import { parse } from '../parse.ts';

export interface StreamListener {
  message(event: LiveMessage): void;
  link(): void;
  /** A script started or ended. */
  run(): void;
  /** Events may be missing. */
  gap(): void;
  /** Whether events arrive. */
  state(open: boolean): void;
}

/** The stream in this tab. */
export interface Stream {
  /** Whether this tab holds the connection. */
  leads(): boolean;
  /** Whether this tab, or another one of the same user, is in view. */
  isInView(): Promise<boolean>;
}

/** The server's event for a message. */
export interface LiveMessage {
  readonly element: string;
  readonly status: string;
  readonly title?: string;
  readonly source?: string | null;
  readonly severity?: string | null;
  readonly html: string;
}

/** An event, or a message between tabs. */
type TabMessage =
  | { readonly kind: 'message'; readonly message: LiveMessage }
  | { readonly kind: 'link' | 'run' | 'gap' }
  | { readonly kind: 'state'; readonly open: boolean }
  /**
   * Requests between tabs: a new tab asks for the state; before a notification, a tab asks whether another is in view.
   */
  | { readonly kind: 'ask-state' | 'ask-in-view' | 'in-view' };

/** Wait after a refusal other than the end of the session, such as too many pages, ms. */
const RETRY_MS = 20_000;
/** Wait for other tabs, ms; they answer within some milliseconds unless they are suspended. */
const IN_VIEW_MS = 250;

const isTabInView = () => document.visibilityState === 'visible' && document.hasFocus();

/** Opens the login page if the session has ended, or reloads the page if another user has logged in. */
async function leaveWhenLoggedOut(user: string): Promise<void> {
  const page = parse(await (await ask('/sessions')).text());
  const now = page.body.dataset.user;
  if (now !== undefined && now !== user) location.reload();
}

/** @param user the user of this page; another user may have logged in since */
function listen(user: string, publish: (message: TabMessage) => void): () => void {
  const source = new EventSource(`/events?user=${encodeURIComponent(user)}`);
  let close = () => source.close();
  const state = (open: boolean) => publish({ kind: 'state', open });
  source.addEventListener('error', () => {
    state(false);
    // The browser reconnects after a break, but not after a refusal.
    if (source.readyState !== EventSource.CLOSED) return;
    void leaveWhenLoggedOut(user).catch(() => {});
    const timer = setTimeout(() => {
      close = listen(user, publish);
    }, RETRY_MS);
    close = () => clearTimeout(timer);
  });
  source.addEventListener('state', ({ data }) => state(JSON.parse(data).open === true));
  source.addEventListener('message', ({ data }) => publish({ kind: 'message', message: JSON.parse(data) }));
  for (const kind of ['link', 'run', 'gap'] as const) source.addEventListener(kind, () => publish({ kind }));
  return () => close();
}

function dispatch(message: TabMessage, listener: StreamListener): void {
  if (message.kind === 'message') listener.message(message.message);
  else if (message.kind === 'state') listener.state(message.open);
  else if (message.kind === 'link' || message.kind === 'run' || message.kind === 'gap') listener[message.kind]();
}

/** Asks the other tabs. */
function isOtherTabInView(channel: BroadcastChannel): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (answer: boolean) => {
      clearTimeout(timer);
      channel.removeEventListener('message', take);
      resolve(answer);
    };
    const take = ({ data }: MessageEvent<TabMessage>) => {
      if (data.kind === 'in-view') end(true);
    };
    const timer = setTimeout(() => end(false), IN_VIEW_MS);
    channel.addEventListener('message', take);
    channel.postMessage({ kind: 'ask-in-view' });
  });
}

/** Listens until the tab is closed. */
export function followStream(user: string, listener: StreamListener): Stream {
  const name = `notify-events-${user}`;
  const channel = new BroadcastChannel(name);
  let open = false;
  let leading = false;
  const publish = (message: TabMessage) => {
    if (message.kind === 'state') open = message.open;
    dispatch(message, listener);
    channel.postMessage(message);
  };
  channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
    if (data.kind === 'ask-state' && leading) channel.postMessage({ kind: 'state', open });
    else if (data.kind === 'ask-in-view' && isTabInView()) channel.postMessage({ kind: 'in-view' });
    else dispatch(data, listener);
  });
  channel.postMessage({ kind: 'ask-state' });
  const lead = () => {
    leading = true;
    const close = listen(user, publish);
    addEventListener('pagehide', close);
    return new Promise<void>((resolve) => addEventListener('pagehide', () => resolve()));
  };
  if (!('locks' in navigator)) void lead();
  else void navigator.locks.request(name, lead);
  // A tab restored from the back/forward cache has lost its connection.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
  return { leads: () => leading, isInView: async () => isTabInView() || isOtherTabInView(channel) };
}

/** Every word of the pages, in one place, so that another language is one more file like this. */
export const strings = {
  name: 'Notifications',
  skip: 'Skip to the content',
  mainMenu: 'Main menu',
  menu: { overview: 'Overview', messages: 'Messages', scripts: 'Scripts', charts: 'Charts', admin: 'Everybody' },
  you: (user: string) => `Logged in as ${user}`,
  logins: 'Your log-ins',
  logOut: 'Log out',

  login: {
    title: 'Log in',
    intro: 'Messages from your scripts, in Telegram and here.',
    withProvider: 'Log in with your organisation’s account',
    or: 'or',
    byCommand: 'On the server, run',
    command: 'notify-runner web',
    commandAfter: 'and open the address that it prints. It is good for five minutes, for you alone.',
    asTitle: (user: string) => `Log in as ${user}?`,
    as: 'The server made this address for whoever ran the command as this user.',
    confirm: (user: string) => `Log in as ${user}`,
    other: 'Not you? Close this page.',
    usedUp: 'This address was used already, or is older than five minutes. Run notify-runner web again.',
  },

  done: {
    linked: 'Linked. Messages arrive in Telegram from now on.',
    unlinked: 'Unlinked. Nothing more goes to that chat.',
    tested: 'A test message is on its way.',
    muted: 'Muted. Critical messages still arrive.',
    unmuted: 'Messages arrive again.',
    ran: 'It ran.',
    running: 'It is running. What it has to say arrives by itself.',
    retried: 'It is sent again.',
    'session-ended': 'That log-in was ended.',
    'logged-out': 'You are logged out.',
    everywhere: 'You are logged out everywhere.',
  },

  telegram: {
    title: 'Telegram Notifications',
    notLinked: 'Not linked',
    linked: 'Linked',
    invite: (bot: string | undefined) =>
      bot === undefined
        ? 'Link Telegram, and your scripts can reach you.'
        : `Link with @${bot}, and your scripts can reach you.`,
    scan: 'Scan, or open it here',
    qr: 'QR code of the link that opens Telegram',
    open: 'Open Telegram',
    openHint: 'Press Start there, and you are linked. The link works once.',
    orCode: 'Or with a code',
    codeHow: (bot: string | undefined) =>
      bot === undefined
        ? 'Send /start to the bot and type the six digits here.'
        : `Send /start to @${bot} and type the six digits here.`,
    code: 'Six-digit code',
    link: 'Link',
    since: 'Since',
    chat: 'Chat',
    kinds: { private: 'private chat', group: 'group', supergroup: 'group', channel: 'channel' } as Record<
      string,
      string
    >,
    waiting: 'Waiting to be sent',
    nothingWaits: 'nothing',
    mutedUntil: 'Muted until',
    unreachable: 'Telegram refuses this chat',
    test: 'Send a test',
    testTitle: 'A test',
    testText: 'Messages from the server reach you. You asked for this on the dashboard.',
    unlink: 'Unlink',
    unlinkSure: 'Nothing more will arrive in Telegram until you link again.',
    unlinkYes: 'Yes, unlink',
    wrongCode: 'This code is wrong. Send /start to the bot and use the newest one.',
    expiredCode: 'This code has expired. Send /start to the bot for a new one.',
    notSixDigits: 'The code has six digits.',
    tooManyTries: 'Too many wrong codes. Wait a minute, then try again.',
    noDeepLink: 'The link can’t be made right now; the code works.',
    away: 'Whether you are linked can’t be told right now',
  },

  messages: {
    title: 'Messages',
    latest: 'Latest messages',
    all: 'All messages',
    none: 'No messages yet',
    noneHint: 'What your scripts say appears here the moment it is sent.',
    noneFound: 'Nothing matches',
    noneFoundHint: 'Try another word, or show everything again.',
    showAll: 'Show everything',
    search: 'Search',
    state: 'State',
    anyState: 'Any state',
    source: 'Script',
    anySource: 'Any script',
    find: 'Find',
    older: 'Older',
    newest: 'Newest',
    more: 'Show the rest',
    untitled: 'Message',
    picture: (n: number, of: number) => (of === 1 ? 'Picture' : `Picture ${n} of ${of}`),
    took: (duration: string) => `delivered in ${duration}`,
    attempts: (n: number) => `${n} attempts`,
    live: 'Live',
    offline: 'Reconnecting…',
    states: {
      queued: 'On its way',
      sent: 'Sent',
      muted: 'Muted',
      failed: 'Failed',
      retrying: 'Trying again',
    } as Record<string, string>,
    severities: { info: 'Info', low: 'Low', medium: 'Medium', high: 'High', critical: 'Critical' } as Record<
      string,
      string
    >,
    notify: 'Notify me here',
    notifyOff: 'Don’t notify me here',
    notifyRefused: 'This browser does not allow it. Change that in the settings of the page.',
  },

  sessions: {
    title: 'Your log-ins',
    intro: 'Where you are logged in. End what you don’t recognise.',
    device: 'Browser',
    since: 'Since',
    seen: 'Last visit',
    how: 'By',
    proofs: { oidc: 'your organisation’s account', host: 'one-time address' },
    this: 'this one',
    end: 'End',
    endOf: (device: string) => `End ${device}`,
    everywhere: 'Log out everywhere',
    everywhereHint: 'Ends every log-in, this one too.',
  },

  errors: {
    title: 'That did not work',
    away: 'The bot does not answer right now. Messages wait safely; try again in a moment.',
    notFound: 'There is no such page.',
    back: 'Back to the overview',
    internal: 'Something went wrong here; the log of the service says what.',
    login: 'Log in first.',
  },

  ago: {
    now: 'just now',
  },
} as const;

export type Done = keyof typeof strings.done;

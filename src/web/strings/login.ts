/** Login, sessions and programs. */
export const login = {
  title: 'Log in',
  intro: 'Messages from your scripts, in Telegram and here.',
  withProvider: 'Log in with your organisation',
  or: 'or',
  byCommand: 'On the server, run',
  commandAfter: 'and open the address that it prints. It is valid once, for five minutes, for you only.',
  asTitle: (user: string) => `Log in as ${user}?`,
  as: 'This user requested the address on the server.',
  confirm: (user: string) => `Log in as ${user}`,
  other: 'Not you? Close this page.',
  ended: 'Your session has ended, so the page no longer updates. Log in again to continue.',
  usedUp: (command: string) => `This address was already used, or is older than five minutes. Run ${command} again.`,
} as const;

export const sessions = {
  title: 'Your sessions',
  intro: 'Where you are logged in. End sessions that you don’t recognise.',
  device: 'Browser or program',
  since: 'Since',
  seen: 'Last visit',
  how: 'Login',
  methods: { oidc: 'your organisation’s account', host: 'one-time address', program: 'program key' },
  this: 'this one',
  end: 'End',
  endOf: (device: string) => `End ${device}`,
  everywhere: 'Log out everywhere',
  everywhereHint: 'Ends all sessions, including this one and those of programs.',
} as const;

export const programs = {
  title: 'Add a program',
  intro: 'A program on your computer can read your messages as they arrive, and nothing else. It needs a key.',
  name: 'Program name',
  add: 'Create a key',
  keyOf: (name: string) => `Key for ${name}`,
  once: 'Copy it now: it is shown only once.',
  badName: 'A program needs a name of 1 to 40 characters.',
} as const;

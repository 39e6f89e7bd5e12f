/** The page of a person's settings. */
export const settings = {
  title: 'Settings',
  intro: 'For messages to your own chat in Telegram. Groups, channels and topics are never quiet.',
  link: 'Settings',
  card: 'When messages arrive',
  timezone: 'Time zone',
  timezoneHint: (server: string) =>
    `Of the other settings, and of times in summaries. Without one the server’s counts: ${server}.`,
  timezoneOwn: 'Of the other settings, and of times in summaries. Empty: the server’s.',
  quiet: 'Quiet hours',
  quietHint:
    'Only critical messages arrive in them, and one summary follows. Several are separated by commas; empty: none.',
  quietExample: '22:00-07:00 mon-fri',
  digest: 'Digest',
  digestHint:
    'Gathers info and low messages for this long, 1 minute to 1 day, and tells them in one message. Empty: off.',
  digestExample: '15m',
  save: 'Save',
  now: 'Now',
  quietUntil: 'Quiet until',
  notQuiet: 'not quiet',
  held: 'Held back',
  heldCount: (count: number) => (count === 1 ? '1 message' : `${count} messages`),
  nothingHeld: 'nothing',
  summaryAt: 'Summary',
} as const;

/** The card that links and unlinks Telegram. */
export const telegram = {
  title: 'Telegram Notifications',
  notLinked: 'Not linked',
  linked: 'Linked',
  invite: (bot: string | undefined) =>
    bot === undefined
      ? 'Link Telegram to receive your scripts’ messages.'
      : `Link with @${bot} to receive your scripts’ messages.`,
  scan: 'Scan, or open it here',
  qr: 'QR code of the link that opens Telegram',
  open: 'Open Telegram',
  openHint: 'Press Start in Telegram to link. The link works once.',
  orCode: 'Or with a code',
  codeHow: (bot: string | undefined) =>
    bot === undefined
      ? 'Send /start to the bot and type the six digits here.'
      : `Send /start to @${bot} and type the six digits here.`,
  code: 'Six-digit code',
  link: 'Link',
  since: 'Since',
  chat: 'Chat',
  topic: (id: number) => `topic ${id}`,
  kinds: { private: 'private chat', group: 'group', supergroup: 'group', channel: 'channel' } as Record<string, string>,
  waiting: 'Waiting to be sent',
  nothingWaits: 'nothing',
  mutedUntil: 'Muted until',
  /** @param reason the bot's sentence */
  unreachable: (reason: string) => reason,
  test: 'Send a test',
  mute: 'Mute for 1 h',
  unmute: 'Unmute',
  unlink: 'Unlink',
  unlinkSure: 'No messages will arrive in Telegram until you link again.',
  unlinkYes: 'Yes, unlink',
  unlinkNo: 'Cancel',
  wrongCode: 'This code is wrong. Send /start to the bot and use the newest one.',
  expiredCode: 'This code has expired. Send /start to the bot for a new one.',
  notSixDigits: 'The code has six digits.',
  tooManyTries: 'Too many wrong codes. Wait a minute, after twenty of them an hour, then try again.',
  noDeepLink: 'The link is not available right now; use the code.',
  away: 'Your link status is not available right now',
} as const;

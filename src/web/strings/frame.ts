/** The frame of every page, and the results of forms shown in it. */
export const frame = {
  name: 'Notifications',
  skip: 'Skip to the content',
  mainMenu: 'Main menu',
  menu: {
    overview: 'Overview',
    messages: 'Messages',
    alerts: 'Alerts',
    scripts: 'Scripts',
    destinations: 'Destinations',
    charts: 'Charts',
    admin: 'All users',
  },
  you: (user: string) => `Logged in as ${user}`,
  sessionsLink: 'Your sessions',
  logOut: 'Log out',

  done: {
    linked: 'Linked. Messages arrive in Telegram from now on.',
    unlinked: 'Unlinked. No more messages are sent to that chat.',
    tested: 'A test message is queued.',
    muted: 'Muted. Critical messages still arrive.',
    unmuted: 'Unmuted. Messages arrive again.',
    ran: 'The script ran.',
    'ran-sent': 'The script ran, and its message was sent.',
    'ran-queued': 'The script ran, and its message is queued.',
    'ran-muted': 'The script ran; its message was recorded but not sent, because it is muted.',
    'ran-waiting': 'The script ran; its message waits until the bot accepts it.',
    'ran-quiet': 'The script ran: no alert.',
    'ran-cooldown': 'The script ran; its cooldown suppressed the message.',
    'ran-failed': 'The script failed; see its log.',
    'ran-stopped': 'The script was stopped before it finished.',
    running: 'The script is running. Its message will arrive when it is done.',
    acknowledged: 'Acknowledged: no repeats and no escalation for now.',
    unacknowledged: 'The acknowledgement is taken back.',
    silenced: 'Silenced.',
    unsilenced: 'The silence is over.',
    commented: 'The comment is added.',
    resolved: 'Resolved. Every place that was told of it is told so.',
    'senders-changed': 'Saved: the list shows who may send.',
    'destination-removed': 'Removed. Nothing can be sent there under this name any more.',
    retried: 'The message is being sent again.',
    'session-ended': 'The session was ended.',
    'logged-out': 'You are logged out.',
    everywhere: 'You are logged out everywhere.',
  },

  errors: {
    title: 'That did not work',
    away: 'The bot does not answer right now. Messages are kept safely; try again in a moment.',
    notFound: 'This page does not exist.',
    back: 'Back to the overview',
    internal: 'An internal error occurred; see the log of the service.',
    storage: 'This could not be saved and may be lost; see the log of the service.',
    login: 'Log in first.',
  },

  ago: {
    now: 'just now',
  },
} as const;

export type Done = keyof typeof frame.done;

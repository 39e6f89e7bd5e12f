/**
 * Every code that an error may carry: one word for programs, the HTTP status it is answered with, and when it is used.
 * `docs/openapi.yaml` lists the codes of the socket too. Their spelling is public and never changes.
 */

interface Entry {
  readonly status: number;
  readonly when: string;
}

/** Codes of the bot's socket. The dashboard answers some of them as well, under the same status. */
export const SOCKET_CODES = {
  bad_request: { status: 400, when: 'The request or its body cannot be parsed.' },
  bad_field: { status: 400, when: 'A field is missing or has a wrong value; the sentence begins with its name.' },
  no_peer: { status: 403, when: 'The kernel does not name the process at the other end.' },
  no_account: { status: 403, when: 'The host has no account for the uid of the caller.' },
  not_in_group: { status: 403, when: 'NOTIFY_GROUP is set and the caller is not a member.' },
  not_yours: { status: 403, when: 'An untrusted caller names another user, or changes what is somebody else’s.' },
  not_trusted: { status: 403, when: 'The endpoint or the parameter is for trusted users.' },
  not_a_sender: { status: 403, when: 'The caller may not send to a destination that the body names.' },
  not_readable: { status: 403, when: 'The caller may not read the file that the body names.' },
  not_found: { status: 404, when: 'There is no such path.' },
  not_linked: { status: 404, when: 'The user is not linked to a Telegram chat.' },
  unknown_account: { status: 404, when: 'The host has no account of the name that a trusted caller gives.' },
  unknown_alert: { status: 404, when: 'The caller knows no alert of this fingerprint.' },
  unknown_beat: { status: 404, when: 'The user expects no beat of this name, and the request does not say how often.' },
  unknown_code: { status: 404, when: 'The bot has not issued this six-digit code.' },
  unknown_destination: {
    status: 404,
    when: 'No destination of this name is known to the caller, or a person is not linked.',
  },
  unknown_delivery: { status: 404, when: 'No failed delivery has this id.' },
  unknown_message: { status: 404, when: 'The user has no message of this id.' },
  unknown_question: { status: 404, when: 'The user has asked no question of this id in the last day.' },
  unknown_rotation: { status: 404, when: 'The rules name no rotation of this name.' },
  unknown_script: { status: 404, when: 'The user has no script of this name.' },
  no_scripts: { status: 404, when: 'The account is unknown or may not run scripts.' },
  no_picture: { status: 404, when: 'The message has no such picture, or it is no longer kept.' },
  wrong_method: { status: 405, when: 'The path exists and takes another method.' },
  too_slow: { status: 408, when: 'The request did not arrive within its deadline.' },
  already_running: { status: 409, when: 'The script runs already.' },
  chat_muted: { status: 409, when: 'Every chat that a question would go to is muted, so nobody would answer it.' },
  destination_taken: { status: 409, when: 'The name of a destination is another account’s.' },
  id_conflict: { status: 409, when: 'The idempotency id was used for another message in the last 24 hours.' },
  not_firing: { status: 409, when: 'An alert is resolved, so it cannot be acknowledged.' },
  expired_code: { status: 410, when: 'The six-digit code is older than ten minutes.' },
  too_large: { status: 413, when: 'A body, a file or a text is larger than its limit.' },
  wrong_type: { status: 415, when: 'The content type is not one that the endpoint takes.' },
  wrong_expectation: { status: 417, when: 'The Expect header is not 100-continue.' },
  refused: { status: 422, when: 'Telegram refused the message for good.' },
  too_many_alerts: { status: 429, when: 'As many alerts, of the account or in all, fire as may at once.' },
  too_many_beats: { status: 429, when: 'As many beats are expected, of the account or in all, as may be.' },
  too_many_bodies: { status: 429, when: 'As many large JSON bodies of the caller arrive as may at once.' },
  too_many_overrides: { status: 429, when: 'A rotation has as many overrides as it may.' },
  too_many_codes: {
    status: 429,
    when: 'As many codes or one-time links are pending, of the account or in all, as may be.',
  },
  too_many_destinations: {
    status: 429,
    when: 'There are as many destinations, of the account or in all, or senders of one, as may be.',
  },
  too_many_mutes: { status: 429, when: 'As many scripts are muted, of the user or in all, as may be.' },
  too_many_questions: { status: 429, when: 'As many questions, of the account or in all, are open as may be.' },
  too_many_requests: { status: 429, when: 'The caller sends more requests than the rate or the memory limit allows.' },
  too_many_runs: { status: 429, when: 'The user has as many scripts running as they may.' },
  too_many_scheduled: { status: 429, when: 'As many messages, of the user or in all, wait for a later time as may.' },
  too_many_settings: { status: 429, when: 'As many accounts have settings of their own as may.' },
  too_many_streams: { status: 429, when: 'The caller has as many event streams open as they may.' },
  too_many_tries: { status: 429, when: 'Too many wrong six-digit codes in a minute or an hour.' },
  too_many_uploads: { status: 429, when: 'As many requests with files of the caller are under way as may be at once.' },
  head_too_large: { status: 431, when: 'The head of the request is larger than 16 KiB.' },
  internal: { status: 500, when: 'A fault of the service itself; its log has the details.' },
  accounts_unavailable: { status: 503, when: 'The account service of the host (NSS) does not answer.' },
  actor_busy: { status: 503, when: 'As many scripts run on the host as the actor takes.' },
  actor_failed: { status: 503, when: 'The actor failed, or its answer is lost: the script may have run.' },
  actor_unavailable: { status: 503, when: 'notify-actor is not set up on this host.' },
  beats_unreadable: { status: 503, when: 'beats.json cannot be read.' },
  degraded: { status: 503, when: 'GET /health: the service has a problem.' },
  destinations_unreadable: {
    status: 503,
    when: 'destinations.json, or the file of its codes, cannot be read.',
  },
  history_full: {
    status: 503,
    when: 'A muted message, and the history of the day holds as much of the user as it may.',
  },
  links_unreadable: { status: 503, when: 'telegram_users.json, or a file of codes or deep links, cannot be read.' },
  mutes_unreadable: { status: 503, when: 'mutes.json cannot be read.' },
  outbox_full: { status: 503, when: 'The outbox is full, for everybody or for one user.' },
  records_unreadable: { status: 503, when: 'A file of the folders alerts, questions or held cannot be read.' },
  people_unreadable: { status: 503, when: 'people.json cannot be read.' },
  rotations_unreadable: { status: 503, when: 'rotations.json cannot be read.' },
  runs_unreadable: { status: 503, when: 'runs.json cannot be read.' },
  stopping: { status: 503, when: 'The service is stopping.' },
  storage: { status: 503, when: 'A file cannot be written: the disk is full, or the folder is not writable.' },
  telegram_unknown: { status: 503, when: 'Telegram has not said yet which bot the token belongs to.' },
  telegram_unreachable: { status: 503, when: 'Telegram does not answer.' },
  too_many_connections: { status: 503, when: 'As many connections or streams are open as the service takes.' },
  unknown_group: { status: 503, when: 'The host does not know the group that NOTIFY_GROUP names.' },
} as const satisfies Record<string, Entry>;

/** Codes that only the dashboard answers, on its pages and on the socket of `notify-web`. */
export const DASHBOARD_CODES = {
  bad_code: { status: 400, when: 'What was typed is not a six-digit code.' },
  bad_form: { status: 400, when: 'A form cannot be parsed.' },
  bad_json: { status: 400, when: 'The body is not a JSON object.' },
  bad_name: { status: 400, when: 'A name holds characters it may not hold, or matches several scripts.' },
  bad_signature: {
    status: 401,
    when: 'The signature of a request is missing or wrong, and its machine key demands one.',
  },
  wrong_key: { status: 401, when: 'A machine key is missing or wrong, or its account is gone.' },
  not_logged_in: { status: 401, when: 'There is no session, or it belongs to another user.' },
  cross_site: { status: 403, when: 'The request comes from a page of another site.' },
  not_allowed: { status: 403, when: 'The account may not log in, or may not do this.' },
  unknown_key: { status: 404, when: 'There is no machine key of this name.' },
  key_taken: { status: 409, when: 'There is a machine key of this name.' },
  too_many_keys: { status: 409, when: 'There are as many machine keys as may be.' },
  too_many_programs: { status: 409, when: 'The user has let in as many programs as they may.' },
  used_up: { status: 410, when: 'The one-time address was used or has expired.' },
  wrong_host: { status: 421, when: 'The Host header is not the address of the dashboard.' },
  bot_away: { status: 503, when: 'The bot does not answer the dashboard, or does not trust it.' },
  busy: { status: 503, when: 'All places are taken for the moment: one-time addresses, or questions to the actor.' },
  picture_away: { status: 503, when: 'A picture exists and cannot be fetched now.' },
  provider_away: { status: 503, when: 'The OpenID Connect provider does not answer.' },
} as const satisfies Record<string, Entry>;

/** Codes without a status: they end a command or a start, or guide the program that sees them. */
export const INTERNAL_CODES = {
  // Programs, settings and files at start
  bad_setting: { when: 'A setting in the environment has a wrong value.' },
  no_token: { when: 'The bot has no token.' },
  bad_token: { when: 'The token of the bot has characters that no token has.' },
  token_refused: { when: 'notify-bot doctor: Telegram refuses the token.' },
  data_dir: { when: 'The data folder cannot be made or read.' },
  service_running: { when: 'Another process of the same service holds the data folder or the socket.' },
  socket_path: { when: 'The socket cannot be opened at its path.' },
  listen: { when: 'The dashboard cannot listen on its address.' },
  no_kernel: { when: 'libc, or a function of it, cannot be loaded.' },
  no_lock: { when: 'flock(2) failed for another reason than a held lock.' },
  no_datagram: { when: 'The message to systemd cannot be sent.' },
  port_taken: { when: 'The demo cannot listen on its port.' },
  not_built: { when: 'The demo finds no built runner beside it.' },
  demo_failed: { when: 'A step of the demo did not end as it should.' },
  // Command lines
  usage: { when: 'A command was called with arguments that make no sense together.' },
  no_home: { when: 'The user has no home folder.' },
  foreign_home: { when: 'HOME is the folder of another account.' },
  no_cron: { when: 'crontab(1) refuses the user, or the systemd of the user takes no timer.' },
  no_crontab: { when: 'crontab(1) is not installed.' },
  no_file: { when: 'A file to send, or the working folder of a script, does not exist or cannot be read.' },
  not_sent: { when: 'notify-runner send: the bot did not take the notification.' },
  // Clients of a socket
  no_service: { when: 'No process listens on the socket.' },
  no_permission: { when: 'The user may not connect to the socket.' },
  timeout: { when: 'No answer came in time.' },
  connection_lost: { when: 'The connection broke before an answer came; the request may have been carried out.' },
  unknown_error: { when: 'The service answered with a code that this version does not know.' },
  bad_answer: { when: 'What answers is not the service, or another version of it.' },
  // The actor and what it runs
  forbidden: { when: 'The caller of the actor is not the bot.' },
  unknown_user: { when: 'The actor knows no such account.' },
  refused_user: { when: 'The actor runs no scripts for this account.' },
  no_script: { when: 'There is no script of this name.' },
  no_folder: { when: 'The user has no folder of scripts.' },
  too_much_output: { when: 'An answer of the actor or of the runner is larger than it may be.' },
  failed: { when: 'A run or an action failed for another reason; the journal has the details.' },
  not_set_up: { when: 'The socket of the actor is not there.' },
  no_answer: { when: 'The actor closed the connection without an answer.' },
  running: { when: 'notify-scripts run: the script runs already.' },
  no_interpreter: { when: 'The program that should run a script is not installed.' },
  bad_header: { when: 'A header comment of a script holds an unknown or wrong entry.' },
  bad_schedule: { when: 'A cron expression is not valid.' },
  // Files of state and what is parsed in them
  bad_rules: { when: 'The file of alert rules has a mistake.' },
  bad_config: { when: '~/.notifications/config.json has a wrong value.' },
  bad_delivery: { when: 'A file of the outbox is not a delivery.' },
  bad_duration: { when: 'A duration such as 30m cannot be parsed or is out of bounds.' },
  links_entry: { when: 'An entry of telegram_users.json has a wrong shape.' },
  no_output: { when: 'A script printed nothing.' },
  too_many_results: { when: 'A script printed more notifications than one run may send.' },
  not_json: { when: 'A text is not JSON.' },
  not_object: { when: 'A JSON value is not an object.' },
  not_utf8: { when: 'A text is not UTF-8.' },
  state: { when: 'The state file of a script cannot be read.' },
  unreadable: { when: 'A file of state cannot be read.' },
  wrong_shape: { when: 'A file of state holds JSON of another shape.' },
} as const satisfies Record<string, Omit<Entry, 'status'>>;

/** A word that says what kind of failure it is. */
export type Code = keyof typeof SOCKET_CODES | keyof typeof DASHBOARD_CODES | keyof typeof INTERNAL_CODES;

const STATUSES: ReadonlyMap<string, number> = new Map(
  [...Object.entries(SOCKET_CODES), ...Object.entries(DASHBOARD_CODES)].map(([code, { status }]) => [code, status]),
);

/** The HTTP status of a code; `undefined` for one that callers never see. */
export const statusOf = (code: Code): number | undefined => STATUSES.get(code);

/** Whether a word is a code of this version. */
export const isCode = (word: unknown): word is Code =>
  typeof word === 'string' && (STATUSES.has(word) || Object.hasOwn(INTERNAL_CODES, word));

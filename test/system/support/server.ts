/** The server that all steps happen on, and the pretend Telegram that it speaks to. */
import { join } from 'node:path';
import type { SandboxMessage } from '../../../src/sandbox/model.ts';
import { createSandbox, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import { bootContainer, type Container, type Ran } from './container.ts';
import { createFigures, type Figures } from './figures.ts';
import { makeAccounts, type Person } from './people.ts';

/** @see createServer */
export interface Server {
  /** @throws Error before `start` */
  readonly container: Container;
  readonly sandbox: Sandbox;
  readonly figures: Figures;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The latest log lines of the service and systemd, to explain a failed step. */
  lastWords(): Promise<string>;
  /**
   * Runs `scripts/deploy.sh`.
   * @param tree where it lies; the checkout by default
   * @param env its environment
   */
  deploy(words: string, tree?: string, env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** Puts an executable script among somebody's notification scripts. */
  script(person: Person, name: string, text: string): Promise<void>;
  /** Writes to the bot and waits for its answer. */
  ask(person: Person, text: string): Promise<SandboxMessage>;
}

/** The checkout as the container sees it. */
const CHECKOUT = '/src';
const ROOT = join(import.meta.dirname, '../../..');
/** More than a deployment may take, so that its real time is reported. */
export const DEPLOY_MS = 110_000;
const ANSWER_MS = 20_000;

/** @param name of the machine */
export function createServer(name: string): Server {
  const sandbox = createSandbox();
  let booted: Container | undefined;
  const container = () => {
    if (booted === undefined) throw new Error('The server was not booted.');
    return booted;
  };
  return {
    get container() {
      return container();
    },
    sandbox,
    figures: createFigures(),
    async start() {
      await sandbox.start();
      booted = await bootContainer(name, ROOT);
      await booted.run(makeAccounts());
    },
    async stop() {
      await booted?.remove();
      await sandbox.stop();
    },
    lastWords: () => container().run("journalctl --no-pager --lines=60 --output=short-iso --unit='notify-*'"),
    deploy: (words, tree = CHECKOUT, env = {}) =>
      container().attempt(`${tree}/scripts/deploy.sh ${words} </dev/null`, {
        env: { TELEGRAM_BOT_TOKEN: sandbox.token, TELEGRAM_API_ROOT: sandbox.url, ...env },
        timeoutMs: DEPLOY_MS,
      }),
    async script({ name: user }, file, text) {
      const path = `user/notifications/${file}`;
      await container().run(`cat >${path} && chmod 750 ${path}`, { user, input: text });
    },
    ask({ chatId }, text) {
      const before = sandbox.messages(chatId).at(-1)?.message_id ?? 0;
      sandbox.say(chatId, text);
      return sandbox.waitFor((message) => message.chat_id === chatId && message.message_id > before, ANSWER_MS);
    },
  };
}

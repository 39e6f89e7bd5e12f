/** The demo's group with a topic, which becomes a destination. */
import { Problem } from '../core/problem.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** What the step works with. */
export interface GroupStage {
  readonly sandbox: Sandbox;
  out(text: string): void;
  /** Runs `notify-runner` as the user would, and shows its output. @returns it */
  runner(...args: string[]): Promise<string>;
}

/** The demo's group; ids like this one are supergroups, which alone have topics. */
const GROUP = -1_000_000_002_001;
const NAME = 'ops/disks';
const ANSWER_MS = 15_000;

/** Registers a topic of a group, and sends a test message there. @throws Problem `demo_failed` */
export async function registerTopic({ sandbox, out, runner }: GroupStage): Promise<void> {
  sandbox.forum(GROUP, 'Operations');
  const topic = sandbox.addTopic(GROUP, 'Disks');
  out('\n4. A group with the topic Disks becomes a destination, where scripts can send by its name:\n\n');
  const added = await runner('destination', 'add', NAME);
  const code = /\/link (\S+)/.exec(added)?.[1];
  if (code === undefined) throw new Problem('demo_failed', `notify-runner destination add ${NAME} printed no code.`);
  out(`\n   In that topic, somebody sends what it says:\n\n  > /link ${code}\n`);
  const isThere = (words: string) =>
    sandbox.waitFor(({ chat_id: chat, text }) => chat === GROUP && text?.includes(words) === true, ANSWER_MS);
  sandbox.say(GROUP, `/link ${code}`, undefined, topic);
  await isThere('✅');
  out('\n');
  await runner('destination', 'test', NAME);
}

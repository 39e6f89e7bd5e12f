/** The units of systemd: the bot's own, the actor's, the dashboard's. */
import { execFile } from 'node:child_process';
import { bad, type Finding, good, warning } from './finding.ts';

/** A unit as systemd has it. */
export interface UnitState {
  readonly isInstalled: boolean;
  readonly isActive: boolean;
  readonly isEnabled: boolean;
  /** Such as `failed (start-limit-hit)`. */
  readonly words: string;
}

export type Units = ReadonlyMap<string, UnitState>;

const NAMES = [
  'notify-bot.service',
  'notify-bot.socket',
  'notify-actor.socket',
  'notify-web.service',
  'notify-web.socket',
];
const PROPERTIES = 'Id,LoadState,ActiveState,UnitFileState,Result';
const TIMEOUT_MS = 5_000;

function unitIn(block: string): [string, UnitState] {
  const values = new Map(block.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.replace(/^[^=]*=/, '')]));
  const active = values.get('ActiveState') ?? '';
  const result = values.get('Result') ?? '';
  return [
    values.get('Id') ?? '',
    {
      isInstalled: values.get('LoadState') === 'loaded',
      isActive: active === 'active' || active === 'activating' || active === 'reloading',
      isEnabled: values.get('UnitFileState')?.startsWith('enabled') === true,
      words: result === '' || result === 'success' ? active : `${active} (${result})`,
    },
  ];
}

/** Asks systemd; empty where it does not run. */
export function readUnits(path: string | undefined): Promise<Units> {
  const options = { timeout: TIMEOUT_MS, env: { PATH: path ?? '/usr/bin:/bin', LC_ALL: 'C.UTF-8' } };
  return new Promise((resolve) => {
    execFile('systemctl', ['show', `--property=${PROPERTIES}`, '--', ...NAMES], options, (error, out) => {
      resolve(new Map(error === null ? out.trim().split(/\n\n+/).map(unitIn) : []));
    });
  });
}

/** How to start a unit that systemd gave up on. */
const startTodo = (unit: string) =>
  `journalctl -u ${unit} -n 20 shows why; then: systemctl reset-failed ${unit}; systemctl start ${unit}`;

/** Whether the actor and the dashboard run where they should. */
export function checkUnits(units: Units): readonly Finding[] {
  const findings: Finding[] = [];
  const actor = units.get('notify-actor.socket');
  if (actor?.isInstalled && (actor.isActive || actor.isEnabled)) {
    findings.push(
      actor.isActive
        ? good('actor', 'notify-actor.socket listens')
        : bad(
            'actor',
            `notify-actor.socket is ${actor.words}, so nobody can run scripts from Telegram`,
            startTodo('notify-actor.socket'),
          ),
    );
  }
  return [...findings, ...checkDashboard(units)];
}

function checkDashboard(units: Units): readonly Finding[] {
  const [web, socket] = ['notify-web.service', 'notify-web.socket'].map((name) => units.get(name));
  if (!web?.isInstalled || !(web.isActive || web.isEnabled)) return [];
  // A connection starts a service that was only stopped.
  const waits = socket?.isActive === true && web.words === 'inactive';
  if (!web.isActive && !waits)
    return [bad('dashboard', `notify-web.service is ${web.words}`, startTodo('notify-web.service'))];
  const runs = good(
    'dashboard',
    waits ? 'notify-web.service starts at the next connection' : 'notify-web.service runs',
  );
  if (socket?.isInstalled !== true || socket.isActive) return [runs];
  const seen = 'notify-web.socket does not listen: another program can take the port while the dashboard restarts';
  return [warning('dashboard', seen, 'systemctl stop notify-web; systemctl start notify-web.socket notify-web')];
}

/** What starts the bot on this host. */
export function botTodo(units: Units): string {
  const service = units.get('notify-bot.service');
  if (service?.isInstalled !== true) return 'Start notify-bot; systemd has no unit of it on this host';
  return 'journalctl -u notify-bot -n 20 shows why; then: systemctl reset-failed notify-bot.socket notify-bot; systemctl start notify-bot';
}

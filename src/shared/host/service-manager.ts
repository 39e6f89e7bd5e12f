/**
 * What systemd is told of the service, and what it hands over: sd_notify(3), sd_watchdog_enabled(3) and
 * sd_listen_fds(3). Without systemd nothing is said and nothing asked.
 */

import { type Environment, managerSetting } from '../process/settings.ts';
import { sendDatagram } from './libc.ts';

/** Where systemd takes messages, and how often it wants to hear of us. */
export interface ServiceManager {
  /** The service answers; `status` as below. */
  ready(status: string): void;
  /** One line, shown by `systemctl status`. */
  status(status: string): void;
  /** We are alive; without this for `watchdogMs` systemd ends and restarts the service. */
  feed(): void;
  stopping(): void;
  /** How long systemd waits for a sign of life, ms; `undefined` when it doesn't watch. */
  readonly watchdogMs: number | undefined;
}

/** The first descriptor that systemd hands over, sd_listen_fds(3). */
const FIRST_FD = 3;

const meantForUs = (pid: string | undefined) => pid === undefined || pid === String(process.pid);

/** The listening socket that systemd opened for this process, or `undefined`: then it opens its own. */
export function listeningSocketOf(environment: Environment): number | undefined {
  const { LISTEN_FDS: count, LISTEN_PID: pid } = environment;
  return count === '1' && pid === String(process.pid) ? FIRST_FD : undefined;
}

function watchdogOf({ WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid }: Environment): number | undefined {
  const ms = Number(microseconds) / 1000;
  return ms > 0 && meantForUs(pid) ? ms : undefined;
}

/** @param onProblem told once when systemd can't be reached; the service goes on */
export function createServiceManager(environment: Environment, onProblem: (error: unknown) => void): ServiceManager {
  const path = managerSetting(environment);
  let told = false;
  const say = (lines: string) => {
    if (path === undefined) return;
    try {
      sendDatagram(path, lines);
    } catch (error) {
      if (!told) onProblem(error);
      told = true;
    }
  };
  return {
    ready: (status) => say(`READY=1\nSTATUS=${status}`),
    status: (status) => say(`STATUS=${status}`),
    feed: () => say('WATCHDOG=1'),
    stopping: () => say('STOPPING=1\nSTATUS=Finishing what is under way'),
    watchdogMs: watchdogOf(environment),
  };
}

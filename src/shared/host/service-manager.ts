/**
 * Notifications to systemd, and the socket passed by it: sd_notify(3), sd_watchdog_enabled(3) and sd_listen_fds(3).
 * Without systemd all of this does nothing.
 */

import { type Environment, managerSetting } from '../process/settings.ts';
import { sendDatagram } from './libc.ts';

/** Notifications to systemd, and its watchdog interval. */
export interface ServiceManager {
  /** The service is ready; `status` as below. */
  ready(status: string): void;
  /** One line, shown by `systemctl status`. */
  status(status: string): void;
  /** Pings the watchdog; without a ping for `watchdogMs` systemd kills and restarts the service. */
  feed(): void;
  stopping(): void;
  /** The watchdog's timeout, ms; `undefined` without a watchdog. */
  readonly watchdogMs: number | undefined;
}

/** The first descriptor that systemd passes, sd_listen_fds(3). */
const FIRST_FD = 3;

const meantForUs = (pid: string | undefined) => pid === undefined || pid === String(process.pid);

/** The listening sockets that systemd opened for this process, in the order of its unit; without any, it opens its own. */
export function listeningSocketsOf(environment: Environment): readonly number[] {
  const { LISTEN_FDS: count, LISTEN_PID: pid } = environment;
  if (pid !== String(process.pid) || !/^[1-9]\d?$/.test(count ?? '')) return [];
  return Array.from({ length: Number(count) }, (_, index) => FIRST_FD + index);
}

/** The one listening socket that systemd opened for this process; if `undefined`, the process opens its own. */
export function listeningSocketOf(environment: Environment): number | undefined {
  const [only, ...others] = listeningSocketsOf(environment);
  return others.length === 0 ? only : undefined;
}

function watchdogOf({ WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid }: Environment): number | undefined {
  const ms = Number(microseconds) / 1000;
  return ms > 0 && meantForUs(pid) ? ms : undefined;
}

/** @param onProblem called once if systemd can't be reached; the service continues */
export function createServiceManager(environment: Environment, onProblem: (error: unknown) => void): ServiceManager {
  const path = managerSetting(environment);
  let reported = false;
  const notify = (lines: string) => {
    if (path === undefined) return;
    try {
      sendDatagram(path, lines);
    } catch (error) {
      if (!reported) onProblem(error);
      reported = true;
    }
  };
  return {
    ready: (status) => notify(`READY=1\nSTATUS=${status}`),
    status: (status) => notify(`STATUS=${status}`),
    feed: () => notify('WATCHDOG=1'),
    stopping: () => notify('STOPPING=1\nSTATUS=Finishing requests in progress'),
    watchdogMs: watchdogOf(environment),
  };
}

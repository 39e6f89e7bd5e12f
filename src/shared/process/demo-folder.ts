/** The folder of `notify-bot demo`, which is removed when the demo ends. Other programs know it by its name. */
import { basename, dirname } from 'node:path';

/** How its name begins; the rest is random. */
export const DEMO_PREFIX = 'notify-demo-';

/** Whether a socket is a demo's: nothing that lasts may point to it. */
export const isDemoSocket = (path: string): boolean => basename(dirname(path)).startsWith(DEMO_PREFIX);

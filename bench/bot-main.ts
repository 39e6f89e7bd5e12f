/** The service without rate limits, to measure in minutes what would take a day at Telegram's pace. */
import { createApp } from '../src/bot/app.ts';
import { readBotSettings } from '../src/bot/settings.ts';
import { createLog } from '../src/shared/process/log.ts';

const settings = readBotSettings(process.env);
const log = createLog(settings.logLevel, [(line) => process.stderr.write(line)], [settings.token]);
const limits = { perSecond: 1e6, perLanePerSecond: 1e6, laneBurst: 1e6, perGroup: 1e6, groupWindow: 1000 };
const app = createApp({ settings, log, serviceUid: process.getuid?.() ?? 0, limits });
await app.start();
process.once('SIGTERM', () => void app.stop().then(() => process.exit(0)));

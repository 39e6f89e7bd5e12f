/** The settings of the service, and where each of them is written. */
import { Problem, sentenceOf } from '../../../core/problem.ts';
import { type Environment, settingOf } from '../../../shared/process/settings.ts';
import { createAccounts, requireGroup } from '../../api/callers/accounts.ts';
import { type BotSettings, readBotSettings } from '../../settings.ts';
import { KNOWN_SETTINGS, writtenMistakes } from '../known-settings.ts';
import { credentialFolder, ENV_FILE, isEnvFileHidden, readEnvFile } from '../service-environment.ts';
import { bad, type Finding, good, RESTART, unchecked } from './finding.ts';

const TOKEN = 'TELEGRAM_BOT_TOKEN';
const TOKEN_FILE = '/etc/notify-bot/telegram-bot-token';

/** Where the token comes from, for a person who has to replace it. */
export function tokenPlace(own: Environment): string {
  if (settingOf(own, TOKEN) !== undefined) return `${TOKEN} in the environment of this command`;
  const written = readEnvFile()?.settings.findLast(({ name, value }) => name === TOKEN && value.trim() !== '');
  if (written !== undefined) return `${TOKEN} in line ${written.line} of ${ENV_FILE}`;
  const folder = credentialFolder(own);
  return folder === undefined || folder === '/etc/notify-bot'
    ? TOKEN_FILE
    : `the credential telegram-bot-token, which \`systemctl cat notify-bot\` shows`;
}

/** What follows a correction of the token: nothing where this command alone was given it. */
export const tokenRestart = (own: Environment): string => (settingOf(own, TOKEN) === undefined ? `, ${RESTART}` : '');

/** Where a wrong setting is to be corrected. */
function settingPlace(own: Environment): string {
  const here = KNOWN_SETTINGS.filter((name) => name !== TOKEN && settingOf(own, name) !== undefined);
  const first = `Correct it in ${ENV_FILE}`;
  return here.length === 0 ? first : `${first}, or here: this command's environment sets ${here.join(', ')}`;
}

function todoFor(error: unknown, own: Environment): string {
  const code = error instanceof Problem ? error.code : undefined;
  if (code === 'no_token') return `Put it there, ${RESTART}`;
  if (code === 'bad_token') return `Correct ${tokenPlace(own)}${tokenRestart(own)}`;
  return `${settingPlace(own)}, ${RESTART}`;
}

/** The mistakes in the file of settings, a finding each. */
export const checkFile = (): readonly Finding[] =>
  writtenMistakes().map((mistake) => bad('settings', `${ENV_FILE} ${mistake}`, `Correct that line, ${RESTART}`));

/** What the check of the settings found, and the settings where they are right. */
interface Checked {
  readonly finding: Finding;
  readonly settings?: BotSettings;
}

/** Whether every setting is right. @param own this command's environment, which counts before the service's file */
export function checkSettings(environment: Environment, own: Environment): Checked {
  if (isEnvFileHidden() && settingOf(own, TOKEN) === undefined)
    return { finding: unchecked('settings', `${ENV_FILE} and the token can be read by root only`) };
  try {
    return { finding: good('settings', 'complete'), settings: readBotSettings(environment) };
  } catch (error) {
    const code = error instanceof Problem ? { code: error.code } : {};
    return { finding: { ...bad('settings', sentenceOf(error), todoFor(error, own)), ...code } };
  }
}

/** Whether the host knows the group of `NOTIFY_GROUP`. */
export async function checkGroup(group: string, own: Environment): Promise<Finding | undefined> {
  try {
    await requireGroup(createAccounts(), group);
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'accounts_unavailable')
      return bad('settings', sentenceOf(error), todoFor(error, own));
    return bad(
      'accounts',
      sentenceOf(error),
      'Start that service, such as: systemctl restart sssd; the bot needs no restart',
    );
  }
}

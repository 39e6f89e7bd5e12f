const TOKEN = /\b(?:bot)?\d{6,}(?::|%3A)[A-Za-z0-9_-]{30,}/g;

/** Hides anything shaped like a bot token (https://core.telegram.org/bots/api#authorizing-your-bot) and `secrets`. */
export function redact(text: string, secrets: readonly string[] = []): string {
  return secrets.reduce((safe, secret) => safe.replaceAll(secret, '[token]'), text.replace(TOKEN, '[token]'));
}

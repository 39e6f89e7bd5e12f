const TOKEN = /(?:bot)?(?<!\d)\d{6,}(?::|%3a)[a-z0-9_-]{30,}/gi;

/**
 * Replaces text shaped like a bot token (https://core.telegram.org/bots/api#authorizing-your-bot) and `secrets`, also
 * in their URL-encoded form.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  const forms = secrets.flatMap((secret) => (secret === '' ? [] : [secret, encodeURIComponent(secret)]));
  return forms.reduce((safe, form) => safe.replaceAll(form, '[token]'), text.replace(TOKEN, '[token]'));
}

import { isJsonObject, type JsonObject } from '../../shared/json/json-object.ts';
import type { RuleServices } from '../api/services/rules.ts';
import type { RulesSource } from './rules.ts';

/** Aliases that are followed to show a file; its reader counts what they lead to. */
const MOST_ALIASES = 1000;

/** The keys of a file that was read before; empty where it can't be shown. */
async function contentOf(text: string): Promise<JsonObject> {
  if (text === '') return {};
  // A service without such a file never loads it.
  const { parse } = await import('yaml');
  try {
    const content: unknown = parse(text, { maxAliasCount: MOST_ALIASES });
    return isJsonObject(content) ? content : {};
  } catch {
    return {};
  }
}

/** Shows the rules in force. Each version is parsed once, since a file may have a MiB. */
export function createRuleServices(source: Pick<RulesSource, 'current' | 'problem'>): RuleServices {
  let shown: { readonly version: string; readonly rules: JsonObject } | undefined;
  return {
    async rules() {
      const { version, text } = source.current();
      if (shown?.version !== version) shown = { version, rules: await contentOf(text) };
      return { ...shown, problem: source.problem() };
    },
  };
}

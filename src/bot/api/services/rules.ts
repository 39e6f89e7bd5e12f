import type { JsonObject } from '../../../shared/json/json-object.ts';

/** The rules of alerts as people wrote them. */
export interface RulesView {
  /** Changes with the file's content. */
  readonly version: string;
  /** What is wrong with the file, so that the rules from before are in force. */
  readonly problem: string | undefined;
  /** The content of the file that is in force, with the keys of the file; empty for the built-in rules. */
  readonly rules: JsonObject;
}

/** What the file of rules says. */
export interface RuleServices {
  rules(): Promise<RulesView>;
}

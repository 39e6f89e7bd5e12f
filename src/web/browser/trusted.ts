/** The only way for markup into the page: markup from the page's own server. */

interface Policy {
  createHTML(text: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: Policy): Policy;
}

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
const own: Policy = { createHTML: (text) => text };
const policy = factory?.createPolicy('notify', own) ?? own;

/** Parses the server's markup as a document that runs no script. */
export const parse = (markup: string): Document =>
  new DOMParser().parseFromString(policy.createHTML(markup), 'text/html');

/** The element with this id in an answer of the server. */
export async function elementIn(answer: Response, id: string): Promise<HTMLElement | null> {
  return parse(await answer.text()).getElementById(id);
}

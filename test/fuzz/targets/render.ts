import fc from 'fast-check';
import { expect } from 'vitest';
import { type MediaFacts, renderParts } from '../../../src/bot/telegram/render/parts.ts';
import { BUTTON_STYLES } from '../../../src/core/buttons.ts';
import { PARSE_MODES, SEVERITIES } from '../../../src/core/notification.ts';
import { faultsOfPart } from '../../bot/telegram/render/faults.ts';
import { busyMs } from '../../support/busy-ms.ts';
import type { Target } from '../support/campaign.ts';
import { LONGEST_HELD_MS } from '../support/settings.ts';
import { anyText } from './markdown.ts';

const button = fc.record(
  {
    text: anyText,
    url: fc.constantFrom('https://x.org', 'tg://user?id=1', 'http://a.b\nc'),
    copy: anyText,
    send: anyText,
    style: fc.constantFrom(...BUTTON_STYLES),
  },
  { requiredKeys: ['text', 'url'] },
);
const said = fc.record(
  {
    text: anyText,
    parseMode: fc.constantFrom(...PARSE_MODES, 'Markdown' as const, 'Markdown' as const),
    title: anyText.map((text) => text.slice(0, 1000)),
    severity: fc.constantFrom(...SEVERITIES),
    silent: fc.boolean(),
    buttons: fc.array(fc.oneof(button, fc.array(button, { maxLength: 3 })), { maxLength: 3 }),
  },
  { requiredKeys: ['text', 'parseMode'] },
);
const image = fc.record({
  type: fc.constantFrom('png', 'jpg', 'gif'),
  width: fc.nat(12_000),
  height: fc.nat(12_000),
});
const media = fc.record(
  { name: fc.string({ maxLength: 20 }), size: fc.nat(2 ** 26), as: fc.constantFrom('photo', 'document'), image },
  { requiredKeys: ['name', 'size', 'as'] },
);
const cases = fc.record({
  said,
  media: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(media, { maxLength: 14 })),
});

type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

/** Any notification becomes calls that Telegram takes, each file in one of them, in a bounded time. */
export const render: Target<Case> = {
  name: 'render',
  share: 10,
  time: 0.2,
  cases,
  check({ said, media }) {
    const begun = busyMs();
    const parts = renderParts(said, media as unknown as readonly MediaFacts[]);
    const tookMs = busyMs() - begun;
    expect(parts.length).toBeGreaterThan(0);
    expect(parts.flatMap(faultsOfPart)).toEqual([]);
    const sent = parts.flatMap((part) => ('media' in part ? part.media : []));
    expect([...sent].sort((a, b) => a - b)).toEqual([...media.keys()]);
    expect(parts.filter((part) => part.kind === 'text').length).toBeLessThanOrEqual(5);
    expect(tookMs).toBeLessThan(LONGEST_HELD_MS);
  },
};

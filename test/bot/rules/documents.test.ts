import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readRules } from '../../../src/bot/rules/file/read-rules.ts';
import { createReferences } from '../../../src/bot/rules/file/references.ts';
import { settingKeys } from '../../../src/bot/rules/file/settings.ts';

const text = readFileSync('docs/alerts.md', 'utf8');
const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);

describe('docs/alerts.md', () => {
  test.each(blocks)('has rules without a mistake: %s', (block) => {
    expect(readRules(block, 'UTC')).not.toHaveProperty('mistakes');
  });

  test('explains every setting', () => {
    const keys = Object.keys(settingKeys(createReferences(), 'UTC'));
    expect(keys.filter((key) => !text.includes(`| \`${key}\` |`))).toEqual([]);
    expect(blocks.length).toBeGreaterThan(4);
  });

  test('and the example leave out no setting and no section', () => {
    const example = readFileSync('examples/alerts.yaml', 'utf8');
    const keys = Object.keys(settingKeys(createReferences(), 'UTC'));
    expect(keys.filter((key) => !example.includes(`${key}:`))).toEqual([]);
    const sections = ['alerts', 'routes', 'inhibit', 'escalations', 'rotations', 'times', 'templates', 'reports'];
    expect(sections.filter((key) => !example.includes(`\n${key}:`) || !text.includes(`${key}`))).toEqual([]);
  });
});

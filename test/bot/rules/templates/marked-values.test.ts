import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileTemplate } from '../../../../src/bot/rules/templates/liquid.ts';

/** What people see of a template with one value. */
const shown = (template: string, value: unknown) => compileTemplate(template).render({ value });

describe('a value in a template', () => {
  test.each([
    '*bold* _it_ **b** __u__ ~~s~~ `code`',
    '[here](https://evil.example/)',
    '![](https://evil.example/x.png)',
    '<https://evil.example> <b>bold</b>',
    '<t:1769774400:R>',
    '> quote',
    '# heading',
    '- item',
    '+ item',
    '1. item',
    '1) item',
    '=====',
    '--- | --- |',
    '```sh',
    'C:\\.git\\new\\*',
    '^\\d+\\.\\d+$ s/a/b/',
    '&amp; &#42; &copy;',
    'a\\',
    '[x]: https://evil.example',
    '{{ value }} {% raw %}',
    'two  spaces',
    '10 €',
  ])('%j is shown as it is', (value) => {
    for (const [template, text] of [
      ['a {{ value }} z', `a ${value} z`],
      ['{{ value }}', value],
      ['a\n{{ value }}\nz', `a\n${value}\nz`],
    ] as const) {
      const { text: seen, entities } = shown(template, value);
      expect(seen).toBe(text);
      expect(entities).toEqual([]);
    }
  });

  test('stands for no other value, so that a few do not become more text than there is memory', () => {
    const named = (index: number) => `\uE000${index}\uE001`.repeat(1000);
    const { text } = compileTemplate('{{ a }} {{ b }} {{ c }} {{ d }}').render({
      a: 'a'.repeat(1000),
      b: named(0),
      c: named(1),
      d: { '\uE0002\uE001': named(2) },
    });
    expect(text.length).toBeLessThan(5000);
    expect(text).not.toMatch(/[\uE000\uE001]/);
  });

  test('of several lines stays in its quote', () => {
    const { text, entities } = shown('> {{ value }}\n\nz', 'one\n\n# two');
    expect(text).toBe('one\n\n# two\n\nz');
    expect(entities).toEqual([{ type: 'blockquote', offset: 0, length: 10 }]);
  });

  test('moves the formats around it', () => {
    const { text, entities } = shown('**{{ value }}** _x_ **a{{ value }}b**', 'long *value*');
    expect(text).toBe('long *value* x along *value*b');
    expect(entities.map(({ type, offset, length }) => [type, text.slice(offset, offset + length)])).toEqual([
      ['bold', 'long *value*'],
      ['italic', 'x'],
      ['bold', 'along *value*b'],
    ]);
  });

  test('that is empty has no format', () => {
    expect(shown('a **{{ value }}** `{{ value }}`', '')).toEqual({ text: 'a', entities: [] });
  });

  test.each([
    ['`{{ value }}`', 'a_b*`c`', 'code'],
    ['```\n{{ value }}\n```', '```\n*x*', 'pre'],
  ])('in the code of %j is code', (template, value, type) => {
    expect(shown(template, value)).toEqual({ text: value, entities: [{ type, offset: 0, length: value.length }] });
  });

  test('cut in two is dropped', () => {
    expect(shown('{% capture x %}{{ value }}{% endcapture %}a{{ x | slice: 0, 2 }}b', 'secret').text).toBe('a0b');
  });

  test('is part of an address in one', () => {
    const { text, entities } = shown('[go](https://example.org/{{ value }})', 'a b)(*_<x>\\&amp');
    expect(text).toBe('go');
    expect(entities).toMatchObject([{ type: 'text_link', url: 'https://example.org/a%20b%29%28*_%3Cx%3E%5C&amp' }]);
  });

  test('is Markdown with the filter raw', () => {
    expect(shown('{{ value | raw }}', '**b**').entities).toMatchObject([{ type: 'bold' }]);
  });

  test('is spelt once, whatever it went through', () => {
    const template = '{% capture x %}<{{ value }}>{% endcapture %}{{ x }} {{ x | append: "_" }} {{ value | upcase }}';
    expect(shown(template, '*a*').text).toBe('<*a*> <*a*>_ *A*');
  });

  test.each([
    [undefined, 'x'],
    [null, 'x'],
    [7, '7x'],
    [true, 'truex'],
    [['a', 'b'], 'a, bx'],
    [{ a: 1 }, '{"a":1}x'],
  ])('may be %j', (value, text) => {
    expect(shown('{{ value }}x', value).text).toBe(text);
  });

  test('of any letters never makes an entity', () => {
    const letter = fc.constantFrom(...'*_`~[]()<>!#+-=|\\&;:.1a \n\'"$^/');
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 20 }), (value) => {
        const { text, entities } = shown('x {{ value }} y {{ value }}', value);
        expect(entities).toEqual([]);
        expect(text).toBe(`x ${value} y ${value}`.trimEnd());
      }),
      { numRuns: 1000 },
    );
  });
});

test('a moment is shown in the zone of each reader, and what is none as it is', () => {
  const { text, entities } = shown('since {{ value | time: "R" }}', '2026-01-30T12:00:00Z');
  expect(entities).toMatchObject([{ type: 'date_time', unix_time: 1_769_774_400, date_time_format: 'r' }]);
  expect(text).toMatch(/^since \S/);
  expect(shown('{{ value | time }}', 1_769_774_400).entities).toMatchObject([{ type: 'date_time' }]);
  expect(shown('{{ value | time: "*" }}', '*soon*')).toEqual({ text: '*soon*', entities: [] });
});

test('that holds itself again and again is refused before it fills the memory', () => {
  const twice = '{% capture x %}{{ x }}{{ x }}{% endcapture %}'.repeat(60);
  const template = compileTemplate(`{% assign x = value %}${twice}{{ x }}`);
  expect(() => template.render({ value: 'x' })).toThrow("it can't be rendered: more than 1000000 letters are printed");
  const many = compileTemplate('{% for i in (1..5000) %}{{ value }}{% endfor %}');
  expect(() => many.render({ value: 'x'.repeat(4000) })).toThrow('more than 1000000 letters are printed');
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readScriptOutput } from '../../../src/shared/api/script-output.ts';

const read = (text: string) => readScriptOutput(Buffer.from(text));
const quiet = { notify: false };

describe('what a script prints', () => {
  test('every documented field is read', () => {
    const printed = {
      notify: true,
      title: 'Revenue',
      message: '*down* 12 %',
      image_paths: ['/tmp/a.png', 'b.png'],
      file_path: 'report.csv',
      cooldown: '6h',
      key: 'eu',
      severity: 'high',
      silent: true,
      buttons: [{ text: 'Open', url: 'https://example.org' }],
      data: { drop: 0.12 },
      unknown: 1,
    };
    expect(read(JSON.stringify(printed))).toEqual({
      notify: true,
      title: 'Revenue',
      message: '*down* 12 %',
      images: ['/tmp/a.png', 'b.png'],
      file: 'report.csv',
      cooldown: 21_600_000,
      key: 'eu',
      severity: 'high',
      silent: true,
      buttons: [{ text: 'Open', url: 'https://example.org' }],
      data: { drop: 0.12 },
      own: printed,
    });
  });

  test.each([
    ['alone', '{"notify": false}', quiet],
    ['after chatter', 'Loading 3 rows… {50%}\n[INFO] done\n{"notify": false}\n', quiet],
    [
      'pretty-printed',
      '{\n  "notify": false,\n  "data": {\n    "a": [{"b": 1}]\n  }\n}\n',
      { ...quiet, data: { a: [{ b: 1 }] } },
    ],
    ['before chatter', '{"notify": false}\nbye [] [1, 2]', quiet],
    ['as the last of several', '{"notify": true, "message": "x"}\n{"notify": false}', quiet],
    ['after an object that never ends', '{"a": {"b": \n{"notify": false}', quiet],
    ['on the line of a log message', '2026-01-30 [main] {x: 1} result={"notify": false}', quiet],
    ['with CRLF and a byte order mark', '\uFEFF{"notify": false}\r\n', quiet],
    ['with braces in strings', '{"notify": false, "title": "}{][\\" {"}', { ...quiet, title: '}{][" {' }],
  ])('the object counts %s', (_, text, expected) => {
    expect({ ...read(text) }).toMatchObject(expected);
  });

  test.each([
    ['', 'It printed nothing; one JSON object was expected.'],
    [' \n', 'It printed nothing; one JSON object was expected.'],
    ['done', 'No JSON object is in its output, which ends "done".'],
    ['[{"notify": true, "message": "x"}]', 'It printed JSON that is a list; one JSON object was expected.'],
    ['ok\n[{"notify": true}]', 'It printed a JSON list; one JSON object was expected.'],
    ['null', 'It printed JSON that is null; one JSON object was expected.'],
    ['42', 'It printed JSON that is a number; one JSON object was expected.'],
    ['"hello"', 'It printed JSON that is a string; one JSON object was expected.'],
    ["{'notify': True}", 'It looks like a Python dict'],
    ['{"notify": true, "data": {"x": NaN}}', 'NaN and Infinity are not JSON'],
    ['{}', 'notify: expected true or false, found nothing.'],
    ['{"notify": "yes"}', 'notify: expected true or false, found "yes".'],
    ['{"notify": 1}', 'notify: expected true or false, found the number 1.'],
    ['{"notify": null}', 'notify: expected true or false, found null.'],
    ['{"notify": true}', 'message: expected some text, or an image or a file, found nothing.'],
    ['{"notify": true, "message": " "}', 'message: expected some text, or an image or a file, found " ".'],
    ['{"notify": false, "message": 3}', 'message: expected a string of at most 100000 characters, found the number 3.'],
    ['{"notify": false, "title": []}', 'title: expected a string of at most 1000 characters, found an empty list.'],
    ['{"notify": true, "message": "x", "cooldown": 30}', 'cooldown: expected a string such as "30m"'],
    ['{"notify": false, "cooldown": "-1h"}', 'cooldown: "-1h" is not a duration such as 30m, 6h or 1d.'],
    ['{"notify": false, "cooldown": "Infinity"}', 'cooldown: "Infinity" is not a duration'],
    ['{"notify": false, "cooldown": "99999y"}', 'cooldown: "99999y" is too long: at most 10y.'],
    [
      '{"notify": false, "severity": "urgent"}',
      'severity: expected one of info, low, medium, high, critical, found "urgent".',
    ],
    ['{"notify": false, "silent": "no"}', 'silent: expected true or false, found "no".'],
    ['{"notify": false, "image_path": ""}', 'image_path: expected a path, found "".'],
    ['{"notify": false, "image_paths": ["a"]}', 'image_paths: expected a list of 2 to 10 paths, found a list of 1.'],
    ['{"notify": false, "image_paths": ["a", 2]}', 'image_paths[1]: expected a path, found the number 2.'],
    ['{"notify": false, "image_path": "a", "image_paths": ["a", "b"]}', 'give image_path or image_paths, not both'],
    ['{"notify": false, "key": ""}', 'key: expected a string of 1 to 200 characters, found "".'],
    ['{"notify": false, "link_preview": 1}', 'link_preview: expected true or false'],
    ['{"notify": false, "buttons": {}}', 'buttons: expected a list'],
    [
      JSON.stringify({
        notify: false,
        buttons: Array(10).fill({ text: 'a', url: `https://x.org/${'y'.repeat(1000)}` }),
      }),
      'buttons: expected at most 9000 bytes of all buttons as JSON, found 10381.',
    ],
    [
      '{"notify": false, "buttons": [{"text": "a", "url": "ftp://x"}]}',
      'buttons[0].url: expected an http, https or tg',
    ],
    [
      '{"notify": false, "buttons": [{"url": "https://x"}]}',
      'buttons[0].text: expected 1 to 64 characters, found nothing.',
    ],
    ['{"notify": false, "data": []}', 'data: expected an object, found an empty list.'],
    [`{"notify": false, "data": ${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`, 'data: expected at most 32 levels'],
  ])('%s is refused with a sentence', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });

  test('bytes that are not UTF-8 are an error, unless they stand outside of the object', () => {
    const latin1 = (text: string) => readScriptOutput(Buffer.from(text, 'latin1'));
    expect(() => latin1('{"notify": true, "message": "Umsatz fällt"}')).toThrow('Its output is not UTF-8 text.');
    expect(latin1('fällt\n{"notify": false}')).toMatchObject(quiet);
  });

  test('any object comes back whole, whatever stands before it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.jsonValue()), (chatter, data) => {
        const printed = { notify: false, extra: data };
        const wanted = JSON.parse(JSON.stringify(printed));
        expect(read(`${chatter}\n${JSON.stringify(printed)}`).own).toEqual(wanted);
        expect(read(`${chatter}\n${JSON.stringify(printed, null, 2)}\n`).own).toEqual(wanted);
      }),
    );
  });

  test('a megabyte of brackets is read in one pass', () => {
    for (const piece of ['{', '{"a":', '[{', '[', '{"a":[']) {
      expect(() => read(piece.repeat(1_000_000 / piece.length))).toThrow('JSON object');
    }
  });
});

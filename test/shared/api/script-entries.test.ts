import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readScriptOutput } from '../../../src/shared/api/script-entries.ts';

const entriesOf = (text: string) => readScriptOutput(Buffer.from(text));

/** The one notification of a text. */
function read(text: string) {
  const [only, ...others] = entriesOf(text);
  if (only === undefined || 'problem' in only || others.length > 0) throw new Error('It is not one notification.');
  return only.output;
}
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

  test('an alert is read', () => {
    const printed = {
      state: 'firing',
      key: 'disk',
      title: 'Disk full',
      message: '97 %',
      severity: 'high',
      labels: { host: 'db1', days: 2 },
      annotations: { action_required: 'Remove logs' },
      to: 'ops',
    };
    expect(read(JSON.stringify(printed))).toEqual({
      notify: false,
      alert: { state: 'firing', annotations: { action_required: 'Remove logs' } },
      key: 'disk',
      title: 'Disk full',
      message: '97 %',
      severity: 'high',
      labels: { host: 'db1', days: 2 },
      to: ['ops'],
      images: [],
      own: printed,
    });
  });

  test.each([
    ['with notify beside it', { notify: true, state: 'resolved', key: 'a' }, 'resolved'],
    ['without a message', { state: 'firing', key: 'a' }, 'firing'],
    ['that is no alert without a key', { notify: true, message: 'x', state: 'firing' }, undefined],
    ['that is another field', { notify: true, message: 'x', state: 'Bavaria', key: 'a' }, undefined],
  ])('a state %s', (_, printed, state) => {
    expect(read(JSON.stringify(printed)).alert?.state).toBe(state);
  });

  test.each([
    [
      { state: 'firing' },
      'key: expected a string of 1 to 128 printable characters, which names the alert, found nothing.',
    ],
    [
      { state: 'firing', key: 'a\nb' },
      'key: expected a string of 1 to 128 printable characters, which names the alert, found "a\\nb".',
    ],
    [
      { state: 'fires', key: 'a' },
      'state: expected "firing" or "resolved" for an alert, or a field "notify", found "fires".',
    ],
    [
      { state: 'firing', key: 'a', labels: { host: 'x\u0007' } },
      'labels.host: expected at most 1024 characters without control characters, found "x\\u0007".',
    ],
    [
      { state: 'firing', key: 'a', annotations: ['x'] },
      'annotations: expected an object of strings, numbers and booleans, found a list of 1.',
    ],
    [
      { state: 'firing', key: 'a', labels: Object.fromEntries(Array.from({ length: 63 }, (_, n) => [`l${n}`, 1])) },
      'labels: expected at most 62 of them, found the number 63.',
    ],
  ])('the wrong alert %j is explained', (printed, sentence) => {
    expect(() => read(JSON.stringify(printed))).toThrow(sentence);
  });

  test('alerts stand among notifications and other lines', () => {
    const text =
      '{"level": "info", "state": "idle"}\n{"state": "firing", "key": "a"}\n{"notify": false}\n[{"state": "resolved", "key": "b"}]\n';
    const found = entriesOf(text).map((entry) => ('output' in entry ? entry.output.alert?.state : entry.problem));
    expect(found).toEqual(['firing', undefined, 'resolved']);
    expect(() => entriesOf('{"state": "firing", "key": "a"')).toThrow('is cut off');
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
    ['before an object of another kind', '{"notify": false}\n{"level": "info"}\n', quiet],
    ['before a log line that quotes another', '{"notify": false}\nsending {"notify": true, "message": "x"}', quiet],
    ['in a list', '[{"notify": false}]', quiet],
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
    ['[1, {"message": "x"}]', 'It printed JSON that is a list; one JSON object was expected.'],
    ['ok\n[{"message": "notify: yes"}]', 'It printed a JSON list; one JSON object was expected.'],
    ['ok\n[{"notify": true}]', 'message: expected some text, or an image or a file, found nothing.'],
    ['{"a": 1}\n{"b": 2}', 'notify: expected true or false, found nothing.'],
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
    ['{"notify": true, "message": "x", "replace": true}', 'replace: expected a "key" beside it'],
    ['{"notify": false, "replace": "yes", "key": "k"}', 'replace: expected true or false, found "yes".'],
    ['{"notify": false, "replace": true, "key": "a\\nb"}', 'key: expected a string of 1 to 128 printable characters'],
    ['{"notify": false, "at": "tomorrow"}', 'at: expected a time such as 2026-01-30T18:00:00+01:00, or a duration'],
    ['{"notify": false, "at": 30}', 'at: expected a time such as'],
    ['{"notify": false, "at": "40d"}', 'at: expected at most 31 days from now, found "40d".'],
    ['{"notify": false, "labels": ["a"]}', 'labels: expected an object of strings, numbers and booleans'],
    ['{"notify": false, "labels": {"a": null}}', 'labels: expected an object of strings, numbers and booleans'],
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
      'buttons[0].text: expected 1 to 64 characters, not blank, found nothing.',
    ],
    ['{"notify": false, "data": []}', 'data: expected an object, found an empty list.'],
    [`{"notify": false, "data": ${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`, 'data: expected at most 32 levels'],
    [`{"notify": false, "data": {"list": [${Array(1000).fill(1)}]}}`, 'data: expected at most 1000 values'],
    [`{"notify": false, "data": {"word": "${'x'.repeat(16_384)}"}}`, 'data: expected at most 16384 bytes'],
  ])('%s is refused with a sentence', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });

  test('bytes that are not UTF-8 are an error, unless they stand outside of the object', () => {
    const latin1 = (text: string) => readScriptOutput(Buffer.from(text, 'latin1'));
    expect(() => latin1('{"notify": true, "message": "Umsatz fällt"}')).toThrow('Its output is not UTF-8 text.');
    expect(latin1('fällt\n{"notify": false}')).toMatchObject([{ output: quiet }]);
    expect(latin1('{"notify": false}\n{"notify": true, "message": "fällt"}')).toMatchObject([
      { output: quiet },
      { problem: { code: 'not_utf8', message: 'Notification 2 of 2: Its output is not UTF-8 text.' } },
    ]);
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

describe('several objects are several notifications', () => {
  const [eu, us] = [
    { notify: true, message: 'eu', key: 'eu' },
    { notify: true, message: 'us', key: 'us' },
  ];
  test.each([
    ['as JSON lines', `${JSON.stringify(eu)}\n${JSON.stringify(us)}\n`],
    ['with CRLF', `${JSON.stringify(eu)}\r\n${JSON.stringify(us)}\r\n`],
    ['pretty-printed', `${JSON.stringify(eu, null, 2)}\n${JSON.stringify(us, null, 4)}`],
    ['in a list', JSON.stringify([eu, us])],
    ['in a pretty-printed list', JSON.stringify([eu, us], null, 2)],
    ['in two lists', `[${JSON.stringify(eu)}]\n[${JSON.stringify(us)}]`],
    ['one directly behind the other', `${JSON.stringify(eu)}${JSON.stringify(us)}`],
    ['with a comma between', `${JSON.stringify(eu)}, ${JSON.stringify(us)}`],
    [
      'among other lines',
      `Loading {1/3}\n${JSON.stringify(eu)}\n{"level": "info"}\n[1, 2]\n${JSON.stringify(us)}\nbye {}`,
    ],
    ['behind a progress bar', `50 %\r100 %\r${JSON.stringify(eu)}\n${JSON.stringify(us)}`],
  ])('%s', (_, text) => {
    expect(entriesOf(text)).toMatchObject([{ output: eu }, { output: us }]);
  });

  test.each([
    [
      'a wrong type',
      '{"notify": "yes", "key": "us"}',
      'Notification 2 of 3 (key "us"): notify: expected true or false, found "yes".',
    ],
    [
      'no message',
      '{"notify": true}',
      'Notification 2 of 3: message: expected some text, or an image or a file, found nothing.',
    ],
    [
      'NaN',
      '{"notify": true, "message": "x", "v": NaN}',
      'Notification 2 of 3: A JSON object in its output is broken at line 2,',
    ],
    ['a Python dict', "{'notify': True}", 'It looks like a Python dict: print(json.dumps(result)).'],
  ])('one with %s is named and harms no other', (_, wrong, sentence) => {
    const entries = entriesOf(`${JSON.stringify(eu)}\n${wrong}\n${JSON.stringify(us)}`);
    expect(entries).toMatchObject([
      { output: eu },
      { problem: { message: expect.stringContaining(sentence) } },
      { output: us },
    ]);
  });

  test('an item of a list that is no notification is named', () => {
    expect(entriesOf(JSON.stringify([eu, 1, { message: 'x' }]))).toMatchObject([
      { output: eu },
      { problem: { message: 'Notification 2 of 3: It is not a JSON object.' } },
      {
        problem: {
          message: expect.stringContaining('Notification 3 of 3: notify: expected true or false, found nothing'),
        },
      },
    ]);
  });

  test('an empty list is none', () => {
    expect(entriesOf('[]\n')).toEqual([]);
    expect(() => entriesOf('rows: []')).toThrow('It printed a JSON list');
  });

  test('any number of them comes back whole, whatever other lines there are', () => {
    const data = fc.dictionary(fc.string(), fc.jsonValue());
    const other = fc.constantFrom(
      'processing {item}',
      '[INFO] {x: 1}',
      '{"level": "info"}',
      '[1, 2]',
      'for (x of y) {',
      '',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(data, other, fc.constantFrom(undefined, 2)), { minLength: 1, maxLength: 6 }),
        (all) => {
          const printed = all.map(([extra]) => JSON.parse(JSON.stringify({ notify: false, extra })));
          const lines = all.map(
            ([, line, indent], number) => `${line}\n${JSON.stringify(printed[number], null, indent)}`,
          );
          expect(entriesOf(lines.join('\n'))).toMatchObject(printed.map((own) => ({ output: { own } })));
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('all that is wrong with an object is said at once', () => {
  expect(() => read('{"notify": 1, "title": 2, "cooldown": "soon", "severity": "urgent"}')).toThrow(
    'notify: expected true or false, found the number 1. title: expected a string of at most 1000 characters, found the ' +
      'number 2. cooldown: "soon" is not a duration such as 30m, 6h or 1d. severity: expected one of info, low, medium, ' +
      'high, critical, found "urgent".',
  );
});

test.each([
  ['{"notify": true, "text": "x"}', 'found nothing; rename "text" to "message".'],
  ['{"notify": true, "Body": "x"}', 'found nothing; rename "Body" to "message".'],
  ['{"notify": true, "mesage": "x"}', 'found nothing; rename "mesage" to "message".'],
  ['{"Notify": true, "message": "x"}', 'found nothing; rename "Notify" to "notify".'],
  [
    '{"Notify": true, "Message": "x"}',
    'rename "Notify" to "notify". message: expected some text, or an image or a file, found nothing; rename "Message"',
  ],
  [
    '{"notify": "yes", "text": "x"}',
    'found "yes". message: expected some text, or an image or a file, found nothing; rename "text"',
  ],
])('the field that was meant is named: %s', (text, sentence) => {
  expect(() => read(text)).toThrow(sentence);
});

test.each([
  [
    'shell',
    '{notify: true, message: hello world}',
    `The shell took its double quotes away: put the object in single quotes, echo '{"notify": true, "message": "x"}'.`,
  ],
  ['shell', "{'notify': true}", 'JSON needs double quotes: put the object in single quotes'],
  ['shell', '{"notify": True, "message": "x"}', 'JSON writes true, false and null in small letters.'],
  ['perl', '{"notify": True}', 'JSON writes true, false and null in small letters.'],
  ['shell', '{\u201cnotify\u201d: true}', 'Typographic quotes are not JSON'],
  ['perl', '{notify => 1}', 'It is not written as JSON: use JSON::PP; print encode_json($result).'],
  [
    'shell',
    '{"notify": true, "message": "a\nb"}',
    `A line break or a tab inside a text must be written as \\n or \\t, as jq -n --arg m "$text" '{notify: true, message: $m}' does.`,
  ],
  ['python', '{"notify": true, "message": "a\tb"}', 'or \\t, as print(json.dumps(result)) does.'],
  ['shell', '{"notify": true "message": "x"}', 'A comma is missing there.'],
  ['shell', '{"notify": true, "message": "x" "title": "y"}', 'A comma is missing there.'],
  [
    'shell',
    '{"notify": true, "message": "he said "hi" twice"}',
    'A double quote inside a text needs a backslash, as jq -n',
  ],
  [undefined, '{"notify": true, "message": "he said "hi" twice"}', 'A double quote inside a text needs a backslash.'],
  [
    'javascript',
    "{ notify: true, message: 'x' }",
    'It looks like a JavaScript object: console.log(JSON.stringify(result)).',
  ],
  ['javascript', "{ 'notify': true }", 'It looks like a JavaScript object'],
  ['python', "{'notify': True}", 'It looks like a Python dict: print(json.dumps(result)).'],
  ['ruby', '{"notify"=>true}', 'It looks like a Ruby hash: puts JSON.generate(result).'],
  ['perl', '{notify: 1}', 'It is not written as JSON: use JSON::PP; print encode_json($result).'],
  ['shell', '{"notify": NaN}', 'NaN and Infinity are not JSON'],
  [undefined, '{notify: true}', 'It looks like a JavaScript object'],
] as const)('the hint fits a script in %s that prints %s', (language, text, sentence) => {
  expect(() => readScriptOutput(Buffer.from(text), language)).toThrow(sentence);
});

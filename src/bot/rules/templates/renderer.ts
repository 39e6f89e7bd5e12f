import { sentenceOf } from '../../../core/problem.ts';
import { joined, plainText } from '../../../markup/entities.ts';
import type { FormattedText } from '../../../markup/formatted.ts';
import type { TemplateView } from '../rules.ts';
import { BUILT_IN_TEMPLATES } from './built-in.ts';
import { templateFields } from './fields.ts';
import { type CompiledTemplate, compileTemplate } from './liquid.ts';

/** An alert with every field, for the test of a template. */
export const SAMPLE: TemplateView = {
  status: 'firing',
  alerts: [
    {
      labels: { alertname: 'Sample', severity: 'critical', host: 'db1' },
      annotations: {
        summary: 'A sample of an alert',
        description: 'It shows what a template makes of every field.',
        action_required: 'None.',
        due_date: '2026-01-31',
        link: 'https://example.org/',
        period: '2026-01-01 to 2026-01-31',
        generated: '2026-02-01',
        download_link: 'https://example.org/report.pdf',
      },
      status: 'firing',
      startsAt: Date.UTC(2026, 0, 1),
    },
  ],
  groupLabels: { alertname: 'Sample' },
};

const ATTEMPTS = 2;

/** The route's own address; none where its Liquid fails. */
function linkOf(source: string | undefined, view: TemplateView): string {
  if (source === undefined) return '';
  try {
    return compileTemplate(source).renderPlain(templateFields(view, ''));
  } catch {
    return '';
  }
}

/** Looks whether a template renders a sample. @throws Problem `bad_rules` */
export function requireTemplate(source: string): void {
  compileTemplate(source).render(templateFields(SAMPLE, ''));
}

/** Renders a message with the template of a name. Never throws. */
export type Renderer = (name: string, view: TemplateView) => FormattedText;

/**
 * Creates the function that renders messages.
 *
 * @param templates Liquid by name, checked by `requireTemplate`
 */
export function createRenderer(templates: ReadonlyMap<string, string>): Renderer {
  const compiled = new Map<string, CompiledTemplate>();
  for (const [name, source] of [...BUILT_IN_TEMPLATES, ...templates]) compiled.set(name, compileTemplate(source));
  const fallback = compileTemplate(BUILT_IN_TEMPLATES.get('alert') ?? '');

  function failed(name: string, error: unknown, fields: object): FormattedText {
    const line = plainText(`\n⚠ The template ${name} failed: ${sentenceOf(error)}`);
    try {
      return joined([fallback.render(fields), line]);
    } catch {
      return line;
    }
  }

  return (name, view) => {
    const fields = templateFields(view, linkOf(view.link, view));
    const template = compiled.get(name);
    if (template === undefined) return failed(name, new Error('there is none of this name.'), fields);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return template.render(fields);
      } catch (error) {
        // A busy host may have taken the time that the template had.
        if (attempt === ATTEMPTS) return failed(name, error, fields);
      }
    }
  };
}

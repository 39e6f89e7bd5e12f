/** The templates that every file of rules may name. One of the same name in the file replaces it. */

/** Alerts of a group that are listed. */
const LISTED = 10;

/** The alerts of a group, where they are several: what each says, and the labels in which they differ. */
const LIST = `{% if count > 1 %}
{% for alert in alerts limit: ${LISTED} %}
• {% if alert.status == "resolved" %}✅ {% endif %}{% if alert.title != title %}{{ alert.title }}{% else %}{{ alert.name }}{% endif -%}
{% for label in alert.labels %}{% assign name = label[0] %}{% if labels[name] == nil and name != "alertname" %} · {{ label[0] }}={{ label[1] }}{% endif %}{% endfor -%}
{% endfor %}
{% if count > ${LISTED} %}• … and {{ count | minus: ${LISTED} }} more
{% endif %}{% endif %}`;

const DESCRIPTION = `{% if description != "" %}
{{ description }}
{% endif %}`;
const ACTION = `{% if action_required != "" %}
**Action required:** {{ action_required }}
{% endif %}`;
const DUE = `{% if due_date != "" %}
**Due:** {{ due_date }}
{% endif %}`;
const LINK = `{% if link != "" %}
[View Details]({{ link }})
{% endif %}`;

const withTitle = (emoji: string, word: string, ...parts: readonly string[]) =>
  `${emoji} **${word}{{ title }}**\n${parts.join('')}`;

/** An emoji of the template's own, until all alerts are over. */
const untilOver = (emoji: string) => `{% if status == "resolved" %}✅{% else %}${emoji}{% endif %}`;

/** Liquid by name. */
export const BUILT_IN_TEMPLATES: ReadonlyMap<string, string> = new Map([
  ['alert', withTitle('{{ emoji }}', '', DESCRIPTION, LIST, ACTION, DUE, LINK)],
  ['critical_alert', withTitle('{{ emoji }}', 'CRITICAL: ', DESCRIPTION, LIST, ACTION, DUE, LINK)],
  ['deadline_reminder', withTitle(untilOver('⏰'), '', DUE, DESCRIPTION, LIST, ACTION, LINK)],
  ['status_update', withTitle(untilOver('📋'), '', DESCRIPTION, LIST, LINK)],
  [
    'security_incident',
    withTitle(
      '{{ emoji }}',
      'Security incident: ',
      `
**Severity:** {{ severity }}
`,
      DESCRIPTION,
      LIST,
      ACTION,
      DUE,
      LINK,
    ),
  ],
  [
    'report_notification',
    withTitle(
      '📊',
      '',
      `{% if period != "" %}
**Period:** {{ period }}
{% endif %}{% if generated != "" %}
**Generated:** {{ generated }}
{% endif %}`,
      DESCRIPTION,
      `{% if download_link != "" %}
[Download]({{ download_link }})
{% endif %}`,
      LINK,
    ),
  ],
]);

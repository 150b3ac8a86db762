/** A text that is HTML or XML already. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Markup | readonly Markup[]

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
// Neither HTML nor XML can have them; colours of terminals begin with one.
const unprintable = /\u001b\[[\d;]*m|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** A text that stands for itself in HTML and in XML, between tags and in quotes. */
export const escaped = (text: string): string => text.replaceAll(unprintable, '').replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign)

const textOf = (part: Part): string => {
  if (part instanceof Markup) return part.text
  return typeof part === 'object' ? part.map(({ text }) => text).join('') : escaped(String(part))
}

/** Markup as it is written; every text put into it is escaped. */
export const markup = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(strings.map((string, index) => `${string}${index < parts.length ? textOf(parts[index] ?? '') : ''}`).join(''))

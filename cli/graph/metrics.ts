/** A measured value, with the labels that tell it from others of its name. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/
const pair = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g
const signs: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' }
const unescaped = (text: string): string => text.replaceAll(/\\./g, (sign) => signs[sign] ?? sign)

/** The samples of a text in Prometheus' format; lines that are none are passed over. Pure. */
export const samplesIn = (text: string): Sample[] =>
  text.split('\n').flatMap((row) => {
    const [, name, labels = '', value] = line.exec(row) ?? []
    if (name === undefined || Number.isNaN(Number(value))) return []
    const pairs = [...labels.matchAll(pair)].map(([, key = '', quoted = '']) => [key, unescaped(quoted)] as const)
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }]
  })

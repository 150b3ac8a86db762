import type { Rule } from './rule.ts'

interface Form {
  /** Component types that have the key. */
  readonly types: RegExp
  readonly key: string
  readonly fits: RegExp
  /** A further key beside which a laxer form will do. */
  readonly beside?: { readonly key: string; readonly fits: RegExp }
  readonly mend: string
}

// A host, an IPv4 address, or an IPv6 one in brackets; the sidecar dials it as it stands.
const address = String.raw`\s*(?:[\w.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}\s*`
const addresses = new RegExp(`^${address}(?:,${address})*$`)
const hosts = new RegExp(addresses.source.replaceAll(String.raw`:\d{1,5}`, String.raw`(?::\d{1,5})?`))
const asAddresses = 'write `host:port`, several with commas between them'

/** Values whose form the catalogue does not say, because Dapr's own metadata does not. */
const forms: readonly Form[] = [
  { types: /\.redis$/, key: 'redisHost', fits: addresses, beside: { key: 'redisPort', fits: hosts }, mend: asAddresses },
  { types: /\.kafka$/, key: 'brokers', fits: addresses, mend: asAddresses },
  { types: /\.kafka$/, key: 'version', fits: /^\d+(\.\d+){2,3}$/, mend: 'write all three numbers, such as 3.6.0' },
]

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Whether a value is filled in by the sidecar, or not given. */
const isOpen = (value: string): boolean => value === '' || value.includes('{')

export const metadataForm: Rule = {
  id: 'metadata-form',
  reason: 'The component does not start with it, or never reaches its server.',
  mend: 'Write it in the form that the component reads.',
  check: ({ components }) =>
    components.flatMap((thing) =>
      thing.entries.flatMap(({ name, value = '', path }) =>
        forms
          .filter(({ types, key, fits, beside }) => {
            const form = beside && thing.entries.some((other) => same(other.name, beside.key)) ? beside.fits : fits
            return types.test(thing.type) && same(key, name) && !isOpen(value) && !form.test(value)
          })
          .map(({ mend }) => ({ thing, path, what: `${name} is "${value}"`, mend })),
      ),
    ),
}

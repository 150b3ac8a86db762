import { sidecarAnnotations } from '../../imports/dapr-catalogue.ts'
import { annotationAt } from './annotation-at.ts'
import { meant, quote } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import { isDapr } from './thing.ts'
import { goDuration, mapOf, quantity, scalarOf } from './values.ts'

const prefix = 'dapr.io/'
const known = Object.keys(sidecarAnnotations)

const ofDapr = (annotations: Readonly<Record<string, unknown>>): string[] => Object.keys(annotations).filter((name) => name.startsWith(prefix))

const annotationPlace: Rule = {
  id: 'annotation-place',
  reason: 'The injector looks at pods: there is no sidecar, and no error either.',
  mend: 'Move it to `spec.template.metadata.annotations`.',
  check: ({ all, workloads }) => [
    ...all.filter((thing) => !isDapr(thing) && !workloads.some(({ input, name }) => input === thing.input && name === thing.name)).flatMap((thing) =>
      ofDapr(mapOf(mapOf(thing.body['metadata'])['annotations'])).map((name) => ({ thing, path: ['metadata', 'annotations', name], what: `${name} stands on a ${thing.kind}`, mend: 'move it to the pods of the app' })),
    ),
    ...workloads.flatMap((thing) => {
      const { annotations, labels } = mapOf(thing.body['metadata'])
      const own = thing.kind === 'Pod' ? [] : ofDapr(mapOf(annotations)).map((name) => ({ thing, path: ['metadata', 'annotations', name], what: `${name} stands on the ${thing.kind}, not on its pods` }))
      const labelled = [['metadata', mapOf(labels)] as const, ...(thing.kind === 'Pod' ? [] : [['template', thing.labels] as const])]
      return [
        ...own,
        ...labelled.flatMap(([place, all]) => ofDapr(all).map((name) => ({ thing, path: [...(place === 'metadata' ? ['metadata'] : [...thing.template, 'metadata']), 'labels', name], what: `${name} is a label`, mend: 'make it an annotation of the pods' }))),
      ]
    }),
  ],
}

const annotationName: Rule = {
  id: 'annotation-name',
  reason: 'The injector ignores an annotation that it does not know.',
  mend: 'Correct the name.',
  check: ({ workloads }) =>
    workloads.flatMap((thing) =>
      ofDapr(thing.annotations).filter((name) => !known.includes(name)).map((name) => ({ thing, path: annotationAt(thing, name), what: `Dapr knows no annotation ${name}`, mend: meant(name, known, 'remove it') })),
    ),
}

interface Form {
  readonly fits: (text: string) => boolean
  readonly words: string
}

const integer = (min: number, max = Infinity): Form => ({
  fits: (text) => /^-?\d+$/.test(text) && Number(text) >= min && Number(text) <= max,
  words: max === Infinity ? `an integer of ${min} or more` : `an integer from ${min} to ${max}`,
})
const oneOf = (...values: readonly string[]): Form => ({ fits: (text) => values.includes(text.toLowerCase()), words: `one of ${quote(values)}` })
const port = integer(1, 65_535)
const amount: Form = { fits: (text) => quantity.test(text), words: 'an amount such as "100m" or "128Mi"' }
const duration: Form = { fits: (text) => goDuration.test(text), words: 'a duration such as "10s"' }
const anything: Form = { fits: () => true, words: 'a text' }

const special: Readonly<Record<string, Form>> = {
  'app-id': { fits: (text) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text), words: '1-63 of a-z, 0-9 and "-"' },
  'app-port': port,
  'metrics-port': port,
  'debug-port': port,
  'grpc-port': port,
  'internal-grpc-port': port,
  'app-max-concurrency': integer(1),
  'app-health-probe-interval': integer(1),
  'app-health-probe-timeout': integer(1),
  'app-health-threshold': integer(1),
  'graceful-shutdown-seconds': integer(-1),
  'block-shutdown-duration': duration,
  'app-protocol': oneOf('http', 'https', 'grpc', 'grpcs', 'h2c'),
  'log-level': oneOf('debug', 'info', 'warn', 'error', 'fatal'),
  'sidecar-cpu-request': amount,
  'sidecar-cpu-limit': amount,
  'sidecar-memory-request': amount,
  'sidecar-memory-limit': amount,
  'max-body-size': amount,
  'read-buffer-size': amount,
  'sidecar-seccomp-profile-type': oneOf('runtimedefault', 'unconfined', 'localhost'),
}

const byType: Readonly<Record<string, Form>> = { bool: oneOf('true', 'false', 'yes', 'no', 'y', 'n', 'on', 'off', 't', 'f', '1', '0'), int: integer(-1) }

const formOf = (name: string): Form => special[name.slice(prefix.length)] ?? byType[sidecarAnnotations[name] ?? ''] ?? anything

const annotationValue: Rule = {
  id: 'annotation-value',
  reason: 'The pod is refused, gets no sidecar, or Dapr takes the value for "false".',
  mend: 'Write a value that the annotation takes, as a text in quotes.',
  check: ({ workloads }) =>
    workloads.flatMap((thing) =>
      ofDapr(thing.annotations).flatMap((name): Flaw[] => {
        const value = thing.annotations[name]
        const path = annotationAt(thing, name)
        if (typeof value !== 'string') return [{ thing, path, what: `${name} is ${JSON.stringify(value)}, no text`, mend: `write "${scalarOf(value) ?? ''}", in quotes` }]
        const { fits, words } = formOf(name)
        return fits(value) ? [] : [{ thing, path, what: `${name} is "${value}"`, mend: `write ${words}` }]
      }),
    ),
}

const annotationEnabled: Rule = {
  id: 'annotation-enabled',
  reason: 'Without it no sidecar is injected, whatever else is said.',
  mend: 'Add `dapr.io/enabled: "true"`.',
  check: ({ workloads }) =>
    workloads.flatMap((thing) => {
      const others = ofDapr(thing.annotations)
      return others.length === 0 || 'dapr.io/enabled' in thing.annotations ? [] : [{ thing, path: [...thing.template, 'metadata', 'annotations'], what: `${others[0] ?? ''} is there without dapr.io/enabled` }]
    }),
}

/** Rules of the annotations that a sidecar is made by. */
export const annotationRules: readonly Rule[] = [annotationPlace, annotationName, annotationValue, annotationEnabled]

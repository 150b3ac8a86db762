import { sidecarPorts } from '../sidecar-ports.ts'
import { dnsLabel, malformed, malformedKeys, type NameForm, outOfRange, quote, repeated, type Rule, servicesOf, unknown } from './checks.ts'
import { componentsOfKind } from './references.ts'

const takenPorts: readonly number[] = Object.values(sidecarPorts)
const ownRoutes: readonly string[] = ['dapr', 'dead-letters', 'docs', 'errors', 'events', 'health', 'job', 'ready']
const methodName: NameForm = { pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, words: '1-63 of letters, digits, "_" and "-"' }
const secretName: NameForm = { pattern: /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, words: '1-253 of a-z, 0-9, "-" and "."' }

export const serviceRules: readonly Rule[] = [
  ({ services }) => malformedKeys('services', Object.keys(services), dnsLabel),
  (stack) => servicesOf(stack).flatMap(([app, { port }]) => outOfRange(`services.${app}.port`, port, { min: 1, max: 65535 })),
  (stack) =>
    servicesOf(stack)
      .filter(([, { port }]) => takenPorts.includes(port))
      .map(([app, { port }]) => ({
        path: `services.${app}.port`,
        message: `${port} belongs to the sidecar in the same pod (${takenPorts.join(', ')}); choose another`,
      })),
  (stack) =>
    repeated(
      servicesOf(stack).map(([app, { port }]) => [`services.${app}.port`, port] as const),
      (port, first) => `${port} is also ${first}; apps that run on one machine need ports of their own`,
    ),
  (stack) =>
    servicesOf(stack).flatMap(([app, { state = [] }]) =>
      unknown(`services.${app}.state`, 'state component', state, componentsOfKind(stack, 'state')),
    ),
  (stack) =>
    servicesOf(stack).flatMap(([app, { secrets = {} }]) =>
      Object.entries(secrets).flatMap(([store, names = []]) => [
        ...unknown(`services.${app}.secrets`, 'secrets component', [store], componentsOfKind(stack, 'secrets')),
        ...malformed(`services.${app}.secrets.${store}`, names, secretName),
      ]),
    ),
  (stack) => servicesOf(stack).flatMap(([app, { documents = {} }]) => malformedKeys(`services.${app}.documents`, Object.keys(documents), dnsLabel)),
  (stack) => servicesOf(stack).flatMap(([app, { methods = {} }]) => malformedKeys(`services.${app}.methods`, Object.keys(methods), methodName)),
  (stack) =>
    servicesOf(stack).flatMap(([app, { methods = {} }]) =>
      Object.keys(methods)
        .filter((method) => ownRoutes.includes(method))
        .map((method) => ({
          path: `services.${app}.methods.${method}`,
          message: `/${method} is a route that every service has (${quote(ownRoutes)}); choose another name`,
        })),
    ),
]

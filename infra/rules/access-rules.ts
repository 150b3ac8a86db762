import { graphIn } from './graph.ts'
import { meant, repeats } from './names.ts'
import { type Place, placesAt } from './place.ts'
import type { Flaw, Rule } from './rule.ts'
import type { Thing } from './thing.ts'
import { appIdsBeside, type AppThing, beside, type Things } from './things.ts'
import { mapOf, scalarOf, textOf, textsOf, valueAt } from './values.ts'

const policiesOf = (thing: Thing): Place[] => placesAt(thing, ['spec', 'accessControl', 'policies'])
const operationsOf = (thing: Thing, { path }: Place): Place[] => placesAt(thing, [...path, 'operations'])

const actions = ['allow', 'deny']
const verbs = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*']

const accessAction: Rule = {
  id: 'access-action',
  reason: 'Every word but "allow" denies, and a verb in small letters fits no request.',
  mend: 'Write `allow` or `deny`, and verbs in capitals.',
  check: ({ configurations }) =>
    configurations.flatMap((thing): Flaw[] => {
      const operations = policiesOf(thing).flatMap((policy) => operationsOf(thing, policy))
      const words = [
        { path: ['spec', 'accessControl', 'defaultAction'], value: textOf(valueAt(thing.body, ['spec', 'accessControl', 'defaultAction'])) },
        ...policiesOf(thing).map(({ path, body }) => ({ path: [...path, 'defaultAction'], value: textOf(body['defaultAction']) })),
        ...operations.map(({ path, body }) => ({ path: [...path, 'action'], value: textOf(body['action']) })),
      ]
      return [
        ...words.filter(({ value }) => value && !actions.includes(value.toLowerCase())).map(({ path, value }) => ({ thing, path, what: `"${value ?? ''}" is no action`, mend: meant(value ?? '', actions, 'write another') })),
        ...operations.flatMap(({ path, body }) => textsOf(body['httpVerb']).flatMap((verb, index) => (verbs.includes(verb) ? [] : [{ thing, path: [...path, 'httpVerb', index], what: `"${verb}" is no verb`, mend: meant(verb, verbs, 'write another') }]))),
      ]
    }),
}

const accessPolicy: Rule = {
  id: 'access-policy',
  reason: 'A sidecar does not start with a policy that lacks one of the three.',
  mend: 'Give each policy `appId`, `trustDomain` and `namespace`.',
  check: ({ configurations }) =>
    configurations.flatMap((thing) =>
      policiesOf(thing).flatMap(({ path, body }) => {
        const missing = ['appId', 'trustDomain', 'namespace'].filter((key) => !textOf(body[key]))
        const app = textOf(body['appId']) ?? '?'
        // The schema asks for `appId` already.
        return missing.filter((key) => key !== 'appId').map((key) => ({ thing, path, what: `the policy of ${app} has no ${key}`, mend: key === 'trustDomain' ? 'add `trustDomain: public`, which is what Dapr gives apps' : `add \`namespace: ${thing.namespace}\`, or the one that ${app} runs in` }))
      }),
    ),
}

const accessDefault: Rule = {
  id: 'access-default',
  reason: 'Whoever it is for may invoke every method, also those that come later.',
  mend: 'Set `defaultAction: deny` and name who may do what.',
  check: ({ configurations }) =>
    configurations.flatMap((thing): Flaw[] => {
      const control = { path: ['spec', 'accessControl'], body: mapOf(valueAt(thing.body, ['spec', 'accessControl'])), who: 'every app' }
      const policies = policiesOf(thing).map(({ path, body }) => ({ path, body, who: textOf(body['appId']) ?? '?' }))
      return [control, ...policies]
        .filter(({ body }) => textOf(body['defaultAction'])?.toLowerCase() === 'allow')
        .map(({ path, who }) => ({ thing, path: [...path, 'defaultAction'], what: `Configuration ${thing.name} lets ${who} invoke every method` }))
    }),
}

const accessTwice: Rule = {
  id: 'access-twice',
  reason: 'The last policy of an app replaces those before it.',
  mend: 'Put all operations of an app into one policy.',
  check: ({ configurations }) =>
    configurations.flatMap((thing) =>
      repeats(policiesOf(thing), ({ body }) => `${textOf(body['appId']) ?? ''} ${textOf(body['namespace']) ?? ''}`).map(({ value: { path, body } }) => ({ thing, path, what: `there are two policies of ${textOf(body['appId']) ?? '?'}` })),
    ),
}

const accessApp: Rule = {
  id: 'access-app',
  reason: 'No app has that id, so the policy allows nothing to anybody.',
  mend: 'Correct the id.',
  check: (things) =>
    things.configurations.flatMap((thing) =>
      policiesOf(thing).flatMap(({ path, body }): Flaw[] => {
        const [app, namespace] = [textOf(body['appId']), textOf(body['namespace']) ?? thing.namespace]
        const known = appIdsBeside({ ...thing, namespace }, things)
        const elsewhere = things.apps.find(({ id }) => id === app)?.namespace
        const isUnseen = known.length === 0 && (namespace === thing.namespace || elsewhere === undefined)
        if (app === undefined || isUnseen || known.includes(app)) return []
        const mend = elsewhere === undefined ? meant(app, known, 'correct it, or look at the app too') : `that app is in namespace ${elsewhere}`
        return [{ thing, path: [...path, 'appId'], what: `no app in namespace ${namespace} has the id "${app}"`, mend }]
      }),
    ),
}

interface Invocation {
  readonly caller: string
  readonly callee: string
  /** Path of the method; without one it is enough that any is allowed. */
  readonly route?: string
}

const targetsOf = (thing: Thing): Invocation[] =>
  textsOf(thing.body['scopes']).flatMap((caller) => Object.keys(mapOf(valueAt(thing.body, ['spec', 'targets', 'apps']))).map((callee) => ({ caller, callee })))

const configurationOf = (app: AppThing, { configurations }: Things): Thing | undefined => {
  const name = scalarOf(app.annotations['dapr.io/config'])
  return beside(app, configurations).find((one) => one.name === name)
}

// What Dapr takes for the trust domain of an app whose Configuration says none.
const defaultTrustDomain = 'public'

const accessTrust: Rule = {
  id: 'access-trust',
  reason: 'A policy is for an app of that trust domain only, so it never holds for this one.',
  mend: 'Write the trust domain that the Configuration of the caller has.',
  check: (things) =>
    things.configurations.flatMap((thing) =>
      policiesOf(thing).flatMap(({ path, body }): Flaw[] => {
        const [given, namespace] = [textOf(body['trustDomain']), textOf(body['namespace'])]
        const caller = things.apps.find((app) => app.id === body['appId'] && app.namespace === namespace)
        const control = caller && mapOf(valueAt(configurationOf(caller, things)?.body ?? {}, ['spec', 'accessControl']))
        const own = textOf(control?.['trustDomain']) ?? defaultTrustDomain
        if (given === undefined || caller === undefined || given === own) return []
        return [{ thing, path: [...path, 'trustDomain'], what: `the policy of ${caller.id} is for trust domain "${given}"`, mend: `write "${own}", in which ${caller.id} is` }]
      }),
    ),
}

const covers = (operation: string, route: string): boolean => {
  const [name, asked] = [`/${operation}`, `/${route}`].map((path) => path.replace(/^\/+/, '/').toLowerCase()) as [string, string]
  return name.endsWith('*') ? asked.startsWith(name.slice(0, -1)) : name === asked
}

/** Whether the policies of a callee let a caller in, as its sidecar decides it for a POST. */
const lets = (configuration: Thing, caller: string, namespace: string, route: string | undefined): boolean => {
  const control = mapOf(valueAt(configuration.body, ['spec', 'accessControl']))
  const policies = policiesOf(configuration)
  const otherwise = textOf(control['defaultAction']) ?? (policies.length > 0 ? 'deny' : 'allow')
  const policy = policies.find(({ body }) => body['appId'] === caller && body['namespace'] === namespace)
  if (!policy || (textOf(policy.body['trustDomain']) ?? '') !== defaultTrustDomain) return otherwise === 'allow'
  const operations = operationsOf(configuration, policy)
  if (route === undefined) return textOf(policy.body['defaultAction']) === 'allow' || operations.some(({ body }) => body['action'] === 'allow')
  const operation = operations.find(({ body }) => covers(textOf(body['name']) ?? '', route) && (textsOf(body['httpVerb']).includes('POST') || textsOf(body['httpVerb']).includes('*')))
  return (textOf(operation?.body['action']) ?? textOf(policy.body['defaultAction']) ?? otherwise) === 'allow'
}

const invocationDenied: Rule = {
  id: 'invocation-denied',
  reason: 'The sidecar of the callee answers 403.',
  mend: 'Add the operation to the policy of the caller, in the Configuration of the callee.',
  check: (things) => {
    const wanted = [
      ...things.resiliencies.map((thing) => ({ thing, invocations: targetsOf(thing), path: ['spec', 'targets', 'apps'] })),
      ...things.all.map((thing) => ({ thing, invocations: graphIn(thing).invocations, path: ['data', 'graph'] })),
    ]
    return wanted.flatMap(({ thing, invocations, path }) =>
      invocations.flatMap(({ caller, callee, route }: Invocation): Flaw[] => {
        const app = beside(thing, things.apps).find(({ id }) => id === callee)
        const configuration = app && configurationOf(app, things)
        if (!configuration || lets(configuration, caller, thing.namespace, route)) return []
        const method = route === undefined ? `any method of ${callee}` : `${route} of ${callee}`
        return [{ thing, path: route === undefined ? [...path, callee] : path, what: `${caller} invokes ${method}, and Configuration ${configuration.name} denies it` }]
      }),
    )
  },
}

/** Rules of access control: who may invoke what. */
export const accessRules: readonly Rule[] = [accessAction, accessPolicy, accessDefault, accessTwice, accessApp, accessTrust, invocationDenied]

import type { ComponentThing } from '../../../infra/rules/thing.ts'
import { closest } from '../../../infra/rules/names.ts'
import { mapOf, textOf } from '../../../infra/rules/values.ts'
import { isSecretStore, kindOfType } from '../../graph/loaded.ts'
import type { DeployedGraph } from '../../stack/graph.ts'
import type { Evidence, SidecarEvidence } from '../evidence.ts'
import { componentKeys, hostOf, lastLine, podSubject, serviceBehind, sidecarLines } from '../facts.ts'
import { flawsOf } from '../flaws.ts'
import { keys } from '../keys.ts'
import type { Rule, Seen } from '../rule.ts'

type Declared = DeployedGraph['components'][number]

const absent = ({ graph, things, listed }: Evidence): Declared[] =>
  listed.has('Component') ? (graph?.components ?? []).filter(({ name, users }) => users.length > 0 && !things.components.some((one) => one.name === name)) : []

/** Components that the stack does not declare and that could be one it does: of its kind, for its apps. */
const strayFor = ({ graph, things }: Evidence, { name, kind, users }: Declared): ComponentThing | undefined => {
  const declared = graph?.components.map((one) => one.name) ?? []
  const strays = things.components.filter((one) => !declared.includes(one.name) && kindOfType(one.type) === kind)
  const near = closest(name, strays.map((one) => one.name))
  return strays.find((one) => one.name === near) ?? strays.find(({ scopes }) => scopes.length === 0 || users.every((user) => scopes.includes(user)))
}

const there = ({ things, namespace }: Evidence): string => `${namespace} has the Components ${things.components.map(({ name, type }) => `${name} (${type})`).join(', ') || '(none)'}`

const misnamed: Rule = {
  id: 'component-misnamed',
  title: 'components have their names',
  meaning: 'Apps ask for the component by the name that the config gives it, and their sidecars know it by another.',
  shows: 'A component of the stack is missing, and one of its kind is there that the stack does not have.',
  mend: 'Give the Component its name.',
  look: (evidence): Seen[] =>
    absent(evidence).flatMap((declared): Seen[] => {
      const stray = strayFor(evidence, declared)
      if (!stray) return []
      const { name, users } = declared
      return [{
        subject: `Component/${stray.name}`,
        what: `it is called "${stray.name}", and ${users.join(', ')} ask for "${name}"`,
        evidence: [`there is no Component ${name}`, there(evidence)],
        fix: `set metadata.name: ${name} (apply it under that name, then remove ${stray.name})`,
        breaks: [...componentKeys(evidence, name), ...componentKeys(evidence, stray.name)],
      }]
    }),
}

const missing: Rule = {
  id: 'component-missing',
  title: 'components are there',
  meaning: 'Sidecars start without it and say nothing; what the apps ask of it fails.',
  shows: 'The stack has a component, and the namespace has no Component of that name.',
  mend: 'Apply it: `stack up`.',
  look: (evidence): Seen[] =>
    absent(evidence).filter((declared) => !strayFor(evidence, declared)).map(({ name, users }) => ({
      subject: `Component/${name}`,
      what: `it is missing, and ${users.join(', ')} ${users.length === 1 ? 'uses' : 'use'} it`,
      evidence: [there(evidence)],
      fix: `apply Component ${name} to ${evidence.namespace}: \`stack up\``,
      breaks: componentKeys(evidence, name),
    })),
}

const scopedAway: Rule = {
  id: 'component-scoped-away',
  title: 'components are in the scope of their users',
  meaning: 'Sidecars that are not in `scopes` do not load the component, and say nothing.',
  shows: '`scopes` of the Component lacks an app that uses it.',
  mend: 'Add the app to `scopes`.',
  look: (evidence): Seen[] =>
    (evidence.graph?.components ?? []).flatMap(({ name, users }): Seen[] => {
      const scopes = evidence.things.components.find((one) => one.name === name)?.scopes ?? []
      const left = scopes.length === 0 ? [] : users.filter((app) => !scopes.includes(app))
      if (left.length === 0) return []
      return [{
        subject: `Component/${name}`,
        what: `${left.join(', ')} ${left.length === 1 ? 'uses it and is' : 'use it and are'} not in its scopes`,
        evidence: [`scopes: ${scopes.join(', ')}`, `the stack has it used by ${users.join(', ')}`],
        fix: `add ${left.join(', ')} to scopes of Component ${name}`,
        breaks: [keys.component(name), ...left.map(keys.app)],
      }]
    }),
}

const nameIn = (object: string): string => object.slice(object.indexOf('/') + 1)

const unknownType: Rule = {
  id: 'component-type',
  title: 'Dapr has the types of the components',
  meaning: 'A sidecar that is to load a component of a type or version that Dapr does not have ends at its start.',
  shows: '`spec.type` or `spec.version` is none of Dapr\'s.',
  mend: 'Correct the type or the version.',
  look: (evidence): Seen[] =>
    ['component-type', 'component-version'].flatMap((rule) => flawsOf(evidence, rule)).map(({ object, what, mend }) => ({
      subject: object,
      what,
      evidence: [what, ...new Set(failuresOf(evidence, nameIn(object)).map(({ line, sidecar }) => saidBy(sidecar, line)))],
      fix: mend,
      breaks: componentKeys(evidence, nameIn(object)),
    })),
}

const saidBy = ({ pod }: SidecarEvidence, line: string): string => `the sidecar of ${pod.metadata.name} says: ${line}`

const isLoadedBy = (component: string, { metadata }: SidecarEvidence): boolean => metadata?.components.some(({ name }) => name === component) ?? false

interface Failure {
  readonly sidecar: SidecarEvidence
  readonly line: string
}

const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** What sidecars say of a component that they could not load, and have not loaded since. */
const failuresOf = ({ sidecars }: Evidence, component: string): Failure[] =>
  sidecars.filter((sidecar) => !isLoadedBy(component, sidecar)).flatMap((sidecar): Failure[] => {
    const line = lastLine(sidecar, new RegExp(String.raw`(Failed to init component|initialization error occurred for) ${quoted(component)} \(`))
    return line === undefined ? [] : [{ sidecar, line }]
  })

/** What reads through sidecars say of a component that they have loaded. */
const failedReads = ({ reads, things }: Evidence, component: string): string[] => {
  if (things.components.some(({ name, type }) => name === component && isSecretStore(type))) return []
  return reads.filter((read) => read.component === component && read.secret === undefined && read.status >= 400).map(({ app, status, text }) => `a read through the sidecar of ${app} answers ${status} ${text.slice(0, 200)}`)
}

interface Trouble {
  readonly component: ComponentThing
  readonly said: readonly string[]
}

/** Components that fail, at the start or at a read, and why. */
const troubles = (evidence: Evidence): Trouble[] =>
  evidence.things.components.flatMap((component) => {
    const said = [...failuresOf(evidence, component.name).map(({ sidecar, line }) => saidBy(sidecar, line)), ...failedReads(evidence, component.name)]
    return said.length === 0 ? [] : [{ component, said: [...new Set(said)].slice(0, 4) }]
  })

const passwords = /WRONGPASS|NOAUTH|called without any password|invalid username-password|SASL|authentication (failed|error|required)|password authentication|Authorization Violation/i
const unreachable = /connection refused|no such host|i\/o timeout|deadline exceeded|no route to host|network is unreachable|run out of available brokers|init timeout|dial tcp|EOF|connection reset|no servers available/i
const certificates = /x509|certificate|tls:/i

/** Names of Secrets that a component takes its values from. */
const secretsOf = ({ entries }: ComponentThing): string[] => [...new Set(entries.flatMap(({ body }) => textOf(mapOf(body['secretKeyRef'])['name']) ?? []))]

const failing = (rule: Omit<Rule, 'look'>, fits: (said: string) => boolean, of: (trouble: Trouble, evidence: Evidence) => Pick<Seen, 'what' | 'fix'>): Rule => ({
  ...rule,
  look: (evidence) =>
    troubles(evidence).filter(({ said }) => fits(said.join('\n'))).map((trouble) => {
      const { name } = trouble.component
      const service = serviceBehind(evidence, name)
      return {
        subject: `Component/${name}`,
        evidence: trouble.said,
        ...of(trouble, evidence),
        about: [keys.component(name), ...(service === undefined ? [] : [keys.service(service)]), ...(certificates.test(trouble.said.join('\n')) ? [keys.certificates] : [])],
        breaks: componentKeys(evidence, name),
      }
    }),
})

const password = failing(
  {
    id: 'component-password',
    title: 'components have the right credentials',
    meaning: 'What stands behind the component refuses the credentials: sidecars end at their start, or every call fails.',
    shows: 'A sidecar, or a read through it, tells of `WRONGPASS`, `NOAUTH`, SASL or another refused login.',
    mend: 'Put the right credentials into the Secret of the component, then make the pods anew.',
  },
  (said) => passwords.test(said),
  ({ component }) => {
    const secrets = secretsOf(component)
    return { what: `${component.type.split('.')[1] ?? 'what stands behind it'} refuses its credentials`, fix: secrets.length === 0 ? `give Component ${component.name} credentials, by secretKeyRef to a Secret, then make the pods anew` : `put the right credentials into Secret ${secrets.join(', ')}, then make the pods of its apps anew` }
  },
)

const away = failing(
  {
    id: 'component-unreachable',
    title: 'what stands behind components answers',
    meaning: 'The store or broker cannot be reached: sidecars end at their start, or every call fails.',
    shows: 'A sidecar, or a read through it, tells of a refused connection, an unknown host or a time-out.',
    mend: 'See that it runs and that the address is right.',
  },
  (said) => !passwords.test(said) && unreachable.test(said),
  ({ component: { name } }, evidence) => {
    const host = hostOf(evidence, name)
    return { what: `${host ?? 'what stands behind it'} cannot be reached`, fix: `see that ${host ?? 'it'} runs and is the right address, and that a NetworkPolicy lets the sidecars there` }
  },
)

const failed = failing(
  {
    id: 'component-failed',
    title: 'components start',
    meaning: 'The component does not start, for another reason than its type, its credentials or its address.',
    shows: 'A sidecar says `INIT_COMPONENT_FAILURE`, or a read through it fails.',
    mend: 'Correct what the message names.',
  },
  (said) => !passwords.test(said) && !unreachable.test(said),
  ({ said, component: { name } }) => ({
    what: 'it does not start',
    fix: certificates.test(said.join('\n')) ? 'give the sidecars the certificate of the authority that signed the server\'s' : `correct in Component ${name} what the message names`,
  }),
)

/** Values of a Secret that a component names and the namespace has not. */
const secretMissing: Rule = {
  id: 'component-secret-missing',
  title: 'Secrets of components are there',
  meaning: 'Dapr\'s operator hands a sidecar no component at all where a Secret of one is missing: the sidecar ends at its start. Without the key the component starts with an empty value.',
  shows: 'A `secretKeyRef` of a Component names a Secret or key that is not there, or a secret that an app reads is not there.',
  mend: 'Make the Secret: `stack secrets create`.',
  look: (evidence): Seen[] => {
    const { secrets, things, namespace, reads } = evidence
    const wanted = things.components.flatMap((component) => {
      if (!['kubernetes', undefined].includes(textOf(mapOf(component.body['auth'])['secretStore']))) return []
      return component.entries.flatMap(({ name, body }) => {
        const { name: secret, key } = mapOf(body['secretKeyRef'])
        return textOf(secret) === undefined ? [] : [{ component, item: name, secret: textOf(secret) ?? '', key: textOf(key) ?? textOf(secret) ?? '' }]
      })
    })
    const lacking = secrets ? wanted.filter(({ secret, key }) => secrets.get(secret)?.[key] === undefined) : []
    return [
      ...lacking.map(({ component, item, secret, key }): Seen => {
        const isThere = secrets?.has(secret) ?? false
        return {
          subject: `Component/${component.name}`,
          what: isThere ? `Secret ${secret} has no key ${key}` : `Secret ${secret} is not there`,
          evidence: [`spec.metadata ${item} has secretKeyRef ${secret}/${key}`, isThere ? `Secret ${secret} has the keys ${Object.keys(secrets?.get(secret) ?? {}).join(', ') || '(none)'}` : `${namespace} has no Secret ${secret}`],
          fix: isThere ? `add the key ${key} to Secret ${secret}` : `make it: \`stack secrets create --from-file ${secret}/${key}=FILE\``,
          breaks: componentKeys(evidence, component.name),
        }
      }),
      ...reads.filter(({ secret, text }) => secret !== undefined && /not found/i.test(text)).map(({ app, component, secret = '', status, text }): Seen => ({
        subject: `Component/${component}`,
        what: `${app} reads Secret ${secret}, which is not there`,
        evidence: [`a read through the sidecar of ${app} answers ${status} ${text.slice(0, 200)}`],
        fix: `make it: \`stack secrets create --from-file ${secret}/KEY=FILE\``,
        about: [keys.component(component)],
        breaks: [keys.app(app)],
      })),
    ]
  },
}

const forbidden = /secrets? \\*"([\w.-]+)\\*" is forbidden|ERR_PERMISSION_DENIED|access denied by policy/

const secretForbidden: Rule = {
  id: 'component-secret-forbidden',
  title: 'Secrets may be read by those who need them',
  meaning: 'Kubernetes, or the secret scopes of the app\'s Configuration, refuse the Secret: the sidecar ends at its start, or the app gets an error.',
  shows: 'A sidecar says `secrets "…" is forbidden`, or a read through it is refused.',
  mend: 'Let the service account get the Secret by a Role, or add it to `allowedSecrets`.',
  look: (evidence): Seen[] => {
    const { reads, sidecars, namespace } = evidence
    const refused = reads.filter(({ secret, status, text }) => secret !== undefined && status >= 400 && (status === 403 || forbidden.test(text)))
    const said = sidecars.filter(({ metadata }) => metadata === undefined).flatMap((sidecar) => {
      const line = sidecarLines(sidecar).findLast((one) => /secrets? \\*"[\w.-]+\\*" is forbidden/.test(one))
      return line === undefined ? [] : [{ sidecar, line }]
    })
    return [
      ...refused.map(({ app, component, secret = '', status, text }): Seen => {
        const byScope = status === 403 && !/is forbidden/.test(text)
        return {
          subject: `Component/${component}`,
          what: `${app} may not read Secret ${secret}`,
          evidence: [`a read through the sidecar of ${app} answers ${status} ${text.slice(0, 240)}`],
          fix: byScope ? `add ${secret} to allowedSecrets of ${component} in the Configuration of ${app}` : `let the service account of ${app} get Secret ${secret} by a Role and RoleBinding in ${namespace}`,
          about: [keys.component(component)],
          breaks: [keys.app(app)],
        }
      }),
      ...said.map(({ sidecar, line }): Seen => ({
        subject: podSubject(evidence, sidecar.pod),
        what: `Secret ${forbidden.exec(line)?.[1] ?? ''} may not be read`,
        evidence: [saidBy(sidecar, line)],
        fix: 'let the service account that the message names get the Secret by a Role and RoleBinding',
        breaks: [keys.app(sidecar.app)],
      })),
    ]
  },
}

const unloaded: Rule = {
  id: 'component-unloaded',
  title: 'sidecars have loaded their components',
  meaning: 'The sidecar runs without a component that its app uses, and nothing else says why.',
  shows: '`/v1.0/metadata` of the sidecar does not list it.',
  mend: 'Make the pod anew; else see the sidecar\'s log.',
  look: (evidence): Seen[] =>
    (evidence.graph?.components ?? []).flatMap(({ name, users }): Seen[] => {
      if (!evidence.things.components.some((one) => one.name === name)) return []
      const without = evidence.sidecars.filter((sidecar) => users.includes(sidecar.app) && sidecar.metadata !== undefined && !isLoadedBy(name, sidecar))
      if (without.length === 0) return []
      const apps = [...new Set(without.map(({ app }) => app))]
      return [{
        subject: `Component/${name}`,
        what: `the sidecars of ${apps.join(', ')} have not loaded it`,
        evidence: without.map(({ pod, metadata }) => `pod ${pod.metadata.name} has loaded ${metadata?.components.map((one) => one.name).join(', ') || 'nothing'}`),
        fix: 'make the pods anew (`kubectl rollout restart`); else the log of the sidecar says why',
        about: [keys.component(name), ...apps.map(keys.app)],
        breaks: componentKeys(evidence, name),
      }]
    }),
}

/** What has components work. */
export const componentRules: readonly Rule[] = [misnamed, missing, scopedAway, unknownType, secretMissing, secretForbidden, password, away, failed]

/** What else a component may have, after all that explains it. */
export const lateComponentRules: readonly Rule[] = [unloaded]

import type { ContainerThing } from '../../../infra/rules/thing.ts'
import type { AppThing } from '../../../infra/rules/things.ts'
import { listOf, mapOf, scalarOf, textOf, valueAt } from '../../../infra/rules/values.ts'
import { sidecarContainer } from '../../stack/up/pods.ts'
import { actionFor } from '../../verify/access.ts'
import type { Evidence } from '../evidence.ts'
import { lastLine, subjectOf, workloadKeys } from '../facts.ts'
import { keys } from '../keys.ts'
import type { Rule, Seen } from '../rule.ts'

/** A token that both containers of a pod must have: the annotation that gives it to the sidecar, and the variable of the app. */
interface Token {
  readonly annotation: string
  readonly variable: string
  /** Who is refused without it. */
  readonly effect: string
}

const appToken: Token = { annotation: 'dapr.io/app-token-secret', variable: 'APP_API_TOKEN', effect: 'the app refuses what its sidecar brings' }
const apiToken: Token = { annotation: 'dapr.io/api-token-secret', variable: 'DAPR_API_TOKEN', effect: 'the sidecar refuses what the app asks' }

/** Where a container gets a variable from: a key of a Secret, a text, or nowhere that can be told. */
type Source = { readonly secret: string; readonly key: string } | { readonly text: string } | undefined

const sourceIn = ({ body }: ContainerThing, variable: string): Source => {
  const entry = listOf(body['env']).map(mapOf).find(({ name }) => name === variable)
  if (!entry) return undefined
  const { name, key } = mapOf(valueAt(entry, ['valueFrom', 'secretKeyRef']))
  if (textOf(name) !== undefined) return { secret: textOf(name) ?? '', key: textOf(key) ?? '' }
  return entry['valueFrom'] === undefined ? { text: scalarOf(entry['value']) ?? '' } : undefined
}

const hasOtherSources = ({ body }: ContainerThing): boolean => listOf(body['envFrom']).length > 0

const valueOf = ({ secrets }: Evidence, source: Source): string | undefined => {
  if (source === undefined) return undefined
  if ('text' in source) return source.text
  const value = secrets?.get(source.secret)?.[source.key]
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8')
}

const sourceText = (source: Source): string => (source === undefined ? 'nothing' : 'text' in source ? 'a text of its own' : `Secret ${source.secret}, key ${source.key}`)

/** How an app and its sidecar differ in a token; undefined where they do not, or nobody can tell. */
const difference = (evidence: Evidence, app: AppThing, { annotation, variable }: Token): { readonly what: string; readonly fix: string; readonly seen: readonly string[] } | undefined => {
  const secret = scalarOf(app.annotations[annotation])
  const own = app.containers.filter(({ name }) => name !== sidecarContainer)
  const sources = own.map((container) => sourceIn(container, variable)).filter((source) => source !== undefined)
  const [source] = sources
  const seen = [`${annotation}: ${secret ?? 'nothing'}`, `${variable} comes from ${sourceText(source)}`]
  if (secret === undefined) return source === undefined || valueOf(evidence, source) === '' ? undefined : { what: `the app has ${variable}, and its sidecar has no such token`, fix: 'secret' in source ? `add ${annotation}: ${source.secret} to its pod template` : `take ${variable} out, or add ${annotation}`, seen }
  if (source === undefined) return own.some(hasOtherSources) ? undefined : { what: `its sidecar has a token, and no container has ${variable}`, fix: `add ${variable} with secretKeyRef ${secret}, key token`, seen }
  const [theirs, ours] = [valueOf(evidence, { secret, key: 'token' }), valueOf(evidence, source)]
  if (theirs === undefined || ours === undefined || theirs.trim() === ours.trim()) return undefined
  return { what: `the app and its sidecar have different tokens in ${variable}`, fix: `take ${variable} from Secret ${secret}, key token, as the sidecar does`, seen }
}

const tokenRule = (rule: Omit<Rule, 'look'>, token: Token, refused: RegExp): Rule => ({
  ...rule,
  look: (evidence) =>
    evidence.things.apps.flatMap((app): Seen[] => {
      const found = difference(evidence, app, token)
      if (!found) return []
      const said = evidence.sidecars.filter((one) => one.app === app.id).flatMap((one) => lastLine(one, refused) ?? [])
      return [{
        subject: subjectOf(app),
        what: `${found.what}: ${token.effect}`,
        evidence: [...found.seen, ...said.slice(0, 1).map((line) => `its sidecar says: ${line}`)],
        fix: found.fix,
        breaks: workloadKeys(evidence, app),
      }]
    }),
})

const appTokenRule = tokenRule(
  {
    id: 'app-token-mismatch',
    title: 'apps know the token of their sidecars',
    meaning: 'The app takes its own sidecar for a stranger, and answers events, calls and jobs with 401; or it takes everybody for its sidecar.',
    shows: '`dapr.io/app-token-secret` and the app\'s `APP_API_TOKEN` are not of one value.',
    mend: 'Give both the same Secret.',
  },
  appToken,
  /status code returned: 401/,
)

const apiTokenRule = tokenRule(
  {
    id: 'api-token-mismatch',
    title: 'sidecars know the token of their apps',
    meaning: 'The sidecar answers its own app with 401: the app can store, publish and invoke nothing.',
    shows: '`dapr.io/api-token-secret` and the app\'s `DAPR_API_TOKEN` are not of one value.',
    mend: 'Give both the same Secret.',
  },
  apiToken,
  /invalid api token/,
)

const blocked = /^dapr_runtime_acl_(app|global)_policy_action_blocked_total$/

/** Calls of each caller that the sidecars of an app refused since they started. */
const blockedAt = ({ sidecars }: Evidence, callee: string): ReadonlyMap<string, number> => {
  const counts = sidecars.filter(({ app }) => app === callee).flatMap(({ samples = [] }) => samples.filter(({ name, value }) => blocked.test(name) && value > 0))
  const byCaller = Map.groupBy(counts, ({ labels }) => labels['app_id'] ?? '')
  return new Map([...byCaller].map(([caller, all]) => [caller, all.reduce((sum, { value }) => sum + value, 0)]))
}

const configurationOf = (evidence: Evidence, app: string): { readonly name: string; readonly object: unknown } | undefined => {
  const name = scalarOf(evidence.things.apps.find(({ id }) => id === app)?.annotations['dapr.io/config'])
  const found = evidence.things.configurations.find((one) => one.name === name)
  return found && { name: found.name, object: found.body }
}

const accessDenied: Rule = {
  id: 'access-denied',
  title: 'access control lets declared calls pass',
  meaning: 'The sidecar of the callee refuses the call with 403; no app sees it but the caller.',
  shows: 'The access control in the Configuration of the callee denies a call that the stack declares, or its sidecar counted calls that it refused.',
  mend: 'Allow the operation in the policy of the caller; where it is allowed, make the pods of the callee anew.',
  look: (evidence): Seen[] => {
    const { graph } = evidence
    const denied = (graph?.invocations ?? []).flatMap((call) => {
      const configuration = configurationOf(evidence, call.callee)
      const action = configuration && call.route !== undefined ? actionFor(configuration.object, call.caller, call.route) : 'allow'
      return action === 'allow' || !configuration ? [] : [{ ...call, action, configuration: configuration.name }]
    })
    const declared = [...Map.groupBy(denied, ({ configuration, caller }) => `${configuration} ${caller}`).values()].flatMap((calls): Seen[] => {
      const [first] = calls
      if (!first) return []
      const { caller, callee, configuration } = first
      const count = blockedAt(evidence, callee).get(caller) ?? 0
      return [{
        subject: `Configuration/${configuration}`,
        what: `it denies ${caller} what ${callee} is to do for it: ${calls.map(({ method }) => method).join(', ')}`,
        evidence: [...calls.map(({ route, action }) => `spec.accessControl has ${action} for ${route ?? ''} called by ${caller}`), ...(count > 0 ? [`the sidecars of ${callee} refused ${count} calls of ${caller} since they started`] : [])],
        fix: `allow ${calls.map(({ route }) => route).join(', ')} in the policy of ${caller} in Configuration ${configuration}`,
        about: [keys.certificates],
        breaks: [keys.app(caller)],
      }]
    })
    return [...declared, ...strays(evidence, denied)]
  },
}

/** A sidecar loads its Configuration when it starts, and hears of a change only once it listens for them: it may have missed one between. */
const strayFix = ({ graph }: Evidence, { caller, callee, name }: { readonly caller: string; readonly callee: string; readonly name: string }): string => {
  if (caller === '') return 'see that mTLS is on: access control knows callers by their certificates'
  const isDeclared = graph?.invocations.some((call) => call.caller === caller && call.callee === callee) ?? false
  return isDeclared
    ? `make the pods of ${callee} anew: Configuration ${name} allows what ${caller} declares, and a sidecar can miss a change while it starts; if the count rises then too, ${caller} asks for more than it declares`
    : `allow the operation in the policy of ${caller} in Configuration ${name}, or have ${caller} not ask for it`
}

/** Calls that were refused although nothing declared is denied: of no declared app, or by what nobody sees in the objects. */
const strays = (evidence: Evidence, denied: readonly { readonly caller: string; readonly callee: string }[]): Seen[] =>
  [...new Set(evidence.sidecars.map(({ app }) => app))].flatMap((callee) =>
    [...blockedAt(evidence, callee)].filter(([caller]) => !denied.some((one) => one.caller === caller && one.callee === callee)).map(([caller, count]): Seen => {
      const name = configurationOf(evidence, callee)?.name ?? callee
      return {
        subject: `Configuration/${name}`,
        what: `${callee} refused ${count} calls of ${caller || 'a caller without an identity'}`,
        evidence: [`the sidecars of ${callee} counted them since they started`],
        fix: strayFix(evidence, { caller, callee, name }),
        about: [keys.certificates],
        breaks: [keys.app(caller)],
      }
    }),
  )

/** What has apps and sidecars let each other in. */
export const accessRules: readonly Rule[] = [appTokenRule, apiTokenRule, accessDenied]

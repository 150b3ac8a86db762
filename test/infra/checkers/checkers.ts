import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'

import { silent } from '../../../toolchain/progress.ts'
import { ensureCheckov } from '../../../toolchain/python.ts'
import { ensureTools } from '../../../toolchain/tools.ts'
import { versions } from '../../../toolchain/versions.ts'
import { kindSchemas } from './schemas.ts'

/** Something that a checker says of an object. */
export interface Complaint {
  /** Such as `Deployment/shop`. */
  readonly object: string
  /** Id of the check; `schema` where it is kubeconform's. */
  readonly check: string
  readonly text: string
}

interface Conformity {
  readonly resources?: readonly { readonly kind: string; readonly name: string; readonly status: string; readonly msg: string }[]
}

interface Scored {
  readonly type_meta: { readonly kind: string }
  readonly object_meta: { readonly name: string }
  readonly checks: readonly {
    readonly check: { readonly id: string }
    readonly grade: number
    readonly skipped: boolean
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null
  }[]
}

interface Checked {
  readonly results: { readonly failed_checks: readonly { readonly check_id: string; readonly check_name: string; readonly resource: string }[] }
}

// Of kube-score's grades (1 critical, 5 warning, 7 almost, 10 good) what counts as said against an object.
const worstGood = 7

/** Programs that know nothing of this project and look at manifests. */
export interface Checkers {
  /** kubeconform, strict, with the schemas of the pinned Kubernetes and Dapr. */
  readonly conformity: (yaml: string) => Promise<Complaint[]>
  /** kube-score, warnings too. */
  readonly score: (yaml: string) => Promise<Complaint[]>
  /** checkov, all its checks of Kubernetes. */
  readonly checkov: (yaml: string) => Promise<Complaint[]>
}

/** Builds or fetches them where the cache lacks them; `folder` is theirs. */
export const checkersIn = async (folder: string): Promise<Checkers> => {
  const tools = await ensureTools(['kubeconform', 'kube-score'], silent)
  const checkov = await ensureCheckov(silent)
  for (const [file, schema] of await kindSchemas()) await writeFile(join(folder, `${file}.json`), JSON.stringify(schema))
  return {
    conformity: async (input) => {
      const { stdout } = await execa(tools.kubeconform, ['-strict', '-output', 'json', '-schema-location', join(folder, '{{ .ResourceKind }}{{ .KindSuffix }}.json'), '-'], { input, reject: false })
      const { resources = [] } = JSON.parse(stdout) as Conformity
      return resources.filter(({ status }) => status !== 'statusValid').map(({ kind, name, msg }) => ({ object: `${kind}/${name}`, check: 'schema', text: msg }))
    },
    score: async (input) => {
      const [major, minor] = versions.kubernetes.split('.')
      const { stdout } = await execa(tools['kube-score'], ['score', '--kubernetes-version', `v${major ?? ''}.${minor ?? ''}`, '--output-format', 'json', '-'], { input, reject: false })
      return (JSON.parse(stdout) as Scored[]).flatMap(({ type_meta, object_meta, checks }) =>
        checks.filter(({ grade, skipped }) => !skipped && grade < worstGood).flatMap(({ check, comments }) =>
          (comments ?? []).map(({ path, summary }) => ({ object: `${type_meta.kind}/${object_meta.name}`, check: check.id, text: `${path} ${summary}`.trim() })),
        ),
      )
    },
    checkov: async (input) => {
      const file = join(folder, `${randomUUID()}.yaml`)
      await writeFile(file, input)
      // It asks its vendor for nothing, and finds nothing of theirs on the way up from the file.
      const args = ['--file', file, '--framework', 'kubernetes', '--skip-download', '--quiet', '--compact', '--output', 'json']
      const { stdout } = await execa(checkov.command, [...checkov.args, ...args], { cwd: folder, env: { ...checkov.env, LOG_LEVEL: 'ERROR' }, reject: false })
      const { results } = JSON.parse(stdout) as Checked
      return results.failed_checks.map(({ check_id, check_name, resource }) => ({ object: resource.split('.').toSpliced(1, 1).join('/'), check: check_id, text: check_name }))
    },
  }
}

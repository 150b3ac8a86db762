import { readFile } from 'node:fs/promises'

import ts from 'typescript'
import { z } from 'zod'

import type { AnyObject } from '../../../cli/kube/index.ts'
import { brokenPrograms } from '../local-stack.ts'

const Deployment = z.looseObject({
  kind: z.literal('Deployment'),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({
        containers: z.tuple([z.looseObject({ volumeMounts: z.array(z.unknown()).default([]) })]),
        volumes: z.array(z.unknown()).default([]),
      }),
    }),
  }),
})

const name = 'broken-program'
/** Where the image has its programs. */
const home = '/app'

const compiled = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true, rewriteRelativeImportExtensions: true },
  }).outputText

const withProgram = (object: AnyObject, program: string): AnyObject => {
  const { spec, ...rest } = Deployment.parse(object)
  const { template } = spec
  const [container] = template.spec.containers
  const mount = { name, mountPath: `${home}/${program}`, subPath: 'program.js' }
  const changed = { ...container, command: ['node', program], volumeMounts: [...container.volumeMounts, mount] }
  const pod = { ...template.spec, containers: [changed], volumes: [...template.spec.volumes, { name, configMap: { name } }] }
  return { ...rest, spec: { ...spec, template: { ...template, spec: pod } } }
}

/** The stack with the delivery contract switched off: its image, with a program from a ConfigMap. */
export const withBrokenProgram = async (): Promise<(objects: readonly AnyObject[]) => AnyObject[]> => {
  const [[app, source] = ['', '']] = Object.entries(brokenPrograms)
  const program = source.replace(/\.ts$/, '.js')
  const text = compiled(await readFile(source, 'utf8'))
  return (objects) => {
    const index = objects.findIndex(({ kind, metadata }) => kind === 'Deployment' && metadata?.name === app)
    const deployment = objects[index]
    if (!deployment) throw new Error(`synth wrote no Deployment ${app}`)
    const map: AnyObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: deployment.metadata?.namespace ?? '' }, ...{ data: { 'program.js': text } } }
    return [...objects.slice(0, index), map, withProgram(deployment, program), ...objects.slice(index + 1)]
  }
}

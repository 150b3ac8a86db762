import { quote } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import type { Thing } from './thing.ts'
import { beside } from './things.ts'
import { type Json, listOf, mapOf, scalarOf, valueAt } from './values.ts'

const selects = (selector: Json, labels: Json): boolean => Object.keys(selector).length > 0 && Object.entries(selector).every(([name, value]) => labels[name] === value)

const selectorPods: Rule = {
  id: 'selector-pods',
  reason: 'The cluster refuses a workload that does not select its own pods.',
  mend: 'Make `selector.matchLabels` and the labels of the template equal.',
  check: ({ workloads }) =>
    workloads.flatMap((thing): Flaw[] => {
      const path = ['spec', 'selector', 'matchLabels']
      const selector = mapOf(valueAt(thing.body, path))
      return Object.keys(selector).length === 0 || selects(selector, thing.labels) ? [] : [{ thing, path, what: `${thing.kind} ${thing.name} does not select its own pods` }]
    }),
}

const servicesOf = (things: readonly Thing[]): { readonly thing: Thing; readonly selector: Json }[] =>
  things.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1').map((thing) => ({ thing, selector: mapOf(valueAt(thing.body, ['spec', 'selector'])) }))

const servicePods: Rule = {
  id: 'service-pods',
  reason: 'Requests go to the pods of another app as well: two stacks in one namespace, or labels that are not specific.',
  mend: 'Give the pods of each workload a label of their own and select by that.',
  check: ({ all, workloads }) =>
    servicesOf(all).flatMap(({ thing, selector }): Flaw[] => {
      const found = beside(thing, workloads).filter(({ kind, labels }) => kind !== 'Job' && kind !== 'CronJob' && selects(selector, labels)).map(({ kind, name }) => `${kind}/${name}`)
      const different = [...new Set(found)]
      return different.length > 1 ? [{ thing, path: ['spec', 'selector'], what: `Service ${thing.name} selects the pods of ${quote(different)}` }] : []
    }),
}

const serviceNobody: Rule = {
  id: 'service-nobody',
  reason: 'Requests to the Service are refused.',
  mend: 'Select the labels that the pods have.',
  check: ({ all, workloads }) =>
    servicesOf(all).flatMap(({ thing, selector }): Flaw[] => {
      const near = beside(thing, workloads)
      const namesake = near.find(({ name, kind }) => name === thing.name && kind !== 'Job' && kind !== 'CronJob')
      const isLost = Object.keys(selector).length > 0 && !near.some(({ labels }) => selects(selector, labels))
      return namesake && isLost ? [{ thing, path: ['spec', 'selector'], what: `Service ${thing.name} selects no pods, not those of ${namesake.kind} ${namesake.name} either` }] : []
    }),
}

const servicePort: Rule = {
  id: 'service-port',
  reason: 'Requests to the Service are refused.',
  mend: 'Let `targetPort` be a port, or the name of one, that a container has.',
  check: ({ all, workloads }) =>
    servicesOf(all).flatMap(({ thing, selector }) => {
      const declared = beside(thing, workloads).filter(({ labels }) => selects(selector, labels)).flatMap(({ containers }) => containers.flatMap(({ body }) => listOf(body['ports']).map(mapOf)))
      if (declared.length === 0) return []
      const known = new Set(declared.flatMap(({ name, containerPort }) => [scalarOf(name), scalarOf(containerPort)]))
      return listOf(valueAt(thing.body, ['spec', 'ports'])).flatMap((one, index): Flaw[] => {
        const { targetPort, port } = mapOf(one)
        const target = scalarOf(targetPort ?? port)
        return target === undefined || known.has(target) ? [] : [{ thing, path: ['spec', 'ports', index], what: `Service ${thing.name} sends to port ${target}, which no container has` }]
      })
    }),
}

const isPort = (value: unknown): boolean => value === undefined || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535)

const portRange: Rule = {
  id: 'port-range',
  reason: 'The API server refuses the object.',
  mend: 'Use an integer from 1 to 65535.',
  check: ({ all, workloads }) => [
    ...servicesOf(all).flatMap(({ thing }) =>
      listOf(valueAt(thing.body, ['spec', 'ports'])).flatMap((one, index): Flaw[] => {
        const { port } = mapOf(one)
        return isPort(port) ? [] : [{ thing, path: ['spec', 'ports', index, 'port'], what: `Service ${thing.name} has port ${String(scalarOf(port))}` }]
      }),
    ),
    ...workloads.flatMap((thing) =>
      thing.containers.flatMap(({ body, path, name }) =>
        listOf(body['ports']).flatMap((one, index): Flaw[] => {
          const { containerPort } = mapOf(one)
          return isPort(containerPort) ? [] : [{ thing, path: [...path, 'ports', index, 'containerPort'], what: `container ${name} has port ${String(scalarOf(containerPort))}` }]
        }),
      ),
    ),
  ],
}

/** Rules of what selects pods. */
export const serviceRules: readonly Rule[] = [selectorPods, servicePods, serviceNobody, servicePort, portRange]

import { z } from 'zod'

import type { AnyObject } from '../../cli/kube/index.ts'
import { drainVariable } from '../../config/define/index.ts'

/** Makes the one object of that kind and name another; there must be one. */
export const changing =
  (kind: string, name: string, change: (object: unknown) => unknown) =>
  (objects: readonly AnyObject[]): AnyObject[] => {
    const index = objects.findIndex((object) => object.kind === kind && object.metadata?.name === name)
    if (index < 0) throw new Error(`synth wrote no ${kind} ${name}`)
    return objects.with(index, change(objects[index]) as AnyObject)
  }

/** The one object of that kind and name. */
export const objectIn = (objects: readonly AnyObject[], kind: string, name: string): AnyObject => {
  const found = objects.find((object) => object.kind === kind && object.metadata?.name === name)
  if (found === undefined) throw new Error(`synth wrote no ${kind} ${name}`)
  return found
}

const Annotated = z.looseObject({
  spec: z.looseObject({ template: z.looseObject({ metadata: z.looseObject({ annotations: z.record(z.string(), z.string()) }) }) }),
})

const withAnnotations = (deployment: unknown, change: (annotations: Record<string, string>) => Record<string, string>): unknown => {
  const object = Annotated.parse(deployment)
  const { template } = object.spec
  const metadata = { ...template.metadata, annotations: change(template.metadata.annotations) }
  return { ...object, spec: { ...object.spec, template: { ...template, metadata } } }
}

/** The Deployment without the annotation that has Dapr inject the sidecar. */
export const withoutSidecar = (deployment: unknown): unknown =>
  withAnnotations(deployment, (annotations) => Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== 'dapr.io/enabled')))

/** The Deployment with another app id than its name. */
export const withAppId =
  (id: string) =>
  (deployment: unknown): unknown =>
    withAnnotations(deployment, (annotations) => ({ ...annotations, 'dapr.io/app-id': id }))

const Ending = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({ spec: z.looseObject({ terminationGracePeriodSeconds: z.number(), containers: z.array(z.looseObject({ env: z.array(z.looseObject({ name: z.string() })) })) }) }),
  }),
})
const lifeAnnotation = /^dapr\.io\/(block-shutdown-duration|graceful-shutdown-seconds|enable-app-health-check)$/

/** The Deployment without what lets its pods end with nobody noticing: the app's drain, and the sidecar's wait for it. */
export const withoutDrain = (deployment: unknown): unknown => {
  const object = Ending.parse(withAnnotations(deployment, (annotations) => Object.fromEntries(Object.entries(annotations).filter(([name]) => !lifeAnnotation.test(name)))))
  const { template } = object.spec
  const { terminationGracePeriodSeconds: _, ...pod } = template.spec
  const containers = pod.containers.map((container) => ({ ...container, env: container.env.filter(({ name }) => name !== drainVariable) }))
  return { ...object, spec: { ...object.spec, template: { ...template, spec: { ...pod, containers } } } }
}

const Named = z.looseObject({ metadata: z.looseObject({ name: z.string() }) })

/** The object under another name. */
export const renamed =
  (name: string) =>
  (object: unknown): unknown => {
    const { metadata, ...rest } = Named.parse(object)
    return { ...rest, metadata: { ...metadata, name } }
  }

/** The Dapr object for other apps only. */
export const scopedTo =
  (...scopes: string[]) =>
  (object: unknown): unknown => ({ ...Named.parse(object), scopes })

const Routed = z.looseObject({ spec: z.looseObject({ routes: z.looseObject({ default: z.string() }) }) })

/** The Subscription with another route. */
export const routedTo =
  (route: string) =>
  (subscription: unknown): unknown => {
    const object = Routed.parse(subscription)
    return { ...object, spec: { ...object.spec, routes: { default: route } } }
  }

const Controlled = z.looseObject({
  spec: z.looseObject({
    accessControl: z.looseObject({ policies: z.array(z.looseObject({ operations: z.array(z.looseObject({ action: z.literal('allow') })) })) }),
  }),
})

/** The Configuration with every allowed operation denied. */
export const refusingCalls = (configuration: unknown): unknown => {
  const object = Controlled.parse(configuration)
  const { accessControl } = object.spec
  const policies = accessControl.policies.map((policy) => ({ ...policy, operations: policy.operations.map((operation) => ({ ...operation, action: 'deny' })) }))
  return { ...object, spec: { ...object.spec, accessControl: { ...accessControl, policies } } }
}

import { z } from 'zod'

import type { AnyObject } from '../../kube/objects.ts'

/**
 * Makes the one object of that kind and name another.
 * @throws Error when there is none
 */
export const changing =
  (kind: string, name: string, change: (object: unknown) => unknown) =>
  (objects: readonly AnyObject[]): AnyObject[] => {
    const index = objects.findIndex((object) => object.kind === kind && object.metadata?.name === name)
    if (index < 0) throw new Error(`synth wrote no ${kind} ${name}`)
    return objects.with(index, change(objects[index]) as AnyObject)
  }

/**
 * The one object of that kind and name.
 * @throws Error when there is none
 */
export const objectIn = (objects: readonly AnyObject[], kind: string, name: string): AnyObject => {
  const found = objects.find((object) => object.kind === kind && object.metadata?.name === name)
  if (found === undefined) throw new Error(`synth wrote no ${kind} ${name}`)
  return found
}

const Annotated = z.looseObject({
  spec: z.looseObject({ template: z.looseObject({ metadata: z.looseObject({ annotations: z.record(z.string(), z.string()) }) }) }),
})

/** The Deployment with other annotations on its pods. */
export const withAnnotations = (deployment: unknown, change: (annotations: Record<string, string>) => Record<string, string>): unknown => {
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

import { z } from 'zod'

import { withAnnotations } from '../../../cli/verify/controls/index.ts'
import { drainVariable } from '../../../config/define/index.ts'

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

import { z } from 'zod'

const AccessShape = z.object({
  spec: z.object({
    accessControl: z
      .object({
        defaultAction: z.string().default('allow'),
        policies: z.array(z.object({ appId: z.string(), defaultAction: z.string().optional(), operations: z.array(z.object({ name: z.string(), action: z.string() })).default([]) })).default([]),
      })
      .optional(),
  }),
})

/** Whether the name of an operation is that of a route; it may end in a wildcard. */
const fits = (name: string, route: string): boolean => name === route || (name.endsWith('*') && route.startsWith(name.replace(/\*+$/, '')))

/** What the access control in a callee's Configuration says of a call: `allow`, or what denies it. Pure. */
export const actionFor = (configuration: unknown, caller: string, route: string): string => {
  const access = AccessShape.parse(configuration).spec.accessControl
  const policy = access?.policies.find(({ appId }) => appId === caller)
  const operation = policy?.operations.find(({ name }) => fits(name, route))
  return operation?.action ?? policy?.defaultAction ?? access?.defaultAction ?? 'allow'
}

const partOf = 'app.kubernetes.io/part-of'

/** What all pods of a stack are selected by. */
export const stackSelector = (stack: string): Record<string, string> => ({ [partOf]: stack })

/** Standard labels of everything that belongs to one part of a stack. */
export const labelsOf = (stack: string, name: string): Record<string, string> => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': `${stack}-${name}`,
  ...stackSelector(stack),
  'app.kubernetes.io/managed-by': 'cdk8s',
})

/** What a Deployment, StatefulSet or Service selects its pods by. */
export const selectorOf = (name: string): Record<string, string> => ({ app: name })

/** Labels of a workload, its pods and its Service: the standard ones and the one it is selected by. */
export const workloadLabels = (stack: string, name: string): Record<string, string> => ({ ...selectorOf(name), ...labelsOf(stack, name) })

import type { V1LabelSelector } from '@kubernetes/client-node'

type Labels = Readonly<Record<string, string>>
type Requirement = NonNullable<V1LabelSelector['matchExpressions']>[number]

const meets = (labels: Labels, { key, operator, values = [] }: Requirement): boolean => {
  const value = labels[key]
  switch (operator) {
    case 'In': return value !== undefined && values.includes(value)
    case 'NotIn': return value === undefined || !values.includes(value)
    case 'Exists': return value !== undefined
    case 'DoesNotExist': return value === undefined
    default: throw new Error(`Kubernetes knows no operator ${operator}`)
  }
}

/** Whether a selector takes something with these labels; an empty one takes everything. */
export const selects = ({ matchLabels = {}, matchExpressions = [] }: V1LabelSelector, labels: Labels = {}): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every((requirement) => meets(labels, requirement))

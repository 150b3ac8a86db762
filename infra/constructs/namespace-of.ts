import { Chart } from 'cdk8s'
import type { IConstruct } from 'constructs'

/** The namespace that every cluster has. */
export const defaultNamespace = 'default'

/** The namespace that a construct's objects are written for. */
export const namespaceOf = (scope: IConstruct): string => Chart.of(scope).namespace ?? defaultNamespace

/** A host without a dot is a Service of the namespace; with it behind, pods of other namespaces find it, too. `host:port`, several separated by commas. */
export const addressIn = (namespace: string, address: string): string => address.replaceAll(/(?<=^|,\s*)[a-z\d-]+(?=:\d|,|$)/gi, `$&.${namespace}`)

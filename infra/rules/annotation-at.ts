import type { WorkloadThing } from './thing.ts'
import type { Path } from './values.ts'

/** Where an annotation of the pods stands. */
export const annotationAt = ({ template }: WorkloadThing, name: string): Path => [...template, 'metadata', 'annotations', name]

import type { AnyObject } from '../../kube/objects.ts'
import type { Deployed } from '../deployed.ts'

/** Objects that are applied broken, into a namespace of their own. */
export interface AppliedBroken {
  readonly when: 'applied'
  /** Makes what synth wrote into what is applied. */
  readonly change: (objects: readonly AnyObject[]) => AnyObject[]
  /** Waits until the broken stack can be judged; it never gets ready. */
  readonly untilTried: (deployed: Deployed) => Promise<void>
}

/** An object that is changed behind the back of a ready stack, and changed back afterwards. */
export interface BrokenWhileRunning {
  readonly when: 'running'
  readonly kind: string
  readonly name: string
  /** Another name makes it another object: the original is removed meanwhile. */
  readonly change: (object: unknown) => unknown
  /** Waits until the stack has taken the change. */
  readonly untilBroken: (deployed: Deployed) => Promise<void>
  /** Waits until the stack works again. */
  readonly untilWhole: (deployed: Deployed) => Promise<void>
}

/** A file that stands in a copy of the source. */
export interface BrokenSource {
  readonly when: 'source'
  /** One of the folders of the source. */
  readonly folder: string
  /** Its path in the folder. */
  readonly file: string
  readonly text: string
}

/** One thing that is broken to see that a criterion notices: a criterion that nothing can make fail proves nothing. */
export interface Control {
  /** Id of the criterion that must fail by it, alone. */
  readonly criterion: string
  /** What is broken, as it stands after "when": `a component is renamed`. */
  readonly broken: string
  /** What the causes under the criterion must say, each somewhere. */
  readonly says: readonly string[]
  readonly breakage: AppliedBroken | BrokenWhileRunning | BrokenSource
}

/** Such as `SC-2 fails when a component is renamed`. */
export const titleOf = ({ criterion, broken }: Pick<Control, 'criterion' | 'broken'>): string => `${criterion} fails when ${broken}`

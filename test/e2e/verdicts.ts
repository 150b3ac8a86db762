import { expect } from '@jest/globals'

import type { LineResult, Verification } from '../../cli/verify/index.ts'

/** Each criterion in a few words: `SC-1 PASS`, `SC-2 FAIL`, `SC-3 blocked by SC-2`. */
export const verdictsOf = ({ criteria }: Verification): string[] =>
  criteria.map(({ id, verdict, lines }) => (verdict === 'BLOCKED' ? `${id} ${lines[0]?.cause ?? ''}` : `${id} ${verdict}`))

/** That a control did what it is for; where not, its cause is shown. */
export const expectHeld = ({ verdict, cause }: LineResult): void => { expect({ verdict, cause }).toEqual({ verdict: 'PASS', cause: undefined }) }

import type { Verification } from '../../cli/verify/index.ts'

/** Each criterion in a few words: `SC-1 PASS`, `SC-2 FAIL`, `SC-3 blocked by SC-2`. */
export const verdictsOf = ({ criteria }: Verification): string[] =>
  criteria.map(({ id, verdict, lines }) => (verdict === 'BLOCKED' ? `${id} ${lines[0]?.cause ?? ''}` : `${id} ${verdict}`))

/** Why a criterion failed, a line each. */
export const causesOf = ({ criteria }: Verification, id: string): string =>
  criteria
    .filter((criterion) => criterion.id === id)
    .flatMap(({ lines }) => lines.flatMap(({ cause }) => cause ?? []))
    .join('\n')

import type { Violation } from '../errors.ts'
import type { AnyStack } from '../stack.ts'
import type { Rule } from './checks.ts'
import { componentRules } from './component-rules.ts'
import { eventRules } from './event-rules.ts'
import { invocationRules } from './invocation-rules.ts'
import { jobRules } from './job-rules.ts'
import { lifeRules } from './life-rules.ts'
import { serviceRules } from './service-rules.ts'
import { topicRules } from './topic-rules.ts'

/** The types say much of this too; a caller in plain JavaScript has only the rules. */
const rules: readonly Rule[] = [...componentRules, ...topicRules, ...serviceRules, ...eventRules, ...invocationRules, ...jobRules, ...lifeRules]

/** All violations of a stack; empty when it is sound. */
export const violationsOf = (stack: AnyStack): Violation[] => rules.flatMap((rule) => rule(stack))

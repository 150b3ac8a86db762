import { expect, test } from '@jest/globals'

import { errorsPage, problemBody, Problem, ProblemBody, problemCodes } from '../../../service/http/index.ts'
import { expectFile } from '../../infra/file-snapshot.ts'

test('docs/errors.md is the catalogue', () => {
  expectFile(new URL('../../../docs/errors.md', import.meta.url), errorsPage())
})

test.each(problemCodes)('the type of %s leads to its part of the page, and its body has the declared shape', (code) => {
  const body = problemBody(new Problem(code, 'this time'), 'request-1')
  expect(ProblemBody.strict().parse(body)).toEqual(body)
  expect(errorsPage()).toContain(`\n## ${body.type.split('#')[1]}\n\n**${body.status}** ${body.title}.\n\n${body.solve}\n`)
})

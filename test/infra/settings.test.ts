import { describe, expect, test } from '@jest/globals'

import { SettingsError } from '../../infra/constructs/index.ts'
import { images } from '../../infra/images.ts'
import { synthSettings } from '../../infra/settings.ts'
import { environments } from '../../infra/tasks/environments.ts'

const digest = `sha256:${'0'.repeat(64)}`

test('a synth of nothing set is dev, in default, with the image of the project', () => {
  expect(synthSettings({})).toEqual({ environment: 'dev', namespace: 'default', image: images.app })
})

test.each(Object.keys(environments))('STACK_ENV takes %s', (environment) => {
  expect(synthSettings({ STACK_ENV: environment })).toMatchObject({ environment })
})

test.each(['a:1', 'docker.io/a/b:1.2.3', 'localhost:5000/a:v1', `a@${digest}`, `r:5000/a/b@${digest}`])('STACK_IMAGE takes %s', (image) => {
  expect(synthSettings({ STACK_IMAGE: image })).toMatchObject({ image })
})

describe('a synth fails in one line with the value and what is allowed for', () => {
  const wrong: [variable: string, value: string, mend: string][] = [
    ['STACK_ENV', 'prod', `use one of ${Object.keys(environments).join(', ')}`],
    ['STACK_ENV', 'toString', 'use one of dev'],
    ['STACK_NAMESPACE', 'Tasks', 'use 1-63 of a-z, 0-9 and "-"'],
    ['STACK_NAMESPACE', '-tasks', 'starting and ending with a letter or digit'],
    ['STACK_NAMESPACE', 'a'.repeat(64), 'use 1-63'],
    ['STACK_IMAGE', 'tasks', `use name:tag or name@sha256:…, such as ${images.app}`],
    ['STACK_IMAGE', 'localhost:5000/tasks', 'use name:tag'],
    ['STACK_IMAGE', 'tasks:latest', 'use name:tag'],
    ['STACK_IMAGE', 'a b:1', 'use name:tag'],
    ['STACK_IMAGE', '', 'use name:tag'],
  ]
  test.each(wrong)('%s=%s', (variable, value, mend) => {
    const read = () => synthSettings({ [variable]: value })
    expect(read).toThrow(SettingsError)
    expect(read).toThrow(new RegExp(`^${variable}: "${value}" .*$`))
    expect(read).toThrow(mend)
  })
})

test('fails with every wrong variable, one a line', () => {
  const read = () => synthSettings({ STACK_ENV: 'x', STACK_NAMESPACE: 'X', STACK_IMAGE: 'x' })
  expect(read).toThrow(/^STACK_ENV: .*\nSTACK_NAMESPACE: .*\nSTACK_IMAGE: .*$/)
})

import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { images } from '../../infra/images.ts'
import { requirePinned } from '../../toolchain/jars.ts'
import { kafkaVersion } from '../../toolchain/kafka.ts'

const checksums = readFileSync(new URL('../../toolchain/kafka/jars.sha256', import.meta.url), 'utf8')

test('the jars are of the version that the reference of the image says', () => {
  expect(images.kafka).toBe(`docker.io/apache/kafka:${kafkaVersion()}`)
  expect(checksums).toContain(`  kafka_2.13-${kafkaVersion()}.jar\n`)
})

test('the jars are pinned by their content, and those that log are among them', () => {
  for (const line of checksums.trimEnd().split('\n')) expect(line).toMatch(/^[0-9a-f]{64} {2}[\w.-]+\.jar$/)
  for (const jar of ['kafka-tools', 'log4j-core', 'log4j-slf4j-impl']) expect(checksums).toContain(`  ${jar}-`)
})

test('equal checksums pass in any order', () => {
  expect(() => { requirePinned('1  b.jar\n2  a.jar', '2  a.jar\n1  b.jar\n', 'pom.xml', 'jars.sha256') }).not.toThrow()
})

test('fails with the lines to change when Maven fetched something else', () => {
  const found = '1  a.jar\n3  c.jar'
  expect(() => { requirePinned(found, '1  a.jar\n2  b.jar\n', 'pom.xml', 'jars.sha256') }).toThrow(/if pom\.xml was changed, change these lines there\n\+ 3 {2}c\.jar\n- 2 {2}b\.jar$/)
})

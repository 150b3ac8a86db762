import { describe, expect, test } from '@jest/globals'

import { type Asked, refusalOf, type Rules, securityHeaders } from '../../../cli/dashboard/guard.ts'

const rules: Rules = { token: 'right', port: 8888, writes: false }
const read: Asked = { method: 'GET', token: 'right', host: '127.0.0.1:8888', origin: undefined, site: 'same-origin', mode: 'cors' }
const write: Asked = { ...read, method: 'POST', origin: 'http://127.0.0.1:8888' }
const refused = (asked: Partial<Asked>, of: Partial<Rules> = {}, from = read) => refusalOf({ ...from, ...asked }, { ...rules, ...of })

describe('the guard of the dashboard', () => {
  test.each([
    ['the page itself, typed into the browser', { site: 'none', mode: 'navigate' }],
    ['what the page asks for', {}],
    ['a program that sends no word of its site', { site: undefined, mode: undefined }],
    ['the other name of the same machine', { host: 'localhost:8888', origin: 'http://localhost:8888' }],
    ['a link that somebody follows who has the whole address', { site: 'cross-site', mode: 'navigate' }],
    ['HEAD', { method: 'HEAD' }],
  ])('answers %s', (_, asked) => {
    expect(refused(asked)).toBeUndefined()
  })

  test('answers a write where writes are allowed', () => {
    expect(refused({}, { writes: true }, write)).toBeUndefined()
  })

  test.each<[string, Partial<Asked>, RegExp]>([
    ['a name of somebody else that leads here', { host: 'evil.example:8888' }, /not "evil\.example:8888"/],
    ['another port', { host: '127.0.0.1:80' }, /a tunnel has to keep the port/],
    ['no host at all', { host: undefined }, /this is 127\.0\.0\.1:8888 or localhost:8888/],
    ['a wrong token', { token: 'wrong' }, /lacks its token/],
    ['no token', { token: '' }, /lacks its token/],
    ['a page of another origin', { origin: 'https://evil.example' }, /pages of https:\/\/evil\.example/],
    ['a page of another port of this machine', { origin: 'http://127.0.0.1:3000' }, /may not ask/],
    ['an origin that is hidden', { origin: 'null' }, /may not ask/],
    ['an image or script on a page of another site', { site: 'cross-site', mode: 'no-cors' }, /other sites/],
    ['a page of another port, which is the same site', { site: 'same-site' }, /other sites/],
  ])('fails with 403 for %s', (_, asked, why) => {
    expect(refused(asked)).toEqual({ status: 403, why: expect.stringMatching(why) })
    expect(refused(asked, { writes: true }, write)).toMatchObject({ status: 403 })
  })

  test('fails with 403 and the flag for a write where it only reads', () => {
    expect(refused({}, {}, write)).toEqual({ status: 403, why: expect.stringContaining('--allow-writes') })
  })

  test('fails with 403 for a write that does not say its origin, or comes by a form of another site', () => {
    expect(refused({ origin: undefined }, { writes: true }, write)).toMatchObject({ status: 403 })
    expect(refused({ site: 'cross-site', mode: 'navigate' }, { writes: true }, write)).toMatchObject({ status: 403 })
  })

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('fails with 405 for %s', (method) => {
    expect(refused({ method, origin: write.origin }, { writes: true })).toMatchObject({ status: 405 })
  })

  test('lets the page load and run nothing but its own', () => {
    const policy = securityHeaders(['sha256-abc'])['content-security-policy']
    expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'sha256-abc'; style-src 'self'; /)
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
  })
})

import { createHash, timingSafeEqual } from 'node:crypto'

/** What the guard sees of a request. */
export interface Asked {
  readonly method: string
  /** Of the path, its first part. */
  readonly token: string
  readonly host: string | undefined
  readonly origin: string | undefined
  /** `Sec-Fetch-Site` and `Sec-Fetch-Mode`, which browsers send and pages cannot forge. */
  readonly site: string | undefined
  readonly mode: string | undefined
}

/** What the guard lets through. */
export interface Rules {
  readonly token: string
  readonly port: number
  readonly writes: boolean
}

/** Why a request is not answered: 403 or 405, and what to do. */
export interface Refusal {
  readonly status: 403 | 405
  readonly why: string
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
/** Compares in a time that does not tell how much of it is right. */
const isSame = (given: string, wanted: string): boolean => timingSafeEqual(digest(given), digest(wanted))

const hostsOf = (port: number): string[] => ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`)
const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD'

const cameFromElsewhere = ({ method, site, mode }: Asked): boolean => {
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  // Whoever has the whole address may follow it from anywhere: a page cannot read what it opens in another tab.
  return !(isRead(method) && mode === 'navigate')
}

const forbidden = (why: string): Refusal => ({ status: 403, why })

/**
 * Why a request is refused; undefined where it may be answered. By the host, so that no name of somebody else's that leads here (DNS
 * rebinding) is served; by the token, so that no other user or program of this machine is; by origin and site, so that no other page in
 * the browser is; writes only where they were allowed. Pure.
 */
export const refusalOf = (asked: Asked, rules: Rules): Refusal | undefined => {
  const { method, host, origin, token } = asked
  const hosts = hostsOf(rules.port)
  if (host === undefined || !hosts.includes(host)) return forbidden(`this is ${hosts.join(' or ')}, not "${host ?? ''}"; a tunnel has to keep the port`)
  if (!isSame(token, rules.token)) return forbidden('the address lacks its token; take the one that `stack dashboard` printed')
  if (origin !== undefined && origin !== `http://${host}`) return forbidden(`pages of ${origin} may not ask`)
  if (cameFromElsewhere(asked)) return forbidden('pages of other sites may not ask')
  if (isRead(method)) return undefined
  if (method !== 'POST') return { status: 405, why: `${method} is not allowed; use GET, HEAD or POST` }
  if (origin === undefined) return forbidden('a write has to say its Origin')
  return rules.writes ? undefined : forbidden('read-only; start `stack dashboard --allow-writes` to replay dead letters')
}

/** Headers of every answer: nothing is loaded from elsewhere, framed, cached, sniffed or told to others. */
export const securityHeaders = (scriptDigests: readonly string[]): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    `script-src 'self' ${scriptDigests.map((one) => `'${one}'`).join(' ')}`.trim(),
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html graph',
  ].join('; '),
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

import type { JwtSettings } from '../../../service/settings.ts'

/** An issuer of tokens: its key set on loopback, and tokens that it signs. */
export interface TokenIssuer {
  readonly settings: JwtSettings
  /** A token of a user, good for a minute unless `claims` say otherwise; `kid` and key are the published ones unless given. */
  token(sub: string, claims?: Claims, header?: { readonly kid?: string; readonly foreign?: boolean }): Promise<string>
  /** The same claims, unsigned. */
  unsigned(sub: string): string
  close(): Promise<void>
}

/** Claims in place of the usual ones; undefined leaves one out. */
type Claims = Readonly<Record<string, unknown>>

const audience = 'the-stack'
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const claimsOf = (issuer: string, sub: string, claims: Claims = {}): JWTPayload => ({ iss: issuer, aud: audience, sub, exp: Math.floor(Date.now() / 1000) + 60, ...claims })

export const startTokenIssuer = async (): Promise<TokenIssuer> => {
  const [own, foreign] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
  const keys = [{ ...(await exportJWK(own.publicKey)), kid: 'key-1', alg: 'ES256' }]
  const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys })))
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on TCP
  return {
    settings: { issuer, audience, jwksUrl: `${issuer}/jwks.json` },
    token: (sub, claims, header = {}) =>
      new SignJWT(claimsOf(issuer, sub, claims))
        .setProtectedHeader({ alg: 'ES256', kid: header.kid ?? 'key-1' })
        .sign(header.foreign ? foreign.privateKey : own.privateKey),
    unsigned: (sub) => `${base64({ alg: 'none', typ: 'JWT' })}.${base64(claimsOf(issuer, sub))}.`,
    close: () => new Promise((done) => {
      server.close(() => { done() })
      server.closeAllConnections()
    }),
  }
}

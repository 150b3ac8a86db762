import { expect, test } from '@jest/globals'

import { jwtSettings, readSettings, SettingsError } from '../../service/settings.ts'

test('without an environment the app listens on its port in the config, and the sidecar is where Dapr puts it', () => {
  expect(readSettings({}, 8001)).toEqual({ APP_PORT: 8001, APP_HOST: '0.0.0.0', DAPR_HTTP_PORT: 3500, DRAIN_SECONDS: 0.5, LOG_LEVEL: 'info', SIDECAR_BATCHES: 'on', SIDECAR_CLIENT: 'http' })
})

test('the environment decides', () => {
  const env = { APP_PORT: '81', APP_HOST: '127.0.0.1', DAPR_HTTP_PORT: '82', DAPR_API_TOKEN: 't', DRAIN_SECONDS: '7', LOG_LEVEL: 'debug', SIDECAR_BATCHES: 'off', SIDECAR_CLIENT: 'dapr-sdk' }
  expect(readSettings(env, 8001)).toEqual({ ...env, APP_PORT: 81, DAPR_HTTP_PORT: 82, DRAIN_SECONDS: 7 })
})

test('fails with every variable that is wrong, and what it was', () => {
  const read = () => readSettings({ APP_PORT: '99999', DAPR_HTTP_PORT: 'x', LOG_LEVEL: 'loud' }, 8001)
  expect(read).toThrow(SettingsError)
  expect(read).toThrow(/3 error\(s\)\n- DAPR_HTTP_PORT=x: .*\n- APP_PORT=99999: .*\n- LOG_LEVEL=loud: /)
})

test('callers are authenticated where issuer, audience and key set are there', () => {
  const env = { JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'tasks', JWT_JWKS_URL: 'https://id.example/jwks.json' }
  expect(jwtSettings(readSettings(env, 8001))).toEqual({ issuer: env.JWT_ISSUER, audience: env.JWT_AUDIENCE, jwksUrl: env.JWT_JWKS_URL })
  expect(jwtSettings(readSettings({}, 8001))).toBeUndefined()
})

test('fails when only some of them are there', () => {
  expect(() => readSettings({ JWT_ISSUER: 'https://id.example' }, 8001)).toThrow(/2 error\(s\)\n- JWT_AUDIENCE=: is missing; .*\n- JWT_JWKS_URL=: is missing/)
  expect(() => readSettings({ JWT_ISSUER: 'a', JWT_AUDIENCE: 'b', JWT_JWKS_URL: 'file:///x' }, 8001)).toThrow(/1 error\(s\)\n- JWT_JWKS_URL=file:/)
})

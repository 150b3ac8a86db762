import * as z from 'zod'

import { drainVariable, shutdownLimits, sidecarPorts } from '../config/define/index.ts'
import type { AuthenticationOptions } from './http/index.ts'

const port = z.coerce.number().int().min(1).max(65_535)
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const jwtNames = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'] as const

/** What a service process takes from its environment; read by `run.ts` only. */
const settingsSchema = (appPort: number) =>
  z.object({
    /** Where the sidecar listens on this machine. Dapr sets it. Default: 3500. */
    DAPR_HTTP_PORT: port.default(sidecarPorts.http),
    /** Sent to the sidecar as `dapr-api-token`. Default: none. */
    DAPR_API_TOKEN: z.string().min(1).optional(),
    /** What the sidecar sends as `dapr-api-token`; routes for Dapr refuse callers without it. Default: none. */
    APP_API_TOKEN: z.string().min(1).optional(),
    /** Default: the port of the app in the config. */
    APP_PORT: port.default(appPort),
    /** Address to listen on. Default: every one, which a pod needs. */
    APP_HOST: z.string().min(1).default('0.0.0.0'),
    /** `iss` of the callers' tokens. Default, of this and the next two, which go together: callers are not authenticated. */
    JWT_ISSUER: z.string().min(1).optional(),
    /** What the tokens' `aud` must name. */
    JWT_AUDIENCE: z.string().min(1).optional(),
    /** Where the issuer's keys are (a JSON Web Key Set). */
    JWT_JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** After SIGTERM: seconds in which requests are still taken, with `Connection: close`, so that clients move on. Default: a moment. */
    [drainVariable]: z.coerce.number().min(0).max(shutdownLimits.drainSeconds.max).default(0.5),
    /** Whether reads, saves and events that come at the same time go to the sidecar in one call. Default: on. */
    SIDECAR_BATCHES: z.enum(['on', 'off']).default('on'),
    /** How the sidecar is asked: by our own client, or by Dapr's, which has to be installed. Default: http. */
    SIDECAR_CLIENT: z.enum(['http', 'dapr-sdk']).default('http'),
    LOG_LEVEL: z.enum(logLevels).default('info'),
  }).superRefine((env, context) => {
    const missing = jwtNames.filter((name) => env[name] === undefined)
    if (missing.length === jwtNames.length) return
    for (const name of missing) context.addIssue({ code: 'custom', path: [name], message: `is missing; set all of ${jwtNames.join(', ')}, or none` })
  })

export type Settings = z.output<ReturnType<typeof settingsSchema>>

export type JwtSettings = Pick<AuthenticationOptions, 'issuer' | 'audience' | 'jwksUrl'>

/** The environment holds values that cannot be used; the message names all of them. Expected: print it without the stack. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/** Whose tokens authenticate callers; undefined when none do. */
export const jwtSettings = ({ JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_JWKS_URL: jwksUrl }: Settings): JwtSettings | undefined =>
  issuer === undefined || audience === undefined || jwksUrl === undefined ? undefined : { issuer, audience, jwksUrl }

/**
 * Reads the settings from an environment.
 * @throws SettingsError naming every variable that is wrong
 */
export const readSettings = (env: Readonly<Record<string, string | undefined>>, appPort: number): Settings => {
  const parsed = settingsSchema(appPort).safeParse(env)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map(({ path, message }) => `- ${path.join('.')}=${env[String(path[0])] ?? ''}: ${message}`)
  throw new SettingsError(`the environment has ${lines.length} error(s)\n${lines.join('\n')}`)
}

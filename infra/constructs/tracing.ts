import type { ConfigurationSpecTracing } from '../../imports/dapr.io.ts'
import type { NetworkTarget } from './network-peers.ts'

/** Where the sidecars send what they did for a request, and how often. Make it by one of `zipkin` and `otel`. */
export type Tracing = SampledTracing & (ZipkinTracing | OtelTracing)

export interface SampledTracing {
  /**
   * Share of the traces that are recorded, 0 to 1. A caller whose `traceparent` says so has its own recorded, or not, whatever the share;
   * at 0 sidecars record nothing at all.
   */
  readonly samplingRate: number
  /**
   * Where the endpoint is, for NetworkPolicies.
   * @default - anywhere, at the port of its address
   */
  readonly target?: NetworkTarget
}

export interface ZipkinTracing {
  readonly zipkin: {
    /** URL of Zipkin's API, such as `http://zipkin:9411/api/v2/spans`. */
    readonly endpointAddress: string
  }
}

export interface OtelTracing {
  readonly otel: {
    /** `host:port` of a collector that speaks OTLP. */
    readonly endpointAddress: string
    /** Speak TLS to it. */
    readonly isSecure: boolean
    readonly protocol: 'grpc' | 'http'
  }
}

/**
 * `spec.tracing` of a Configuration.
 * @throws RangeError when the sampling rate is no share
 */
export const tracingSpec = ({ samplingRate, target: _, ...receiver }: Tracing): ConfigurationSpecTracing => {
  if (!(samplingRate >= 0 && samplingRate <= 1)) throw new RangeError(`tracing.samplingRate is ${samplingRate}; use a number from 0 (no trace) to 1 (every trace)`)
  return { samplingRate: String(samplingRate), ...receiver }
}

const portOf = (address: string): number[] => {
  const [, scheme, port] = /^(https?:\/\/)?[^/:]*(?::(\d+))?/.exec(address) ?? []
  if (port !== undefined) return [Number(port)]
  return scheme === undefined ? [] : [scheme === 'https://' ? 443 : 80]
}

/** Where traces go to. */
export const tracingTarget = ({ target, ...receiver }: Tracing): NetworkTarget => {
  const ports = portOf('zipkin' in receiver ? receiver.zipkin.endpointAddress : receiver.otel.endpointAddress)
  return target ?? (ports.length > 0 ? { ports } : {})
}

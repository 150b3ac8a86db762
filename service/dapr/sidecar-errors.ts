/** A call to the sidecar did not do what it was to do. `message` is fit for clients; `reason` holds what the sidecar said, for the log. */
export abstract class SidecarError extends Error {
  /** What was addressed, such as `state store "orders"`. */
  readonly target: string
  readonly reason: string

  constructor(target: string, message: string, reason = '') {
    super(message)
    this.target = target
    this.reason = reason
  }
}

/** No answer: refused, broken off or too slow. Whether a write happened is unknown. */
export class SidecarUnavailable extends SidecarError {
  override readonly name = 'SidecarUnavailable'
  constructor(target: string, reason: string) {
    super(target, `the Dapr sidecar gave no answer for ${target}; see that daprd runs and that its component is reachable`, reason)
  }
}

/** The sidecar has not loaded the component. Nothing was written. */
export class ComponentMissing extends SidecarError {
  override readonly name = 'ComponentMissing'
  constructor(target: string, reason: string) {
    super(target, `the Dapr sidecar has no ${target}; apply the component and see that its scopes name this app`, reason)
  }
}

/** The component behind the sidecar failed. Whether a write happened is unknown. */
export class ComponentFailed extends SidecarError {
  override readonly name = 'ComponentFailed'
  constructor(target: string, reason: string) {
    super(target, `${target} failed; see the log of the Dapr sidecar`, reason)
  }
}

/** The value is not the one that was read, or one is there that must not be. On Redis any failure of a conditional write ends here. */
export class EtagMismatch extends SidecarError {
  override readonly name = 'EtagMismatch'
  constructor(target: string, reason: string) {
    super(target, `a value in ${target} changed since it was read; read it again`, reason)
  }
}

/** The sidecar forbids it: a wrong API token, or a scope that leaves this app out. */
export class NotPermitted extends SidecarError {
  override readonly name = 'NotPermitted'
  constructor(target: string, reason: string) {
    super(target, `the Dapr sidecar forbids ${target} to this app; see DAPR_API_TOKEN and the scopes`, reason)
  }
}

/** The sidecar could not make sense of the call: a bug on our side. */
export class CallRejected extends SidecarError {
  override readonly name = 'CallRejected'
  constructor(target: string, reason: string) {
    super(target, `the Dapr sidecar rejected a call for ${target}; report it with the log`, reason)
  }
}

/** The other app, or its access policy, said no (4xx): the same request gets the same answer. */
export class InvocationRefused extends SidecarError {
  override readonly name = 'InvocationRefused'
  readonly status: number
  constructor(target: string, status: number, reason: string) {
    super(target, `${target} refused the invocation with ${status}; correct the request or the access policy`, reason)
    this.status = status
  }
}

/** The other app is away or failed (5xx): invoke again later, if that is safe. */
export class CalleeUnavailable extends SidecarError {
  override readonly name = 'CalleeUnavailable'
  readonly status: number
  constructor(target: string, status: number, reason: string) {
    super(target, `${target} is not available (${status}); see that it runs and is ready`, reason)
    this.status = status
  }
}

/** A job is to follow the clocks of a time zone that there is none of. The scheduler was not asked. */
export class UnknownTimeZone extends SidecarError {
  override readonly name = 'UnknownTimeZone'
  constructor(target: string, timeZone: string) {
    super(target, `${target} has the time zone "${timeZone}"; use an IANA name, such as Europe/Berlin`)
  }
}

/** A stored value or an answer does not have the declared shape. */
export class ShapeMismatch extends SidecarError {
  override readonly name = 'ShapeMismatch'
  constructor(target: string, reason: string) {
    super(target, `${target} does not have the declared shape; see the log`, reason)
  }
}

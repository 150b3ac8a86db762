/** Ports that a sidecar takes in its pod; its HTTP API is on `http`. Source: the injector's defaults. */
export const sidecarPorts = { http: 3500, public: 3501, metrics: 9090, grpc: 50001, internalGrpc: 50002 } as const

/** Indexes run from 0 to 63, so that an instance's addresses and names stay short. */
export const MAX_INSTANCES = 64

/** Ranges inside the cluster's own network namespace, so all instances can have the same. */
export const POD_RANGE = '10.244.0.0/16'
export const SERVICE_RANGE = '10.96.0.0/16'
export const API_SERVICE_ADDRESS = '10.96.0.1'
export const DNS_SERVICE_ADDRESS = '10.96.0.10'
export const API_PORT = 6443

/** The names and addresses by which an instance shows on the machine. */
export interface Addresses {
  /** The machine's end of the link, and the node's. */
  readonly hostLink: string
  readonly nodeLink: string
  readonly hostAddress: string
  readonly nodeAddress: string
  readonly server: string
  /** The folder in every cgroup hierarchy. */
  readonly cgroup: string
}

export function addressesOf(index: number): Addresses {
  const nodeAddress = `10.240.${index}.2`
  return {
    hostLink: `dstack${index}h`,
    nodeLink: `dstack${index}n`,
    hostAddress: `10.240.${index}.1`,
    nodeAddress,
    server: `https://${nodeAddress}:${API_PORT}`,
    cgroup: `dapr-stack-${index}`,
  }
}

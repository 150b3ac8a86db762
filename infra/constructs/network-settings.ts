import type { NetworkPeer, NetworkTarget } from './network-peers.ts'

/** What a cluster decides about who reaches whom; the rest follows from the graph. */
export interface NetworkSettings {
  /**
   * Namespace of Dapr's control plane.
   * @default 'dapr-system'
   */
  readonly daprNamespace?: string
  /**
   * Who resolves names, over UDP and TCP.
   * @default - the pods labelled `k8s-app: kube-dns` in `kube-system`, at port 53
   */
  readonly dns?: NetworkTarget
  /**
   * The API server, for sidecars that read Secrets from it. Engines look at its own address and port, not at those of the Service `kubernetes`.
   * @default - any address, at the ports 443 and 6443
   */
  readonly apiServer?: NetworkTarget
  /**
   * Who reads the metrics of sidecars (port 9090), such as the pods of Prometheus.
   * @default - nobody
   */
  readonly metrics?: readonly NetworkPeer[]
  /**
   * The pods of KEDA's operator, which counts the events that wait for an app with `eventsPerPod`.
   * @default - those labelled `app: keda-operator` in the namespace `keda`
   */
  readonly keda?: NetworkPeer
}

import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

export interface StackNamespaceProps {
  readonly name: string
}

const level = 'restricted'
const podSecurity = 'pod-security.kubernetes.io'

/**
 * A namespace that lets in no pod that asks for more than Pod Security `restricted` grants; says so to who applies one, and in the audit log.
 * Sidecars keep it where Dapr is installed with `dapr_sidecar_injector.sidecarDropALLCapabilities=true`.
 */
export class StackNamespace extends Construct {
  constructor(scope: Construct, id: string, { name }: StackNamespaceProps) {
    super(scope, id)
    const labels = Object.fromEntries(['enforce', 'audit', 'warn'].map((mode) => [`${podSecurity}/${mode}`, level]))
    new k8s.KubeNamespace(this, 'Resource', { metadata: { name, labels } })
  }
}
